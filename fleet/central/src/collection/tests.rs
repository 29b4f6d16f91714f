//! The flow of the cash over days, and what does not agree.

use ledger::Paise;

use super::money::{Deposited, Instruments, Sum, cash_days, instrument_days};
use super::{Collection, ModeTotal};

fn sum(day: i64, received: Option<i64>, deposited: Option<i64>, rupees: i64) -> Sum {
    Sum { day, received, deposited, amount: Paise::rupees(rupees) }
}

#[test]
fn cash_is_followed_from_the_day_it_was_taken_to_the_bank() {
    // ₹600 of day 10 received on 11, ₹10 short, deposited on 12, at the bank on 14; ₹50 of day 11
    // in a till.
    let receipts = [sum(10, Some(11), Some(12), 600), sum(11, None, None, 50)];
    let closes = [sum(11, Some(11), Some(12), 590)];
    let deposits = [Deposited { day: 12, realised: Some(14), amount: Paise::rupees(590) }];
    let days = cash_days((10, 14), &receipts, &closes, &deposits);
    let closing: Vec<i64> = days.iter().map(|day| day.closing.get() / 100).collect();
    assert_eq!(closing, [600, 640, 50, 50, 50]);
    assert_eq!(days[1].difference, Paise::rupees(-10));
    assert_eq!((days[1].with_devices, days[1].received), (Paise::rupees(50), Paise::rupees(590)));
    assert_eq!((days[2].at_bank, days[3].at_bank), (Paise::rupees(590), Paise::rupees(590)));
    assert_eq!((days[4].at_bank, days[4].realised), (Paise::ZERO, Paise::rupees(590)));
    assert!(days.iter().all(|day| day.expected() == day.closing));
    // A statement that begins later opens with what the one before left.
    assert_eq!(cash_days((12, 12), &receipts, &closes, &deposits)[0], days[2]);
}

#[test]
fn a_deposit_that_is_dated_before_its_receiving_still_agrees() {
    let receipts = [sum(12, Some(12), Some(11), 600)];
    let closes = [sum(12, Some(12), Some(11), 600)];
    let deposits = [Deposited { day: 11, realised: None, amount: Paise::rupees(600) }];
    let days = cash_days((10, 13), &receipts, &closes, &deposits);
    assert!(days.iter().all(|day| day.expected() == day.closing), "{days:?}");
}

#[test]
fn a_deposit_of_another_sum_than_its_closes_is_said() {
    let receipts = [sum(10, Some(10), Some(10), 600)];
    let closes = [sum(10, Some(10), Some(10), 600)];
    let deposits = [Deposited { day: 10, realised: None, amount: Paise::rupees(500) }];
    let cash = cash_days((10, 10), &receipts, &closes, &deposits);
    let mode = ModeTotal { mode: "cash".to_owned(), receipts: 1, amount: Paise::rupees(600) };
    let it =
        Collection { amount: Paise::rupees(600), modes: vec![mode], cash, ..Collection::default() };
    let found = it.checked().differences;
    assert!(found.iter().any(|difference| difference.contains("what was left")), "{found:?}");
    assert!(found.iter().any(|difference| difference.contains("heads of account")), "{found:?}");
}

#[test]
fn cheques_are_open_until_the_bank_has_spoken() {
    let of = |settled, dishonoured, rupees| Instruments {
        day: 10,
        received: Some(11),
        settled,
        dishonoured,
        amount: Paise::rupees(rupees),
    };
    let all = [of(Some(12), false, 100), of(Some(13), true, 20), of(None, false, 3)];
    let days = instrument_days((10, 13), &all);
    let closing: Vec<i64> = days.iter().map(|day| day.closing.get() / 100).collect();
    assert_eq!(closing, [123, 123, 23, 3]);
    assert_eq!((days[0].with_devices, days[1].received), (Paise::rupees(123), Paise::rupees(123)));
    assert_eq!((days[2].honoured, days[3].dishonoured), (Paise::rupees(100), Paise::rupees(20)));
    assert!(days.iter().all(|day| day.expected() == day.closing));
}
