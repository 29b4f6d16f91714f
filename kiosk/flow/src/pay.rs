//! What is owed, how much of it is paid now, and how.

use ledger::{
    ApportionError, Demand, DueLine, Paise, Payer, PeriodDue, ReceiptLine, Standing, date_text,
};

use crate::flow::{Flow, Outcome, Turn, not_here, typed};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{
    AmountChoice, AmountPage, DemandPage, ExplainedLine, Mode, ModeChoice, NotNow, PayPage, Period,
    Place,
};
use crate::state::{Amount, Choice, Paying, State};
use crate::touch::{Button, Field, Touch};

impl Paying {
    /// What would be taken now.
    pub(crate) fn amount(&self) -> Paise {
        if self.is_group() {
            return crate::group::sum_of(&self.members);
        }
        let whole = self.demand.as_ref().map_or(Paise::ZERO, |demand| demand.total);
        let amounts = self.demand.as_ref().map(Demand::amounts);
        let of = |pick: fn(&ledger::Amounts) -> Option<Paise>| {
            amounts.as_ref().and_then(pick).unwrap_or(whole)
        };
        match self.choice {
            Choice::Whole => whole,
            Choice::Late => of(|amounts| amounts.late),
            Choice::Advance => of(|amounts| amounts.in_advance),
            Choice::Another(amount) => amount,
        }
    }
}

impl Choice {
    fn id(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Late => "late",
            Self::Advance => "advance",
            Self::Another(_) => "another",
        }
    }
}

impl Flow {
    pub(crate) fn demand_page(&self, paying: &Paying) -> DemandPage {
        let demand = paying.demand.as_ref().expect("the page is entered with a demand");
        DemandPage {
            place: self.paying_place(paying),
            periods: demand.periods.iter().map(|due| self.period(due)).collect(),
            held: demand.held,
            charge: demand.charge,
            charge_why: demand
                .charge_reason()
                .map(|reason| reason.words(&self.pack, self.language)),
            total: demand.total,
            next_due: demand.next_due.map(date_text),
            pack: self.pack.name(),
            has_details: self.has_details(),
            bill: self.bill_part(paying),
            may_list: self.may_list(paying),
            listed: self.listed(),
            has_earlier: paying.building.is_some(),
        }
    }

    fn period(&self, due: &PeriodDue) -> Period {
        Period {
            label: due.period.label(self.language),
            late: due.standing == Standing::Late,
            due: date_text(due.due),
            lines: due.lines.iter().map(|line| self.explained(line)).collect(),
        }
    }

    fn explained(&self, line: &DueLine) -> ExplainedLine {
        ExplainedLine {
            label: line.label(&self.pack, self.language),
            why: line.why(&self.pack, self.language),
            amount: line.amount,
        }
    }

    pub(crate) fn paying_place(&self, paying: &Paying) -> Place {
        if paying.is_group() {
            return self.group_place(&paying.members);
        }
        match (&paying.building, &paying.payer) {
            (Some(building), _) => self.place(building),
            (None, Payer::Suspense(suspense)) => Place {
                number: suspense.place.clone(),
                ward: 0,
                ward_name: String::new(),
                owner: suspense.payer.clone(),
            },
            (None, Payer::Named(named)) => Place {
                number: named.reference.clone(),
                ward: 0,
                ward_name: String::new(),
                owner: named.name.clone(),
            },
            (None, Payer::Building(id)) => Place {
                number: id.to_string(),
                ward: 0,
                ward_name: String::new(),
                owner: String::new(),
            },
        }
    }

    pub(crate) fn touched_demand(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Demand(paying) = &self.state else { return Err(not_here()) };
        if touch == Touch::Press(Button::Details) {
            let building = paying.building.clone().ok_or_else(not_here)?;
            return self.begin_details(building, turn);
        }
        if touch == Touch::Press(Button::AnotherToo) {
            return self.another_too(paying.clone(), turn);
        }
        if touch == Touch::Press(Button::Earlier) {
            return self.begin_earlier(turn);
        }
        if touch != Touch::Press(Button::Next) {
            return Err(not_here());
        }
        if !self.group.is_empty() {
            return self.join_list(paying.clone(), turn);
        }
        let mut paying = paying.clone();
        self.check_paid_here(&paying.service)?;
        let demand = paying.demand.as_ref().ok_or_else(not_here)?;
        if demand.is_nothing() && demand.amounts().in_advance.is_none() {
            return Err(Refusal::new(RefusalCode::NothingDue));
        }
        paying.choice = if demand.is_nothing() { Choice::Advance } else { Choice::Whole };
        self.enter(State::Pay(paying), turn.now);
        Ok(())
    }

