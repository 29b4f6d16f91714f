//! The books on the disk: what is written is there again, and what is wrong is named.

mod common;

use common::{CASHIER, DAY_MS, Story, at, building, numbered, receipt, visit};
use ledger::{Breach, Fact, Paise, Print, PrintOutcome, PrintWitness, VisitOutcome, Writer};
use node::{AppendError, Damage, Store, StoreError};
use proptest::prelude::*;
use replica::audit::{self, Book, Keys, Verdict};

#[test]
fn what_was_appended_is_there_after_the_program_ended() {
    let story = Story::new();
    let mut store = story.open_with_book();
    assert_eq!((store.boot(), store.to_send()), (1, 1));
    let paid = receipt(&store, 345, 600);
    let written = store.append(at(1), CASHIER, vec![paid]).expect("a receipt");
    let head = store.day_book().clone();
    drop(store);
    let store = story.open();
    assert_eq!(store.day_book(), &head);
    assert_eq!(store.entry(2).expect("readable"), written.first().cloned());
    assert_eq!(store.entry(3).expect("readable"), None);
    assert_eq!(store.entries_after(1, 10).expect("readable"), written);
    assert_eq!(store.last_moment(), Some(at(1)));
    assert_eq!(store.boot(), 2);
    assert_eq!(store.day_book().cash(), Paise::rupees(600));
    assert_eq!(store.verify().expect("sound books").receipts, 1);
}

#[test]
fn only_a_whole_print_waits_for_the_next_sync() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let print = |of, outcome, witness| vec![Fact::Print(Print { of, outcome, witness })];
    let whole = |of| print(of, PrintOutcome::Whole, PrintWitness::Printer);
    let head = |store: &Store| store.day_book().head().seq;
    let is_synced = |store: &Store| store.durable_to() == head(store);
    let pays = |store: &mut Store| {
        let fact = receipt(store, 345, 100);
        store.append(at(1), CASHIER, vec![fact]).expect("a receipt")[0].seq
    };
    let of = pays(&mut store);
    assert!(is_synced(&store), "a receipt");
    store.append(at(1), CASHIER, whole(of)).expect("a print");
    assert_eq!(store.durable_to(), of);
    let of = pays(&mut store);
    assert!(is_synced(&store), "the next receipt");
    for (outcome, witness) in [
        (PrintOutcome::Uncertain, PrintWitness::Printer),
        (PrintOutcome::Held, PrintWitness::Printer),
        (PrintOutcome::Whole, PrintWitness::Staff),
    ] {
        store.append(at(1), CASHIER, print(of, outcome, witness)).expect("a print");
        assert!(is_synced(&store), "{outcome:?}, as the {witness:?} says");
    }
    for leaves in [true, false] {
        let of = pays(&mut store);
        store.append(at(1), CASHIER, whole(of)).expect("a print");
        assert!(!is_synced(&store));
        if leaves {
            store.next_request(at(2)).expect("a request");
            assert!(is_synced(&store), "what leaves the device");
        }
    }
    let end = head(&store);
    drop(store);
    let store = story.open();
    assert_eq!((head(&store), store.durable_to()), (end, end));
}

#[test]
fn an_opening_in_which_nothing_is_written_is_counted_too() {
    let story = Story::new();
    let boots: Vec<u32> = (0..3).map(|_| story.open().boot()).collect();
    assert_eq!(boots, [1, 2, 3]);
    let mut store = story.open_with_book();
    let written = store.append(at(1), CASHIER, vec![visit(345, VisitOutcome::Locked)]);
    written.expect("a visit");
    drop(store);
    assert_eq!(story.open().boot(), 5);
}

#[test]
fn tries_of_pins_are_counted_on_the_disk() {
    let story = Story::new();
    let store = story.open();
    assert_eq!(store.wrong_pins().expect("readable"), 0);
    store.keep_wrong_pins(3).expect("written");
    drop(store);
    let store = story.open();
    assert_eq!(store.wrong_pins().expect("readable"), 3);
    store.keep_wrong_pins(0).expect("written");
    assert_eq!(store.wrong_pins().expect("readable"), 0);
}

#[test]
fn a_refused_fact_changes_nothing_and_takes_its_companions_with_it() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let before = store.day_book().clone();
    let good = visit(345, VisitOutcome::Locked);
    let bad = Fact::Receipt(numbered("K3".into(), 9, 345, 600));
    let refused = store.append(at(1), CASHIER, vec![good, bad]).expect_err("out of turn");
    assert!(matches!(refused, AppendError::Breach(Breach::OutOfTurn { next: 1, .. })));
    assert_eq!(store.day_book(), &before);
    assert_eq!(store.entries_after(0, 10).expect("readable").len(), 1);
    let cash = receipt(&store, 345, 600);
    let refused = store.append(at(1), None, vec![cash]).expect_err("nobody is signed in");
    assert!(matches!(refused, AppendError::Breach(Breach::CashWithoutCashier)));
}

