//! Several buildings that are paid at once: a list of demands, one payment, and a receipt for each
//! of them. The list lasts as long as the session.

use ledger::{
    CashTender, Fact, GROUP_MAX, GroupPlace, Intent, IntentPart, Paise, Payer, ServiceKind,
    Suspense, Tender,
};

use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{GroupPage, GroupRow, Place, Profile};
use crate::state::{Choice, Handover, Paying, State};
use crate::touch::{Button, Touch};

/// One payment of several receipts, and which of them is being handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HandedGroup {
    pub nth: u32,
    pub of: u32,
    pub sum: Paise,
    /// The number of the first receipt.
    pub first: String,
}

impl HandedGroup {
    pub fn next(self) -> Self {
        Self { nth: self.nth + 1, ..self }
    }
}

impl Paying {
    /// One payment for several demands.
    pub(crate) fn is_group(&self) -> bool {
        !self.members.is_empty()
    }

    /// One payment for the demands of a list; of one alone it is a payment as any other.
    fn of_list(list: &[Self]) -> Option<Self> {
        let (first, rest) = list.split_first()?;
        if rest.is_empty() {
            return Some(first.clone());
        }
        Some(Self {
            service: first.service.clone(),
            payer: first.payer.clone(),
            building: None,
            demand: None,
            choice: Choice::Whole,
            mode: None,
            filled: None,
            intents: Vec::new(),
            members: list.to_vec(),
        })
    }
}

impl Flow {
    /// Whether what is owed on the page may be paid together with others: what a building owes, and
    /// no fee that a form was filled for. On a waste round each house is a visit of its own.
    pub(crate) fn may_list(&self, paying: &Paying) -> bool {
        let kind = self.pack.service(&paying.service).map(|service| service.kind);
        let owed = matches!(kind, Some(ServiceKind::PropertyTax | ServiceKind::WasteFee));
        owed && paying.building.is_some()
            && paying.demand.as_ref().is_some_and(|demand| !demand.is_nothing())
            && self.settings.profile != Profile::Karmasena
    }

    /// How many demands are on the list.
    pub(crate) fn listed(&self) -> u32 {
        u32::try_from(self.group.len()).unwrap_or(u32::MAX)
    }

    /// Puts what is owed on the list, whole.
    pub(crate) fn list(&mut self, paying: Paying) -> Outcome {
        if !self.may_list(&paying) {
            return Err(Refusal::new(RefusalCode::NothingDue));
        }
        if self.group.iter().any(|listed| listed.payer == paying.payer) {
            return Err(Refusal::new(RefusalCode::ListedAlready));
        }
        self.check_room()?;
        self.group.push(Paying { choice: Choice::Whole, mode: None, ..paying });
        Ok(())
    }

    fn check_room(&self) -> Outcome {
        match self.group.len() < GROUP_MAX {
            true => Ok(()),
            false => Err(Refusal::with_count(
                RefusalCode::ListFull,
                u32::try_from(GROUP_MAX).expect("ten"),
            )),
        }
    }

    /// The list, where somebody has one and goes back to it.
    pub(crate) fn list_state(&self) -> Option<State> {
        let last = self.group.last()?;
        Some(State::Group(last.service.clone()))
    }

    /// "Pay for another building too": this one is kept, and the next one is looked for.
    pub(crate) fn another_too(&mut self, paying: Paying, turn: &Turn<'_>) -> Outcome {
        let service = paying.service.clone();
        self.list(paying)?;
        self.find_next(&service, turn)
    }

    /// A demand that was opened while there is a list joins it.
    pub(crate) fn join_list(&mut self, paying: Paying, turn: &Turn<'_>) -> Outcome {
        let service = paying.service.clone();
        self.list(paying)?;
        self.enter(State::Group(service), turn.now);
        Ok(())
    }

    fn find_next(&mut self, service: &str, turn: &Turn<'_>) -> Outcome {
        self.check_room()?;
        self.enter(State::find(service, false), turn.now);
        Ok(())
    }

