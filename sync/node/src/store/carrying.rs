//! Sending without a line: the requests go into a parcel that somebody carries to the office, and
//! its replies come back the same way. Whoever carries them can read the requests, but no reply,
//! and forge no word.

use ledger::{Hash, Moment, Writer};
use replica::{Parcel, ParcelError, REQUESTS_MAX, Rejection, SealedReplies, SignedReplies};
use rusqlite::params;

use super::Store;
use super::database::{begin, sequence, stored};
use super::error::StoreError;
use super::lock::Asked;
use super::outbox::Carrier;

/// The boot of a request that was carried: openings of the books are counted from one.
const OF_NO_BOOT: u32 = 0;

/// What a reply brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// How many of the parcel's requests it answers; none where it answers an older parcel.
    pub answered: usize,
    /// How many entries the office acknowledged that it had not before.
    pub acknowledged: u64,
    pub buildings: usize,
    pub quarantined: usize,
    /// There is more of the register, or entries must be sent again.
    pub more: bool,
    /// Why the last request was not taken.
    pub rejection: Option<Rejection>,
}

impl Store {
    /// All that the office does not have, as requests for somebody to carry; one request without
    /// entries where it has everything, which asks for news. Only the newest parcel's reply is
    /// taken, and none once the line has brought the office's word: whoever kept one could lock an
    /// honest device, or unlock another.
    pub fn parcel(&mut self, now: Moment) -> Result<Parcel, StoreError> {
        if self.spoiled {
            return Err(StoreError::Spoiled);
        }
        self.make_durable()?;
        // While nothing has changed it is the very same: a reply to it must not come in vain
        // because somebody looked at the page once more.
        if let Some(sent_ms) = self.carried_at()? {
            let (parcel, asked) = self.made(Moment { wall_ms: sent_ms, ..now })?;
            if self.are_carried(&asked)? {
                return Ok(parcel);
            }
        }
        let (parcel, asked) = self.made(now)?;
        match self.keep_asked(&asked, now.wall_ms) {
            Ok(()) => {}
            // Its reply will bring nothing; the entries are at the office all the same.
            Err(StoreError::Full(error)) => {
                tracing::warn!(%error, "the reply to this parcel will not be known");
            }
            Err(error) => return Err(error),
        }
        Ok(parcel)
    }

    fn made(&mut self, now: Moment) -> Result<(Parcel, Vec<Asked>), StoreError> {
        let mut parcel = Parcel { writer: self.day_book.writer(), requests: Vec::new() };
        let mut asked = Vec::new();
        let mut from = self.sent_to();
        while parcel.requests.len() < REQUESTS_MAX {
            let batch = self.batch_after(from)?;
            if batch.is_none() && !parcel.requests.is_empty() {
                break;
            }
            from = batch.as_ref().map_or(from, |batch| batch.after.seq);
            // What is said of records goes with the first of them.
            let records = match parcel.requests.is_empty() {
                true => self.records_to_ask(),
                false => None,
            };
            let (bytes, one) = self.sealed(batch, records, now, Carrier::Somebody);
            parcel.requests.push(bytes.into());
            asked.push(one);
        }
        Ok((parcel, asked))
    }

    /// Takes the office's replies to the newest parcel, each in one transaction. Taken again they
    /// change nothing.
    pub fn take_replies(
        &mut self,
        signed: &SignedReplies,
        now: Moment,
    ) -> Result<Brought, StoreError> {
        let sealed = self.replies_to(self.day_book.writer(), signed)?;
        let replies = sealed.unsealed(self.key.opening()).map_err(StoreError::Reply)?;
        let before = self.to_send();
        let mut brought = Brought::default();
        for reply in &replies.replies {
            let Some(asked) = self.read_asked(reply.request)? else { continue };
            self.asked = Some(asked);
            let taken = self.take_answer(&reply.answer, now);
            self.asked = None;
            let taken = taken?;
            brought.answered += 1;
            brought.buildings += taken.buildings;
            brought.quarantined += taken.quarantined.len();
            brought.more = taken.more;
            brought.rejection = taken.rejection;
        }
        brought.acknowledged = before.saturating_sub(self.to_send());
        if brought.answered > 0 {
            self.forget_parcel()?;
        }
        Ok(brought)
    }