    pub(crate) fn pay_page(&self, paying: &Paying) -> PayPage {
        PayPage {
            place: self.paying_place(paying),
            amounts: self.amount_choices(paying),
            modes: self.mode_choices(paying),
            amount: paying.amount(),
            mode: paying.mode,
        }
    }

    fn amount_choices(&self, paying: &Paying) -> Vec<AmountChoice> {
        let Some(demand) = &paying.demand else { return Vec::new() };
        let amounts = demand.amounts();
        let whole = demand.total.is_positive().then_some(amounts.whole);
        let offered = [
            (Choice::Whole, whole),
            (Choice::Late, amounts.late),
            (Choice::Advance, amounts.in_advance),
        ];
        if paying.filled.is_some() {
            // A fee is owed whole: there is no later bill on which the rest would stand.
            return vec![choice_of(demand, Choice::Whole, Some(amounts.whole), true)];
        }
        let another = match paying.choice {
            Choice::Another(amount) => Some(amount),
            _ => None,
        };
        let listed = offered.into_iter().filter_map(|(choice, amount)| Some((choice, amount?)));
        let mut choices: Vec<AmountChoice> = listed
            .map(|(choice, amount)| {
                choice_of(demand, choice, Some(amount), paying.choice == choice)
            })
            .collect();
        let id = Choice::Another(Paise::ZERO);
        choices.push(choice_of(demand, id, another, another.is_some()));
        choices
    }

    fn mode_choices(&self, paying: &Paying) -> Vec<ModeChoice> {
        [Mode::Upi, Mode::Card, Mode::Cash]
            .into_iter()
            .chain(self.instrument_modes())
            .map(|mode| ModeChoice {
                mode,
                chosen: paying.mode == Some(mode),
                not_now: self.not_now(mode),
            })
            .collect()
    }

    fn not_now(&self, mode: Mode) -> Option<NotNow> {
        match mode {
            Mode::Upi if !self.online => Some(NotNow::LineDown),
            Mode::Card if !self.settings.has_terminal || !self.terminal_present => {
                Some(NotNow::NoTerminal)
            }
            Mode::Cash | Mode::Cheque | Mode::DemandDraft if self.staff.is_none() => {
                Some(NotNow::NoCashier)
            }
            Mode::Upi | Mode::Card | Mode::Cash | Mode::Cheque | Mode::DemandDraft => None,
        }
    }

