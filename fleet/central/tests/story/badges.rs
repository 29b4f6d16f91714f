//! Badges of staff: given, kept, refused to a second person, taken away, and in the file of each
//! device that is made.

use replica::{card_mark, card_number};

use crate::device::Device;
use crate::office::Office;

/// As it is printed on the badge.
const PRINTED: &str = "0012345678";

/// What `central staff` says of the collector with these words more.
fn staff(office: &Office, id: &str, more: &[&str]) -> Result<(), String> {
    let words = ["staff", "--id", id, "--name", "Sumathi", "--role", "collector"];
    let output = office.told(&[&words[..], more].concat(), "2580");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8(output.stderr).expect("UTF-8")),
    }
}

/// Whose badge the file of a new device names.
fn badged(device: &Device) -> Vec<u32> {
    let staff = device.provision.staff.iter().filter(|member| member.badge.is_some());
    staff.map(|member| member.id.0).collect()
}

#[test]
fn a_badge_is_one_person_s_and_stays_until_it_is_taken_away() {
    let office = Office::made();
    assert_eq!(staff(&office, "201", &["--badge", PRINTED]), Ok(()));
    assert_eq!(staff(&office, "202", &[]), Ok(()));
    let device = office.device("collector-1", &["--profile", "collector", "--ward", "7"]);
    let number = card_number(PRINTED).expect("a number");
    let mark = card_mark(&number, &device.provision.office);
    assert_eq!((badged(&device), device.provision.staff[0].badge), (vec![201], mark));

    // A new PIN leaves it; nobody else gets it, however it is written; what is no number is none.
    assert_eq!(staff(&office, "201", &[]), Ok(()));
    let taken = staff(&office, "202", &["--badge", "0A:00:BC:61:4E"]).expect_err("it is taken");
    assert!(taken.contains("staff 201 has this badge"), "{taken}");
    let wrong = staff(&office, "202", &["--badge", "blue"]).expect_err("no number");
    assert!(wrong.contains("the ten digits that are printed on it"), "{wrong}");
    let device = office.device("collector-2", &["--profile", "collector", "--ward", "7"]);
    assert_eq!(badged(&device), [201]);

    assert_eq!(staff(&office, "201", &["--no-badge"]), Ok(()));
    assert_eq!(staff(&office, "202", &["--badge", PRINTED]), Ok(()));
    let device = office.device("collector-3", &["--profile", "collector", "--ward", "7"]);
    assert_eq!(badged(&device), [202]);
}