    pub(crate) fn group_page(&self) -> GroupPage {
        let row = |paying: &Paying| {
            let place = self.paying_place(paying);
            GroupRow {
                id: id_of(paying),
                place: format!("{} · {}", place.ward_name, place.number),
                owner: place.owner,
                amount: paying.amount(),
            }
        };
        GroupPage {
            rows: self.group.iter().map(row).collect(),
            total: sum_of(&self.group),
            most: u32::try_from(GROUP_MAX).expect("ten"),
        }
    }

    pub(crate) fn touched_group(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Group(service) = &self.state else { return Err(not_here()) };
        let service = service.clone();
        match touch {
            Touch::Press(Button::Next) => {
                let paying = Paying::of_list(&self.group).ok_or_else(not_here)?;
                self.enter(State::Pay(paying), turn.now);
                Ok(())
            }
            Touch::Press(Button::AnotherToo) => self.find_next(&service, turn),
            Touch::Scan(text) => {
                self.check_room()?;
                let building = self.by_code(&text, turn)?;
                self.found(&service, building, true, turn)
            }
            Touch::Choose(id) => {
                let place = self.group.iter().position(|paying| id_of(paying) == id);
                self.group.remove(place.ok_or_else(not_here)?);
                match self.group.is_empty() {
                    true => self.find_next(&service, turn),
                    false => Ok(()),
                }
            }
            _ => Err(not_here()),
        }
    }

    /// Which buildings, one after the other; the ward where all lie in one.
    pub(crate) fn group_place(&self, members: &[Paying]) -> Place {
        let places: Vec<Place> = members.iter().map(|member| self.paying_place(member)).collect();
        let numbers: Vec<&str> = places.iter().map(|place| place.number.as_str()).collect();
        let number = numbers.join(", ");
        let one = places.first().filter(|first| places.iter().all(|it| it.ward == first.ward));
        let owner = String::new();
        match one {
            Some(first) => Place { number, owner, ..first.clone() },
            None => Place { number, owner, ward: 0, ward_name: String::new() },
        }
    }

    /// The same list with what is owed at this moment; none where nothing has changed.
    pub(crate) fn list_changed(
        &mut self,
        paying: &Paying,
        turn: &Turn<'_>,
    ) -> Result<bool, Refusal> {
        let mut fresh = Vec::new();
        for member in &paying.members {
            fresh.push(self.fresh(member, turn)?);
        }
        let same = paying.members.iter().zip(&fresh).all(|(shown, now)| {
            let both = shown.demand.as_ref().zip(now.demand.as_ref());
            both.is_some_and(|(shown, now)| crate::pay::asks_the_same(shown, now))
        });
        if same {
            return Ok(false);
        }
        let service = paying.service.clone();
        self.group = fresh.into_iter().filter(|paying| self.may_list(paying)).collect();
        match self.group.is_empty() {
            true => self.enter(State::find(&service, false), turn.now),
            false => self.enter(State::Group(service), turn.now),
        }
        Err(Refusal::new(RefusalCode::ListChanged))
    }

    /// The facts of one payment: a receipt, or one for each demand, written together.
    pub(crate) fn payment_facts(
        &self,
        paying: &Paying,
        amount: Paise,
        tender: Tender,
        turn: &Turn<'_>,
    ) -> Result<Vec<Fact>, Refusal> {
        if !paying.is_group() {
            return self.receipt_facts(paying, amount, tender, turn);
        }
        let mut next = self.next_numbers(turn)?;
        next.check(paying.members.len())?;
        let mut before = Paise::ZERO;
        for (place, member) in GroupPlace::each(paying.members.len()).zip(&paying.members) {
            let part = member.amount();
            let tender = tender_of(&tender, part, before, place)?;
            let receipt = self.receipt(member, part, tender, &next, turn)?;
            next.facts.push(Fact::Receipt(ledger::Receipt { group: Some(place), ..receipt }));
            next.number += 1;
            before = before.checked_add(part).map_err(|_| too_much(self))?;
        }
        Ok(next.facts)
    }

