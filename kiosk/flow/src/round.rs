//! The round of a ward: which houses are done, which is next.

use ledger::{Building, Demand, Paise, ServiceKind, VisitOutcome};

use crate::books::{Books, Deed, Unreadable};
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{Profile, RoundPage, RoundRow, RoundState};
use crate::state::{Choice, Round, State, Suspense};
use crate::touch::{Button, Touch};

/// The most houses of one list: a day's round has under two hundred.
pub const ROUND_ROWS_MAX: usize = 400;

/// How many houses before the next one stay on a list that is longer.
const ROUND_ROWS_BEFORE: usize = 100;

impl Round {
    /// A round that is not yet read.
    pub(crate) fn of(wards: &[u16]) -> Self {
        Self { ward: wards.first().copied().unwrap_or_default(), done: 0, left: 0, rows: vec![] }
    }
}

impl Flow {
    /// The office gave this device other wards: a round of one that it has no more is over.
    pub(crate) fn assigned(&mut self, wards: Vec<u16>, turn: &mut Turn<'_>) -> Outcome {
        self.settings.wards = wards;
        if let State::Round(round) = &self.state
            && !self.settings.wards.contains(&round.ward)
        {
            self.state = State::Round(Round::of(&self.settings.wards));
        }
        self.reload_round(turn)
    }

    pub(crate) fn reload_round(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Round(round) = &self.state else { return Ok(()) };
        let round = self.read_round(round.ward, turn.books)?;
        self.state = State::Round(round);
        Ok(())
    }

    fn read_round(&self, ward: u16, books: &dyn Books) -> Result<Round, Unreadable> {
        let houses = books.round(ward)?;
        let rows = houses.iter().filter_map(|building| self.row(building, books));
        let mut rows: Vec<RoundRow> = rows.collect();
        let next = rows.iter().position(|row| row.state == RoundState::ToDo);
        if let Some(next) = next {
            rows[next].state = RoundState::Next;
        }
        let is_left = |row: &&RoundRow| matches!(row.state, RoundState::Next | RoundState::ToDo);
        let left = rows.iter().filter(is_left).count();
        let done = rows.len() - left;
        let count = |rows: usize| u32::try_from(rows).unwrap_or(u32::MAX);
        let rows = around(rows, next.unwrap_or_default());
        Ok(Round { ward, done: count(done), left: count(left), rows })
    }

    /// A house's row; none where the round has nothing to do.
    fn row(&self, building: &Building, books: &dyn Books) -> Option<RoundRow> {
        let demand = self.round_demand(building, books)?;
        let done = books.done_on(building.id, self.now.day());
        let state = match done.map(|done| done.deed) {
            None => RoundState::ToDo,
            Some(Deed::Visited(VisitOutcome::Locked)) => RoundState::Locked,
            Some(Deed::Visited(VisitOutcome::Refused)) => RoundState::Refused,
            Some(Deed::Paid | Deed::Visited(_)) => RoundState::Done,
        };
        if self.settings.profile == Profile::Collector && demand.is_nothing() && done.is_none() {
            return None;
        }
        Some(RoundRow {
            id: building.id.to_string(),
            number: building.number.clone(),
            owner: building.owner_in(self.language).to_owned(),
            state,
            at: done.map(|done| done.at.time_text()),
            due: demand.total,
            late: demand.late(),
        })
    }

    /// What a round asks of a house: the collector the tax, the Haritha Karma Sena the user fee.
    pub(crate) fn round_demand(&self, building: &Building, books: &dyn Books) -> Option<Demand> {
        let since = books.paid_since(building.id).ok()?;
        let on = self.now.date();
        match self.settings.profile {
            Profile::Karmasena => Demand::of_waste_fee(&self.pack, building, on, &since, 0).ok(),
            Profile::Collector | Profile::Kiosk => {
                Demand::of(&self.pack, building, on, &since).ok()
            }
        }
    }

    pub(crate) fn round_page(
        &self,
        round: &Round,
        books: &dyn Books,
    ) -> Result<RoundPage, Unreadable> {
        let name = self.pack.ward(round.ward).map(|ward| ward.name(self.language).to_owned());
        Ok(RoundPage {
            ward: round.ward,
            ward_name: name.unwrap_or_default(),
            done: round.done,
            left: round.left,
            cash_in_hand: self.till(books).cash,
            can_look: self.settings.has_viewfinder,
            rows: round.rows.clone(),
        })
    }

