//! Card terminals: the drivers against the simulators on each kind of wire, and the day's end at a
//! counter.

use std::time::Duration;

use devices::{Lookup, Reversal, SaleIntent, SaleOutcome, Terminal, ZvtSettings, ZvtTerminal};
use serde_json::Value;
use tests::cards::cloud_driver;
use tests::device::Desk;
use tests::sims::{Cable, Sim};

use super::counter::{behind_the_counter, task};
use super::steps::{HOUSE, card_payment, kiosk, office_has_once, pay_by, to_pay};

/// A busy machine may let a simulator wait for longer than any terminal takes.
fn patient() -> ZvtSettings {
    ZvtSettings { answer_limit: Duration::from_secs(60), ..ZvtSettings::default() }
}

fn wired(folder: &std::path::Path, cable: Cable, mode: &str) -> (Sim, ZvtTerminal) {
    let sim = Sim::terminal(folder, cable, mode).expect("a terminal");
    let address = sim.port().parse().expect("an address");
    (sim, ZvtTerminal::new(address, patient()))
}

fn intent(reference: &str) -> SaleIntent {
    SaleIntent { reference: reference.to_owned(), amount_paise: 118_400 }
}

fn approved(sim: &Sim) -> Value {
    sim.state().expect("a state")["approved"].clone()
}

/// Everything that the trait asks of a terminal which can do all of it.
fn does_everything(sim: &Sim, terminal: &mut dyn Terminal) {
    terminal.ready().expect("it is there");
    assert!(terminal.last().expect("it says so").is_none());
    let SaleOutcome::Approved(first) = terminal.sale(&intent("P1"), &mut |_| {}) else {
        panic!("not approved")
    };
    assert_eq!(first.reference.as_deref(), Some("P1"));
    let again = terminal.sale(&intent("P1"), &mut |_| {});
    assert!(matches!(&again, SaleOutcome::Approved(same) if *same == first), "{again:?}");
    assert_eq!(approved(sim), 1, "the same reference charges once");
    assert!(matches!(terminal.lookup(&intent("P2")), Lookup::NeverSeen));
    let sold = terminal.sale(&intent("P2"), &mut |_| {});
    assert!(matches!(sold, SaleOutcome::Approved(_)), "{sold:?}");
    let voids = terminal.voids().expect("it takes back");
    assert!(matches!(voids.void(&first), Reversal::Done));
    assert!(matches!(voids.void(&first), Reversal::Done), "once more does no harm");
    assert!(matches!(voids.reverse(&intent("P3")), Reversal::Done), "it was never asked for");
    let refunded = terminal.refunds().expect("it gives back").refund(&intent("P4"), &mut |_| {});
    assert!(matches!(refunded, SaleOutcome::Approved(_)), "{refunded:?}");
    let settles = terminal.settles().expect("it closes its days");
    let totals = settles.totals().expect("totals");
    assert_eq!((totals.count, totals.total_paise), (1, 118_400), "{totals:?}");
    assert_eq!(settles.settle().expect("closed"), totals);
    assert_eq!(settles.settle().expect("closed").count, 0, "its day begins anew");
}

#[test]
fn a_wired_terminal_does_everything_over_tcp_and_over_a_serial_line() {
    for cable in [Cable::Tcp, Cable::Pty] {
        let folder = tempfile::tempdir().expect("a folder");
        let (sim, mut terminal) = wired(folder.path(), cable, "auto");
        does_everything(&sim, &mut terminal);
    }
}

#[test]
fn a_sale_whose_answer_is_lost_is_found_again_on_any_wire() {
    for cable in [Cable::Tcp, Cable::Pty] {
        let folder = tempfile::tempdir().expect("a folder");
        let (sim, mut terminal) = wired(folder.path(), cable, "drop");
        if cable == Cable::Pty {
            // A serial line has no end to be seen: what is pulled is only silent.
            let settings = ZvtSettings { silence_limit: Duration::from_secs(10), ..patient() };
            terminal = ZvtTerminal::new(sim.port().parse().expect("an address"), settings);
        }
        let mark = sim.mark();
        let lost = terminal.sale(&intent("P1"), &mut |_| {});
        assert!(matches!(lost, SaleOutcome::Unknown(_)), "{lost:?}");
        // Of a pty that is closed and opened in one moment its other end sees nothing.
        sim.event(mark, "disconnected").expect("the line is down on both sides");
        let found = terminal.lookup(&intent("P1"));
        assert!(matches!(found, Lookup::Approved(_)), "{cable:?}: {found:?}");
        assert!(matches!(terminal.sale(&intent("P1"), &mut |_| {}), SaleOutcome::Approved(_)));
        assert_eq!(approved(&sim), 1);
    }
}

