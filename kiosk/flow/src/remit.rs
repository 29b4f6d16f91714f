//! The day's cash on its way: handed in by whoever took it, received by an officer. Two devices
//! need no network for it: each shows the other a square.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use ledger::{
    Carried, Entry, Fact, HandIn, Moment, Paise, Receiving, ReceivingOf, StaffId, Writer,
};

use crate::books::{Books, CheckedRemittance, OfficeWord};
use crate::effect::{Effect, Purpose};
use crate::event::PaperEnding;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{CloseRow, HandInPage, Paper, ReceiveOf, ReceivePage, ReceivedPage};
use crate::state::{HandingIn, Receivable, Receive, Received, State};
use crate::touch::{Button, Field, Touch};

impl Flow {
    /// Closes of whoever is signed in that nobody has received yet, oldest first.
    pub(crate) fn own_closes(&self, books: &dyn Books) -> Vec<CloseRow> {
        let own = self.staff.as_ref().map(|member| member.id);
        self.closes(books, |staff| Some(staff) == own)
    }

    fn closes(&self, books: &dyn Books, whose: impl Fn(StaffId) -> bool) -> Vec<CloseRow> {
        let carried = books.day_book().carried();
        let carried: Vec<(u64, &Carried)> =
            carried.filter(|(_, carried)| whose(carried.staff)).collect();
        let days = self.hand_in_days(&carried, books);
        let rows = carried.into_iter().zip(days).map(|((seq, carried), by)| CloseRow {
            id: seq.to_string(),
            day: ledger::day_text(carried.day),
            counted: carried.counted,
            instruments: carried.instruments,
            by: by.map(ledger::date_text),
            late: by.is_some_and(|by| self.now.date() > by),
        });
        rows.collect()
    }

    /// By when the money of each close must be in the bank: everybody's by all that they carry.
    fn hand_in_days(
        &self,
        carried: &[(u64, &Carried)],
        books: &dyn Books,
    ) -> Vec<Option<NaiveDate>> {
        let mut days = vec![None; carried.len()];
        let staff: BTreeSet<StaffId> = carried.iter().map(|(_, carried)| carried.staff).collect();
        for person in staff {
            let places = (0..carried.len()).filter(|place| carried[*place].1.staff == person);
            let mut places: Vec<usize> = places.collect();
            places.sort_by_key(|place| carried[*place].1.day);
            let held: Vec<(NaiveDate, Paise)> = places
                .iter()
                .map(|place| {
                    let (seq, carried) = carried[*place];
                    (ledger::date_of(carried.day), of_payers(seq, carried, books))
                })
                .collect();
            let by = ledger::each_by(&held, |on, sum| self.pack.remit_by(on, sum));
            for (place, by) in places.into_iter().zip(by) {
                days[place] = by;
            }
        }
        days
    }

    pub(crate) fn begin_hand_in(&mut self, turn: &Turn<'_>) -> Outcome {
        self.enter(State::HandIn(HandingIn::default()), turn.now);
        Ok(())
    }

    pub(crate) fn hand_in_page(&self, state: &HandingIn, books: &dyn Books) -> HandInPage {
        HandInPage {
            closes: self.own_closes(books),
            chosen: state.chosen.map(|seq| seq.to_string()),
            code: state.code.clone(),
            can_scan: self.settings.has_scanner,
        }
    }

