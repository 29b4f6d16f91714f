//! The waste visit: what happened at the house, what was taken, and the user fee.

use chrono::Datelike;
use ledger::{
    Building, CashTender, Demand, Entry, Fact, Paise, Payer, ServiceKind, Tender, Visit,
    VisitOutcome, Weighed,
};

use crate::effect::Purpose;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{FeeChoice, KindChoice, OutcomeChoice, VisitPage};
use crate::state::{self, Choice, Paying, State};
use crate::touch::{Button, Field, Touch};

/// One press of the stepper.
const STEP_G: u32 = 100;

impl Flow {
    pub(crate) fn begin_visit(
        &mut self,
        building: Building,
        scanned: bool,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let since = turn.books.paid_since(building.id)?;
        let demand = Demand::of_waste_fee(&self.pack, &building, turn.now.date(), &since, 0)
            .map_err(|_| Refusal::new(RefusalCode::UnknownBuilding))?;
        let visit = state::Visit {
            paying: demand.total.is_positive(),
            building,
            demand,
            scanned,
            outcome: None,
            kinds: Vec::new(),
            weight_g: 0,
            weight_typed: String::new(),
            weighed: Weighed::Not,
            sacks: 0,
            advance_months: 0,
        };
        self.enter(State::Visit(Box::new(visit)), turn.now);
        Ok(())
    }

    pub(crate) fn visit_page(&self, visit: &state::Visit) -> VisitPage {
        let month = self.now.date().month();
        let kinds = self.pack.waste_kinds_in(month).map(|kind| KindChoice {
            id: format!("kind:{}", kind.id),
            label: self.pack.waste_kind_label(&kind.id, self.language).to_owned(),
            chosen: visit.kinds.contains(&kind.id),
        });
        let outcomes = VisitOutcome::ALL.map(|outcome| OutcomeChoice {
            id: outcome.code().to_owned(),
            chosen: visit.outcome == Some(outcome),
        });
        VisitPage {
            place: self.place(&visit.building),
            scanned: visit.scanned,
            outcomes: outcomes.to_vec(),
            kinds: kinds.collect(),
            weight_g: visit.weight_g,
            weight_typed: visit.weight_typed.clone(),
            sacks: visit.sacks,
            fee: self.fee_choice(visit),
            asks_waste: visit.asks_waste(),
            can_save: visit.outcome.is_some(),
            has_details: self.has_details(),
            from_scale: visit.weighed == Weighed::Scale,
            on_scale: self.settings.has_scale.then(|| self.around.on_scale(self.now)),
            whereabouts: self.settings.has_gnss.then(|| self.around.whereabouts(self.now)),
        }
    }

    fn fee_choice(&self, visit: &state::Visit) -> FeeChoice {
        let late = visit.demand.periods.iter().filter(|due| due.standing == ledger::Standing::Late);
        FeeChoice {
            month: self.month_fee(visit),
            arrears: visit.demand.late(),
            arrears_months: u32::try_from(late.count()).unwrap_or(u32::MAX),
            advance_months: visit.advance_months,
            to_pay: visit.to_pay(),
            paying: visit.paying && visit.asks_fee(),
            exempt: visit.demand.exempt,
        }
    }

    fn month_fee(&self, visit: &state::Visit) -> Paise {
        let months = visit.demand.periods.iter().chain(&visit.demand.ahead);
        months.last().map_or(Paise::ZERO, ledger::PeriodDue::sum)
    }

    pub(crate) fn touched_visit(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let months_max = u32::from(self.pack.limits.months_advance_max);
        let month = turn.now.date().month();
        let kinds = self.pack.waste_kinds_in(month).map(|kind| kind.id.clone());
        let kinds: Vec<String> = kinds.collect();
        let on_scale = self.around.weight(turn.now);
        let State::Visit(visit) = &mut self.state else { return Err(not_here()) };
        match touch {
            Touch::Press(Button::Next) => self.save_visit(turn),
            Touch::Press(Button::Details) => {
                let building = visit.building.clone();
                self.begin_details(building, turn)
            }
            Touch::Press(Button::Less) => {
                visit.weigh_by_hand(visit.weight_g.saturating_sub(STEP_G))
            }
            Touch::Press(Button::More) => visit.weigh_by_hand(visit.weight_g + STEP_G),
            Touch::Press(Button::TakeWeight) if self.settings.has_scale => {
                let grams = on_scale.map_err(|_| Refusal::new(RefusalCode::NoWeight))?;
                visit.weigh(grams, Weighed::Scale)
            }
            Touch::Choose(id) => {
                visit.choose(&id, &kinds)?;
                self.demand_again(turn)
            }
            Touch::Type { field: Field::Weight, text } => visit.type_weight(text),
            Touch::Type { field: Field::Sacks, text } => {
                visit.type_sacks(&text)?;
                self.demand_again(turn)
            }
            Touch::Type { field: Field::Months, text } => visit.type_months(&text, months_max),
            _ => Err(not_here()),
        }
    }

