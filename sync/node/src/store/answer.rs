//! What comes back from the centre: believed only as far as the office signed it.

use ledger::{Confirmation, DayBook, Enrolment, Fact, Moment, SignedLease};
use replica::{Answer, Quarantined, Rejection, SignedCheckpoint, SignedNotice};
use rusqlite::{Connection, OptionalExtension, params};

use super::database::{begin, sequence, stored};
use super::error::StoreError;
use super::receipts::{OfficeSaid, Said};
use super::{Cursors, Store, apart, lock, register, wards};

/// What an answer brought that was not known before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The last entry that is at the centre.
    pub acknowledged: u64,
    pub confirmations: Vec<Confirmed>,
    pub leases: Vec<SignedLease>,
    pub enrolments: Vec<Enrolment>,
    /// How many rows of the register were taken.
    pub buildings: usize,
    /// How many edits of others were taken.
    pub records: usize,
    /// The wards that this device has from now on, and their houses, changed.
    pub wards: bool,
    pub quarantined: Vec<Quarantined>,
    pub rejection: Option<Rejection>,
    /// There is more of the register, or the same entries go another way: ask again at once.
    pub more: bool,
}

/// The bank's word on an intent of this device, with its place in the office book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    pub seq: u64,
    pub confirmation: Confirmation,
}

