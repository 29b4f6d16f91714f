//! What an operator types, and what happens when the machine dies.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use data_encoding::HEXLOWER;
use replica::Provision;
use replica::audit::{self, Book, Keys, Trust, Verdict};

use crate::database::Database;
use crate::office::{FLOOD_BYTES_MAX, Office, PACK, building, today};
use crate::packs;

#[test]
fn a_folder_is_made_once_and_its_keys_are_its_owners() {
    let office = Office::made();
    let key = office.path("data/keys/office.pk8");
    let before = fs::read(&key).expect("a key");
    assert_eq!(fs::metadata(&key).expect("a key").permissions().mode() & 0o777, 0o600);
    let complaint = office.refused(&["init", "--pack", PACK]);
    assert!(complaint.contains("is here already"), "{complaint}");
    assert_eq!(fs::read(&key).expect("a key"), before);
}

#[test]
fn a_newer_pack_is_added_and_the_older_kept() {
    let office = Office::made();
    let ours = fs::read_dir(office.path("data/packs/padippuram")).expect("it").next();
    let ours = ours.expect("one version").expect("a folder").file_name();
    let ours: u32 = ours.to_str().and_then(|name| name.parse().ok()).expect("a number");
    let newer = office.path("newer");
    packs::write(&newer, &packs::files(ours + 1, today(), &[]));
    let said = office.good(&["init", "--pack", newer.to_str().expect("UTF-8")]);
    assert!(said.contains(&format!("padippuram {}", ours + 1)), "{said}");
    for version in [ours, ours + 1] {
        let folder = office.path("data/packs/padippuram").join(version.to_string());
        assert!(folder.join("pack.toml").exists());
    }
}

