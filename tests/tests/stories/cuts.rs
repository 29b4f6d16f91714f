//! The power goes at the worst moments: at the device, at the centre, between the two.

use tests::device::Desk;
use tests::town::{COLLECTOR, Equipped, Kind, Member, Town};

use super::steps::{
    HOUSE, another_sum, card_payment, kiosk, office_has_once, pay_by, sign_in, to_pay,
};

#[test]
fn a_kiosk_that_dies_over_the_paper_keeps_the_receipt() {
    let (town, equipped, mut desk) = kiosk();
    equipped.printer.tell("slow 400").expect("told");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    another_sum(&mut desk, "130").expect("a part");
    pay_by(&mut desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.kill().expect("cut");
    equipped.printer.tell("slow 0").expect("told");
    let desk = equipped.device.open().expect("its desk again");
    office_has_once(&town, std::slice::from_ref(&receipt));
    // Nobody knows whether the paper came out: that is written down, and nothing is printed again.
    let print = desk.entry("print").expect("what became of the paper");
    assert!(print["seq"].as_u64() > receipt["seq"].as_u64(), "{print}");
    desk.close().expect("it ends by itself");
    let verified = equipped.device.ask("verify").expect("the books can be read");
    assert!(verified.contains("complete"), "{verified}");
}

#[test]
fn killing_the_program_gives_no_new_tries_of_a_pin() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::collector()).expect("a handheld");
    let wrong = Member { pin: "0000", ..COLLECTOR };
    let mut left = 5;
    for _ in 0..2 {
        let mut desk = equipped.device.open().expect("its desk");
        let page = desk.page("sign_in").expect("who are you?");
        assert_eq!(page["tries_left"], left, "{page}");
        for _ in 0..2 {
            left -= 1;
            desk.choose(&wrong.id.to_string()).expect("touched");
            desk.fill("pin", wrong.pin).expect("typed");
            desk.press("next").expect("touched");
            desk.page_where("sign_in", |page| page["tries_left"] == left).expect("one less");
        }
        desk.kill().expect("cut");
    }
    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &COLLECTOR).expect("the last try is the right one");
    desk.close().expect("it ends by itself");
}

#[test]
fn a_card_that_was_charged_while_the_kiosk_died_gets_its_receipt() {
    let (town, equipped, mut desk) = kiosk();
    equipped.terminal.tell("mode manual").expect("told");
    let mark = equipped.terminal.mark();
    to_pay(&mut desk, HOUSE).expect("how much and how");
    another_sum(&mut desk, "140").expect("a part");
    pay_by(&mut desk, "card").expect("by card");
    equipped.terminal.event(mark, "authorisation").expect("the terminal was asked");
    desk.kill().expect("cut");
    equipped.terminal.tell("approve").expect("the card is charged");
    equipped.terminal.tell("mode auto").expect("told");
    let desk = equipped.device.open().expect("its desk again");
    let receipt = desk.entry("receipt").expect("the answer was looked up");
    assert_eq!(receipt["amount"], 14_000);
    office_has_once(&town, &[receipt]);
}

#[test]
fn a_kiosk_that_dies_before_the_card_was_charged_takes_nothing() {
    let (town, equipped, mut desk) = kiosk();
    equipped.terminal.tell("mode manual").expect("told");
    let mark = equipped.terminal.mark();
    to_pay(&mut desk, HOUSE).expect("how much and how");
    pay_by(&mut desk, "card").expect("by card");
    equipped.terminal.event(mark, "authorisation").expect("the terminal was asked");
    desk.kill().expect("cut");
    equipped.terminal.tell("decline").expect("the card is not charged");
    equipped.terminal.tell("mode auto").expect("told");
    let mut desk = equipped.device.open().expect("its desk again");
    desk.look_from_the_start();
    desk.entry("intent_ended").expect("the answer was looked up");
    let receipt = card_payment(&mut desk, HOUSE, "150").expect("a receipt");
    office_has_once(&town, &[receipt]);
}

/// Where the power goes, in a row of payments.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Desk,
    Centre,
    Both,
}

#[test]
fn whatever_dies_each_receipt_is_at_the_office_once() {
    let rounds = if tests::long() { 8 } else { 1 };
    let (mut town, equipped, mut desk) = kiosk();
    let mut receipts = Vec::new();
    for round in 0..rounds {
        for (place, cut) in [Cut::Centre, Cut::Desk, Cut::Both, Cut::Centre].into_iter().enumerate()
        {
            let rupees = (20 + round * 10 + place).to_string();
            receipts.push(card_payment(&mut desk, HOUSE, &rupees).expect("a receipt"));
            desk = cut_and_begin_again(cut, &mut town, &equipped, desk);
        }
    }
    office_has_once(&town, &receipts);
    desk.close().expect("it ends by itself");
    let verified = equipped.device.ask("verify").expect("the books can be read");
    assert!(verified.contains("complete"), "{verified}");
}

/// The cut comes while the receipt is on its way to the office.
fn cut_and_begin_again(cut: Cut, town: &mut Town, equipped: &Equipped, desk: Desk) -> Desk {
    let open = || equipped.device.open().expect("its desk again");
    match cut {
        Cut::Desk => {
            desk.kill().expect("cut");
            open()
        }
        Cut::Centre => {
            town.centre.kill().expect("cut");
            town.centre.serve().expect("it serves again");
            desk
        }
        Cut::Both => {
            town.centre.kill().expect("cut");
            desk.kill().expect("cut");
            let desk = open();
            town.centre.serve().expect("it serves again");
            desk
        }
    }
}
