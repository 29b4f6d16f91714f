//! Rule packs in service: who is offered what and when, what a device says of one, and receipts of
//! years and versions ago computed again.

use std::fs;
use std::path::{Path, PathBuf};

use ledger::{
    Building, CashTender, Demand, Fact, Pack, PackFile, PackRefusal, PackSaid, PackWord, Paise,
    Receipt, ReceiptLine, Tender, apportion, sha256,
};
use replica::{PackOffer, pack_file_name};

use crate::device::Device;
use crate::office::{Office, PACK, building, date, today};

/// A file of the shipped pack, changed.
type Change<'a> = (&'a str, &'a str, &'a str);

/// The shipped pack under another version, effective from a day on, with changes; its files.
pub fn files(version: u32, from: i64, changes: &[Change<'_>]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(PACK).expect("the shipped pack") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let mut text = fs::read_to_string(&path).expect("a text");
            if name == "pack.toml" {
                let line = |key: &str| {
                    text.lines().find(|line| line.starts_with(key)).expect("a line").to_owned()
                };
                let (was, since) = (line("version = "), line("effective = "));
                text = text.replacen(&was, &format!("version = {version}"), 1).replacen(
                    &since,
                    &format!("effective = {}", date(from)),
                    1,
                );
            }
            for (file, was, is) in changes.iter().filter(|(file, ..)| *file == name) {
                assert!(text.contains(was), "{file} has {was}");
                text = text.replacen(was, is, 1);
            }
            files.push((name, text));
        }
    }
    files.extend(forms());
    files
}

/// The forms of the shipped pack, as they are.
fn forms() -> Vec<(String, String)> {
    let mut sheets = Vec::new();
    for form in fs::read_dir(Path::new(PACK).join("forms")).expect("the forms") {
        for sheet in fs::read_dir(form.expect("a form").path()).expect("its sheets") {
            let path = sheet.expect("a sheet").path();
            let name = path.strip_prefix(PACK).expect("within the pack").to_string_lossy();
            sheets.push((name.into_owned(), fs::read_to_string(&path).expect("a text")));
        }
    }
    sheets
}

fn pack(files: &[(String, String)]) -> Pack {
    let files: Vec<PackFile<'_>> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    Pack::parse(&files).expect("a sound pack")
}

/// Lays the files of a pack into a folder.
pub fn write(folder: &Path, files: &[(String, String)]) {
    for (name, text) in files {
        let to = folder.join(name);
        fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
        fs::write(to, text).expect("writable");
    }
}

/// Writes, builds and signs a pack until a day; answers where the signed file lies.
fn signed(office: &Office, files: &[(String, String)], until: i64) -> PathBuf {
    let folder = office.path("pack-to-sign");
    let _ = fs::remove_dir_all(&folder);
    write(&folder, files);
    let (built, signed) = (office.path("built.pack"), office.path("signed.pack"));
    let path = |path: &PathBuf| path.to_str().expect("UTF-8").to_owned();
    office.pack(&["check", &path(&folder)]).expect("no fault");
    office.pack(&["build", &path(&folder), "--out", &path(&built)]).expect("built");
    let (data, until) = (path(&office.path("data")), date(until));
    let words = ["sign", "--data", &data, "--expires", &until, &path(&built), "--out"];
    office.pack(&[&words[..], &[&path(&signed)]].concat()).expect("signed");
    signed
}

fn add(office: &Office, file: &PathBuf) -> Result<String, String> {
    let data = office.path("data");
    let mut words = vec!["add", "--data", data.to_str().expect("UTF-8")];
    let books = office.books.named();
    words.extend(books.iter().map(String::as_str));
    words.push(file.to_str().expect("UTF-8"));
    office.pack(&words)
}

/// What the office offers, once it has looked for what is new.
async fn offered(device: &mut Device, office: &Office) -> Option<PackOffer> {
    device.turn(office, None).await.pack
}

/// How often is looked whether the running centre has taken something up; it does so in seconds.
const LOOKS_MAX: u32 = 600;

async fn pause() {
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
}

/// Until the running centre has taken up these versions.
async fn in_service(office: &Office, versions: &[u32]) {
    for _ in 0..LOOKS_MAX {
        let figures = office.dashboard().await;
        if figures["packs_in_service"] == serde_json::json!(versions) {
            return;
        }
        pause().await;
    }
    panic!("{versions:?} are not taken up");
}