    /// An establishment's fee depends on the sacks that it hands over.
    fn demand_again(&mut self, turn: &Turn<'_>) -> Outcome {
        let State::Visit(visit) = &mut self.state else { return Err(not_here()) };
        let since = turn.books.paid_since(visit.building.id)?;
        let sacks = u16::try_from(visit.sacks).unwrap_or(u16::MAX);
        let day = turn.now.date();
        visit.demand = Demand::of_waste_fee(&self.pack, &visit.building, day, &since, sacks)
            .map_err(|_| Refusal::new(RefusalCode::StoreFailed))?;
        let offered = u32::try_from(visit.demand.ahead.len()).unwrap_or(u32::MAX);
        visit.advance_months = visit.advance_months.min(offered);
        Ok(())
    }

    fn save_visit(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Visit(visit) = &self.state else { return Err(not_here()) };
        let shown = visit.to_pay();
        self.demand_again(turn)?;
        let State::Visit(visit) = &self.state else { return Err(not_here()) };
        let visit = visit.clone();
        if visit.to_pay() != shown {
            // Another day, or money that came meanwhile: the page shows the new sum first.
            return Ok(());
        }
        let outcome = visit.outcome.ok_or(Refusal::new(RefusalCode::ChooseFirst))?;
        let to_pay = visit.to_pay();
        let pays = visit.paying && visit.asks_fee() && to_pay.is_positive();
        let mut facts = vec![Fact::Visit(Visit {
            building: visit.building.id,
            outcome,
            kinds: visit.kinds.clone(),
            sacks: visit.sacks,
            weight_g: visit.weight_g,
            weighed: visit.weighed,
            scanned: visit.scanned,
            fee_left: if pays { Paise::ZERO } else { visit.demand.total },
            slip: !pays,
        })];
        if pays {
            self.check_cash(to_pay, turn)?;
            let paying = self.fee_paying(&visit)?;
            self.check_amount(&paying, to_pay)?;
            let tender = Tender::Cash(CashTender { tendered: to_pay });
            facts.extend(self.receipt_facts(&paying, to_pay, tender, turn)?);
        }
        self.record(Purpose::Visit, facts, turn);
        Ok(())
    }

    fn fee_paying(&self, visit: &state::Visit) -> Result<Paying, Refusal> {
        let service = self.pack.service_of(ServiceKind::WasteFee).ok_or_else(not_here)?;
        Ok(Paying {
            service: service.id.clone(),
            payer: Payer::Building(visit.building.id),
            building: Some(visit.building.clone()),
            demand: Some(visit.demand.clone()),
            choice: Choice::Another(visit.to_pay()),
            mode: None,
            filled: None,
            intents: Vec::new(),
            members: Vec::new(),
        })
    }

    pub(crate) fn visit_recorded(&mut self, entries: &[Entry], turn: &mut Turn<'_>) -> Outcome {
        let receipt = entries.iter().find(|entry| matches!(entry.fact, Fact::Receipt(_)));
        let visit = entries.iter().find(|entry| matches!(entry.fact, Fact::Visit(_)));
        let entry = receipt.or(visit).ok_or_else(not_here)?;
        self.hand_over(entry, turn)
    }
}

impl state::Visit {
    /// Weight and kinds are asked for where waste was handed over.
    pub(crate) fn asks_waste(&self) -> bool {
        use VisitOutcome::{Collected, NotSegregated};
        matches!(self.outcome, Some(Collected | NotSegregated))
    }

    /// The fee is asked for wherever somebody was met.
    fn asks_fee(&self) -> bool {
        !matches!(self.outcome, None | Some(VisitOutcome::Locked | VisitOutcome::Refused))
    }

