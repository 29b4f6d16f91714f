//! The three journeys that a demonstration plays.

use flow::{Page, PaperCause, PrinterState};
use ledger::{Building, DemandRow, Language, Paise, heads};
use tests::Trouble;
use tests::person::Person;
use tests::sample;
use tests::town::{COLLECTOR, Member, WARD, WORKER, house_code, register};

use crate::{ProfileName, Stage};

/// So many rows of the last slip come out before its roll ends.
const ROWS_BEFORE_THE_END: u32 = 300;

/// The page on which a device of this profile waits.
pub fn first_page(profile: ProfileName) -> &'static str {
    match profile {
        ProfileName::Kiosk => "home",
        ProfileName::Collector | ProfileName::Karmasena => "sign_in",
    }
}

pub fn play(
    profile: ProfileName,
    language: Language,
    stage: &Stage,
    person: &mut Person,
) -> Result<(), Trouble> {
    match profile {
        ProfileName::Kiosk => kiosk(language, stage, person),
        ProfileName::Collector => collector(person),
        ProfileName::Karmasena => karmasena(stage, person),
    }
}

/// Property tax twice: by card for one house, by UPI for another whose bank takes its time.
fn kiosk(language: Language, stage: &Stage, person: &mut Person) -> Result<(), Trouble> {
    person.speaks(language)?;
    person.sees("the line to the office", |screen| screen.frame.line.online)?;
    let title = service_title(person, "property_tax")?;
    person.touches(&title)?;
    person.reaches("find")?;
    person.types(sample::PICTURED)?;
    person.presses("Find it")?;
    person.reaches("demand")?;
    person.presses("Continue to pay")?;
    person.reaches("pay")?;
    person.presses("Card")?;
    person.presses("Pay {} by card")?;
    person.reaches("paid")?;
    person.hears_slips(1)?;
    person.presses("Finish")?;
    person.reaches("home")?;
    by_upi(language, stage, person)?;
    crate::line_cut::play(language, stage, person)
}

fn by_upi(language: Language, stage: &Stage, person: &mut Person) -> Result<(), Trouble> {
    person.speaks(language)?;
    // The square of the bill says by itself what is wanted.
    stage.equipped.scanner.tell(&format!("scan {}", other_house(0)?))?;
    person.reaches("demand")?;
    person.presses("Continue to pay")?;
    person.reaches("pay")?;
    person.presses("UPI")?;
    person.presses("Pay {} by UPI")?;
    let screen = person.reaches("upi")?;
    let Page::Upi(upi) = screen.page else {
        return Err(Trouble::new("the page upi has no square"));
    };
    person.presses("Print waiting slip")?;
    person.hears_slips(2)?;
    stage.bank.tell(&format!("pay {}", upi.code))?;
    person.reaches("paid")?;
    person.hears_slips(3)?;
    person.presses("Finish")?;
    person.reaches("home")?;
    printer_fails(language, stage, person)
}

/// The paper is pulled in the middle of a slip: what the person sees, and how it goes on.
fn printer_fails(language: Language, stage: &Stage, person: &mut Person) -> Result<(), Trouble> {
    let printer = &stage.equipped.printer;
    person.speaks(language)?;
    printer.tell("paper near-end")?;
    person.sees("a roll near its end", |screen| screen.frame.printer == PrinterState::NearEnd)?;
    stage.equipped.scanner.tell(&format!("scan {}", other_house(1)?))?;
    person.reaches("demand")?;
    person.presses("Continue to pay")?;
    person.reaches("pay")?;
    person.presses("Card")?;
    printer.tell(&format!("paper out-after {ROWS_BEFORE_THE_END}"))?;
    person.presses("Pay {} by card")?;
    person.sees(
        "the paper ran out",
        |screen| matches!(&screen.page, Page::Stopped(page) if page.cause == PaperCause::PaperOut),
    )?;
    printer.tell("paper in")?;
    person.reaches("paid")?;
    person.hears_slips(4)?;
    person.presses("Finish")?;
    person.reaches("home")?;
    printer.tell("cover open")?;
    person.sees("an open cover", |screen| {
        screen.frame.printer == PrinterState::Stopped(PaperCause::CoverOpen)
    })?;
    printer.tell("cover closed")?;
    person
        .sees("a printer that is well again", |screen| screen.frame.printer == PrinterState::Ready)
        .map(|_| ())
}

/// A round: one house pays in cash, money for a house that nobody can find, the day's end.
fn collector(person: &mut Person) -> Result<(), Trouble> {
    sign_in(person, &COLLECTOR)?;
    let house = next_house(person)?;
    person.touches(&house)?;
    person.reaches("demand")?;
    person.presses("Continue to pay")?;
    person.reaches("pay")?;
    pay_in_cash(person)?;
    person.hears_slips(1)?;
    person.presses("Finish")?;
    person.reaches("round")?;
    suspense(person)?;
    person.hears_slips(2)?;
    person.presses("Finish")?;
    person.reaches("round")?;
    hand_in(person)?;
    person.hears_slips(3)
}

