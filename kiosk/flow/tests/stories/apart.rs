//! What the office keeps apart, as the person at the device sees it.

use flow::{
    AtOffice, Button, CameOfIt, Field, Noted, NoticeKind, OfficeNotice, Page, PaperEnding, Task,
};
use ledger::{ApartCause, ApartWord, KeptApart, WayOut};

use crate::teller::{Teller, rupees};

/// An entry that waits for two persons.
pub fn open(seq: u64) -> KeptApart {
    let reason = "the office book has no such confirmation 7".to_owned();
    KeptApart { seq, reason, cause: ApartCause::Bank, settled: None }
}

fn settled(seq: u64, way: Option<WayOut>) -> KeptApart {
    let reason = "the bank has it since".to_owned();
    KeptApart { settled: Some(ApartWord { way, reason }), ..open(seq) }
}

fn with_receipt() -> (Teller, u64) {
    let mut teller = Teller::counter();
    teller.go_to_pay("12/346");
    teller.pay_by("cash");
    teller.write(Field::Tendered, "630");
    teller.press(Button::Next);
    teller.paper(PaperEnding::Whole);
    teller.press(Button::Next);
    let (seq, _) = teller.receipts()[0];
    (teller, seq)
}

fn at_menu(teller: &mut Teller, task: &str) {
    teller.press(Button::Menu);
    teller.choose(task);
}

fn state(teller: &mut Teller) -> AtOffice {
    at_menu(teller, "receipts");
    let Page::Receipts(page) = teller.page() else { panic!("{:?}", teller.page()) };
    teller.press(Button::Back);
    teller.press(Button::Back);
    page.receipts[0].at_office
}

#[test]
fn a_receipt_says_where_it_stands_on_its_way() {
    let (mut teller, seq) = with_receipt();
    teller.books.acknowledged = seq - 1;
    assert_eq!(state(&mut teller), AtOffice::Waiting);
    teller.books.acknowledged = seq;
    assert_eq!(state(&mut teller), AtOffice::There);
    for (apart, came_of_it) in [
        (open(seq), CameOfIt::Open),
        (settled(seq, Some(WayOut::Accepted)), CameOfIt::Accepted),
        (settled(seq, None), CameOfIt::Accepted),
        (settled(seq, Some(WayOut::Fixed(9))), CameOfIt::Fixed),
        (settled(seq, Some(WayOut::Rejected)), CameOfIt::Rejected),
        (settled(seq, Some(WayOut::MoneyReturned("V-1".into()))), CameOfIt::Returned),
    ] {
        teller.books.apart = vec![apart];
        assert_eq!(state(&mut teller), AtOffice::Apart(came_of_it));
    }
}

#[test]
fn what_is_apart_is_listed_with_its_cause_and_what_came_of_it() {
    let (mut teller, seq) = with_receipt();
    teller.press(Button::Menu);
    let Page::Menu(menu) = teller.page() else { panic!("{:?}", teller.page()) };
    assert!(menu.items.iter().all(|item| item.id != Task::Apart), "there is nothing");
    teller.press(Button::Back);
    teller.books.apart = vec![open(seq)];
    teller.press(Button::Menu);
    let Page::Menu(menu) = teller.page() else { panic!("{:?}", teller.page()) };
    let item = menu.items.iter().find(|item| item.id == Task::Apart).expect("it is offered");
    assert_eq!(item.count, 1);
    teller.choose("apart");
    let Page::Apart(page) = teller.page() else { panic!("{:?}", teller.page()) };
    let row = &page.rows[0];
    assert_eq!((&*row.place, row.cause), ("12/346", ApartCause::Bank));
    assert_eq!(row.said, "the office book has no such confirmation 7");
    teller.choose(&seq.to_string());
    let Page::Receipt(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(page.apart.map(|row| row.came_of_it), Some(CameOfIt::Open));
}

#[test]
fn the_payer_of_returned_money_gets_a_letter() {
    let (mut teller, receipt) = with_receipt();
    let (voucher, reason) = ("V-417".to_owned(), "Nobody knows which house it was".to_owned());
    let noted = Noted::Returned { voucher, reason };
    teller.books.notices = vec![OfficeNotice { seq: 55, receipt, noted }];
    at_menu(&mut teller, "notices");
    let Page::Notices(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!((page.notices[0].kind, page.notices[0].amount), (NoticeKind::Returned, rupees(630)));
    teller.choose("55");
    let slip = teller.slip();
    assert!(slip.contains("V-417") && slip.contains("Nobody knows which house"), "{slip}");
}