#[test]
fn bad_rows_are_listed_and_good_ones_go_in() {
    let office = Office::made();
    let good = serde_json::to_string(&building(1, 7)).expect("JSON");
    let no_ward = serde_json::to_string(&building(2, 99)).expect("JSON");
    let sticker = good.replace("\"id\":1,", "\"id\":3,");
    let file = office.path("rows.jsonl");
    fs::write(
        &file,
        [&good, "{", &no_ward, &sticker, &good].map(|line| line.to_owned()).join("\n"),
    )
    .expect("writable");
    let output = office.run(&["load", file.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(said.trim(), "1 buildings loaded, 4 rows refused; the register has 1.");
    let complaints = String::from_utf8(output.stderr).expect("UTF-8");
    for line in [
        "line 2: not a building",
        "line 3: the pack has no ward 99",
        "line 4: building 3: the sticker's code",
        "line 5: building 1 stands on line 1 already",
    ] {
        assert!(complaints.contains(line), "{line} in {complaints}");
    }
}

#[test]
fn a_line_that_is_too_long_is_one_bad_row() {
    let office = Office::made();
    let good = serde_json::to_string(&building(1, 7)).expect("JSON");
    // Cut at the limit, its first sign would be torn in two, and its rest would be a row.
    let long = format!("{}{good}", "ആ".repeat(30_000));
    let file = office.path("rows.jsonl");
    fs::write(&file, format!("{long}\n{good}\n")).expect("writable");
    let output = office.run(&["load", file.to_str().expect("UTF-8")]);
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(said.trim(), "1 buildings loaded, 1 rows refused; the register has 1.");
    let complaints = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(complaints.contains("line 1: it has more than 65536 bytes"), "{complaints}");
}

#[test]
fn no_more_of_a_line_is_read_than_can_be_meant() {
    let office = Office::made();
    let staff = ["staff", "--id", "1", "--name", "Sumathi", "--role", "cashier"];
    for (deed, complains) in [(&["claim"][..], "not the square"), (&staff, "4 to 8 digits")] {
        let (output, taken) = office.flooded(deed);
        assert_eq!(output.status.code(), Some(1), "{deed:?}");
        let complaint = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(complaint.contains(complains), "{deed:?}: {complaint}");
        assert!(taken < FLOOD_BYTES_MAX, "{deed:?} read {taken} bytes of one line");
    }
}

#[test]
fn a_device_is_made_once_and_its_file_is_not_written_over() {
    let office = Office::made();
    office.staff("101", "cashier", "2580");
    office.staff("201", "collector", "2580");
    let collector = office.device(
        "collector-1",
        &["--profile", "collector", "--ward", "7", "--ward", "3", "--operator", "201"],
    );
    let Provision { wards, staff, book, profile, certificate, .. } = &collector.provision;
    assert_eq!((wards.as_slice(), profile.as_str()), (&[3, 7][..], "collector"));
    assert_eq!(staff.iter().map(|member| member.id.0).collect::<Vec<_>>(), [201]);
    assert!(staff[0].pin.starts_with("$argon2id$"));
    assert_eq!((book.lease.book.as_str(), book.lease.first, book.lease.last), ("C1", 1, 500));
    assert!(certificate.is_some());
    let mode = fs::metadata(office.path("collector-1")).expect("it").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let new = office.path("other");
    let new = new.to_str().expect("UTF-8");
    let again = ["provision", "--device", "collector-1", "--profile", "collector", "--out", new];
    assert!(office.refused(&again).contains("is there already"));
    assert!(!office.path("other").exists(), "nothing is left of the refused one");
    let old = office.path("collector-1");
    let over =
        ["provision", "--device", "x", "--profile", "kiosk", "--out", old.to_str().expect("UTF-8")];
    assert!(office.refused(&over).contains("cannot be written"));
    let nobody =
        ["provision", "--device", "y", "--profile", "kiosk", "--out", new, "--operator", "9"];
    assert!(office.refused(&nobody).contains("nobody has the staff number 9"));
}

#[test]
fn words_that_make_no_sense_are_refused_with_what_to_do() {
    let office = Office::made();
    assert!(!office.staff("1", "cashier", "12").status.success());
    assert!(!office.staff("1", "cashier", "12a4").status.success());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--db"];
    let unknown = office.refused(&[&serve[..], &["mysql://x/y"]].concat());
    assert!(unknown.contains("of no known kind"), "{unknown}");
    let away = office.refused(&[&serve[..], &["postgres://padi:secret@127.0.0.1:1/y"]].concat());
    assert!(away.contains("cannot be reached"), "{away}");
    assert!(!away.contains("secret"), "{away}");
    let plain = office.refused(&["serve", "--listen", "0.0.0.0:0", "--plain"]);
    assert!(plain.contains("plain HTTP is for this machine only"), "{plain}");
    let stranger = office.refused(&["export", "--writer", "9"]);
    assert!(stranger.contains("no device has the writer number 9"), "{stranger}");
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_kill_and_a_stop_is_clean() {
    let mut office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 100);
    assert_eq!(kiosk.push_all(&office).await.acknowledged, 2);
    office.kill();
    office.serve();
    kiosk.cash(2, 200);
    assert_eq!(kiosk.push(&office, 2, 3).await.acknowledged, 3);
    assert_eq!(office.dashboard().await["total"]["amount_paise"], 30_000);
    assert_eq!(office.stop(), Some(0));
    office.good(&["verify"]);
    let exported = office.good(&["export", "--writer", "1"]);
    // Whose books, three entries, the device's key, two requests that were countersigned, the end.
    assert_eq!(exported.lines().count(), 1 + 3 + 1 + 2 * 2 + 1);
    let office_key = office.good(&["key"]);
    assert_eq!(office_key.trim(), HEXLOWER.encode(kiosk.provision.office.bytes()));
    let book = Book::read(exported.as_bytes()).expect("an export");
    let given =
        Keys { office: Some(kiosk.provision.office), devices: Vec::new(), trust_file: false };
    let report = audit::check(&book, &given);
    assert_eq!(report.verdict(), Verdict::Complete, "{:?}", report.findings);
    assert_eq!((report.device, report.agreeing), (Trust::Vouched, 2 * 2 + 1));
    let offices = office.good(&["export", "--writer", "0"]);
    let report = audit::check(&Book::read(offices.as_bytes()).expect("an export"), &given);
    assert_eq!(report.verdict(), Verdict::Complete, "{:?}", report.findings);
}

#[tokio::test]
async fn a_device_is_provisioned_while_the_centre_serves_and_pins_its_certificate() {
    let mut office = Office::made();
    office.load(&[building(1, 7)]);
    office.serve_with(&[]);
    assert!(office.address.starts_with("https://"));
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let pinned = kiosk.provision.certificate.clone().expect("a certificate");
    let pinned = reqwest::Certificate::from_der(&pinned).expect("DER");
    office.client = reqwest::Client::builder()
        .tls_certs_only([pinned])
        .build()
        .expect("a client that trusts one certificate");
    kiosk.cash(1, 100);
    assert_eq!(kiosk.push_all(&office).await.acknowledged, 2);
    let page = office.get("/healthz").await;
    assert_eq!(page.version(), reqwest::Version::HTTP_2);
    let strict = reqwest::Client::builder().build().expect("a client");
    assert!(strict.get(format!("{}/", office.address)).send().await.is_err(), "not of the web");
}

#[tokio::test]
async fn a_hand_in_the_database_is_found_and_named() {
    let mut office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    for building in [1, 2, 3] {
        kiosk.cash(building, 100);
    }
    kiosk.push_all(&office).await;
    office.stop();
    let change =
        "UPDATE entry SET canonical = (SELECT canonical FROM entry WHERE seq = 2) WHERE seq = 3";
    let refused = office.books.run(change);
    assert!(refused.expect_err("entries").contains("never changed"));
    office.books.unguard();
    office.books.run(change).expect("a hand that knows SQL");
    let output = office.run(&["verify"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(said.contains("kiosk-1, entry 3: altered"), "{said}");
}

#[tokio::test]
async fn a_cut_tail_is_found() {
    let mut office = Office::open(3);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    kiosk.cash(1, 100);
    kiosk.push_all(&office).await;
    office.stop();
    office.books.unguard();
    office.books.run("DELETE FROM entry WHERE seq = 2").expect("a hand that knows SQL");
    let said = String::from_utf8(office.run(&["verify"]).stdout).expect("UTF-8");
    assert!(said.contains("kiosk-1, entry 2: cut off"), "{said}");
}

#[test]
fn a_device_is_made_beside_more_others_than_its_file_can_name() {
    let office = Office::open(1);
    let others = format!(
        "INSERT INTO device (writer, name, profile, public_key, book_numbers, enrolled_ms) \
         WITH RECURSIVE others (writer) AS \
         (SELECT 1 UNION ALL SELECT writer + 1 FROM others WHERE writer < 9000) \
         SELECT writer, 'other-' || writer, 'kiosk', {}, 500, 0 FROM others",
        Database::bytes(&[7; 32])
    );
    office.books.run(&others).expect("a hand that knows SQL");
    let kiosk = office.kiosk("kiosk-1", 500);
    let sisters = kiosk.provision.sisters.iter().map(|sister| sister.writer.0);
    assert!(sisters.eq(8_002..=9_001), "the newest of them, and itself");
}
