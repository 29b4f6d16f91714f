//! A receipt printer that fails as printers do, on both wires: what our driver says of each slip is
//! what lies on the simulated paper. And the same printer before anybody pays, as people see it.

use std::time::Duration;

use devices::{
    EscPosPrinter, Fault, PrintJob, PrintOutcome, PrintProgress, Printer, PrinterProfile, Raster,
};
use serde_json::Value;
use tests::device::Desk;
use tests::picture;
use tests::sims::{Cable, Paper, Sim};

use super::counter::{behind_the_counter, cash_payment, task};
use super::steps::{HOUSE, another_sum, kiosk, office_has_once, pay_by, to_pay};

const CABLES: [Cable; 2] = [Cable::Tcp, Cable::Pty];
const ROWS: usize = 500;

/// A printer that repeats a job's mark, so that no noise confirms a slip.
struct Stand {
    sim: Sim,
    driver: EscPosPrinter,
    _folder: tempfile::TempDir,
}

impl Stand {
    fn on(cable: Cable) -> Stand {
        let folder = tempfile::tempdir().expect("a folder");
        let sim = Sim::printer(folder.path(), cable, Paper::WIDE).expect("a printer");
        let profile = PrinterProfile::named("epson-tm-t82").expect("it is built in");
        let driver = EscPosPrinter::new(sim.port().parse().expect("an address"), profile);
        Stand { sim, driver, _folder: folder }
    }

    /// Prints a slip; `deed` is called with each step of it.
    fn print(&mut self, mut deed: impl FnMut(&Sim, &PrintProgress)) -> PrintOutcome {
        let sim = &self.sim;
        self.driver.print(&job(), &mut |progress| deed(sim, &progress))
    }

    fn count(&self, what: &str) -> u64 {
        self.sim.state().expect("a state")[what].as_u64().expect("a number")
    }
}

fn job() -> PrintJob {
    let mut raster = Raster::blank(576, ROWS).expect("white paper");
    for row in 0..ROWS {
        raster.blacken(u16::try_from(row % 576).expect("on the paper"), row);
        raster.blacken(575, row);
    }
    PrintJob { raster, cut: true, open_drawer: false, paper_wait: Duration::from_secs(60) }
}

fn word(outcome: &PrintOutcome) -> &'static str {
    match outcome {
        PrintOutcome::Confirmed(_) => "confirmed",
        PrintOutcome::NotStarted(fault) => fault.word(),
        PrintOutcome::Uncertain { fault, .. } => fault.word(),
    }
}

/// In the third band, which is when half of the slip is under way.
fn half_way(progress: &PrintProgress) -> bool {
    matches!(progress, PrintProgress::Sending { band: 2, .. })
}

#[test]
fn a_slip_comes_whole_over_slow_split_and_noisy_lines() {
    for cable in CABLES {
        let mut stand = Stand::on(cable);
        let plain = stand.print(|_, _| {});
        assert_eq!(word(&plain), "confirmed", "{cable:?}: {plain:?}");
        let first = picture::read(&stand.sim.slip(1).expect("paper")).expect("a picture");
        for (number, faults) in [(2, &["split 2"][..]), (3, &["slow 60000"]), (4, &["garbage 48"])]
        {
            faults.iter().for_each(|fault| drop(stand.sim.tell(fault).expect("told")));
            let mut outcome = stand.print(|_, _| {});
            if matches!(outcome, PrintOutcome::NotStarted(_)) && faults == ["garbage 48"] {
                // Noise that is read as the answer before the first dot costs a try, and no paper.
                outcome = stand.print(|_, _| {});
            }
            assert_eq!(word(&outcome), "confirmed", "{cable:?} {faults:?}: {outcome:?}");
            let slip = picture::read(&stand.sim.slip(number).expect("paper")).expect("a picture");
            assert!(slip.pixels == first.pixels, "{cable:?} {faults:?}: other dots");
            stand.sim.tell("split 0").expect("told");
            stand.sim.tell("slow 0").expect("told");
        }
        assert_eq!(stand.count("unknown_bytes"), 0, "{cable:?}");
    }
}

