//! Halls are leased to devices by the slot: no two can sell one, a double is kept apart, and what
//! is wanted back is the office's once the device has answered.

use ledger::{
    Answer as Given, Booking, Demand, Fact, Named, Pack, Payer, Receipt, SignedSlots,
    SlotsRecalled, SlotsReturned, apportion,
};
use replica::Answer;

use crate::device::{Device, cash};
use crate::fees::pack;
use crate::office::{Office, date, today};

fn lease(device: &str, from: i64, to: i64, slots: &[&str]) -> Vec<String> {
    let (from, to) = (date(from), date(to));
    let of = ["slots", "--lease", "--device", device, "--facility", "play-ground", "--by", "401"];
    let days = ["--from", &from, "--to", &to];
    let slots = slots.iter().flat_map(|slot| ["--slots", slot]);
    of.into_iter().chain(days).chain(slots).map(str::to_owned).collect()
}

fn good(office: &Office, words: &[String]) -> String {
    office.good(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

fn refused(office: &Office, words: &[String]) -> String {
    office.refused(&words.iter().map(String::as_str).collect::<Vec<_>>())
}

/// What the office leased, as the device is told, and what it wants back.
fn told(answer: &Answer) -> (Vec<SignedSlots>, Vec<SlotsRecalled>) {
    let (mut leased, mut recalled) = (Vec::new(), Vec::new());
    for notice in &answer.notices {
        match &notice.notice.entry.fact {
            Fact::SlotsLeased(slots) => leased.push(slots.clone()),
            Fact::SlotsRecalled(word) => recalled.push(*word),
            _ => {}
        }
    }
    (leased, recalled)
}

fn books(pack: &Pack, device: &Device, day: i64, slot: &str) -> Receipt {
    let booking = Booking { facility: "play_ground".into(), day, slot: slot.into() };
    let mut answers = booking.answers().to_vec();
    answers.push(Given { name: "purpose".into(), value: "family".into() });
    let service = pack.service("hall_booking").expect("a service of the pack");
    let on = ledger::date_of(today());
    let demand = Demand::of_fees(pack, service, &answers, on).expect("a demand");
    let total = demand.total;
    Receipt {
        service: service.id.clone(),
        payer: Payer::Named(Named { name: "Ammini".into(), reference: String::new() }),
        lines: apportion(&demand, total).expect("the whole is paid"),
        total,
        tender: cash(total.get() / 100),
        pack: pack.body.version,
        answers,
        ..device.numbered(device.receipt(1, 1, cash(1)))
    }
}

/// Sells a slot in the name of the cashier 101, whether or not that can be.
fn sell(device: &mut Device, day: i64, slot: &str) -> u64 {
    let receipt = books(&pack(), device, day, slot);
    device.take(Some(101), receipt)
}

/// A device takes what it was leased.
async fn takes(device: &mut Device, office: &Office) {
    let answer = device.push_all(office).await;
    for slots in told(&answer).0 {
        device.write(None, Fact::SlotsOpened(slots));
    }
    assert_eq!(device.push_all(office).await.quarantined, []);
}

fn office() -> Office {
    let office = Office::with_accountant();
    assert!(office.staff("402", "accountant", "2580").status.success());
    office
}

#[tokio::test]
async fn no_two_devices_have_one_slot_and_a_forged_double_is_kept_apart() {
    let office = office();
    let (mut one, mut two) = (office.kiosk("kiosk-1", 500), office.kiosk("kiosk-2", 500));
    let day = today() + 10;
    let said = good(&office, &lease("kiosk-1", day, day + 1, &["morning", "day"]));
    assert!(said.starts_with("Lease 1: kiosk-1 may sell 4 slots"), "{said}");
    // Whatever overlaps is refused, and whatever does not is not.
    let why = refused(&office, &lease("kiosk-2", day + 1, day + 3, &[]));
    assert!(
        why.contains("morning is leased to kiosk-1 on some of these days, by lease 1"),
        "{why}"
    );
    good(&office, &lease("kiosk-2", day, day + 1, &["evening"]));
    good(&office, &lease("kiosk-2", day + 2, day + 2, &[]));
    for (wrong, words) in [
        (lease("kiosk-9", day, day, &[]), "no device is named kiosk-9"),
        (lease("kiosk-1", day, day, &["night"]), "no slot night: it has morning, day, evening"),
        (lease("kiosk-1", day + 5, day + 4, &[]), "give a last day"),
        (lease("kiosk-1", today() - 9, today() - 2, &[]), "give a last day"),
    ] {
        let why = refused(&office, &wrong);
        assert!(why.contains(words), "{words}: {why}");
    }
    takes(&mut one, &office).await;
    takes(&mut two, &office).await;

    let sold = sell(&mut one, day, "morning");
    let twice = sell(&mut one, day, "morning");
    let answer = one.push_all(&office).await;
    let at = date(day);
    let double = format!("play_ground, {at}, morning: this slot was sold before");
    let reasons: Vec<(u64, &str)> =
        answer.quarantined.iter().map(|apart| (apart.seq, apart.reason.as_str())).collect();
    assert_eq!(reasons, [(twice, double.as_str())]);
    // The evening is the other's, who sells it, and none that is the first one's.
    sell(&mut two, day, "evening");
    assert_eq!(two.push_all(&office).await.quarantined, []);
    let strange = sell(&mut two, day, "morning");
    let answer = two.push_all(&office).await;
    let why = format!("play_ground, {at}, morning: this slot was not leased to the device");
    let last = answer.quarantined.last().expect("kept apart");
    assert_eq!((last.seq, &last.reason), (strange, &why));
    let listed = office.good(&["slots", "--list"]);
    let counts: Vec<bool> = listed.lines().take(3).map(|line| line.contains("1 sold")).collect();
    assert_eq!(counts, [true, true, false], "{listed}");
    assert_eq!(office.dashboard().await["total"]["count"], 2);

    // Two persons give the double's payer the money back; the first receipt stands.
    let entry = twice.to_string();
    let of = ["settle-entry", "--device", "kiosk-1", "--entry", &entry, "--return", "V-7"];
    let by = ["--reason", "Sold twice", "--by", "401", "--second", "402"];
    office.good(&[&of[..], &by[..]].concat());
    assert!(office.good(&["verify"]).starts_with("complete"));
    assert!(sold < twice);
}

#[tokio::test]
async fn what_is_wanted_back_is_free_once_the_device_has_answered() {
    let office = office();
    let (mut one, mut two) = (office.kiosk("kiosk-1", 500), office.kiosk("kiosk-2", 500));
    let day = today() + 20;
    good(&office, &lease("kiosk-1", day, day + 1, &["morning"]));
    takes(&mut one, &office).await;
    let receipt = sell(&mut one, day, "morning");
    one.push_all(&office).await;

    let said = office.good(&["slots", "--take-back", "1", "--by", "401"]);
    assert!(said.starts_with("kiosk-1 is asked for lease 1"), "{said}");
    let why = office.refused(&["slots", "--take-back", "1", "--by", "401"]);
    assert!(why.contains("lease 1 of kiosk-1 was taken back before"), "{why}");
    let why = office.refused(&["slots", "--take-back", "8", "--by", "401"]);
    assert!(why.contains("there is no lease 8"), "{why}");
    // It may sell until it has answered, and nobody else gets a slot of it before.
    let why = refused(&office, &lease("kiosk-2", day + 1, day + 1, &["morning"]));
    assert!(why.contains("leased to kiosk-1"), "{why}");
    sell(&mut one, day + 1, "morning");
    let answer = one.push_all(&office).await;
    assert_eq!(answer.quarantined, []);
    assert_eq!(told(&answer).1, [SlotsRecalled { writer: one.provision.writer, lease: 1 }]);
    one.void(receipt, "Another day");
    let back = one.day_book().slots_returned(1).expect("it has the lease");
    assert_eq!(back, SlotsReturned { lease: 1, unsold: 1 }, "the cancelled one is free again");
    one.write(None, Fact::SlotsReturned(back));
    assert_eq!(one.push_all(&office).await.quarantined, []);

    // What it sold stays sold; the rest goes to another.
    let why = refused(&office, &lease("kiosk-2", day, day + 1, &["morning"]));
    assert!(why.contains(&format!("the slot morning of {} is sold", date(day + 1))), "{why}");
    good(&office, &lease("kiosk-2", day, day, &["morning"]));
    takes(&mut two, &office).await;
    sell(&mut two, day, "morning");
    assert_eq!(two.push_all(&office).await.quarantined, []);
    // Its first lessee can sell it no more.
    let late = sell(&mut one, day, "morning");
    let answer = one.push_all(&office).await;
    let apart = answer.quarantined.iter().find(|apart| apart.seq == late).expect("kept apart");
    assert!(apart.reason.contains("was not leased to the device"), "{}", apart.reason);
    assert!(office.good(&["slots", "--list"]).contains("given back"));
    assert!(office.good(&["verify"]).starts_with("complete"));
}

#[tokio::test]
async fn a_booking_is_of_a_service_that_books_and_of_a_slot_that_there_is() {
    let office = office();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let day = today() + 10;
    good(&office, &lease("kiosk-1", day, day, &[]));
    takes(&mut kiosk, &office).await;
    // The fee without the slot: whoever pays has nothing for it.
    let mut nothing = books(&pack(), &kiosk, day, "morning");
    nothing.answers.retain(|answer| !Booking::is_answer(&answer.name));
    let nothing = kiosk.take(Some(101), nothing);
    let mut foreign = books(&pack(), &kiosk, day, "day");
    foreign.service = "licence_fee".to_owned();
    let foreign = kiosk.take(Some(101), foreign);
    let answer = kiosk.push_all(&office).await;
    let reason = |seq: u64| {
        let apart = answer.quarantined.iter().find(|apart| apart.seq == seq);
        apart.expect("kept apart").reason.clone()
    };
    assert!(reason(nothing).contains("the receipt books none"), "{}", reason(nothing));
    assert!(reason(foreign).contains("the service licence_fee has none"), "{}", reason(foreign));
}
