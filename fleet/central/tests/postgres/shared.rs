//! What only a database that several centres share can tell.

use std::time::{Duration, Instant};

use ledger::PhotoHash;
use replica::{Answer, PhotoSays};
use tempfile::TempDir;

use crate::database::{Database, started};
use crate::device::Device;
use crate::office::Office;
use crate::photos::{names, picture, sends};
use crate::server::Server;

const HOUSES: u32 = 5;

/// Far longer than the database takes to come back; only a story that hangs reaches it.
const PATIENCE: Duration = Duration::from_secs(120);

/// Sends everything of a device until a centre takes it, and goes on to the next centre whenever
/// one has no time; says how many times nobody had.
async fn push(device: &mut Device, client: &reqwest::Client, centres: &[String]) -> (Answer, u32) {
    let (start, mut refused) = (Instant::now(), 0);
    let batch = device.batch(0, device.entries.len());
    let body = device.request(Some(batch)).sealed(&device.key);
    for address in centres.iter().cycle() {
        assert!(start.elapsed() < PATIENCE, "no centre takes it");
        let url = format!("{address}/v1/exchange");
        let response = client.post(url).body(body.clone()).send().await.expect("an answer");
        match response.status().as_u16() {
            200 => {
                let answer = response.bytes().await.expect("a body");
                return (Answer::read(&answer).expect("an answer"), refused);
            }
            503 => {
                assert!(response.headers().contains_key("retry-after"), "it says when to come");
                refused += 1;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            status => panic!("{status}: {}", response.text().await.expect("text")),
        }
    }
    unreachable!("a cycle has no end")
}

/// A second centre on the same keys and database.
fn sister(office: &Office) -> Office {
    let mut sister = office.beside();
    sister.serve();
    sister
}

fn kiosks(office: &Office, count: u32) -> Vec<Device> {
    (1..=count).map(|number| office.kiosk(&format!("kiosk-{number}"), 500)).collect()
}

#[tokio::test]
async fn a_device_may_come_to_another_centre_each_time() {
    let mut office = Office::open(HOUSES);
    let other = sister(&office);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let here = office.address.clone();
    for turn in 0..6 {
        kiosk.cash(turn % HOUSES + 1, 100);
        office.address = if turn % 2 == 0 { other.address.clone() } else { here.clone() };
        let answer = kiosk.push_all(&office).await;
        assert_eq!((answer.acknowledged, answer.rejection), (u64::from(turn) + 2, None));
    }
    assert_eq!(other.dashboard().await["total"]["count"], 6);
    // A copy that comes to the other centre is found there.
    let mut copy = kiosk.clone();
    kiosk.cash(1, 10);
    kiosk.push_all(&office).await;
    copy.cash(2, 10);
    let answer = copy.push_all(&other).await;
    assert!(matches!(answer.rejection, Some(replica::Rejection::Fork(_))), "a fork");
    office.address = here;
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.rejection, Some(replica::Rejection::Frozen));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn devices_that_pay_for_the_same_houses_at_once_are_all_taken_and_every_paisa_is_there() {
    const DEVICES: u32 = 8;
    const TURNS: u32 = 6;
    let office = Office::open(HOUSES);
    let other = sister(&office);
    let mut tasks = Vec::new();
    for (number, mut kiosk) in (0..).zip(kiosks(&office, DEVICES)) {
        let mut centres = vec![office.address.clone(), other.address.clone()];
        centres.rotate_left(number % 2);
        let client = office.client.clone();
        tasks.push(tokio::spawn(async move {
            for turn in 0..TURNS {
                for house in 1..=HOUSES {
                    kiosk.cash(house, 10);
                }
                // A request of the bank's, which goes into the office book.
                kiosk.ask_upi(&format!("R{number}-{turn}"), 10);
                centres.rotate_left(1);
                let (answer, _) = push(&mut kiosk, &client, &centres).await;
                let sent = kiosk.entries.len() as u64;
                assert_eq!((answer.acknowledged, answer.quarantined.len()), (sent, 0));
            }
        }));
    }
    for task in tasks {
        task.await.expect("a device's day");
    }
    let receipts = DEVICES * TURNS * HOUSES;
    let page = other.dashboard().await;
    assert_eq!(page["total"]["count"], receipts);
    assert_eq!(page["total"]["amount_paise"], receipts * 1_000);
    assert!(office.good(&["verify"]).starts_with("complete"));
    // The register has each payment once: ₹480 of the ₹600 of each house's half-year are paid.
    let mut last = office.kiosk("kiosk-last", 500);
    let houses = last.push_all(&office).await.buildings;
    assert_eq!(houses.len() as u32, HOUSES);
    for house in houses {
        let paid: i64 = house.demands.iter().map(|demand| demand.paid.get()).sum();
        assert_eq!(paid, i64::from(DEVICES * TURNS) * 1_000);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_is_killed_under_load_loses_nothing_that_was_acknowledged() {
    const DEVICES: u32 = 4;
    const KILLS: u32 = 3;
    let server: &'static Server = Box::leak(Box::new(started()));
    let office = Office::open_on(Database::on(server), HOUSES);
    let other = sister(&office);
    let centres = vec![office.address.clone(), other.address.clone()];
    let mut devices = kiosks(&office, DEVICES);
    let mut waited = 0;
    for _ in 0..KILLS {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let tasks: Vec<_> = devices
            .drain(..)
            .map(|mut kiosk| {
                let (client, centres) = (office.client.clone(), centres.clone());
                let stopped = stopped.clone();
                tokio::spawn(async move {
                    let (mut acknowledged, mut refused) = (0, 0);
                    while !*stopped.borrow() {
                        kiosk.cash(1, 1);
                        let (answer, busy) = push(&mut kiosk, &client, &centres).await;
                        assert!(answer.acknowledged >= acknowledged, "it is never less");
                        (acknowledged, refused) = (answer.acknowledged, refused + busy);
                    }
                    assert_eq!(acknowledged, kiosk.entries.len() as u64);
                    (kiosk, refused)
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(400)).await;
        server.kill();
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.run();
        tokio::time::sleep(Duration::from_millis(200)).await;
        stop.send(true).expect("the devices listen");
        for task in tasks {
            let (kiosk, refused) = task.await.expect("a device's day");
            devices.push(kiosk);
            waited += refused;
        }
    }
    assert!(waited > 0, "nobody noticed that the database was gone");
    let receipts: usize = devices.iter().map(|kiosk| kiosk.entries.len() - 1).sum();
    assert_eq!(office.dashboard().await["total"]["count"], receipts);
    assert!(office.good(&["verify"]).starts_with("complete"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_waits_for_the_disk_keeps_no_other_device_waiting_and_is_answered_after_it() {
    let server: &'static Server = Box::leak(Box::new(started()));
    let office = Office::open_on(Database::on(server), HOUSES);
    let both = kiosks(&office, 2);
    // Without its standby the database waits with every commit, as with a disk that is slow.
    let standby = |name: &str| {
        let sql = format!("ALTER SYSTEM SET synchronous_standby_names = '{name}'");
        server.psql("postgres", &sql).expect("an administrator may");
        server.psql("postgres", "SELECT pg_reload_conf()").expect("an administrator may");
    };
    standby("one_that_never_comes");
    let centres = vec![office.address.clone()];
    let tasks: Vec<_> = both
        .into_iter()
        .map(|mut kiosk| {
            let (client, centres) = (office.client.clone(), centres.clone());
            tokio::spawn(async move {
                kiosk.cash(1, 10);
                push(&mut kiosk, &client, &centres).await.0
            })
        })
        .collect();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let (start, mut most) = (Instant::now(), 0);
    while most < 2 && start.elapsed() < PATIENCE / 2 {
        let count = server.psql("postgres", waiting).expect("a figure");
        most = most.max(count.trim().parse().expect("a figure"));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let answered = tasks.iter().filter(|task| task.is_finished()).count();
    // Before anything is held against it: without this the database would wait for ever.
    standby("");
    assert_eq!((most, answered), (2, 0), "who waits for the disk, and who did not");
    for task in tasks {
        let answer = task.await.expect("a turn");
        assert_eq!((answer.acknowledged, answer.quarantined.len()), (2, 0));
    }
    assert_eq!(office.dashboard().await["total"]["count"], 2);
}

#[tokio::test]
async fn a_database_that_answers_before_it_wrote_or_is_of_a_newer_program_is_refused() {
    let office = Office::made();
    let name = office.books.first("SELECT current_database()")[0].clone();
    let set = |setting: &str| {
        let sql = format!("ALTER DATABASE {name} SET {setting}");
        office.books.run(&sql).expect("an administrator may");
    };
    set("synchronous_commit = off");
    let refused = office.refused(&["verify"]);
    assert!(refused.contains("synchronous_commit = off"), "{refused}");
    // What waits for a standby as well is as good, and better.
    set("synchronous_commit = remote_write");
    office.good(&["verify"]);
    office.books.run("INSERT INTO migration VALUES (99, '0099_later')").expect("a newer program");
    let refused = office.refused(&["verify"]);
    assert!(refused.contains("of a newer version"), "{refused}");
}

impl Office {
    /// An office whose books are in this database.
    fn open_on(books: Database, buildings: u32) -> Self {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        Self::made_in(folder, books).opened(buildings)
    }

    /// Another centre of the same office, which does not serve yet.
    fn beside(&self) -> Self {
        Self {
            folder: self.folder.clone(),
            books: self.books.clone(),
            client: self.client.clone(),
            address: String::new(),
            running: None,
        }
    }
}

#[tokio::test]
async fn local_bodies_that_share_a_database_see_nothing_of_each_other() {
    let folder = || TempDir::new().expect("a folder");
    // Somebody's books lie in the schema that everybody has in their path.
    let everybodys = Database::of(folder().path());
    let names = ["body_one", "body_two"].map(|role| everybodys.shared_with(role));
    let lost = Office::made_in(folder(), everybodys.shared_with("body_three"));
    let first = Office::made_in(folder(), everybodys).opened(HOUSES);
    let mut offices = names.map(|books| Office::made_in(folder(), books).opened(HOUSES));
    for (office, rupees) in offices.iter_mut().zip([100, 200]) {
        let mut kiosk = office.kiosk("kiosk-1", 500);
        kiosk.cash(1, rupees);
        assert_eq!(kiosk.push_all(office).await.rejection, None);
    }
    assert_eq!(first.dashboard().await["total"]["count"], 0);
    for (office, rupees) in offices.iter().zip([100, 200]) {
        assert_eq!(office.dashboard().await["total"]["amount_paise"], rupees * 100);
        assert!(office.good(&["verify"]).starts_with("complete"));
    }
    // It is the database that refuses, whatever program asks.
    let [one, two] = &offices;
    assert_eq!(one.books.first("SELECT count(*) FROM body_one.receipt"), ["1"]);
    for table in ["receipt", "entry", "device_head", "building"] {
        let looked = two.books.run(&format!("SELECT * FROM body_one.{table}"));
        let refused = looked.expect_err("another body's");
        assert!(refused.contains("permission denied for schema body_one"), "{refused}");
    }
    // A role without a schema is told so, before anything is made where it does not belong.
    lost.books.run("ALTER ROLE body_three SET search_path = nowhere").expect("its own role");
    let refused = lost.refused(&["verify"]);
    assert!(refused.contains("has no schema for the books"), "{refused}");
}

#[tokio::test]
async fn the_pieces_of_a_photo_may_come_to_another_centre_each_time() {
    let office = Office::open(HOUSES);
    let other = sister(&office);
    let collector = office.collector("collector-1");
    let file = picture(200_000, 1);
    let photo = PhotoHash::of(&file);
    names(&collector, &office, 1, photo).await;
    let (mut offset, mut turn) = (0, 0);
    loop {
        let centre = if turn % 2 == 0 { &other } else { &office };
        match sends((&collector, centre), photo, &file, offset).await {
            PhotoSays::Has(has) => offset = usize::try_from(has).expect("small"),
            last => break assert_eq!(last, PhotoSays::Whole),
        }
        turn += 1;
    }
    for centre in [&office, &other] {
        let shown = centre.get(&format!("/photo/{photo}")).await;
        assert!(shown.bytes().await.expect("a body") == file);
    }
}