#[tokio::test]
async fn a_pack_is_offered_until_the_device_has_spoken_of_it() {
    let office = Office::open(2);
    let mut device = office.kiosk("kiosk-1", 100);
    device.push_all(&office).await;
    assert_eq!(offered(&mut device, &office).await, None, "nothing is new");
    let path = signed(&office, &files(4, today(), &[]), today() + 30);
    let said = add(&office, &path).expect("it is put into service");
    assert!(said.contains("padippuram 4 is in service"), "{said}");
    in_service(&office, &[4]).await;
    let file = fs::read(&path).expect("the signed file");
    let offer = offered(&mut device, &office).await.expect("a pack");
    let bytes = u32::try_from(file.len()).expect("a small file");
    assert_eq!(offer, PackOffer { version: 4, bytes, digest: sha256(&file), file: None });

    // It is there for everybody, whole and by ranges, and nothing else is.
    let name = pack_file_name(&offer.digest);
    let whole = office.get(&format!("/v1/pack/{name}")).await;
    assert_eq!(whole.bytes().await.expect("a body"), file);
    let url = format!("{}/v1/pack/{name}", office.address);
    let piece = office.client.get(&url).header("range", "bytes=100-199").send().await;
    let piece = piece.expect("an answer");
    assert_eq!(piece.status(), 206);
    assert_eq!(piece.bytes().await.expect("a body"), file[100..200]);
    let beyond = office.client.get(&url).header("range", "bytes=9000000-").send().await;
    assert_eq!(beyond.expect("an answer").status(), 416);
    for other in ["0".repeat(64), "../keys/office.pk8".to_owned(), "%2e%2e".to_owned()] {
        assert_eq!(office.get(&format!("/v1/pack/{other}")).await.status(), 404, "{other}");
    }

    // A damaged file is offered again; what is kept or refused for good is not.
    let says = |said| Fact::PackSaid(PackSaid { version: 4, file: offer.digest, said });
    device.write(None, says(PackWord::Refused(PackRefusal::Damaged)));
    assert!(device.push_all(&office).await.pack.is_some());
    let figures = office.dashboard().await;
    assert_eq!(figures["pack_troubles"][0]["reason"], "damaged", "{figures}");
    device.write(None, says(PackWord::Kept));
    assert_eq!(device.push_all(&office).await.pack, None);
    let figures = office.dashboard().await;
    assert_eq!(figures["pack_troubles"].as_array().map(Vec::len), Some(0), "{figures}");
    assert!(figures["devices"][0]["pack"].is_null(), "it is kept, and not in use: {figures}");
    device.write(None, says(PackWord::InUse));
    device.push_all(&office).await;
    assert_eq!(office.dashboard().await["devices"][0]["pack"], 4);
    assert!(office.good(&["verify"]).starts_with("complete"));
}