    /// What an intent for several demands was for. What each owes may have changed since; the
    /// money is here, and is as much for each as was asked.
    pub(crate) fn group_again(&self, intent: &Intent, turn: &Turn<'_>) -> Result<Paying, Refusal> {
        let mut members = Vec::new();
        for part in &intent.parts {
            let building = turn.books.building(part.building)?;
            let owed = building.as_ref();
            let demand = owed.and_then(|building| self.demand(&part.service, building, turn).ok());
            members.push(Paying {
                service: part.service.clone(),
                payer: Payer::Building(part.building),
                building,
                demand,
                choice: Choice::Another(part.amount),
                mode: None,
                filled: None,
                intents: Vec::new(),
                members: Vec::new(),
            });
        }
        Paying::of_list(&members).ok_or_else(not_here)
    }

    /// What the money of an intent is receipted as where it cannot be spread over its demands: the
    /// book has not enough numbers any more, or a demand has too many lines. The reference leads
    /// the office to the demands.
    pub(crate) fn whole_in_suspense(&self, intent: &Intent) -> Paying {
        Paying {
            service: intent.service.clone(),
            payer: Payer::Suspense(Suspense {
                payer: String::new(),
                place: intent.reference.clone(),
            }),
            building: None,
            demand: None,
            choice: Choice::Another(intent.amount),
            mode: None,
            filled: None,
            intents: Vec::new(),
            members: Vec::new(),
        }
    }

    /// The slip is out: the next one of the same payment follows, or the payer is thanked.
    pub(crate) fn slip_is_out(&mut self, handover: Handover, turn: &mut Turn<'_>) -> Outcome {
        let Some((next, then)) = handover.then.split_first() else {
            let paper = handover.paper_at_end;
            self.show_paid(handover, paper, turn);
            return Ok(());
        };
        let made = match turn.books.entry(*next) {
            Ok(Some(entry)) => self.handover(&entry, turn.books).ok(),
            Ok(None) | Err(_) => None,
        };
        match made {
            // The drawer is open since the first slip.
            Some(made) => {
                let next = Handover { drawer: false, ..made.after(&handover, then) };
                self.start_print(next, turn);
                Ok(())
            }
            None => {
                self.hold_the_rest(&handover, turn);
                self.show_paid(handover, crate::screen::Paper::Later, turn);
                Err(Refusal::new(RefusalCode::StoreFailed))
            }
        }
    }

    /// Slips of the same payment that are not begun: staff hold them.
    pub(crate) fn hold_the_rest(&mut self, handover: &Handover, turn: &mut Turn<'_>) {
        for of in &handover.then {
            let (held, printer) = (ledger::PrintOutcome::Held, ledger::PrintWitness::Printer);
            self.record_print(*of, held, printer, turn);
        }
    }
}

impl Handover {
    /// The same slip as one of a payment whose earlier slip was handed over.
    pub(crate) fn after(self, before: &Self, then: &[u64]) -> Self {
        Self {
            then: then.to_vec(),
            group: before.group.clone().map(|group| group.next()),
            paper_at_end: before.paper_at_end,
            ..self
        }
    }
}

/// What the parts of an intent are.
pub(crate) fn parts_of(paying: &Paying) -> Vec<IntentPart> {
    let part = |member: &Paying| {
        let building = member.payer.building()?;
        Some(IntentPart { building, service: member.service.clone(), amount: member.amount() })
    };
    paying.members.iter().filter_map(part).collect()
}

/// What all of them come to; every one was within the limits of a receipt.
pub(crate) fn sum_of(list: &[Paying]) -> Paise {
    Paise::sum(list.iter().map(Paying::amount)).expect("ten sums of a receipt are within range")
}

/// The tender as a receipt of the payment names it: of cash, the last one has the change.
fn tender_of(
    whole: &Tender,
    part: Paise,
    before: Paise,
    place: GroupPlace,
) -> Result<Tender, Refusal> {
    let Tender::Cash(cash) = whole else { return Ok(whole.clone()) };
    let left = cash.tendered.checked_sub(before).map_err(|_| not_here())?;
    let tendered = if place.is_last() { left } else { part };
    Ok(Tender::Cash(CashTender { tendered }))
}

fn too_much(flow: &Flow) -> Refusal {
    Refusal::with_amount(RefusalCode::AmountAboveLimit, flow.pack.limits.receipt_max)
}

/// The id by which a row is dropped.
fn id_of(paying: &Paying) -> String {
    paying.payer.building().map_or_else(String::new, |id| id.to_string())
}