#[test]
fn noise_in_the_middle_never_makes_a_slip_that_is_not_there() {
    for cable in CABLES {
        let mut stand = Stand::on(cable);
        let outcome = stand.print(|sim, progress| {
            if half_way(progress) {
                sim.tell("garbage 64").expect("told");
            }
        });
        match outcome {
            PrintOutcome::Confirmed(_) => drop(stand.sim.slip(1).expect("paper")),
            PrintOutcome::Uncertain { .. } => {}
            PrintOutcome::NotStarted(_) => panic!("{cable:?}: {outcome:?}"),
        }
    }
}

#[test]
fn a_printer_that_says_nothing_is_not_started_before_and_uncertain_within() {
    for cable in CABLES {
        let mut stand = Stand::on(cable);
        stand.sim.tell("silence on").expect("told");
        let outcome = stand.print(|_, _| {});
        assert!(matches!(outcome, PrintOutcome::NotStarted(Fault::Timeout)), "{outcome:?}");
        assert_eq!(stand.count("rows_on_paper"), 0);
        stand.sim.tell("silence off").expect("told");
        let outcome = stand.print(|sim, progress| {
            if half_way(progress) {
                sim.tell("silence on").expect("told");
            }
        });
        assert!(matches!(outcome, PrintOutcome::Uncertain { .. }), "{cable:?}: {outcome:?}");
        assert_eq!(word(&outcome), "timeout");
    }
}

#[test]
fn a_printer_that_is_unplugged_in_the_middle_leaves_the_slip_uncertain() {
    for cable in CABLES {
        let folder = tempfile::tempdir().expect("a folder");
        let mut sim = Some(Sim::printer(folder.path(), cable, Paper::WIDE).expect("a printer"));
        let port = sim.as_ref().map(Sim::port).expect("it is there").parse();
        let profile = PrinterProfile::named("epson-tm-t82").expect("it is built in");
        let mut driver = EscPosPrinter::new(port.expect("an address"), profile);
        let outcome = driver.print(&job(), &mut |progress| {
            if half_way(&progress) {
                // The process ends, and with it the pty's other end.
                drop(sim.take());
            }
        });
        let PrintOutcome::Uncertain { band, fault } = &outcome else {
            panic!("{cable:?}: {outcome:?}")
        };
        assert!(*band >= 2 && fault.word() == "unplugged", "{cable:?}: {outcome:?}");
        let again = driver.print(&job(), &mut |_| {});
        assert!(matches!(again, PrintOutcome::NotStarted(Fault::Unplugged)), "{again:?}");
    }
}

/// emupos has neither a cutter's fault nor a broken printer nor a hot head: they are told here as
/// the maker's page says.
#[test]
fn a_stuck_cutter_and_a_broken_printer_are_uncertain_and_a_hot_head_is_waited_for() {
    for cable in CABLES {
        for (fault, mended, said) in
            [("cutter jam", "cutter ok", "cutter"), ("broken on", "broken off", "broken")]
        {
            let mut stand = Stand::on(cable);
            let outcome = stand.print(|sim, progress| {
                if half_way(progress) {
                    sim.tell(fault).expect("told");
                }
            });
            assert!(matches!(outcome, PrintOutcome::Uncertain { .. }), "{cable:?}: {outcome:?}");
            assert_eq!(word(&outcome), said);
            let status = stand.driver.status().expect("it answers");
            assert_eq!(status.fault().map(|fault| fault.word()), Some(said), "{status:?}");
            stand.sim.tell(mended).expect("told");
        }
        let mut stand = Stand::on(cable);
        let mut told = Vec::new();
        let outcome = stand.print(|sim, progress| match progress {
            progress if half_way(progress) => drop(sim.tell("head hot").expect("told")),
            PrintProgress::Waiting(Fault::Overheat) => {
                told.push("waits");
                sim.tell("head cool").expect("told");
            }
            PrintProgress::Resumed => told.push("goes on"),
            _ => {}
        });
        assert_eq!((word(&outcome), &told[..]), ("confirmed", &["waits", "goes on"][..]));
        assert_eq!((stand.count("slips"), stand.count("partial_slips")), (1, 0), "{cable:?}");
    }
}

