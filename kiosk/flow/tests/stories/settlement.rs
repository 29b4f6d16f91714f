//! The card terminal's day against the receipts here.

use flow::{
    Approval, Button, Page, RefusalCode, SettlementPage, SettlementState, TerminalDay,
    TerminalEnding, Unmatched, World,
};
use ledger::Paise;

use crate::teller::{Teller, rupees};

/// A counter that took these sums by card, under the terminal's numbers from 41 on.
fn took(sums: &[i64]) -> Teller {
    let mut teller = Teller::counter();
    for (number, sum) in (41..).zip(sums) {
        take(&mut teller, *sum, number);
    }
    teller
}

fn take(teller: &mut Teller, sum: i64, number: u32) {
    let intent = ask(teller, sum);
    teller.terminal(intent, TerminalEnding::Approved(approval(number)));
    teller.paper(flow::PaperEnding::Whole);
    teller.press(Button::Next);
}

fn approval(number: u32) -> Approval {
    Approval {
        last_four: "4242".to_owned(),
        authorisation: "A1B2C3".to_owned(),
        terminal: "T7".to_owned(),
        terminal_receipt: number.to_string(),
    }
}

fn ask(teller: &mut Teller, sum: i64) -> u64 {
    teller.go_to_pay("12/345");
    teller.choose("another");
    teller.write(flow::Field::Amount, &sum.to_string());
    teller.press(Button::Next);
    teller.pay_by("card");
    teller.charges.last().expect("a charge").0
}

fn to_settlement(teller: &mut Teller) {
    teller.press(Button::Menu);
    teller.choose("settle");
}

fn page(teller: &Teller) -> SettlementPage {
    match teller.page() {
        Page::Settlement(page) => page,
        page => panic!("no settlement but {page:?}"),
    }
}

/// Settles with a terminal that says this; what the page then says.
fn settled(teller: &mut Teller, day: TerminalDay) -> SettlementPage {
    to_settlement(teller);
    teller.press(Button::Next);
    assert_eq!(page(teller).state, SettlementState::Asking);
    teller.world(World::TerminalSettled(day));
    page(teller)
}

fn totals(sum: i64, count: u32, first: u32, last: u32) -> TerminalDay {
    let (first, last) = (Some(first).filter(|_| count > 0), Some(last).filter(|_| count > 0));
    TerminalDay::Totals { total: rupees(sum), count, first, last }
}

fn unmatched(page: &SettlementPage) -> Vec<(Unmatched, &str, Option<Paise>)> {
    page.rows.iter().map(|row| (row.side, row.number.as_str(), row.amount)).collect()
}

#[test]
fn a_day_that_agrees_says_so_and_lists_nothing() {
    let mut teller = took(&[100, 200]);
    let page = settled(&mut teller, totals(300, 2, 41, 42));
    assert_eq!((page.state, page.rows.len()), (SettlementState::Agrees, 0));
    assert_eq!((page.here, page.here_sum), (2, rupees(300)));
    assert_eq!((page.terminal, page.terminal_sum), (Some(2), Some(rupees(300))));
    teller.press(Button::Next);
    assert!(matches!(teller.page(), Page::Menu(_)));
    teller.assert_sound();
}

#[test]
fn a_payment_without_a_receipt_is_listed_by_the_terminals_number() {
    let mut teller = took(&[100]);
    let page = settled(&mut teller, totals(350, 2, 41, 42));
    assert_eq!(page.state, SettlementState::Differs);
    assert_eq!(unmatched(&page), [(Unmatched::Terminal, "42", Some(rupees(250)))]);
}

#[test]
fn a_receipt_without_a_payment_is_listed_by_its_own_number() {
    let mut teller = took(&[100, 200, 300]);
    let number = |teller: &Teller, nth: usize| {
        let receipts = teller
            .books
            .entries
            .iter()
            .filter(|entry| matches!(entry.fact, ledger::Fact::Receipt(_)));
        flow::lease_of(receipts.clone().nth(nth).expect("a receipt"), &teller.books)
            .expect("readable")
            .map(|lease| lease.number(u32::try_from(nth).expect("few") + 1).to_string())
            .expect("a lease")
    };
    // The second was taken back at the terminal itself.
    let page = settled(&mut teller, totals(400, 2, 41, 43));
    let second = number(&teller, 1);
    assert_eq!(unmatched(&page), [(Unmatched::Here, second.as_str(), Some(rupees(200)))]);
    // The terminal forgot the last one: its numbers end before it.
    let mut teller = took(&[100, 200, 300]);
    let page = settled(&mut teller, totals(300, 2, 41, 42));
    let third = number(&teller, 2);
    assert_eq!(unmatched(&page), [(Unmatched::Here, third.as_str(), Some(rupees(300)))]);
    teller.assert_sound();
}