impl Store {
    /// Takes an answer, which the line brought just now, into the books: all of it in one
    /// transaction, or nothing. The same answer taken again changes nothing.
    pub fn take_answer(&mut self, packed: &[u8], now: Moment) -> Result<Taken, StoreError> {
        if self.spoiled {
            return Err(StoreError::Spoiled);
        }
        let question = self.asked.and_then(|asked| asked.question);
        let answer = Answer::read_for(packed, question.as_ref()).map_err(StoreError::Answer)?;
        let Some(mut answer) = answer else { return Ok(late(self)) };
        let word = self.attested(&answer)?;
        if word.is_some() && !self.is_of_a_parcel() {
            // A word that came over the line is newer than any that somebody still carries.
            self.forget_parcel()?;
        }
        if let Some(lock) = word.and_then(|word| word.lock) {
            return self.take_lock(lock, answer);
        }
        let locked_ms = self.locked.map(|locked| locked.since_ms);
        if locked_ms.is_some_and(|since_ms| word.is_none_or(|word| word.at_ms < since_ms)) {
            // Late, or of nobody knows whom: only the office's word of now unlocks.
            return Ok(nothing(self, answer));
        }
        let checkpoint = self.newer_checkpoint(&answer)?;
        let office_ms = self.present_ms(word.as_ref(), now);
        let cursors = self.moved_cursors(&answer, checkpoint.as_ref())?;
        self.check_notices(&answer.notices)?;
        self.leave_out_what_is_known(&mut answer);
        let came = office_ms.map(|_| now);
        self.write_answer(&answer, cursors, checkpoint.as_ref(), came)?;
        self.cursors = cursors;
        self.locked = None;
        if let Some(office_ms) = office_ms {
            self.word_at = Some(now);
            self.learn_time(office_ms, Some(now));
        }
        // What was carried says nothing of the present, but that the office was heard of then.
        if let Some(word) = word.filter(|_| self.is_of_a_parcel()) {
            self.learn_time(word.at_ms, None);
        }
        if checkpoint.is_some() {
            self.checkpoint = checkpoint;
        }
        let refused_columns = self.note_refused_columns(&answer);
        if refused_columns {
            answer.rejection = None;
        }
        let before = self.record_cursors;
        let records = match answer.records.take() {
            None => 0,
            // What is said of houses must not hold up the money: it comes again.
            Some(said) => self.take_records(&said, word.is_some()).unwrap_or_else(|error| {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "what was said of houses is not taken");
                0
            }),
        };
        let notices = std::mem::take(&mut answer.notices);
        let more = answer.more || refused_columns || self.has_more_edits(before);
        let quarantined = std::mem::take(&mut answer.quarantined);
        self.learn_apart(&quarantined);
        self.hear_of_pack(answer.pack.take(), now);
        let wards = answer.gone.is_some();
        if wards {
            self.forget_photo_files();
        }
        let said = Taken { buildings: answer.buildings.len(), ..nothing(self, answer) };
        let mut taken = Taken { records, wards, more, quarantined, ..said };
        for notice in notices {
            self.learn(notice, Some(&mut taken));
        }
        Ok(taken)
    }

    /// The answer's checkpoint, where it is newer than the one in the books. It must be the
    /// office's, of this device, and of this very chain.
    fn newer_checkpoint(&self, answer: &Answer) -> Result<Option<SignedCheckpoint>, StoreError> {
        let Some(signed) = answer.checkpoint else { return Ok(None) };
        signed
            .verify(&self.office)
            .map_err(|source| StoreError::NotTheOffice { what: "the checkpoint", source })?;
        let checkpoint = signed.checkpoint;
        if checkpoint.writer != self.day_book.writer() {
            return Err(StoreError::OtherDevice);
        }
        match self.head_at(checkpoint.seq)? {
            Some(head) if head.hash == checkpoint.hash => {}
            _ => return Err(StoreError::OfficeDisagrees(checkpoint.seq)),
        }
        let newer = checkpoint.seq > self.countersigned();
        Ok(newer.then_some(signed))
    }

    /// Where the cursors stand after the answer. They only go forward, so that a late or doubled
    /// answer moves nothing, but for a centre that lacks entries and asks for them again.
    fn moved_cursors(
        &self,
        answer: &Answer,
        checkpoint: Option<&SignedCheckpoint>,
    ) -> Result<Cursors, StoreError> {
        let head = self.day_book.head().seq;
        if answer.acknowledged > head {
            return Err(StoreError::OfficeDisagrees(answer.acknowledged));
        }
        let newest = checkpoint.map_or(0, |signed| signed.checkpoint.seq);
        if answer.acknowledged > newest.max(self.countersigned()) {
            return Err(StoreError::NotCountersigned(answer.acknowledged));
        }
        let known = self.cursors;
        let acknowledged = match answer.rejection {
            Some(Rejection::Gap(to)) if to > head => return Err(StoreError::OfficeDisagrees(to)),
            Some(Rejection::Gap(to)) => to,
            _ => known.acknowledged.max(answer.acknowledged),
        };
        Ok(Cursors {
            acknowledged,
            office_to: known.office_to.max(answer.office_to),
            register_to: known.register_to.max(answer.register_to),
        })
    }

    fn check_notices(&self, notices: &[SignedNotice]) -> Result<(), StoreError> {
        for signed in notices {
            signed
                .verify(&self.office)
                .map_err(|source| StoreError::NotTheOffice { what: "a notice", source })?;
            if signed.notice.to != self.day_book.writer() {
                return Err(StoreError::OtherDevice);
            }
        }
        Ok(())
    }

    /// Drops notices and rows that an earlier answer brought, and rows that cannot be used: one bad
    /// row of the register must not hold up the money.
    fn leave_out_what_is_known(&self, answer: &mut Answer) {
        answer.notices.retain(|signed| signed.notice.entry.seq > self.cursors.office_to);
        if answer.register_to <= self.cursors.register_to {
            answer.buildings.clear();
            answer.gone = None;
        }
        answer.buildings.retain(|row| match row.check(&self.body) {
            Ok(()) => true,
            Err(fault) => {
                tracing::warn!(%fault, "a row of the register was left out");
                false
            }
        });
    }

    fn write_answer(
        &mut self,
        answer: &Answer,
        cursors: Cursors,
        checkpoint: Option<&SignedCheckpoint>,
        came: Option<Moment>,
    ) -> Result<(), StoreError> {
        let lifts = self.locked.is_some();
        let moved = cursors != self.cursors || checkpoint.is_some() || lifts;
        let changed = !answer.buildings.is_empty() || answer.gone.is_some();
        let brought = !answer.notices.is_empty() || changed;
        if !moved && !brought && answer.quarantined.is_empty() {
            // Nothing new: no write wears the flash every few minutes of a quiet day.
            return Ok(());
        }
        let transaction = begin(&mut self.connection)?;
        write_cursors(&transaction, cursors)?;
        if let Some(signed) = checkpoint {
            write_checkpoint(&transaction, signed, came)?;
        }
        if lifts {
            lock::lift(&transaction)?;
        }
        write_notices(&transaction, &answer.notices)?;
        apart::write(&transaction, &answer.quarantined)?;
        let (tally, day_book) = (&self.tally, &self.day_book);
        wards::leave(&transaction, answer, |id| tally.names(id) || asks_for(day_book, id))?;
        register::put(&transaction, &answer.buildings, answer.acknowledged)?;
        transaction.commit().map_err(StoreError::of("writing the centre's answer"))
    }

    pub(super) fn read_cursors(&self) -> Result<Cursors, StoreError> {
        let sql = "SELECT acknowledged, office_to, register_to FROM cursors";
        let found = self.connection.query_row(sql, [], |row| {
            Ok(Cursors {
                acknowledged: sequence(row.get(0)?),
                office_to: sequence(row.get(1)?),
                register_to: sequence(row.get(2)?),
            })
        });
        let found = found.optional().map_err(StoreError::of("reading the cursors"))?;
        Ok(found.unwrap_or_default())
    }

    /// Reads the notices that earlier answers brought.
    pub(super) fn read_notices(&mut self) -> Result<(), StoreError> {
        let mut notices = Vec::new();
        self.each_notice(|notice| {
            notices.push(notice);
            Ok(())
        })?;
        for notice in notices {
            self.learn(notice, None);
        }
        Ok(())
    }

    pub(super) fn each_notice(
        &self,
        mut each: impl FnMut(SignedNotice) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let failed = StoreError::of("reading the notices");
        let mut query =
            self.connection.prepare("SELECT body FROM notices ORDER BY seq").map_err(&failed)?;
        let mut rows = query.query([]).map_err(&failed)?;
        while let Some(row) = rows.next().map_err(&failed)? {
            let body: Vec<u8> = row.get(0).map_err(&failed)?;
            each(
                minicbor::decode(&body)
                    .map_err(|source| StoreError::DamagedRow { what: "office's notice", source })?,
            )?;
        }
        Ok(())
    }

    /// Keeps in memory what a notice says; `taken` is told as well.
    fn learn(&mut self, signed: SignedNotice, mut taken: Option<&mut Taken>) {
        let entry = signed.notice.entry;
        if let Some(said) = Said::of(&entry, self.day_book.writer()) {
            self.said.push(OfficeSaid { seq: entry.seq, said });
            return;
        }
        match entry.fact {
            Fact::Confirmed(confirmation) if confirmation.writer == self.day_book.writer() => {
                let confirmed = Confirmed { seq: entry.seq, confirmation };
                if let Some(taken) = taken.as_mut() {
                    taken.confirmations.push(confirmed.clone());
                }
                self.confirmed.insert(confirmed.confirmation.intent, confirmed);
            }
            Fact::BookLeased(lease) if lease.lease.writer == self.day_book.writer() => {
                if let Some(taken) = taken.as_mut() {
                    taken.leases.push(lease.clone());
                }
                self.leases.push(lease);
            }
            Fact::DeviceEnrolled(sister) => {
                self.enrol(&sister);
                if let Some(taken) = taken.as_mut() {
                    taken.enrolments.push(sister);
                }
            }
            Fact::WardsAssigned(word) if word.writer == self.day_book.writer() => {
                self.wards = word.wards;
                if let Some(taken) = taken.as_mut() {
                    taken.wards = true;
                }
            }
            Fact::SlotsLeased(slots) if slots.lease.writer == self.day_book.writer() => {
                self.slots.leases.push(slots);
            }
            Fact::SlotsRecalled(word) if word.writer == self.day_book.writer() => {
                self.slots.recalls.push(word);
            }
            // It was honoured, or it is for the office's own books.
            Fact::InstrumentSettled(_) => {}
            other => tracing::warn!(seq = entry.seq, fact = ?other, "a notice says nothing here"),
        }
    }
}