fn printer_of(screen: &Value) -> &Value {
    &screen["frame"]["printer"]
}

/// Waits until the glass says that the printer is so.
fn printer_is(desk: &Desk, state: &Value) {
    let fits = |screen: &Value| printer_of(screen) == state;
    desk.screen_where(&format!("the printer is {state}"), fits).expect("it is said");
}

#[test]
fn how_the_printer_is_stands_on_the_glass_before_anybody_pays() {
    let (town, equipped, mut desk) = kiosk();
    for (fault, mended, state) in [
        ("paper near-end", "paper ok", "near_end".into()),
        ("paper out", "paper in", serde_json::json!({ "stopped": "paper_out" })),
        ("cover open", "cover closed", serde_json::json!({ "stopped": "cover_open" })),
        ("offline on", "offline off", serde_json::json!({ "stopped": "away" })),
        ("broken on", "broken off", serde_json::json!({ "stopped": "broken" })),
    ] {
        desk.look_from_now();
        equipped.printer.tell(fault).expect("told");
        printer_is(&desk, &state);
        desk.look_from_now();
        equipped.printer.tell(mended).expect("told");
        printer_is(&desk, &"ready".into());
    }
    // It bars nobody: money never waits for paper.
    equipped.printer.tell("paper out").expect("told");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    another_sum(&mut desk, "150").expect("a part");
    pay_by(&mut desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("stopped").expect("there is no paper");
    equipped.printer.tell("paper in").expect("told");
    assert_eq!(desk.page("paid").expect("thanks")["paper"], "printed");
    office_has_once(&town, &[receipt]);
}

#[test]
fn a_stuck_cutter_is_said_to_the_payer_and_nothing_is_printed_twice() {
    let (town, equipped, mut desk) = kiosk();
    equipped.printer.tell("cutter jam").expect("told");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    another_sum(&mut desk, "155").expect("a part");
    pay_by(&mut desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    let paid = desk.page("paid").expect("the money is recorded");
    assert_eq!((&paid["paper"], &paid["cause"]), (&"uncertain".into(), &"jam".into()));
    office_has_once(&town, &[receipt]);
    equipped.printer.tell("cutter ok").expect("told");
    equipped.printer.slip(1).expect("it is cut when the cutter is free");
    assert_eq!(equipped.printer.state().expect("a state")["slips"], 1);
}

#[test]
fn cash_opens_the_drawer_and_staff_print_a_test_slip() {
    let (town, equipped, mut desk) = kiosk();
    behind_the_counter(&mut desk).expect("a cashier");
    let receipt = cash_payment(&mut desk, "120").expect("a receipt");
    let pulses = || equipped.printer.state().expect("a state")["drawer_pulses"].clone();
    assert_eq!(pulses(), 1);
    task(&mut desk, "printer").expect("touched");
    desk.page("printer").expect("the printer");
    desk.press("next").expect("touched");
    desk.page_where("printer", |page| page["test"] == "printed").expect("the test is out");
    let slip = equipped.printer.slip(2).expect("paper");
    let codes = picture::read(&slip).expect("a picture").codes();
    let said = codes.iter().any(|code| code.starts_with("PADI PRINTER TEST kiosk-1 generic-80"));
    assert!(said, "{codes:?}");
    assert_eq!(pulses(), 1, "a test opens no drawer");
    office_has_once(&town, &[receipt]);
}