#[test]
fn what_was_settled_before_is_not_missed_again() {
    let mut teller = took(&[100, 200]);
    settled(&mut teller, totals(300, 2, 41, 42));
    teller.press(Button::Next);
    teller.press(Button::Back);
    take(&mut teller, 50, 43);
    let page = settled(&mut teller, totals(50, 1, 43, 43));
    assert_eq!(page.state, SettlementState::Agrees, "{page:?}");
}

#[test]
fn a_first_payment_that_the_terminal_took_back_is_missed_all_the_same() {
    let mut teller = took(&[100]);
    settled(&mut teller, totals(100, 1, 41, 41));
    teller.press(Button::Next);
    teller.press(Button::Back);
    take(&mut teller, 50, 42);
    take(&mut teller, 60, 43);
    let page = settled(&mut teller, totals(60, 1, 43, 43));
    let amounts: Vec<_> = page.rows.iter().map(|row| (row.side, row.amount)).collect();
    assert_eq!(amounts, [(Unmatched::Here, Some(rupees(50)))]);
    // After a restart nobody remembers what was settled in the morning.
    teller.restart();
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    let page = settled(&mut teller, totals(0, 0, 0, 0));
    assert!(page.rows.iter().all(|row| row.side == Unmatched::Unclear), "{page:?}");
}

#[test]
fn numbers_that_begin_again_are_followed() {
    let mut teller = Teller::counter();
    for (sum, number) in [(100, 9_999), (200, 1), (300, 2)] {
        take(&mut teller, sum, number);
    }
    let page = settled(&mut teller, totals(600, 3, 9_999, 2));
    assert_eq!(page.state, SettlementState::Agrees, "{page:?}");
}

#[test]
fn a_terminal_that_does_not_answer_is_asked_again_and_nobody_leaves_meanwhile() {
    let mut teller = took(&[100]);
    let page = settled(&mut teller, TerminalDay::NotReached);
    assert_eq!((page.state, page.terminal), (SettlementState::NotReached, None));
    teller.press(Button::Next);
    assert_eq!(teller.settled.len(), 2);
    for button in [Button::Next, Button::Finish] {
        teller.press(button);
        assert_eq!(teller.refused(), Some(RefusalCode::AlreadyDoing));
    }
    teller.press(Button::Back);
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
    teller.world(World::TerminalSettled(totals(100, 1, 41, 41)));
    assert!(
        matches!(teller.page(), Page::Settlement(page) if page.state == SettlementState::Agrees)
    );
}

#[test]
fn a_terminal_that_says_nothing_holds_the_page_for_a_while_and_its_late_word_counts() {
    let mut teller = took(&[100]);
    to_settlement(&mut teller);
    teller.press(Button::Next);
    teller.wait(170);
    assert_eq!(page(&teller).state, SettlementState::Asking);
    teller.wait(20);
    assert_eq!(page(&teller).state, SettlementState::NotReached);
    teller.world(World::TerminalSettled(totals(100, 1, 41, 41)));
    assert_eq!(page(&teller).state, SettlementState::Agrees);
    teller.world(World::TerminalSettled(totals(0, 0, 0, 0)));
    assert_eq!(page(&teller).state, SettlementState::Agrees, "a second word changes nothing");
}

#[test]
fn a_terminal_behind_a_service_is_asked_payment_by_payment() {
    let mut teller = took(&[100, 200]);
    // Nobody could tell what became of a third one.
    let lost = ask(&mut teller, 300);
    teller.terminal(lost, TerminalEnding::Lost);
    teller.terminal(lost, TerminalEnding::CannotTell);
    teller.press(Button::Next);
    to_settlement(&mut teller);
    teller.press(Button::Next);
    let asked = teller.settled.last().expect("it is asked").clone();
    assert_eq!(asked.len(), 3, "{asked:?}");
    let [newest, oldest] = [asked[0].intent, asked[1].intent];
    let found = vec![
        (newest, TerminalEnding::Approved(approval(42))),
        (oldest, TerminalEnding::NeverSeen),
        (lost, TerminalEnding::Approved(approval(43))),
    ];
    let receipts = teller.receipts().len();
    teller.world(World::TerminalSettled(TerminalDay::Each(found)));
    let page = page(&teller);
    assert_eq!((page.terminal, page.terminal_sum), (Some(2), Some(rupees(500))));
    let sides: Vec<_> = page.rows.iter().map(|row| (row.side, row.amount)).collect();
    let expected = [(Unmatched::Here, Some(rupees(100))), (Unmatched::Terminal, Some(rupees(300)))];
    assert_eq!(sides, expected);
    assert_eq!(teller.receipts().len(), receipts + 1, "the payment that was found has its receipt");
    teller.assert_sound();
}

