//! Books that are opened by what was kept of them: the same books, whatever became of it.

mod common;

use common::{CASHIER, Story, at, building, receipt, visit};
use ledger::{Fact, Print, PrintOutcome, PrintWitness, StaffId, Void};
use node::{Store, StoreError};
use rusqlite::Connection;

/// Receipts of a device that has been in use for some days: a state is kept where it is closed.
const RECEIPTS: i64 = 300;

fn filled() -> Story {
    let story = Story::with_numbers(10_000);
    let mut store = story.open_with_book();
    pay(&mut store, 1, RECEIPTS);
    store
        .append(at(RECEIPTS), CASHIER, vec![visit(345, ledger::VisitOutcome::Collected)])
        .expect("a visit");
    story
}

fn pay(store: &mut Store, from: i64, count: i64) {
    for minute in from..from + count {
        let house = 300 + u32::try_from(minute % 50).expect("few");
        let fact = receipt(store, house, 10 + minute % 7);
        let of = store.append(at(minute), CASHIER, vec![fact]).expect("a receipt")[0].seq;
        let (outcome, witness) = (PrintOutcome::Whole, PrintWitness::Printer);
        let print = Fact::Print(Print { of, outcome, witness });
        store.append(at(minute), CASHIER, vec![print]).expect("its print");
    }
}

fn kept_seq(database: &Connection) -> Option<u64> {
    let sql = "SELECT max(seq) FROM kept_state";
    database
        .query_row(sql, [], |row| row.get::<_, Option<i64>>(0))
        .expect("a table")
        .map(|seq| u64::try_from(seq).expect("a sequence"))
}

/// All that whoever stands at the device can see of its receipts.
fn seen(store: &Store) -> String {
    let like = store.receipts_like("", 1_000).expect("receipts");
    let some = store.receipts_like("12", 40).expect("receipts");
    let houses: Vec<_> = (300..350)
        .map(|house| {
            let day = at(RECEIPTS).day();
            (store.paid_since(house).expect("lines"), store.house_state_today(house, day))
        })
        .collect();
    let last = store.last_moment();
    let leases = store.leases();
    let cancelled: Vec<_> = (1..700).filter(|seq| store.is_cancelled(*seq)).collect();
    let books = store.day_book();
    format!("{like:?} {some:?} {houses:?} {last:?} {leases:?} {cancelled:?} {books:?}")
}

/// The books replayed from the first entry: nothing of them is kept.
fn replayed(story: &Story) -> String {
    let database = story.database();
    database.execute("DELETE FROM kept_state", []).expect("a table");
    drop(database);
    let store = story.open();
    store.verify().expect("sound books");
    seen(&store)
}

#[test]
fn the_books_are_the_same_by_what_is_kept_and_by_every_entry() {
    let story = filled();
    let kept = kept_seq(&story.database()).expect("closed in order");
    let mut store = story.open();
    assert_eq!(kept, store.day_book().head().seq);
    store.put_buildings(vec![building(345, "1/345", None)], 0).expect("a row");
    // A few more follow, one of them cancels another.
    pay(&mut store, RECEIPTS + 1, 20);
    let last = store.day_book().head().seq - 1;
    let (reason, second) = ("a wrong sum".to_owned(), StaffId(102));
    let void = Void { receipt: last, reason, second };
    store.append(at(RECEIPTS + 21), CASHIER, vec![Fact::Voided(void)]).expect("cancelled");
    let before = seen(&store);
    store.verify().expect("what is kept is what the entries say");
    drop(store);
    assert_eq!(kept_seq(&story.database()), Some(kept), "so few are replayed sooner");
    let store = story.open();
    assert_eq!(seen(&store), before);
    store.verify().expect("sound books");
    drop(store);
    assert_eq!(replayed(&story), before);
    // All that was replayed is kept again.
    assert!(kept_seq(&story.database()).is_some_and(|seq| seq > kept));
}

/// Does something to the file, and says what the books are then.
fn after(deed: &str) -> (String, String) {
    let story = filled();
    let before = seen(&story.open());
    let database = story.database();
    database.execute_batch(deed).expect("done");
    drop(database);
    let store = story.open();
    store.verify().expect("sound books");
    let after = seen(&store);
    drop(store);
    assert_eq!(replayed(&story), after);
    (before, after)
}

#[test]
fn what_is_kept_and_cannot_be_believed_is_made_anew() {
    let same = |deed: &str| {
        let (before, after) = after(deed);
        assert_eq!(before, after, "{deed}");
    };
    same("UPDATE kept_state SET body = zeroblob(length(body))");
    same("UPDATE kept_state SET body = substr(body, 1, 100)");
    same("UPDATE kept_state SET digest = zeroblob(32)");
    same("UPDATE kept_state SET hash = zeroblob(32)");
    same("UPDATE kept_state SET seq = seq - 1");
    same("UPDATE kept_state SET form = 'of another program'");
    same("DELETE FROM kept_receipts WHERE seq > 500");
    same("DELETE FROM kept_receipts; DELETE FROM kept_state");
}

#[test]
fn a_state_beyond_the_chain_is_not_believed() {
    // As if the disk had lost the last entries, and not what was written after them.
    let (_, after) = after("DELETE FROM entries WHERE seq > 590");
    assert!(after.contains("seq: 590"), "the books end where the chain does");
}

#[test]
fn what_is_altered_under_a_kept_state_is_found_before_it_leaves_and_by_whoever_looks() {
    let story = filled();
    let database = story.database();
    // A receipt's row, and one of what is kept of them.
    database
        .execute_batch(
            "UPDATE entries SET body = (SELECT body FROM entries WHERE seq = 40) WHERE seq = 42",
        )
        .expect("done");
    drop(database);
    let mut store = story.open();
    assert!(matches!(store.verify(), Err(StoreError::Damaged { seq: 42, .. })));
    let refused = store.next_request(at(RECEIPTS + 1));
    assert!(matches!(refused, Err(StoreError::Damaged { .. })), "{refused:?}");
    drop(store);
    let story = filled();
    let database = story.database();
    database.execute_batch("DELETE FROM kept_receipts WHERE seq = 42").expect("done");
    drop(database);
    let store = story.open();
    assert!(matches!(store.verify(), Err(StoreError::Damaged { .. })));
}

#[test]
fn the_newest_receipts_of_a_house_are_found_among_kept_and_new_ones() {
    let story = filled();
    assert!(kept_seq(&story.database()).is_some(), "a state is kept");
    let mut store = story.open();
    pay(&mut store, RECEIPTS + 1, 20);
    let minutes = |limit: usize| -> Vec<i64> {
        let found = store.latest_receipts_of(310, limit).expect("receipts").into_iter();
        let since = |entry: ledger::Entry| (entry.at.wall_ms - at(0).wall_ms) / 60_000;
        found.map(since).collect()
    };
    assert_eq!(minutes(3), [310, 260, 210], "newest first");
    assert_eq!(minutes(100), [310, 260, 210, 160, 110, 60, 10]);
    assert!(store.latest_receipts_of(999, 3).expect("none").is_empty());
}