#[tokio::test]
async fn a_device_that_refuses_for_good_is_listed_and_not_asked_again() {
    let office = Office::open(2);
    let mut device = office.kiosk("kiosk-1", 100);
    add(&office, &signed(&office, &files(4, today(), &[]), today() + 3)).expect("in service");
    in_service(&office, &[4]).await;
    let offer = offered(&mut device, &office).await.expect("a pack");
    let said = PackWord::Refused(PackRefusal::Expired);
    device.write(None, Fact::PackSaid(PackSaid { version: 4, file: offer.digest, said }));
    assert_eq!(device.push_all(&office).await.pack, None);
    let page = office.get("/").await.text().await.expect("text");
    for words in ["Rule packs that devices refused", "It has expired", "The rule pack ends on"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    // The same text signed for longer is another file, and a new try.
    let again = signed(&office, &files(4, today(), &[]), today() + 90);
    add(&office, &again).expect("renewed");
    let longer = sha256(&fs::read(&again).expect("the file"));
    for _ in 0..LOOKS_MAX {
        if let Some(offer) = offered(&mut device, &office).await {
            return assert_eq!(offer.digest, longer);
        }
        pause().await;
    }
    panic!("it is not offered again");
}

#[tokio::test]
async fn what_replaces_another_is_offered_and_what_is_replaced_is_not() {
    let mut office = Office::made().opened(2);
    for (version, from) in [(4, today()), (5, today()), (6, today() + 9)] {
        add(&office, &signed(&office, &files(version, from, &[]), today() + 30)).expect("added");
    }
    in_service(&office, &[5, 6]).await;
    let mut device = office.kiosk("kiosk-1", 100);
    let mut versions = Vec::new();
    while let Some(offer) = device.push_all(&office).await.pack {
        versions.push(offer.version);
        let (version, file) = (offer.version, offer.digest);
        device.write(None, Fact::PackSaid(PackSaid { version, file, said: PackWord::Kept }));
    }
    assert_eq!(versions, [5, 6]);
    // A centre that starts anew knows them all.
    office.stop();
    office.serve();
    assert_eq!(office.dashboard().await["packs_in_service"], serde_json::json!([5, 6]));
}

#[tokio::test]
async fn what_no_device_should_take_is_not_put_into_service() {
    let office = Office::open(1);
    let path = |path: PathBuf| path.to_str().expect("UTF-8").to_owned();
    let good = signed(&office, &files(5, today(), &[]), today() + 30);
    let other = Office::made();
    let theirs = add(&other, &good).expect_err("another office's");
    assert!(theirs.contains("not signed by this office"), "{theirs}");
    add(&office, &good).expect("ours");
    let again = add(&office, &signed(&office, &files(4, today(), &[]), today() + 30));
    assert!(again.expect_err("older").contains("older than one that was here"));
    let changed = files(5, today(), &[("pack.toml", "idle_s = 40", "idle_s = 50")]);
    let changed = add(&office, &signed(&office, &changed, today() + 30)).expect_err("changed");
    assert!(changed.contains("another text under a version"), "{changed}");
    let foreign = files(6, today(), &[("pack.toml", "\"G0802\"", "\"G0999\"")]);
    let foreign = add(&office, &signed(&office, &foreign, today() + 30)).expect_err("foreign");
    assert!(foreign.contains("another local body"), "{foreign}");
    let unsigned = add(&office, &office.path("built.pack")).expect_err("unsigned");
    assert!(unsigned.contains("central pack sign"), "{unsigned}");
    let data = path(office.path("data"));
    for until in [today() - 1, today() + 801] {
        let (until, built) = (date(until), path(office.path("built.pack")));
        let words = ["sign", "--data", &data, "--expires", &until, &built, "--out", "/nowhere"];
        let refused = office.pack(&words).expect_err("too long, or over");
        assert!(refused.contains("the last day is"), "{refused}");
    }
    let broken = files(7, today(), &[("rates.toml", "basis_points = 500", "basis_points = 0.5")]);
    let folder = office.path("broken");
    write(&folder, &broken);
    let words = ["build", &path(folder), "--out", &path(office.path("broken.pack"))];
    let refused = office.pack(&words).expect_err("a fault");
    assert!(refused.contains("library_cess.basis_points: must be a whole"), "{refused}");
    assert!(!office.path("broken.pack").exists());
}

/// What a device writes that takes so much on a day by a pack; `since` are the lines of what it
/// took for the house before.
fn receipt(
    device: &Device,
    pack: &Pack,
    (house, since): (&Building, &[ReceiptLine]),
    day: i64,
    rupees: i64,
) -> Receipt {
    let demand = Demand::of(pack, house, ledger::date_of(day), since).expect("a demand");
    let total = Paise::rupees(rupees);
    let blank = device.receipt(house.id, rupees, Tender::Cash(CashTender { tendered: total }));
    let lines = apportion(&demand, total).expect("lines");
    Receipt { lines, total, pack: pack.body.version, ..blank }
}

fn of_day(year: i32, month: u32, day: u32) -> i64 {
    let date = chrono::NaiveDate::from_ymd_opt(year, month, day).expect("a day");
    date.signed_duration_since(ledger::date_of(0)).num_days()
}

/// Packs that replaced each other at a half-year and at a year, each with another cess; in service.
fn packs_of_years(office: &Office) -> Vec<Pack> {
    let mut packs = vec![pack(&files(3, of_day(2026, 4, 1), &[]))];
    for (version, from, points) in
        [(4, of_day(2026, 9, 30), 600), (5, of_day(2026, 10, 1), 800), (6, of_day(2027, 4, 1), 700)]
    {
        let is = format!("basis_points = {points}\n");
        let files = files(version, from, &[("rates.toml", "basis_points = 500\n", &is)]);
        add(office, &signed(office, &files, today() + 90)).expect("in service");
        packs.push(pack(&files));
    }
    packs
}

#[tokio::test]
async fn receipts_of_older_packs_half_years_and_years_are_computed_again_by_what_they_name() {
    let office = Office::open(6);
    let packs = packs_of_years(&office);
    in_service(&office, &[5, 6]).await;
    let mut device = office.kiosk("kiosk-1", 100);
    // The last and the first days of two years and two half-years, by the pack of each.
    for (id, day, version) in [
        (1, of_day(2026, 3, 31), 3),
        (2, of_day(2026, 4, 1), 3),
        (3, of_day(2026, 9, 30), 4),
        (4, of_day(2026, 10, 1), 5),
        (5, of_day(2027, 4, 1), 6),
    ] {
        let pack = &packs[version - 3];
        let whole = receipt(&device, pack, (&building(id, 7), &[]), day, 400);
        device.pay_on(day, whole);
    }
    // What one version left is paid by the next.
    let Fact::Receipt(first) = device.entries[1].fact.clone() else { panic!("a receipt") };
    let day = of_day(2026, 10, 1);
    let rest = receipt(&device, &packs[2], (&building(1, 7), &first.lines), day, 300);
    device.pay_on(day, rest);
    device.push_all(&office).await;
    let said = office.good(&["verify"]);
    assert!(said.starts_with("complete"), "{said}");
    assert!(said.contains("that they name: 6 the same, 0 otherwise, 0 not possible"), "{said}");

    // One that names another version than it was computed by comes out otherwise, and one of a
    // version that was never here cannot be computed.
    let wrong = receipt(&device, &packs[2], (&building(6, 7), &[]), day, 400);
    device.pay_on(day, Receipt { pack: 3, ..wrong });
    let unknown = receipt(&device, &packs[2], (&building(2, 7), &[]), day, 50);
    device.pay_on(day, Receipt { pack: 99, ..unknown });
    device.push_all(&office).await;
    let said = office.good(&["verify"]);
    assert!(said.contains("6 the same, 1 otherwise, 1 not possible"), "{said}");
    assert!(said.contains("kiosk-1, entry 8: version 3 of the rule pack gives other"), "{said}");
}
