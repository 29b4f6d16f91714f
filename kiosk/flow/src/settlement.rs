//! The card terminal's day against the receipts that this device wrote for cards: the terminal says
//! what it took, and whatever has no partner on the other side is listed for staff and the office.

use std::collections::BTreeSet;

use ledger::{Entry, Fact, IntentMode, Paise, Tender};

use crate::books::{Books, Unreadable};
use crate::card::look_up;
use crate::effect::{CardAsked, Effect};
use crate::event::{TerminalDay, TerminalEnding};
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::number::number_of;
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{SettlementPage, SettlementRow, SettlementState, Unmatched};
use crate::state::{OpenCard, OwnCard, Settlement, State};
use crate::touch::{Button, Touch};

/// The most receipts that are looked through, newest first: a busy counter's week.
const RECEIPTS_MAX: usize = 2_000;

/// How many days back a terminal's day may have begun: it was not closed over a weekend with a
/// holiday at each end.
const DAYS_MAX: i64 = 4;

/// The most rows of the list; more of them say that something else is wrong.
const ROWS_MAX: usize = 50;

/// The largest receipt number of a terminal, after which it begins again at 1.
const TERMINAL_NUMBER_MAX: u32 = 9_999;

impl Flow {
    pub(crate) fn begin_settlement(&mut self, turn: &Turn<'_>) -> Outcome {
        let settlement = Settlement {
            own: own_cards(turn.now.day(), turn.books)?,
            open: open_cards(turn.books),
            state: SettlementState::Ready,
            terminal: None,
            rows: Vec::new(),
        };
        self.enter(State::Settlement(settlement), turn.now);
        Ok(())
    }

    pub(crate) fn settlement_page(&self, state: &Settlement) -> SettlementPage {
        let today = state.own.iter().filter(|card| card.today);
        let amounts: Vec<Paise> = today.map(|card| card.amount).collect();
        SettlementPage {
            state: state.state,
            here: count(amounts.len()),
            here_sum: Paise::sum(amounts).unwrap_or_default(),
            terminal: state.terminal.map(|(count, _)| count),
            terminal_sum: state.terminal.map(|(_, sum)| sum),
            rows: state.rows.clone(),
        }
    }

    pub(crate) fn touched_settlement(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Settlement(settlement) = &mut self.state else { return Err(not_here()) };
        if touch != Touch::Press(Button::Next) {
            return Err(not_here());
        }
        match settlement.state {
            SettlementState::Asking => Err(Refusal::new(RefusalCode::AlreadyDoing)),
            SettlementState::Agrees | SettlementState::Differs => {
                self.enter(State::Menu, turn.now);
                Ok(())
            }
            SettlementState::Ready | SettlementState::NotReached => {
                settlement.state = SettlementState::Asking;
                let today = settlement.own.iter().filter(|card| card.today);
                let own = today.map(|card| card.asked.clone());
                let open = settlement.open.iter().map(|card| card.asked.clone());
                let asked = own.chain(open).collect();
                turn.effects.push(Effect::SettleTerminal { asked });
                Ok(())
            }
        }
    }

    /// A terminal that says nothing for so long is away; its word still counts when it comes.
    pub(crate) fn settlement_deadline(&mut self, turn: &Turn<'_>) -> Outcome {
        let limit_ms = u64::from(self.pack.limits.pay_page_deadline_s) * 1_000;
        let State::Settlement(settlement) = &mut self.state else { return Ok(()) };
        if turn.now.mono_ms.saturating_sub(self.touched_ms) >= limit_ms {
            settlement.state = SettlementState::NotReached;
            self.touched_ms = turn.now.mono_ms;
        }
        Ok(())
    }

    /// The terminal's word. Sales that were looked up on the way get their receipts.
    pub(crate) fn terminal_settled(&mut self, day: TerminalDay, turn: &mut Turn<'_>) -> Outcome {
        if let State::Settlement(settlement) = &mut self.state
            && matches!(settlement.state, SettlementState::Asking | SettlementState::NotReached)
        {
            settlement.take(&day, &mut self.settled);
            self.touched_ms = turn.now.mono_ms;
        } else if let TerminalDay::Totals { first, last, .. } = day {
            // Nobody waits for it any more, and the terminal's day is closed all the same.
            let own = own_cards(turn.now.day(), turn.books)?;
            let settled = in_day(&own, first.zip(last)).map(|card| card.asked.intent);
            self.settled.extend(settled);
        }
        match day {
            TerminalDay::Each(found) => self.each_ended(found, turn),
            TerminalDay::Totals { .. } | TerminalDay::NotReached => Ok(()),
        }
    }

    /// One receipt in a turn: the number of the next is not known before this one is written. The
    /// other payments that were found are looked up, each for itself. What is refused of one keeps
    /// no other back.
    fn each_ended(&mut self, found: Vec<(u64, TerminalEnding)>, turn: &mut Turn<'_>) -> Outcome {
        let (mut receipted, mut outcome) = (false, Ok(()));
        for (intent, ending) in found {
            let approved = matches!(ending, TerminalEnding::Approved(_));
            if approved && receipted {
                turn.effects.extend(look_up_open(intent, turn.books));
                continue;
            }
            let effects = turn.effects.len();
            outcome = outcome.and(self.terminal_ended(intent, ending, turn));
            receipted |= approved && turn.effects.len() > effects;
        }
        outcome
    }
}

