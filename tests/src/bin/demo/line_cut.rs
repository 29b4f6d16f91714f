//! "Press approve and cut the line": the terminal takes the money, and the device does not hear of
//! it. The person sees that it is being looked for, nobody pays twice, and the receipt follows.

use flow::{CardState, Page, Screen};
use ledger::Language;
use tests::Trouble;
use tests::person::Person;

use crate::Stage;
use crate::journeys::other_house;

pub fn play(language: Language, stage: &Stage, person: &mut Person) -> Result<(), Trouble> {
    let terminal = &stage.equipped.terminal;
    let before = approvals(stage)?;
    terminal.tell("mode manual")?;
    person.speaks(language)?;
    stage.equipped.scanner.tell(&format!("scan {}", other_house(2)?))?;
    person.reaches("demand")?;
    person.presses("Continue to pay")?;
    person.reaches("pay")?;
    person.presses("Card")?;
    let mark = terminal.mark();
    person.presses("Pay {} by card")?;
    person.sees("the terminal is waited for", |screen| card(screen) == Some(CardState::Waiting))?;
    terminal.event(mark, "authorisation")?;
    // The terminal hears nothing more and says nothing more; then its approval goes nowhere.
    terminal.tell("silence on")?;
    terminal.tell("approve-then-drop")?;
    person.sees("it is looked for", |screen| card(screen) == Some(CardState::LookingUp))?;
    terminal.tell("silence off")?;
    person.reaches("paid")?;
    person.hears_slips(5)?;
    person.presses("Finish")?;
    person.reaches("home")?;
    match approvals(stage)? - before {
        1 => Ok(()),
        approved => Err(Trouble::new(format!("{approved} payments were approved, not one"))),
    }
}

/// How many payments the terminal has approved.
fn approvals(stage: &Stage) -> Result<u64, Trouble> {
    let state = stage.equipped.terminal.state()?;
    state["approved"].as_u64().ok_or_else(|| Trouble::new("the terminal counts no payments"))
}

fn card(screen: &Screen) -> Option<CardState> {
    match &screen.page {
        Page::Card(card) => Some(card.state),
        _ => None,
    }
}