    /// What the office replied to a device, once it was found to be the office's and to that one.
    pub(super) fn replies_to(
        &self,
        of: Writer,
        signed: &SignedReplies,
    ) -> Result<SealedReplies, StoreError> {
        let replies = signed.opened(&self.office).map_err(|error| match error {
            ParcelError::Signature(source) => {
                StoreError::NotTheOffice { what: "the reply", source }
            }
            error => StoreError::Reply(error),
        })?;
        match replies.to == of {
            true => Ok(replies),
            false => Err(StoreError::OtherDevice),
        }
    }

    /// Whether the request whose answer is being taken was carried.
    pub(super) fn is_of_a_parcel(&self) -> bool {
        self.asked.is_some_and(|asked| asked.at.boot == OF_NO_BOOT)
    }

    pub(super) fn forget_parcel(&mut self) -> Result<(), StoreError> {
        match self.is_carried {
            true => self.keep_asked(&[], 0),
            false => Ok(()),
        }
    }

    pub(super) fn is_carrying(&self) -> Result<bool, StoreError> {
        self.connection
            .query_row("SELECT EXISTS (SELECT 1 FROM carried)", [], |row| row.get(0))
            .map_err(StoreError::of("reading what is carried"))
    }

    /// When the newest parcel was made, by this device's wall clock.
    fn carried_at(&self) -> Result<Option<i64>, StoreError> {
        self.connection
            .query_row("SELECT max(sent_ms) FROM carried", [], |row| row.get(0))
            .map_err(StoreError::of("reading what is carried"))
    }

    /// Whether these, and no others, are the requests of the newest parcel.
    fn are_carried(&self, asked: &[Asked]) -> Result<bool, StoreError> {
        let failed = StoreError::of("reading what is carried");
        let count = "SELECT count(*) FROM carried";
        let count: i64 = self.connection.query_row(count, [], |row| row.get(0)).map_err(failed)?;
        let mut same = usize::try_from(count).is_ok_and(|count| count == asked.len());
        for one in asked {
            same = same && self.read_asked(one.request)?.is_some();
        }
        Ok(same)
    }

    /// From now on these are the requests of the newest parcel.
    fn keep_asked(&mut self, asked: &[Asked], sent_ms: i64) -> Result<(), StoreError> {
        let failed = StoreError::of("writing what is carried");
        let transaction = begin(&mut self.connection)?;
        transaction.execute("DELETE FROM carried", []).map_err(&failed)?;
        for one in asked {
            let values = params![&one.request[..], one.batch, one.columns_to.map(stored), sent_ms];
            let sql = "INSERT INTO carried (request, batch, columns_to, sent_ms) \
                       VALUES (?1, ?2, ?3, ?4)";
            transaction.execute(sql, values).map_err(&failed)?;
        }
        transaction.commit().map_err(failed)?;
        self.is_carried = !asked.is_empty();
        Ok(())
    }

    fn read_asked(&self, request: Hash) -> Result<Option<Asked>, StoreError> {
        let failed = StoreError::of("reading what is carried");
        let sql = "SELECT batch, columns_to FROM carried WHERE request = ?1";
        let mut query = self.connection.prepare_cached(sql).map_err(&failed)?;
        let mut rows = query.query([&request[..]]).map_err(&failed)?;
        let Some(row) = rows.next().map_err(&failed)? else { return Ok(None) };
        let columns_to: Option<i64> = row.get(1).map_err(&failed)?;
        // What was carried says nothing of the present time.
        let at = Moment { wall_ms: 0, mono_ms: 0, boot: OF_NO_BOOT };
        let batch = row.get(0).map_err(&failed)?;
        let columns_to = columns_to.map(sequence);
        Ok(Some(Asked { request, at, batch, columns_to, question: None }))
    }
}