/// What is taken of an answer of which nothing is.
pub(super) fn nothing(store: &Store, answer: Answer) -> Taken {
    Taken { rejection: answer.rejection, ..late(store) }
}

/// The short answer to another request than the last: it cannot even be read.
fn late(store: &Store) -> Taken {
    Taken {
        acknowledged: store.cursors.acknowledged,
        confirmations: Vec::new(),
        leases: Vec::new(),
        enrolments: Vec::new(),
        buildings: 0,
        records: 0,
        wards: false,
        quarantined: Vec::new(),
        rejection: None,
        more: false,
    }
}

/// Whether money for a building was asked for and may still come.
fn asks_for(day_book: &DayBook, building: u32) -> bool {
    let mut waiting = day_book.intents().chain(day_book.late_intents());
    waiting.any(|(_, intent)| intent.is_for(building))
}

fn write_cursors(to: &Connection, cursors: Cursors) -> Result<(), StoreError> {
    let values = params![
        stored(cursors.acknowledged),
        stored(cursors.office_to),
        stored(cursors.register_to)
    ];
    to.prepare_cached("INSERT OR REPLACE INTO cursors VALUES (1, ?1, ?2, ?3)")
        .and_then(|mut row| row.execute(values))
        .map(|_| ())
        .map_err(StoreError::of("writing the cursors"))
}

fn write_checkpoint(
    to: &Connection,
    signed: &SignedCheckpoint,
    came: Option<Moment>,
) -> Result<(), StoreError> {
    let body = minicbor::to_vec(signed).expect("a Vec takes every byte");
    let seq = stored(signed.checkpoint.seq);
    let (wall_ms, boot) = (came.map(|at| at.wall_ms), came.map(|at| at.boot));
    let values = params![seq, body, wall_ms, came.map(|at| stored(at.mono_ms)), boot];
    let sql = "INSERT OR REPLACE INTO checkpoint (id, seq, body, wall_ms, mono_ms, boot)
        VALUES (1, ?1, ?2, ?3, ?4, ?5)";
    to.prepare_cached(sql)
        .and_then(|mut row| row.execute(values))
        .map(|_| ())
        .map_err(StoreError::of("writing the checkpoint"))
}

fn write_notices(to: &Connection, notices: &[SignedNotice]) -> Result<(), StoreError> {
    for signed in notices {
        let body = minicbor::to_vec(signed).expect("a Vec takes every byte");
        let values = params![stored(signed.notice.entry.seq), body];
        to.execute("INSERT OR REPLACE INTO notices VALUES (?1, ?2)", values)
            .map_err(StoreError::of("writing a notice"))?;
    }
    Ok(())
}