    pub(crate) fn touched_round(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Choose(id) => {
                let id: u32 = id.parse().map_err(|_| not_here())?;
                let State::Round(round) = &self.state else { return Err(not_here()) };
                if !round.rows.iter().any(|row| row.id == id.to_string()) {
                    return Err(not_here());
                }
                let building = turn.books.building(id)?.ok_or_else(not_here)?;
                self.at_house(building, false, turn)
            }
            Touch::Press(Button::Camera) => self.begin_looking(turn),
            Touch::Scan(text) if crate::find::is_slip(&text) => self.scanned_at_home(&text, turn),
            Touch::Scan(text) => {
                let building = self.by_code(&text, turn)?;
                self.at_house(building, true, turn)
            }
            Touch::Press(Button::Next) => {
                let id = self.round_service().ok_or_else(not_here)?;
                self.enter(State::find(&id, false), turn.now);
                Ok(())
            }
            Touch::Press(Button::Suspense) if self.settings.profile == Profile::Collector => {
                self.enter(State::Suspense(Suspense::default()), turn.now);
                Ok(())
            }
            Touch::Press(Button::EndDay) => self.begin_day_end(turn),
            Touch::Press(Button::Menu) => self.begin_menu(turn),
            _ => Err(not_here()),
        }
    }

    pub(crate) fn round_service(&self) -> Option<String> {
        let kind = match self.settings.profile {
            Profile::Karmasena => ServiceKind::WasteFee,
            Profile::Collector | Profile::Kiosk => ServiceKind::PropertyTax,
        };
        self.pack.service_of(kind).map(|service| service.id.clone())
    }

    pub(crate) fn at_house(
        &mut self,
        building: Building,
        scanned: bool,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        match self.settings.profile {
            Profile::Karmasena => self.begin_visit(building, scanned, turn),
            Profile::Collector | Profile::Kiosk => {
                let service = self.round_service().ok_or_else(not_here)?;
                self.show_demand(&service, building, turn)
            }
        }
    }

    /// Money for a building that nobody can find: who pays, for which place, how much.
    pub(crate) fn touched_suspense(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        if touch == Touch::Press(Button::Next) {
            return self.suspense_paying(turn);
        }
        let State::Suspense(suspense) = &mut self.state else { return Err(not_here()) };
        let Touch::Type { field, text } = touch else { return Err(not_here()) };
        let target = match field {
            crate::touch::Field::Payer => &mut suspense.payer,
            crate::touch::Field::Place => &mut suspense.place,
            crate::touch::Field::Amount => &mut suspense.typed,
            _ => return Err(not_here()),
        };
        if text.chars().count() > ledger::TYPED_CHARACTERS_MAX {
            return Err(Refusal::new(RefusalCode::TextTooLong));
        }
        *target = text;
        Ok(())
    }

    fn suspense_paying(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Suspense(suspense) = &self.state else { return Err(not_here()) };
        let (payer, place) = (suspense.payer.trim(), suspense.place.trim());
        if payer.is_empty() || place.is_empty() {
            return Err(Refusal::new(RefusalCode::NothingTyped));
        }
        let amount = crate::pay::read_amount(&suspense.typed)?;
        let paying = crate::state::Paying {
            service: self.round_service().ok_or_else(not_here)?,
            payer: ledger::Payer::Suspense(ledger::Suspense {
                payer: payer.to_owned(),
                place: place.to_owned(),
            }),
            building: None,
            demand: None,
            choice: Choice::Another(amount),
            mode: None,
            filled: None,
            intents: Vec::new(),
            members: Vec::new(),
        };
        self.check_amount(&paying, amount)?;
        self.check_book(turn)?;
        self.enter(State::Pay(paying), turn.now);
        Ok(())
    }
}

/// The part of a long list that the next house lies in.
fn around(mut rows: Vec<RoundRow>, next: usize) -> Vec<RoundRow> {
    let first =
        next.saturating_sub(ROUND_ROWS_BEFORE).min(rows.len().saturating_sub(ROUND_ROWS_MAX));
    rows.drain(..first);
    rows.truncate(ROUND_ROWS_MAX);
    rows
}

impl Suspense {
    /// What was typed for a payment in suspense that was not made after all.
    pub(crate) fn again(paying: &crate::state::Paying) -> Option<Self> {
        let ledger::Payer::Suspense(suspense) = &paying.payer else { return None };
        let (payer, place) = (suspense.payer.clone(), suspense.place.clone());
        Some(Self { payer, place, typed: paying.amount().on_glass() })
    }

    pub(crate) fn page(&self) -> crate::screen::SuspensePage {
        crate::screen::SuspensePage {
            payer: self.payer.clone(),
            place: self.place.clone(),
            typed: self.typed.clone(),
            amount: Paise::parse(&self.typed).ok(),
        }
    }
}