#[test]
fn an_entry_that_could_not_be_read_back_is_not_written() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let mut long = numbered("K3".into(), 1, 345, 600);
    long.service = "x".repeat(9_000);
    let refused = store.append(at(1), CASHIER, vec![Fact::Receipt(long)]).expect_err("too long");
    assert!(matches!(refused, AppendError::Breach(Breach::TooLong)));
    drop(store);
    assert_eq!(story.open().day_book().head().seq, 1);
}

#[test]
fn two_programs_cannot_have_the_same_books() {
    let story = Story::new();
    let first = story.open_with_book();
    let second = Store::open(story.folder.path(), &story.provision);
    let refused = second.err().expect("the books are in use");
    assert!(matches!(refused, StoreError::InUse), "{refused:?}");
    assert_eq!(refused.to_string(), "another Padi program is using these books");
    drop(first);
    story.open();
}

#[test]
fn the_books_of_another_device_are_refused() {
    let story = Story::new();
    drop(story.open());
    let mut other = story.provision.clone();
    other.writer = Writer(8);
    let refused = Store::open(story.folder.path(), &other).err().expect("another device");
    assert_eq!(refused.to_string(), "these books belong to device 7 of G0802, not to 8 of G0802");
}

#[test]
fn books_of_a_newer_program_are_refused() {
    let story = Story::new();
    drop(story.open());
    story.database().pragma_update(None, "user_version", 99).expect("a write");
    let refused = Store::open(story.folder.path(), &story.provision).err().expect("newer");
    assert!(matches!(refused, StoreError::Newer(99)));
}

/// Damages the rows of five entries in one way, and says which entry is blamed for what.
fn damaged(sql: &str) -> (u64, Damage) {
    let story = Story::new();
    let mut store = story.open_with_book();
    for minute in 1..5 {
        let fact = receipt(&store, 345, 100);
        store.append(at(minute), CASHIER, vec![fact]).expect("a receipt");
    }
    drop(store);
    story.database().execute_batch(sql).expect("a write");
    match Store::open(story.folder.path(), &story.provision).err() {
        Some(StoreError::Damaged { seq, source }) => (seq, source),
        other => panic!("not named as damaged: {other:?}"),
    }
}

#[test]
fn a_damaged_row_is_named() {
    let (seq, why) = damaged("UPDATE entries SET body = x'00' WHERE seq = 3");
    assert!(seq == 3 && matches!(why, Damage::Unreadable(_)), "{seq}: {why}");
    let (seq, why) = damaged("UPDATE entries SET hash = zeroblob(32) WHERE seq = 3");
    assert!(seq == 3 && matches!(why, Damage::Hash), "{seq}: {why}");
    let (seq, why) = damaged("DELETE FROM entries WHERE seq = 3");
    assert!(seq == 3 && matches!(why, Damage::Missing), "{seq}: {why}");
    let swap = "UPDATE entries SET body = (SELECT body FROM entries WHERE seq = 4) WHERE seq = 3";
    let (seq, why) = damaged(swap);
    assert!(seq == 3 && matches!(why, Damage::OutOfPlace(4)), "{seq}: {why}");
}

#[test]
fn the_register_is_searched_by_number_old_number_and_sticker() {
    let story = Story::new();
    let mut store = story.open();
    let rows = vec![
        building(1, "12/345 A", None),
        building(2, "4/17", Some("12/345a")),
        building(3, "4/18", None),
    ];
    store.put_buildings(rows.clone(), 0).expect("written");
    let found = |typed: &str| -> Vec<u32> {
        let found = store.buildings_by_number(typed).expect("readable");
        found.iter().map(|building| building.id).collect()
    };
    assert_eq!(found(" 12 / 345a "), [1, 2]);
    assert_eq!(found("4/17"), [2]);
    assert!(found("4/1").is_empty());
    assert!(found("").is_empty());
    assert_eq!(store.building(3).expect("readable").as_ref(), rows.get(2));
    let code = &rows[0].house_code;
    assert_eq!(store.building_by_code(code).expect("readable").as_ref(), rows.first());
    assert_eq!(store.building_by_code("PADI:H:G0802:9:X").expect("readable"), None);
    let ids = |after, limit| -> Vec<u32> {
        store.round(7, after, limit).expect("readable").iter().map(|row| row.id).collect()
    };
    assert_eq!(ids(None, 2), [1, 2]);
    assert_eq!(ids(Some(2), 2), [3]);
    assert_eq!(store.round(8, None, 2).expect("readable"), []);
    assert_eq!(store.round_size(7).expect("readable"), 3);
    let mut foreign = building(4, "1/1", None);
    foreign.house_code = "PADI:H:G0802:9:X".into();
    assert!(matches!(store.put_buildings(vec![foreign], 0), Err(StoreError::Register(_))));
}

#[test]
fn what_was_paid_here_counts_until_the_office_has_counted_it() {
    let story = Story::new();
    let mut store = story.open_with_book();
    store.put_buildings(vec![building(345, "12/345", None)], 1).expect("written");
    for minute in 1..=2 {
        let fact = receipt(&store, 345, minute * 100);
        store.append(at(minute), CASHIER, vec![fact]).expect("a receipt");
    }
    let sums = |store: &Store| -> Vec<Paise> {
        let lines = store.paid_since(345).expect("readable");
        lines.iter().map(|line| line.amount).collect()
    };
    assert_eq!(sums(&store), [Paise::rupees(100), Paise::rupees(200)]);
    store.put_buildings(vec![building(345, "12/345", None)], 2).expect("written");
    assert_eq!(sums(&store), [Paise::rupees(200)]);
    drop(store);
    assert_eq!(sums(&story.open()), [Paise::rupees(200)]);
}

