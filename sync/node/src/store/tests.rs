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