    /// Arrears, this month, and the months ahead.
    fn to_pay(&self) -> Paise {
        let months = usize::try_from(self.advance_months).unwrap_or(usize::MAX);
        match months {
            0 => self.demand.total,
            months => self.demand.with_ahead(months).unwrap_or(self.demand.total),
        }
    }

    fn weigh_by_hand(&mut self, weight_g: u32) -> Outcome {
        self.weigh(weight_g, if weight_g > 0 { Weighed::Typed } else { Weighed::Not })
    }

    fn weigh(&mut self, weight_g: u32, weighed: Weighed) -> Outcome {
        if !self.asks_waste() {
            return Err(not_here());
        }
        if weight_g > ledger::WEIGHT_G_MAX {
            return Err(Refusal::new(RefusalCode::TextTooLong));
        }
        self.weight_g = weight_g;
        self.weighed = weighed;
        self.weight_typed.clear();
        Ok(())
    }

    fn choose(&mut self, id: &str, kinds: &[String]) -> Outcome {
        if let Some(kind) = id.strip_prefix("kind:") {
            return self.toggle_kind(kind, kinds);
        }
        match id {
            "fee_now" | "fee_later" if self.demand.exempt => Err(not_here()),
            "fee_now" => {
                self.paying = true;
                Ok(())
            }
            "fee_later" => {
                self.paying = false;
                self.advance_months = 0;
                Ok(())
            }
            id => self.choose_outcome(id),
        }
    }

    fn choose_outcome(&mut self, id: &str) -> Outcome {
        let outcome = VisitOutcome::ALL.into_iter().find(|outcome| outcome.code() == id);
        self.outcome = Some(outcome.ok_or_else(not_here)?);
        if !self.asks_waste() {
            self.kinds.clear();
            self.weight_g = 0;
            self.weighed = Weighed::Not;
            self.weight_typed.clear();
            self.sacks = 0;
        }
        Ok(())
    }

    fn toggle_kind(&mut self, kind: &str, kinds: &[String]) -> Outcome {
        if !self.asks_waste() || !kinds.iter().any(|known| known == kind) {
            return Err(not_here());
        }
        match self.kinds.iter().position(|chosen| chosen == kind) {
            Some(place) => {
                self.kinds.remove(place);
            }
            None => self.kinds.push(kind.to_owned()),
        }
        Ok(())
    }

    fn type_weight(&mut self, text: String) -> Outcome {
        let grams = grams(&text).ok_or(Refusal::new(RefusalCode::NotANumber))?;
        self.weigh_by_hand(grams)?;
        self.weight_typed = text;
        Ok(())
    }

    fn type_sacks(&mut self, text: &str) -> Outcome {
        let sacks = whole(text)?;
        if !self.asks_waste() {
            return Err(not_here());
        }
        if sacks > ledger::SACKS_MAX {
            return Err(Refusal::with_count(RefusalCode::TextTooLong, ledger::SACKS_MAX));
        }
        self.sacks = sacks;
        Ok(())
    }

    fn type_months(&mut self, text: &str, months_max: u32) -> Outcome {
        let months = whole(text)?;
        let offered = u32::try_from(self.demand.ahead.len()).unwrap_or(u32::MAX);
        let most = months_max.min(offered);
        if months > most {
            return Err(Refusal::with_count(RefusalCode::NoAdvance, most));
        }
        self.advance_months = months;
        self.paying = self.paying || months > 0;
        Ok(())
    }
}

/// A count as it was typed; an emptied field is none.
fn whole(text: &str) -> Result<u32, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(0);
    }
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::new(RefusalCode::NotANumber));
    }
    text.parse().map_err(|_| Refusal::new(RefusalCode::NotANumber))
}

/// "2.4" kilograms as grams: at most three decimals, never a float.
fn grams(text: &str) -> Option<u32> {
    let (kilograms, thousandths) = text.split_once('.').unwrap_or((text, ""));
    if thousandths.len() > 3
        || !(kilograms.bytes().chain(thousandths.bytes())).all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let kilograms: u32 = if kilograms.is_empty() { 0 } else { kilograms.parse().ok()? };
    let thousandths: u32 = format!("{thousandths:0<3}").parse().ok()?;
    kilograms.checked_mul(1_000)?.checked_add(thousandths)
}