#[test]
fn the_round_knows_what_was_done_today() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let today = at(0).day();
    store.append(at(1), CASHIER, vec![visit(5, VisitOutcome::Locked)]).expect("a visit");
    store.append(at(2), CASHIER, vec![visit(5, VisitOutcome::NoWaste)]).expect("a visit");
    let fact = receipt(&store, 5, 50);
    store.append(at(3), CASHIER, vec![fact]).expect("a receipt");
    drop(store);
    let mut store = story.open();
    let house = store.house_state_today(5, today).expect("something was done");
    assert_eq!(house.visit, Some(VisitOutcome::NoWaste));
    assert_eq!((house.paid, house.at), (Paise::rupees(50), at(3)));
    assert_eq!(store.house_state_today(6, today), None);
    assert_eq!(store.house_state_today(5, today + 1), None);
    let tomorrow = at(DAY_MS / 60_000);
    store.append(tomorrow, CASHIER, vec![visit(5, VisitOutcome::Refused)]).expect("a visit");
    let house = store.house_state_today(5, today + 1).expect("something was done");
    assert_eq!((house.visit, house.paid), (Some(VisitOutcome::Refused), Paise::ZERO));
}

#[test]
fn an_export_has_every_entry_and_closes_with_the_devices_signature() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let fact = receipt(&store, 345, 100);
    store.append(at(1), CASHIER, vec![fact]).expect("a receipt");
    let text = store.export(Vec::new(), at(2).wall_ms).expect("memory takes it");
    let text = String::from_utf8(text).expect("JSON");
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!((&lines[0]["writer"], &lines[0]["name"]), (&7.into(), &"kiosk-1".into()));
    let hash: String =
        store.day_book().head().hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(lines[2]["entry"]["hash"], hash);
    let entry = store.entry(2).expect("readable").expect("written").canonical();
    let entry: String = entry.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(lines[2]["entry"]["canonical"], entry);
    let book = Book::read(text.as_bytes()).expect("an export");
    let device = story.provision.sisters[0].key;
    let given = |devices| Keys { office: Some(story.provision.office), devices, trust_file: false };
    let report = audit::check(&book, &given(vec![device]));
    assert_eq!(report.verdict(), Verdict::Complete, "{:?}", report.findings);
    assert_eq!((report.totals.receipts, report.totals.cash.sum()), (1, Ok(Paise::rupees(100))));
    // Nobody gave the device's key, and the office has not vouched for it yet.
    assert_eq!(audit::check(&book, &given(Vec::new())).verdict(), Verdict::Unproven);
}

#[derive(Clone, Debug)]
enum Step {
    Pay { building: u32, rupees: i64 },
    PayOutOfTurn,
    Visit(u32),
    Print(u64),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..5_u32, 1..900_i64).prop_map(|(building, rupees)| Step::Pay { building, rupees }),
        1 => Just(Step::PayOutOfTurn),
        2 => (1..5_u32).prop_map(Step::Visit),
        2 => (1..40_u64).prop_map(Step::Print),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is done, and whenever the program ends, the books on the disk are those in memory,
    /// and the money in them is the money that was taken.
    #[test]
    fn the_disk_and_the_memory_never_part(steps in prop::collection::vec(step(), 1..40)) {
        let story = Story::new();
        let mut store = story.open_with_book();
        let mut taken = 0;
        for (minute, step) in (1..).zip(steps) {
            let facts = match step {
                Step::Pay { building, rupees } => {
                    taken += rupees;
                    vec![receipt(&store, building, rupees), visit(building, VisitOutcome::NoWaste)]
                }
                Step::PayOutOfTurn => vec![Fact::Receipt(numbered("K3".into(), 999, 1, 5))],
                Step::Visit(building) => vec![visit(building, VisitOutcome::Locked)],
                Step::Print(of) => vec![Fact::Print(Print {
                    of,
                    outcome: PrintOutcome::Whole,
                    witness: PrintWitness::Printer,
                })],
                Step::Reopen => {
                    drop(store);
                    store = story.open();
                    Vec::new()
                }
            };
            let before = store.day_book().clone();
            if store.append(at(minute), CASHIER, facts).is_err() {
                prop_assert_eq!(store.day_book(), &before);
            }
        }
        let memory = store.day_book().clone();
        prop_assert_eq!(memory.cash(), Paise::rupees(taken));
        drop(store);
        let store = story.open();
        prop_assert_eq!(store.day_book(), &memory);
        prop_assert_eq!(store.verify().expect("sound books").head, memory.head());
        let lines: i64 = (1..5_u32)
            .flat_map(|building| store.paid_since(building).expect("readable"))
            .map(|line| line.amount.get())
            .sum();
        prop_assert_eq!(lines, taken * 100);
    }
}