    pub(crate) fn touched_hand_in(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Choose(id) => {
                let closes = self.own_closes(turn.books);
                let row = closes.iter().find(|row| row.id == id).ok_or_else(not_here)?;
                let seq: u64 = row.id.parse().map_err(|_| not_here())?;
                let entry = turn.books.entry(seq)?.ok_or_else(not_here)?;
                let code = Some(turn.books.remittance_square(&entry));
                self.enter(State::HandIn(HandingIn { chosen: Some(seq), code }), turn.now);
                Ok(())
            }
            Touch::Scan(text) => self.scanned_word(&text, turn),
            _ => Err(not_here()),
        }
    }

    /// The officer's square: their word that the money of a close of this device was received.
    fn scanned_word(&mut self, text: &str, turn: &mut Turn<'_>) -> Outcome {
        let refused = Refusal::new(RefusalCode::NotAClose);
        let checked = turn.books.check_remittance(text).map_err(crate::find::not_ours)?;
        let CheckedRemittance::Receiving { writer, entry, word } = checked else {
            return Err(refused);
        };
        let officer = entry.staff.ok_or(refused.clone())?;
        let hand_in = self.hand_in_of(&word, writer, entry.seq, officer, turn.books);
        self.record(Purpose::HandIn, vec![Fact::HandedIn(hand_in.ok_or(refused)?)], turn);
        Ok(())
    }

    /// What an officer's word about a close of this device says here; none where it is of another
    /// close, or of one that was handed in already.
    fn hand_in_of(
        &self,
        word: &Receiving,
        by: Writer,
        entry: u64,
        officer: StaffId,
        books: &dyn Books,
    ) -> Option<HandIn> {
        let day_book = books.day_book();
        let mut carried = day_book.carried();
        let (close, carried) = carried.find(|(seq, _)| *seq == word.of.close)?;
        let same = word.of.writer == day_book.writer()
            && word.close_hash == carried.hash
            && by != day_book.writer()
            && officer != carried.staff;
        same.then_some(HandIn { close, by, entry, counted: word.counted, officer })
    }

    pub(crate) fn hand_in_recorded(&mut self, turn: &mut Turn<'_>) -> Outcome {
        turn.effects.push(Effect::Sync);
        match self.own_closes(turn.books).is_empty() {
            true => self.forget(turn),
            false => self.begin_hand_in(turn),
        }
    }

    /// The office received the cash at its own counter: the device learns of it and writes it down,
    /// whatever stands on the glass.
    pub(crate) fn received_at_office(&mut self, said: &OfficeWord, turn: &mut Turn<'_>) -> Outcome {
        let (word, officer) = (&said.word, said.officer);
        let hand_in = self.hand_in_of(word, Writer::OFFICE, said.seq, officer, turn.books);
        if let Some(hand_in) = hand_in {
            self.record(Purpose::Aside, vec![Fact::HandedIn(hand_in)], turn);
        }
        Ok(())
    }

    pub(crate) fn begin_receive(&mut self, turn: &Turn<'_>) -> Outcome {
        if !self.is_officer() {
            return Err(Refusal::new(RefusalCode::OfficersOnly));
        }
        self.enter(State::Receive(Receive::default()), turn.now);
        Ok(())
    }

    pub(crate) fn receive_page(&self, state: &Receive, books: &dyn Books) -> ReceivePage {
        let own = self.staff.as_ref().map(|member| member.id);
        ReceivePage {
            here: self.closes(books, |staff| Some(staff) != own),
            can_scan: self.settings.has_scanner,
            of: state.of.as_ref().map(|of| self.receive_of(of)),
        }
    }

    fn receive_of(&self, of: &Receivable) -> ReceiveOf {
        let counted = Paise::parse(&of.typed).ok();
        let difference = counted.and_then(|counted| counted.checked_sub(of.claimed).ok());
        ReceiveOf {
            collector: self.name_or_number(of.collector),
            device: of.device.clone(),
            day: ledger::day_text(of.day),
            receipts: of.receipts,
            claimed: of.claimed,
            instruments: of.instruments,
            typed: of.typed.clone(),
            counted,
            difference: difference.filter(|_| of.revealed),
            reason: of.reason.clone(),
        }
    }

    pub(crate) fn touched_receive(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Scan(text) => self.scanned_close(&text, turn),
            Touch::Choose(id) => {
                let seq: u64 = id.parse().map_err(|_| not_here())?;
                let mut carried = turn.books.day_book().carried();
                let known = carried.any(|(close, _)| close == seq);
                drop(carried);
                if !known {
                    return Err(not_here());
                }
                let entry = turn.books.entry(seq)?.ok_or_else(not_here)?;
                let writer = turn.books.day_book().writer();
                let device = self.settings.name.clone();
                self.show_close(writer, &entry, device, turn)
            }
            Touch::Type { field: Field::Counted, text } => {
                self.receivable()?.typed = text;
                Ok(())
            }
            Touch::Type { field: Field::Reason, text } => {
                if text.chars().count() > ledger::TYPED_CHARACTERS_MAX {
                    return Err(Refusal::new(RefusalCode::TextTooLong));
                }
                self.receivable()?.reason = text;
                Ok(())
            }
            Touch::Press(Button::Next) => self.receive(turn),
            _ => Err(not_here()),
        }
    }

    fn receivable(&mut self) -> Result<&mut Receivable, Refusal> {
        let State::Receive(receive) = &mut self.state else { return Err(not_here()) };
        receive.of.as_mut().ok_or_else(not_here)
    }

    fn scanned_close(&mut self, text: &str, turn: &mut Turn<'_>) -> Outcome {
        let checked = turn.books.check_remittance(text).map_err(crate::find::not_ours)?;
        match checked {
            CheckedRemittance::Close { writer, entry, device } => {
                self.show_close(writer, &entry, device, turn)
            }
            CheckedRemittance::Receiving { .. } => Err(Refusal::new(RefusalCode::NotAClose)),
        }
    }

    fn show_close(
        &mut self,
        writer: Writer,
        entry: &Entry,
        device: String,
        turn: &Turn<'_>,
    ) -> Outcome {
        let Fact::DayClosed(close) = &entry.fact else {
            return Err(Refusal::new(RefusalCode::NotAClose));
        };
        let of = ReceivingOf { writer, close: entry.seq };
        let day_book = turn.books.day_book();
        let here = writer == day_book.writer();
        let carried = day_book.carried().any(|(seq, _)| seq == entry.seq);
        if day_book.has_received(of) || here && !carried {
            return Err(Refusal::new(RefusalCode::ReceivedBefore));
        }
        let own = self.staff.as_ref().map(|member| member.id);
        let collector = entry.staff.filter(|staff| Some(*staff) != own);
        let receivable = Receivable {
            of,
            hash: ledger::sha256(&entry.canonical()),
            day: close.day,
            collector: collector.ok_or(Refusal::new(RefusalCode::OfficersOnly))?,
            device,
            receipts: close.receipts,
            claimed: close.counted,
            instruments: close.instruments,
            typed: String::new(),
            reason: String::new(),
            revealed: false,
        };
        self.enter(State::Receive(Receive { of: Some(receivable) }), turn.now);
        Ok(())
    }

    /// The officer counts for themselves first; only then the two figures are held side by side.
    fn receive(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let of = self.receivable()?;
        let counted = crate::pay::read_amount(&of.typed)?;
        if counted < Paise::ZERO {
            return Err(Refusal::new(RefusalCode::AmountNegative));
        }
        let reason = of.reason.trim().to_owned();
        if counted != of.claimed && reason.is_empty() {
            of.revealed = true;
            let missing = of.claimed.checked_sub(counted).unwrap_or_default();
            return Err(Refusal::with_amount(RefusalCode::ReasonNeeded, missing));
        }
        let same = counted == of.claimed;
        let word = Receiving {
            of: of.of,
            close_hash: of.hash,
            day: of.day,
            collector: of.collector,
            claimed: of.claimed,
            counted,
            instruments: of.instruments,
            reason: if same { String::new() } else { reason },
            missing: None,
        };
        self.record(Purpose::Receive, vec![Fact::Received(word)], turn);
        Ok(())
    }

    /// The officer's word is on disk: its paper, and its square for the collector's device.
    pub(crate) fn receiving_recorded(&mut self, entries: &[Entry], turn: &mut Turn<'_>) -> Outcome {
        let entry = entries.first().ok_or_else(not_here)?;
        let Fact::Received(word) = &entry.fact else { return Err(not_here()) };
        turn.effects.push(Effect::Sync);
        let here = word.of.writer == turn.books.day_book().writer();
        let code = (!here).then(|| turn.books.remittance_square(entry));
        let ticket = self.next_ticket(entry.seq);
        let received = Received {
            collector: word.collector,
            counted: word.counted,
            code,
            ticket,
            paper: Paper::Uncertain,
        };
        let handover = self.handover(entry, turn.books)?;
        self.enter(State::Received(received), turn.now);
        turn.effects.push(Effect::Print { ticket, slip: handover.slip, drawer: false });
        Ok(())
    }

    pub(crate) fn received_page(&self, state: &Received) -> ReceivedPage {
        ReceivedPage {
            collector: self.name_or_number(state.collector),
            counted: state.counted,
            paper: state.paper,
            code: state.code.clone(),
        }
    }

    pub(crate) fn touched_received(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        match touch {
            Touch::Press(Button::Next) => self.finish(turn),
            _ => Err(not_here()),
        }
    }

    fn name_or_number(&self, staff: StaffId) -> String {
        self.staff_name(Some(staff)).unwrap_or_else(|| staff.0.to_string())
    }
}

/// What payers gave of a close; where its entry cannot be read, at least the cash.
fn of_payers(seq: u64, carried: &Carried, books: &dyn Books) -> Paise {
    match books.entry(seq).ok().flatten().map(|entry| entry.fact) {
        Some(Fact::DayClosed(close)) => close.of_payers(),
        _ => carried.counted.checked_sub(carried.float).unwrap_or_default(),
    }
}

/// What became of a paper whose page goes on by itself.
pub(crate) fn paper_of(ending: PaperEnding) -> Paper {
    match ending {
        PaperEnding::Whole => Paper::Printed,
        PaperEnding::NotStarted(_) => Paper::Later,
        PaperEnding::Uncertain(_) => Paper::Uncertain,
    }
}

/// When an entry was written, "14-08-2026 10:42".
pub(crate) fn stamp(at: Moment) -> String {
    format!("{} {}", at.date_text(), at.time_text())
}