/// Nothing where the intent has its receipt already.
fn look_up_open(intent: u64, books: &dyn Books) -> Option<Effect> {
    let day_book = books.day_book();
    let mut open = day_book.intents().chain(day_book.late_intents());
    open.find(|(seq, _)| *seq == intent).map(|(seq, asked)| look_up(seq, asked))
}

impl Settlement {
    pub(crate) fn is_asked(&self) -> bool {
        self.state == SettlementState::Asking
    }

    fn take(&mut self, day: &TerminalDay, settled: &mut BTreeSet<u64>) {
        let rows = match day {
            TerminalDay::NotReached => {
                self.state = SettlementState::NotReached;
                return;
            }
            TerminalDay::Totals { total, count, first, last } => {
                self.terminal = Some((*count, *total));
                let range = first.zip(*last);
                let rows = self.against_totals(*total, *count, range, settled);
                settled.extend(in_day(&self.own, range).map(|card| card.asked.intent));
                rows
            }
            TerminalDay::Each(found) => {
                let approved = self.approved(found);
                self.terminal = Some((count(approved.len()), sum(&approved)));
                self.one_by_one(found)
            }
        };
        self.state = match rows.is_empty() {
            true => SettlementState::Agrees,
            false => SettlementState::Differs,
        };
        self.rows = rows;
        self.rows.truncate(ROWS_MAX);
    }

    /// A terminal that says only how many payments there were, how much together, and between which
    /// of its numbers.
    fn against_totals(
        &self,
        total: Paise,
        count: u32,
        range: Option<(u32, u32)>,
        settled: &BTreeSet<u64>,
    ) -> Vec<SettlementRow> {
        let there: Vec<&OwnCard> = in_day(&self.own, range).collect();
        let absent = self.own.iter().filter(|card| {
            let found = there.iter().any(|there| there.asked == card.asked);
            card.today && !found && !settled.contains(&card.asked.intent)
        });
        let absent = absent.map(|card| card.row(missing_there(card, range, settled)));
        let absent: Vec<SettlementRow> = absent.collect();
        let amounts: Vec<Paise> = there.iter().map(|card| card.amount).collect();
        let ours = sum(&amounts);
        let agrees = amounts.len() == count as usize && ours == total;
        let mut rows = absent;
        if !agrees {
            let missing = there.len().cmp(&(count as usize));
            rows.extend(match missing {
                std::cmp::Ordering::Less => self.only_there(range, total.checked_sub(ours).ok()),
                std::cmp::Ordering::Greater => only_here(&there, ours.checked_sub(total).ok()),
                // As many, and another sum: any of them may be the one.
                std::cmp::Ordering::Equal => {
                    there.iter().map(|card| card.row(Unmatched::Unclear)).collect()
                }
            });
            rows.extend(self.open.iter().map(OpenCard::unclear));
        }
        rows
    }

    /// The terminal's numbers without a receipt here; where it is one alone, its sum is known.
    fn only_there(&self, range: Option<(u32, u32)>, missing: Option<Paise>) -> Vec<SettlementRow> {
        let Some(range) = range else { return Vec::new() };
        let known = |number: &u32| self.own.iter().any(|card| card.number_there == Some(*number));
        let strangers: Vec<u32> =
            numbers(range).filter(|number| !known(number)).take(ROWS_MAX).collect();
        let amount = missing.filter(|_| strangers.len() == 1);
        let row = |number: u32| SettlementRow {
            side: Unmatched::Terminal,
            number: number.to_string(),
            amount,
            date: String::new(),
        };
        strangers.into_iter().map(row).collect()
    }

    /// A terminal that was asked about each payment by itself.
    fn one_by_one(&self, found: &[(u64, TerminalEnding)]) -> Vec<SettlementRow> {
        let word = |intent: u64| found.iter().find(|(of, _)| *of == intent).map(|(_, word)| word);
        let own = self.own.iter().filter(|card| card.today).filter_map(|card| {
            match word(card.asked.intent) {
                Some(TerminalEnding::Approved(_)) => None,
                Some(TerminalEnding::Declined | TerminalEnding::NeverSeen) => {
                    Some(card.row(Unmatched::Here))
                }
                Some(_) | None => Some(card.row(Unmatched::Unclear)),
            }
        });
        let open = self.open.iter().filter_map(|card| match word(card.asked.intent) {
            Some(TerminalEnding::Approved(_)) => Some(card.at_terminal()),
            Some(TerminalEnding::Declined | TerminalEnding::NeverSeen) => None,
            Some(_) | None => Some(card.unclear()),
        });
        own.chain(open).collect()
    }

    fn approved(&self, found: &[(u64, TerminalEnding)]) -> Vec<Paise> {
        let own = self.own.iter().map(|card| &card.asked);
        let asked: Vec<&CardAsked> = own.chain(self.open.iter().map(|card| &card.asked)).collect();
        let approved = found.iter().filter(|(_, word)| matches!(word, TerminalEnding::Approved(_)));
        approved
            .filter_map(|(intent, _)| asked.iter().find(|asked| asked.intent == *intent))
            .map(|asked| asked.amount)
            .collect()
    }
}