/// The terminal's own power is cut between its approval and its answer.
#[test]
fn a_terminal_that_was_switched_off_after_its_approval_remembers_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (sim, mut terminal) = wired(folder.path(), Cable::Tcp, "drop");
    assert!(matches!(terminal.sale(&intent("P1"), &mut |_| {}), SaleOutcome::Unknown(_)));
    drop(sim);
    let gone = terminal.lookup(&intent("P1"));
    assert!(matches!(gone, Lookup::CannotTell(_)), "{gone:?}");
    let (sim, mut terminal) = wired(folder.path(), Cable::Tcp, "auto");
    let found = terminal.lookup(&intent("P1"));
    assert!(matches!(found, Lookup::Approved(_)), "{found:?}");
    assert_eq!(approved(&sim), 1);
    sim.tell("mode manual").expect("told");
    sim.tell("reboot").expect("told");
    assert!(matches!(terminal.lookup(&intent("P2")), Lookup::NeverSeen));
}

#[test]
fn a_terminal_behind_a_service_takes_back_what_it_was_paid_and_offers_no_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let sim = Sim::cloud_terminal(folder.path(), "auto").expect("a service");
    let mut terminal = cloud_driver(&sim, folder.path()).expect("a driver");
    terminal.ready().expect("it is there");
    let sold = terminal.sale(&intent("P1"), &mut |_| {});
    let SaleOutcome::Approved(paid) = sold else { panic!("{sold:?}") };
    assert_eq!(paid.last_four.expect("four digits").to_string(), "4321");
    assert!(matches!(terminal.voids().expect("it can").void(&paid), Reversal::Done));
    assert!(matches!(terminal.voids().expect("it can").void(&paid), Reversal::Done));
    assert_eq!(sim.state().expect("a state")["taken_back"], 1);
    let caps = terminal.caps();
    assert_eq!((caps.refunds, caps.settles), (false, false));
    // Another program, the same disk: the same reference is the same payment.
    let mut terminal = cloud_driver(&sim, folder.path()).expect("a driver");
    assert!(matches!(terminal.sale(&intent("P1"), &mut |_| {}), SaleOutcome::Approved(_)));
    assert_eq!(approved(&sim), 2, "the payment and its taking back");
}

fn settled(desk: &mut Desk) -> Value {
    task(desk, "settle").expect("the day's end of the cards");
    desk.page_where("settlement", |page| page["state"] == "ready").expect("what it will do");
    desk.press("next").expect("touched");
    let told = |page: &Value| page["state"] == "agrees" || page["state"] == "differs";
    desk.page_where("settlement", told).expect("what the terminal says")
}

#[test]
fn the_days_end_lists_what_the_terminal_and_the_receipts_differ_by() {
    let (town, equipped, mut desk) = kiosk();
    behind_the_counter(&mut desk).expect("a cashier");
    let first = card_payment(&mut desk, HOUSE, "100").expect("a receipt");
    let page = settled(&mut desk);
    assert_eq!((&page["state"], &page["terminal_sum"]), (&"agrees".into(), &10_000.into()));
    desk.press("next").expect("touched");
    desk.page("menu").expect("the menu");
    desk.press("finish").expect("touched");
    desk.page("home").expect("the counter");
    let second = card_payment(&mut desk, HOUSE, "200").expect("a receipt");
    let third = card_payment(&mut desk, HOUSE, "300").expect("a receipt");
    // Somebody takes the second one back at the terminal itself.
    equipped.terminal.tell("take-back 2").expect("told");
    let page = settled(&mut desk);
    assert_eq!(page["state"], "differs", "{page}");
    assert_eq!((&page["terminal"], &page["terminal_sum"]), (&1.into(), &30_000.into()));
    let rows = page["rows"].as_array().expect("a list");
    assert_eq!(rows.len(), 1, "{page}");
    assert_eq!((&rows[0]["side"], &rows[0]["number"]), (&"here".into(), &second["number"]));
    assert!(desk.log().contains("unmatched with the card terminal"), "{}", desk.log());
    office_has_once(&town, &[first, second, third]);
}

/// The demonstration's story, at the desk: the terminal approves, and the line is cut.
#[test]
fn an_approval_whose_answer_is_lost_becomes_one_receipt_and_no_second_payment() {
    let (town, equipped, mut desk) = kiosk();
    let terminal = &equipped.terminal;
    terminal.tell("mode manual").expect("told");
    to_pay(&mut desk, HOUSE).expect("how");
    let mark = terminal.mark();
    pay_by(&mut desk, "card").expect("by card");
    terminal.event(mark, "authorisation").expect("the terminal has the amount");
    terminal.tell("silence on").expect("told");
    terminal.tell("approve-then-drop").expect("told");
    desk.page_where("card", |page| page["state"] == "looking_up").expect("it is looked for");
    terminal.tell("silence off").expect("told");
    let receipt = desk.entry("receipt").expect("one receipt");
    desk.page("paid").expect("thanks");
    assert_eq!(approved(terminal), 1);
    office_has_once(&town, &[receipt]);
}