    pub(crate) fn touched_pay(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Press(Button::Next) => self.begin_payment(turn),
            Touch::Choose(id) if id == "another" => {
                let State::Pay(paying) = &self.state else { return Err(not_here()) };
                if paying.filled.is_some() || paying.is_group() {
                    return Err(not_here());
                }
                let amount = Amount { paying: paying.clone(), typed: String::new() };
                self.enter(State::Amount(amount), turn.now);
                Ok(())
            }
            Touch::Choose(id) => self.choose_on_pay(&id),
            _ => Err(not_here()),
        }
    }

    fn choose_on_pay(&mut self, id: &str) -> Outcome {
        if let Some(mode) = mode_named(id) {
            if let Some(why) = self.not_now(mode) {
                return Err(Refusal::new(why.into()));
            }
            let State::Pay(paying) = &self.state else { return Err(not_here()) };
            if !self.mode_choices(paying).iter().any(|choice| choice.mode == mode) {
                return Err(not_here());
            }
            let State::Pay(paying) = &mut self.state else { return Err(not_here()) };
            paying.mode = Some(mode);
            return Ok(());
        }
        let State::Pay(paying) = &self.state else { return Err(not_here()) };
        let offered = self.amount_choices(paying);
        if !offered.iter().any(|choice| choice.id == id && choice.amount.is_some()) {
            return Err(not_here());
        }
        let all = [Choice::Whole, Choice::Late, Choice::Advance];
        let choice = all.into_iter().find(|choice| choice.id() == id).ok_or_else(not_here)?;
        let State::Pay(paying) = &mut self.state else { return Err(not_here()) };
        paying.choice = choice;
        Ok(())
    }

    /// The checks that every mode shares, then the mode's own page.
    fn begin_payment(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Pay(paying) = &self.state else { return Err(not_here()) };
        let paying = paying.clone();
        check_not_frozen(turn)?;
        let mode = paying.mode.ok_or(Refusal::new(RefusalCode::ChooseFirst))?;
        if self.demand_changed(&paying, turn)? {
            return Ok(());
        }
        match paying.is_group() {
            true => {
                paying.members.iter().try_for_each(|one| self.check_amount(one, one.amount()))?;
            }
            false => self.check_amount(&paying, paying.amount())?,
        }
        if let Some(why) = self.not_now(mode) {
            return Err(Refusal::new(why.into()));
        }
        self.next_numbers(turn)?.check(paying.members.len().max(1))?;
        self.check_slot(&paying, turn)?;
        match mode {
            Mode::Cash => self.begin_cash(paying, turn),
            Mode::Card => self.begin_intent(paying, ledger::IntentMode::Card, turn),
            Mode::Upi => self.begin_intent(paying, ledger::IntentMode::Upi, turn),
            Mode::Cheque => self.begin_instrument(paying, ledger::InstrumentKind::Cheque, turn),
            Mode::DemandDraft => {
                self.begin_instrument(paying, ledger::InstrumentKind::DemandDraft, turn)
            }
        }
    }

    /// A sum that one receipt may have.
    pub(crate) fn check_amount(&self, paying: &Paying, amount: Paise) -> Outcome {
        if amount.is_zero() {
            return Err(Refusal::new(RefusalCode::AmountZero));
        }
        if amount < Paise::ZERO {
            return Err(Refusal::new(RefusalCode::AmountNegative));
        }
        let limit = self.pack.limits.receipt_max;
        if amount > limit {
            return Err(Refusal::with_amount(RefusalCode::AmountAboveLimit, limit));
        }
        match &paying.demand {
            Some(demand) => lines_of(demand, amount).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The same payment with what is owed at this moment.
    pub(crate) fn fresh(&self, paying: &Paying, turn: &Turn<'_>) -> Result<Paying, Refusal> {
        if let Some(filled) = &paying.filled {
            let demand = self.fees(&paying.service, &filled.answers, turn)?;
            return Ok(Paying { demand: Some(demand), ..paying.clone() });
        }
        let Payer::Building(id) = paying.payer else { return Ok(paying.clone()) };
        let known = turn.books.building(id)?.or_else(|| paying.building.clone());
        let Some(building) = known else { return Ok(paying.clone()) };
        let demand = self.demand(&paying.service, &building, turn)?;
        Ok(Paying { building: Some(building), demand: Some(demand), ..paying.clone() })
    }

    /// A late word of the bank, midnight or the register changed what is owed since the page was
    /// opened: it is explained anew before any money is taken.
    pub(crate) fn demand_changed(
        &mut self,
        paying: &Paying,
        turn: &Turn<'_>,
    ) -> Result<bool, Refusal> {
        if paying.is_group() {
            return self.list_changed(paying, turn);
        }
        let fresh = self.fresh(paying, turn)?;
        let same = match (&paying.demand, &fresh.demand) {
            (Some(shown), Some(now)) => asks_the_same(shown, now),
            _ => true,
        };
        if !same {
            let demand = Paying { choice: Choice::Whole, ..fresh };
            self.enter(State::Demand(demand), turn.now);
        }
        Ok(!same)
    }

    pub(crate) fn amount_page(&self, state: &Amount) -> AmountPage {
        let demand = state.paying.demand.as_ref();
        let due = demand.map_or(Paise::ZERO, |demand| demand.total);
        let amount = Paise::parse(&state.typed).ok();
        AmountPage {
            place: self.paying_place(&state.paying),
            typed: state.typed.clone(),
            amount,
            due,
            late: demand.map_or(Paise::ZERO, Demand::late),
            // In suspense nothing is due, and nothing is kept for a bill.
            above: amount.zip(demand).map_or(Paise::ZERO, |(amount, demand)| demand.above(amount)),
        }
    }

    pub(crate) fn touched_amount(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Amount(amount) = &mut self.state else { return Err(not_here()) };
        if touch != Touch::Press(Button::Next) {
            amount.typed = typed(&touch, Field::Amount).ok_or_else(not_here)?.to_owned();
            return Ok(());
        }
        let sum = read_amount(&amount.typed)?;
        let mut paying = amount.paying.clone();
        self.check_amount(&paying, sum)?;
        paying.choice = Choice::Another(sum);
        self.enter(State::Pay(paying), turn.now);
        Ok(())
    }
}

/// A device that the office has locked takes no money: whoever copied it would take it twice. Money
/// that a terminal or a bank has taken already is still receipted.
pub(crate) fn check_not_frozen(turn: &Turn<'_>) -> Outcome {
    match turn.books.frozen() {
        None => Ok(()),
        Some(_) => Err(Refusal::new(RefusalCode::Frozen)),
    }
}

/// How a sum is spread over what is owed, in as many lines as one receipt may have.
pub(crate) fn lines_of(demand: &Demand, amount: Paise) -> Result<Vec<ReceiptLine>, Refusal> {
    let lines = ledger::apportion(demand, amount).map_err(|error| match error {
        ApportionError::NotPositive => Refusal::new(RefusalCode::AmountZero),
        ApportionError::NotWhole => not_here(),
        ApportionError::NotWholeBills(whole) => {
            Refusal::with_amount(RefusalCode::WholeBills, whole)
        }
        ApportionError::NoAdvance(_) => Refusal::new(RefusalCode::NoAdvance),
        ApportionError::BelowCharge | ApportionError::Money(_) => {
            Refusal::new(RefusalCode::AmountAboveLimit)
        }
    })?;
    if lines.len() > ledger::RECEIPT_LINES_MAX {
        return Err(Refusal::new(RefusalCode::AmountAboveLimit));
    }
    Ok(lines)
}

pub(crate) fn asks_the_same(shown: &Demand, now: &Demand) -> bool {
    shown.periods == now.periods
        && shown.ahead == now.ahead
        && (shown.held, shown.charge, shown.total) == (now.held, now.charge, now.total)
}

/// A typed sum, or the one sentence that says what is wrong with it.
pub(crate) fn read_amount(text: &str) -> Result<Paise, Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::new(RefusalCode::NothingTyped));
    }
    Paise::parse(text).map_err(|error| {
        Refusal::new(match error {
            ledger::MoneyError::NotANumber => RefusalCode::NotANumber,
            ledger::MoneyError::Fraction => RefusalCode::AmountFraction,
            ledger::MoneyError::TooLarge => RefusalCode::AmountAboveLimit,
        })
    })
}

fn choice_of(demand: &Demand, choice: Choice, amount: Option<Paise>, chosen: bool) -> AmountChoice {
    let (left, due) = demand.left_after(amount.unwrap_or(Paise::ZERO));
    AmountChoice { id: choice.id().to_owned(), amount, left, left_due: due.map(date_text), chosen }
}

fn mode_named(id: &str) -> Option<Mode> {
    match id {
        "upi" => Some(Mode::Upi),
        "card" => Some(Mode::Card),
        "cash" => Some(Mode::Cash),
        "cheque" => Some(Mode::Cheque),
        "demand_draft" => Some(Mode::DemandDraft),
        _ => None,
    }
}

impl From<NotNow> for RefusalCode {
    fn from(why: NotNow) -> Self {
        match why {
            NotNow::LineDown => Self::LineDown,
            NotNow::NoCashier => Self::NoCashier,
            NotNow::NoTerminal => Self::NoTerminal,
        }
    }
}