/// The receipts under numbers of the terminal's day.
fn in_day(own: &[OwnCard], range: Option<(u32, u32)>) -> impl Iterator<Item = &OwnCard> {
    own.iter().filter(move |card| range.is_some_and(|range| within(card.number_there, range)))
}

/// A receipt of today that the terminal's day has not. Where its number lies before that day, it
/// may have been settled before this program was started: then nobody here can tell.
fn missing_there(card: &OwnCard, range: Option<(u32, u32)>, settled: &BTreeSet<u64>) -> Unmatched {
    let after = |number: u32| range.is_some_and(|(_, last)| number > last);
    match card.number_there.is_some_and(after) || !settled.is_empty() {
        true => Unmatched::Here,
        false => Unmatched::Unclear,
    }
}

/// One receipt too many: the one whose sum is the difference, or any of them.
fn only_here(there: &[&OwnCard], surplus: Option<Paise>) -> Vec<SettlementRow> {
    let fits: Vec<&&OwnCard> = there.iter().filter(|card| Some(card.amount) == surplus).collect();
    match fits[..] {
        [one] => vec![one.row(Unmatched::Here)],
        _ => there.iter().map(|card| card.row(Unmatched::Unclear)).collect(),
    }
}

impl OwnCard {
    fn row(&self, side: Unmatched) -> SettlementRow {
        let (number, date) = (self.number.clone(), self.date.clone());
        SettlementRow { side, number, amount: Some(self.amount), date }
    }
}

impl OpenCard {
    fn unclear(&self) -> SettlementRow {
        self.row(Unmatched::Unclear)
    }

    fn at_terminal(&self) -> SettlementRow {
        self.row(Unmatched::Terminal)
    }

    fn row(&self, side: Unmatched) -> SettlementRow {
        let (number, amount) = (self.asked.reference.clone(), Some(self.asked.amount));
        SettlementRow { side, number, amount, date: String::new() }
    }
}

/// The card receipts that stand, of the last days.
fn own_cards(today: i64, books: &dyn Books) -> Result<Vec<OwnCard>, Unreadable> {
    let mut cards = Vec::new();
    for entry in books.receipts_like("", RECEIPTS_MAX)? {
        if entry.at.day() <= today - DAYS_MAX {
            break;
        }
        if let Some(card) = own_card(&entry, today, books)? {
            join(&mut cards, card);
        }
    }
    Ok(cards)
}

/// The terminal took one payment, however many receipts it has: their sums are one.
fn join(cards: &mut Vec<OwnCard>, card: OwnCard) {
    match cards.last_mut().filter(|later| later.asked.intent == card.asked.intent) {
        Some(later) => {
            later.amount = sum(&[later.amount, card.amount]);
            later.number = format!("{}, {}", card.number, later.number);
        }
        None => cards.push(card),
    }
}

fn own_card(entry: &Entry, today: i64, books: &dyn Books) -> Result<Option<OwnCard>, Unreadable> {
    let Fact::Receipt(receipt) = &entry.fact else { return Ok(None) };
    let Tender::Card(card) = &receipt.tender else { return Ok(None) };
    let intent = books.entry(card.intent)?.map(|entry| entry.fact);
    let Some(Fact::Intent(intent)) = intent else { return Ok(None) };
    Ok(Some(OwnCard {
        number: number_of(entry, books)?.ok_or(Unreadable)?,
        number_there: card.terminal_receipt.parse().ok(),
        amount: receipt.total,
        date: entry.at.date_text(),
        today: entry.at.day() == today,
        asked: CardAsked {
            intent: card.intent,
            amount: intent.amount,
            reference: intent.reference,
        },
    }))
}

/// Payments that were asked for, and nobody could tell what became of them.
fn open_cards(books: &dyn Books) -> Vec<OpenCard> {
    let day_book = books.day_book();
    let open = day_book.intents().chain(day_book.late_intents());
    let cards = open.filter(|(_, intent)| intent.by == IntentMode::Card);
    let card = |(intent, asked): (u64, &ledger::Intent)| {
        let (amount, reference) = (asked.amount, asked.reference.clone());
        OpenCard { asked: CardAsked { intent, amount, reference } }
    };
    cards.map(card).collect()
}

/// Whether a number of the terminal's lies in its day; the largest is followed by 1.
fn within(number: Option<u32>, (first, last): (u32, u32)) -> bool {
    number.is_some_and(|number| match first <= last {
        true => (first..=last).contains(&number),
        false => number >= first || number <= last,
    })
}

fn numbers((first, last): (u32, u32)) -> Box<dyn Iterator<Item = u32>> {
    match first <= last {
        true => Box::new(first..=last),
        false => Box::new((first..=TERMINAL_NUMBER_MAX).chain(1..=last)),
    }
}

fn sum(amounts: &[Paise]) -> Paise {
    Paise::sum(amounts.iter().copied()).unwrap_or_default()
}

fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