/// So many sales whose answers were lost; the page asks the terminal about them.
fn lost(teller: &mut Teller, sums: &[i64]) -> Vec<u64> {
    let lost: Vec<u64> = sums
        .iter()
        .map(|sum| {
            let intent = ask(teller, *sum);
            teller.terminal(intent, TerminalEnding::Lost);
            teller.terminal(intent, TerminalEnding::CannotTell);
            teller.press(Button::Next);
            intent
        })
        .collect();
    to_settlement(teller);
    teller.press(Button::Next);
    teller.look_ups.clear();
    lost
}

#[test]
fn payments_that_are_found_together_get_their_receipts_one_by_one() {
    let mut teller = Teller::counter();
    let lost = lost(&mut teller, &[100, 200, 300]);
    let found = (41..).zip(&lost);
    let found = found.map(|(n, intent)| (*intent, TerminalEnding::Approved(approval(n))));
    teller.world(World::TerminalSettled(TerminalDay::Each(found.collect())));
    assert_eq!((teller.refused(), teller.receipts().len()), (None, 1));
    assert_eq!(teller.look_ups, lost[1..]);
    for (number, intent) in (42..).zip(&lost[1..]) {
        teller.terminal(*intent, TerminalEnding::Approved(approval(number)));
    }
    assert_eq!(teller.receipts().len(), 3);
    // Whatever has its receipt is not looked up for a second word.
    let found = (41..).zip(&lost);
    let found = found.map(|(n, intent)| (*intent, TerminalEnding::Approved(approval(n))));
    teller.world(World::TerminalSettled(TerminalDay::Each(found.collect())));
    assert_eq!((teller.receipts().len(), teller.look_ups.len()), (3, 2));
    teller.assert_sound();
}

#[test]
fn a_question_that_was_lost_leaves_its_payment_open() {
    let mut teller = Teller::counter();
    // The terminal said nothing at all, so that the payment is still open.
    let open = ask(&mut teller, 100);
    teller.wait(380);
    teller.press(Button::Next);
    to_settlement(&mut teller);
    teller.press(Button::Next);
    assert_eq!(teller.settled.last().map(Vec::len), Some(1));
    let found = vec![(open, TerminalEnding::NotReached)];
    teller.world(World::TerminalSettled(TerminalDay::Each(found)));
    assert_eq!(unmatched(&page(&teller))[0].0, Unmatched::Unclear);
    assert!(teller.books.day_book.intents().any(|(seq, _)| seq == open));
    teller.look_ups.clear();
    teller.press(Button::Next);
    teller.press(Button::Back);
    teller.wait(1);
    assert_eq!(teller.look_ups, [open], "it is looked up again");
    teller.terminal(open, TerminalEnding::Approved(approval(41)));
    assert_eq!(teller.receipts().len(), 1);
    teller.assert_sound();
}

#[test]
fn totals_that_come_after_the_page_was_left_are_not_forgotten() {
    let mut teller = took(&[100, 200]);
    to_settlement(&mut teller);
    teller.press(Button::Next);
    teller.wait(190);
    assert_eq!(page(&teller).state, SettlementState::NotReached);
    teller.press(Button::Finish);
    assert!(matches!(teller.page(), Page::Home(_)));
    teller.world(World::TerminalSettled(totals(300, 2, 41, 42)));
    take(&mut teller, 50, 43);
    let page = settled(&mut teller, totals(50, 1, 43, 43));
    assert_eq!(page.state, SettlementState::Agrees, "{page:?}");
}

#[test]
fn a_device_without_a_terminal_and_a_lesson_offer_no_settlement() {
    let mut teller = Teller::counter();
    teller.settings.has_terminal = false;
    teller.restart();
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    teller.press(Button::Menu);
    teller.choose("settle");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere));
}
