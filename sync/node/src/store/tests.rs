//! A disk that fills up, by SQLite's own limit on the pages of this one connection.

#[path = "../../tests/common/mod.rs"]
mod common;

use common::{CASHIER, Story, at, receipt};

use super::{AppendError, Store};

fn limit_pages(store: &Store, pages: u32) {
    store
        .connection
        .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
        .expect("a limit");
}

/// Appends receipts until one is refused.
fn fill(store: &mut Store) -> AppendError {
    for minute in 1..5_000 {
        let fact = receipt(store, 345, 100);
        // All of one day.
        if let Err(error) = store.append(at(minute / 10), CASHIER, vec![fact]) {
            return error;
        }
    }
    panic!("forty pages are soon full");
}

#[test]
fn a_full_disk_is_said_and_harms_nothing() {
    let story = Story::with_numbers(100_000);
    let mut store = story.open_with_book();
    limit_pages(&store, 40);
    let error = fill(&mut store);
    assert!(matches!(error, AppendError::Full), "{error:?}");
    let full = store.day_book().clone();
    assert!(full.head().seq > 10, "some receipts were written before");
    // Full again, and again nothing is half done.
    let fact = receipt(&store, 345, 100);
    let error = store.append(at(6_000), CASHIER, vec![fact]).expect_err("still full");
    assert!(matches!(error, AppendError::Full), "{error:?}");
    assert_eq!(store.day_book(), &full);
    store.next_request(at(6_000)).expect("what is written can be sent all the same");
    assert!(store.asked.is_some_and(|asked| asked.batch));
    limit_pages(&store, 100_000);
    let fact = receipt(&store, 345, 100);
    store.append(at(6_000), CASHIER, vec![fact]).expect("there is room again");
    drop(store);
    let store = story.open();
    assert_eq!(store.day_book().head().seq, full.head().seq + 1);
    store.verify().expect("sound books");
}

#[test]
fn a_state_that_finds_no_room_is_not_kept_and_harms_nothing() {
    let story = Story::with_numbers(100_000);
    let mut store = story.open_with_book();
    let pay = |store: &mut Store, minute: i64| {
        let fact = receipt(store, 345, 100);
        store.append(at(minute), CASHIER, vec![fact]).expect("a receipt");
    };
    for minute in 0..400 {
        pay(&mut store, minute);
    }
    let sql = "PRAGMA page_count";
    let pages: u32 = store.connection.query_row(sql, [], |row| row.get(0)).expect("a number");
    limit_pages(&store, pages);
    store.keep_at_the_end();
    assert_eq!(store.kept_to, 0);
    let house = store.receipts_of(345).expect("readable").len();
    limit_pages(&store, 100_000);
    pay(&mut store, 401);
    assert_eq!(store.receipts_of(345).expect("readable").len(), house + 1);
    let books = store.day_book().clone();
    drop(store);
    let store = story.open();
    assert_eq!((store.kept_to, store.day_book()), (books.head().seq, &books));
    store.verify().expect("sound books");
}
