//! Two devices take one demand while they are apart: the payer of the second is told, once.

use ledger::{ExcessHeld, Fact, Paise};
use replica::Answer;

use crate::office::Office;

fn told(answer: &Answer) -> Vec<ExcessHeld> {
    let of = |notice: &replica::SignedNotice| match &notice.notice.entry.fact {
        Fact::ExcessHeld(held) => Some(held.clone()),
        _ => None,
    };
    answer.notices.iter().filter_map(of).collect()
}

#[tokio::test]
async fn the_device_of_the_second_receipt_is_told_once() {
    let office = Office::open(1);
    let mut first = office.kiosk("kiosk-1", 500);
    let mut second = office.kiosk("kiosk-2", 500);
    first.cash(1, 500);
    let wrong = first.cash(1, 100);
    first.push_all(&office).await;
    let twice = second.cash(1, 600);
    let held = ExcessHeld {
        writer: second.provision.writer,
        receipt: twice,
        building: 1,
        amount: Paise::rupees(600),
    };
    assert_eq!(told(&second.push_all(&office).await), [held]);
    assert!(told(&first.turn(&office, None).await).is_empty(), "it is not its receipt");

    // The house is made anew, and the excess with it: nobody is told again.
    first.void(wrong, "The wrong house");
    first.push_all(&office).await;
    assert_eq!(office.dashboard().await["excess"][0]["amount_paise"], 50_000);
    assert!(told(&second.turn(&office, None).await).is_empty());
    office.good(&["verify"]);
}
