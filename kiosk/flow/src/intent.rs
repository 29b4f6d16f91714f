//! Money that a terminal or a bank takes: what is asked for stands on disk before anything is
//! asked, and its receipt follows whenever the money comes.

use ledger::{Entry, Fact, Intent, IntentMode, Named, Payer, Suspense, Tender, UpiTender, Writer};

use crate::effect::Purpose;
use crate::flow::{Flow, Outcome, Turn};
use crate::refusal::Refusal;
use crate::state::{Paying, State};

impl Flow {
    /// Money that somebody else takes: what is asked for stands on disk first.
    pub(crate) fn begin_intent(
        &mut self,
        paying: Paying,
        by: IntentMode,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let day_book = turn.books.day_book();
        let seq = day_book.head().seq + 1;
        let intent = Intent {
            amount: paying.amount(),
            by,
            reference: reference(&self.pack.body.code, day_book.writer(), seq),
            building: paying.building.as_ref().map(|building| building.id),
            parts: crate::group::parts_of(&paying),
            service: paying.service,
        };
        let purpose = match by {
            IntentMode::Card => Purpose::CardIntent,
            IntentMode::Upi => Purpose::UpiIntent,
        };
        self.record(purpose, vec![Fact::Intent(intent)], turn);
        Ok(())
    }

    /// The bank's word from the office book: the receipt follows, late or not.
    pub(crate) fn confirmed(
        &mut self,
        seq: u64,
        bank_reference: &str,
        confirmation: u64,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let day_book = turn.books.day_book();
        let mut open = day_book.intents().chain(day_book.late_intents());
        let Some((_, intent)) = open.find(|(open, _)| *open == seq) else { return Ok(()) };
        let intent = intent.clone();
        let bank_reference = bank_reference.to_owned();
        let tender = Tender::Upi(UpiTender { intent: seq, bank_reference, confirmation });
        self.fulfil(seq, &intent, tender, turn)
    }

    /// Money of an intent is there: the receipt of the page that waits for it, or one that staff
    /// hold.
    pub(crate) fn fulfil(
        &mut self,
        seq: u64,
        intent: &Intent,
        tender: Tender,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let waits = self.waits_for(seq, intent);
        let paying = match self.state.paying().filter(|_| waits) {
            _ if !intent.parts.is_empty() => self.group_again(intent, turn)?,
            // A fee was asked for whole, by answers that cannot be asked again.
            Some(paying) if paying.filled.is_some() => paying.clone(),
            // What is owed may have changed while the money was on its way; the money is here.
            Some(paying) => self.fresh(paying, turn).unwrap_or_else(|_| paying.clone()),
            None => self.paying_again(intent, turn)?,
        };
        let facts = match self.payment_facts(&paying, intent.amount, tender.clone(), turn) {
            Ok(facts) => facts,
            Err(_) if paying.is_group() => {
                let whole = self.whole_in_suspense(intent);
                match self.receipt_facts(&whole, intent.amount, tender, turn) {
                    Ok(facts) => facts,
                    Err(_) if !waits && self.staff.is_none() => return Ok(()),
                    Err(refusal) => return Err(refusal),
                }
            }
            // Money that is there is receipted, even where it cannot be spread over what is owed.
            Err(_) if paying.demand.is_some() => {
                let paying = paying.unexplained();
                self.receipt_facts(&paying, intent.amount, tender, turn)?
            }
            // The operator's book is on the device, the operator not yet: the money is asked about
            // again.
            Err(_) if !waits && self.staff.is_none() => return Ok(()),
            Err(refusal) => return Err(refusal),
        };
        let purpose = if waits { Purpose::Payment } else { Purpose::Aside };
        self.record(purpose, facts, turn);
        Ok(())
    }

    /// Whether the payer of an intent still stands at its page, or went back from it and is about
    /// to pay the same matter again.
    fn waits_for(&self, seq: u64, intent: &Intent) -> bool {
        match &self.state {
            State::Card(card) => card.intent == seq,
            State::Upi(upi) => upi.intent == seq,
            state => state.paying().is_some_and(|paying| {
                let building = paying.building.as_ref().map(|building| building.id);
                let same_house = building.is_some() && building == intent.building;
                (same_house && paying.service == intent.service) || paying.intents.contains(&seq)
            }),
        }
    }

    /// What an intent was for, after its page is gone.
    fn paying_again(&self, intent: &Intent, turn: &Turn<'_>) -> Result<Paying, Refusal> {
        let building = match intent.building {
            Some(id) => turn.books.building(id)?,
            None => None,
        };
        let demand = building
            .as_ref()
            .and_then(|building| self.demand(&intent.service, building, turn).ok());
        let payer = match intent.building {
            Some(id) => Payer::Building(id),
            // Who paid went with the page; the reference leads the office to it.
            None => {
                Payer::Suspense(Suspense { payer: String::new(), place: intent.reference.clone() })
            }
        };
        Ok(Paying {
            service: intent.service.clone(),
            payer,
            building,
            demand,
            choice: crate::state::Choice::Another(intent.amount),
            mode: None,
            filled: None,
            intents: Vec::new(),
            members: Vec::new(),
        })
    }
}

impl Paying {
    /// The same money where nothing that is owed explains it: a fee's stands in suspense, in the
    /// name of whoever paid.
    fn unexplained(self) -> Self {
        let payer = match self.payer {
            Payer::Named(Named { name: payer, reference: place }) => {
                Payer::Suspense(Suspense { payer, place })
            }
            payer => payer,
        };
        Self { payer, demand: None, filled: None, ..self }
    }
}

pub(crate) fn intent_of(entries: &[Entry]) -> Option<(u64, &Intent)> {
    entries.iter().find_map(|entry| match &entry.fact {
        Fact::Intent(intent) => Some((entry.seq, intent)),
        _ => None,
    })
}

/// Letters and digits only (35 at most for UPI), and never twice: writer and sequence are unique.
fn reference(body: &str, writer: Writer, seq: u64) -> String {
    format!("{body}W{:04}S{seq:08}", writer.0)
}