fn suspense(person: &mut Person) -> Result<(), Trouble> {
    person.presses("Not listed")?;
    person.reaches("suspense")?;
    for (field, keys) in
        [("Who pays?", "SUMA P.K"), ("For which house?", "BLUE GATE"), ("How much?", "250")]
    {
        person.presses(field)?;
        person.types(keys)?;
        person.presses("Done")?;
    }
    person.presses("Continue with {}")?;
    person.reaches("pay")?;
    pay_in_cash(person)
}

/// The exact sum is handed over.
fn pay_in_cash(person: &mut Person) -> Result<(), Trouble> {
    person.presses("Cash")?;
    person.presses("Pay {} in cash")?;
    let screen = person.reaches("cash")?;
    let Page::Cash(cash) = screen.page else {
        return Err(Trouble::new("the page cash has no sum"));
    };
    person.types(&typed(cash.amount))?;
    person.sees(
        "the change",
        |screen| matches!(&screen.page, Page::Cash(cash) if cash.change.is_some()),
    )?;
    person.presses("Take {} in cash")?;
    person.reaches("paid").map(|_| ())
}

/// Notes and coins are counted as the sums of the day were handed over.
fn hand_in(person: &mut Person) -> Result<(), Trouble> {
    let screen = person.reaches("round")?;
    let Page::Round(round) = screen.page else {
        return Err(Trouble::new("the page round has no cash in hand"));
    };
    person.presses("Other work")?;
    person.reaches("menu")?;
    person.presses("Close the day")?;
    person.reaches("day_end")?;
    person.presses("Coins")?;
    person.types(&typed(round.cash_in_hand))?;
    person.presses("Done")?;
    person.sees(
        "the count",
        |screen| matches!(&screen.page, Page::DayEnd(end) if end.counted == round.cash_in_hand),
    )?;
    person.presses("Close the day with {}")?;
    person.reaches("day_closed").map(|_| ())
}

/// One house: waste is collected, weighed, and the fee is paid.
fn karmasena(stage: &Stage, person: &mut Person) -> Result<(), Trouble> {
    sign_in(person, &WORKER)?;
    stage.equipped.scanner.tell(&format!("scan {}", house_code(sample::PICTURED)?))?;
    person.reaches("visit")?;
    person.presses("Waste collected")?;
    let screen = person.sees(
        "the kinds of waste",
        |screen| matches!(&screen.page, Page::Visit(visit) if !visit.kinds.is_empty()),
    )?;
    let Page::Visit(visit) = screen.page else {
        return Err(Trouble::new("the page visit has no kinds"));
    };
    person.touches(&visit.kinds[0].label)?;
    person.presses("Weight")?;
    person.types("4.2")?;
    person.presses("Done")?;
    person.presses("{} received")?;
    person.presses("Save")?;
    person.hears_slips(1)?;
    person
        .sees("the end of the visit", |screen| {
            matches!(screen.page, Page::Paid(_) | Page::Round(_))
        })
        .map(|_| ())
}

fn sign_in(person: &mut Person, member: &Member) -> Result<(), Trouble> {
    let screen = person.reaches("sign_in")?;
    if matches!(&screen.page, Page::SignIn(page) if page.chosen.is_none()) {
        person.touches(member.name)?;
        person.sees(
            "the PIN's page",
            |screen| matches!(&screen.page, Page::SignIn(page) if page.chosen.is_some()),
        )?;
    }
    person.types(member.pin)?;
    person.presses("Sign in")?;
    person.reaches("round").map(|_| ())
}

fn service_title(person: &mut Person, id: &str) -> Result<String, Trouble> {
    let screen = person.reaches("home")?;
    let Page::Home(home) = screen.page else {
        return Err(Trouble::new("the page home has no services"));
    };
    let tile = home.tiles.into_iter().find(|tile| tile.id == id);
    tile.map(|tile| tile.title).ok_or_else(|| Trouble::new(format!("no service {id} is offered")))
}

/// What the row of the round's next house is called.
fn next_house(person: &mut Person) -> Result<String, Trouble> {
    let screen = person.reaches("round")?;
    let Page::Round(round) = screen.page else {
        return Err(Trouble::new("the page round has no houses"));
    };
    let next = round.rows.iter().find(|row| row.state == flow::RoundState::Next);
    next.map(|row| row.number.clone()).ok_or_else(|| Trouble::new("nobody in the ward owes"))
}

/// Rupees as they are typed.
fn typed(sum: Paise) -> String {
    match sum.get() % 100 {
        0 => (sum.get() / 100).to_string(),
        paise => format!("{}.{paise:02}", sum.get() / 100),
    }
}

fn owes_tax(demand: &DemandRow) -> bool {
    demand.head == heads::PROPERTY_TAX && demand.paid < demand.assessed
}

/// The code of another house of the ward that owes tax, by its place among them.
pub fn other_house(place: usize) -> Result<String, Trouble> {
    let owes = |building: &Building| {
        building.ward == WARD
            && building.number != sample::PICTURED
            && building.advance.is_zero()
            && building.demands.iter().any(owes_tax)
    };
    let house = register()?.into_iter().filter(owes).nth(place);
    house
        .map(|building| building.house_code)
        .ok_or_else(|| Trouble::new("nobody else in the ward owes"))
}
