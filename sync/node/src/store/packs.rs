//! Rule packs that the office sends: fetched in pieces that survive a cut of line or power, checked
//! as a whole, kept beside the older ones, and spoken of in this device's own chain.
//!
//! A pack is here or it is not: its file goes into the books in one transaction, once it was found
//! to be the office's, of this body, sound, not expired and newer than all that were here. What is
//! refused is not fetched again, but for a file that was damaged on its way.

use ledger::{Entry, Fact, Hash, Moment, Pack, PackRefusal, PackSaid, PackWord, StaffId, sha256};
use replica::{
    PACK_FILE_PIECE_BYTES, PACKED_BYTES_MAX, PackFileError, PackHere, PackOffer, SignedPack,
};
use rusqlite::{Connection, params};

use super::Store;
use super::database::{begin, sequence, stored};
use super::error::{AppendError, StoreError};

/// How long a file that came damaged is not asked for again, in milliseconds.
const DAMAGED_PAUSE_MS: u64 = 60 * 60 * 1_000;

/// The refused files that are known again.
const REFUSED_MAX: usize = 16;

/// A pack that lies on this device.
#[derive(Clone, Debug)]
pub struct KeptPack {
    pub pack: Pack,
    /// The last day on which the office lets it be taken, days since 1970-01-01.
    pub expires: i64,
}

/// A piece of a pack's file to ask the centre for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackPiece {
    pub digest: Hash,
    pub from: u64,
    /// The last byte of the piece.
    pub to: u64,
}

/// What came of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackTaken {
    /// There is more of the file, or nobody asked for this piece any more.
    GoesOn,
    Kept(u32),
    Refused(PackRefusal),
}

/// What the chain says of a kept pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum ToldOf {
    Nothing = 0,
    Kept = 1,
    InUse = 2,
}

#[derive(Default)]
pub(super) struct Packs {
    /// The one that the device was installed with.
    installed: Option<PackHere>,
    kept: Vec<Kept>,
    refused: Vec<Refused>,
    /// The office has it, and it is not here.
    offered: Option<PackOffer>,
    /// Nothing is asked for before the monotonic clock is there.
    paused_to_ms: u64,
    /// How many came since the books were opened.
    came: u64,
}

#[derive(Clone, Debug)]
struct Kept {
    here: PackHere,
    digest: Hash,
    told: ToldOf,
}

#[derive(Clone, Debug)]
struct Refused {
    said: PackSaid,
    told: bool,
}

impl Packs {
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        let failed = StoreError::of("reading the rule packs");
        let sql = "SELECT version, content, expires, digest, told FROM packs ORDER BY version";
        let mut query = connection.prepare(sql).map_err(&failed)?;
        let rows = query.query_map([], |row| {
            let content: [u8; 32] = row.get(1)?;
            let digest: [u8; 32] = row.get(3)?;
            let here = PackHere {
                version: row.get(0)?,
                content: content.into(),
                expires: Some(row.get(2)?),
            };
            let told = match row.get::<_, i64>(4)? {
                2 => ToldOf::InUse,
                1 => ToldOf::Kept,
                _ => ToldOf::Nothing,
            };
            Ok(Kept { here, digest: digest.into(), told })
        });
        let kept = rows.map_err(&failed)?.collect::<Result<_, _>>().map_err(&failed)?;
        let mut query =
            connection.prepare("SELECT word, told FROM packs_refused").map_err(&failed)?;
        let mut rows = query.query([]).map_err(&failed)?;
        let mut refused = Vec::new();
        while let Some(row) = rows.next().map_err(&failed)? {
            let word: Vec<u8> = row.get(0).map_err(&failed)?;
            let said = minicbor::decode(&word)
                .map_err(|source| StoreError::DamagedRow { what: "refused pack", source })?;
            refused.push(Refused { said, told: row.get(1).map_err(&failed)? });
        }
        Ok(Self { kept, refused, ..Self::default() })
    }

    fn here(&self) -> Vec<PackHere> {
        let kept = self.kept.iter().map(|kept| &kept.here);
        self.installed.iter().chain(kept).cloned().collect()
    }

    /// Whether a file is here, or was refused for good.
    fn is_done_with(&self, digest: Hash) -> bool {
        let for_good = |refused: &&Refused| refused.said.said != DAMAGED;
        self.kept.iter().any(|kept| kept.digest == digest)
            || self.refused.iter().filter(for_good).any(|refused| refused.said.file == digest)
    }
}

const DAMAGED: PackWord = PackWord::Refused(PackRefusal::Damaged);

impl Store {
    /// The pack that the device was installed with: no older one is taken.
    pub fn installed_with(&mut self, pack: &Pack) {
        let (version, content) = (pack.body.version, pack.hash().into());
        self.packs.installed = Some(PackHere { version, content, expires: None });
    }

    /// The packs that the office sent, oldest first. One whose file is damaged is said in the log
    /// and left out: the older ones hold.
    pub fn kept_packs(&self) -> Result<Vec<KeptPack>, StoreError> {
        let mut packs = Vec::new();
        for kept in &self.packs.kept {
            let sql = "SELECT file FROM packs WHERE version = ?1";
            let file: Vec<u8> = self
                .connection
                .query_row(sql, [kept.here.version], |row| row.get(0))
                .map_err(StoreError::of("reading a rule pack"))?;
            let read = SignedPack::read(&file, &self.office)
                .and_then(|signed| Ok((signed.pack()?, signed.manifest.expires)));
            match read {
                Ok((pack, expires)) => packs.push(KeptPack { pack, expires }),
                Err(error) => {
                    let (error, version) = (&error as &dyn std::error::Error, kept.here.version);
                    tracing::error!(error, version, "a kept rule pack is damaged");
                }
            }
        }
        Ok(packs)
    }

    /// How many packs came since the books were opened: whoever read them before reads them again
    /// where it has changed.
    pub fn packs_came(&self) -> u64 {
        self.packs.came
    }

    /// The newest version that was in use here: no older one comes back.
    pub fn newest_pack_used(&self) -> Option<u32> {
        let used = self.packs.kept.iter().filter(|kept| kept.told == ToldOf::InUse);
        used.map(|kept| kept.here.version).max()
    }

    /// The newest version that was refused while none as new is here.
    pub fn refused_pack(&self) -> Option<(u32, PackRefusal)> {
        let newest = self.packs.here().iter().map(|here| here.version).max().unwrap_or(0);
        let refused = self.packs.refused.iter().filter_map(|refused| match refused.said {
            PackSaid { version, said: PackWord::Refused(why), .. } => Some((version, why)),
            _ => None,
        });
        refused.filter(|(version, _)| *version > newest).max_by_key(|(version, _)| *version)
    }

    /// The day by which packs are judged: the device's own where its clock can be believed, else
    /// that of the office's last word.
    pub fn believed_day(&self, now: Moment) -> i64 {
        match self.unsure_since(now) {
            None => now.day(),
            Some(_) => Moment { wall_ms: self.time.office_ms, ..Moment::default() }.day(),
        }
    }

    /// What the office said of packs with an answer; whatever comes of it, the answer is taken.
    pub(super) fn hear_of_pack(&mut self, offer: Option<PackOffer>, now: Moment) {
        let Some(mut offer) = offer else {
            self.packs.offered = None;
            return;
        };
        let file = offer.file.take();
        if self.packs.is_done_with(offer.digest) {
            return;
        }
        let digest = offer.digest;
        self.packs.offered = Some(offer);
        if let Err(error) = self.drop_pieces_beyond() {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "what came of a rule pack cannot be looked at");
        }
        if let Some(file) = file {
            let taken = self.take_pack_file(digest, &file, now);
            if let Err(error) = taken {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the rule pack that was carried is not taken");
            }
        }
    }

    /// Of a file that is said to be shorter than what is here already, nothing here is right.
    fn drop_pieces_beyond(&self) -> Result<(), StoreError> {
        let Some(offer) = &self.packs.offered else { return Ok(()) };
        if self.pack_bytes_here(offer.digest)? < u64::from(offer.bytes) {
            return Ok(());
        }
        let dropped = self.connection.execute("DELETE FROM pack_pieces", []);
        dropped.map(|_| ()).map_err(StoreError::of("dropping what came of a rule pack"))
    }

    /// What to ask the centre for next; none where nothing new is offered, or not yet again.
    pub fn next_pack_piece(&self, now: Moment) -> Result<Option<PackPiece>, StoreError> {
        let Some(offer) = &self.packs.offered else { return Ok(None) };
        if self.packs.is_done_with(offer.digest) || now.mono_ms < self.packs.paused_to_ms {
            return Ok(None);
        }
        let from = self.pack_bytes_here(offer.digest)?;
        let whole = u64::from(offer.bytes);
        let to = whole.min(from.saturating_add(PACK_FILE_PIECE_BYTES as u64)).saturating_sub(1);
        Ok(Some(PackPiece { digest: offer.digest, from, to }))
    }

    /// Takes a piece that the centre sent; with the last one, the pack is here or refused.
    pub fn take_pack_piece(
        &mut self,
        piece: PackPiece,
        bytes: &[u8],
        now: Moment,
    ) -> Result<PackTaken, StoreError> {
        let offered = self.packs.offered.as_ref().filter(|offer| offer.digest == piece.digest);
        let Some(offer) = offered else { return Ok(PackTaken::GoesOn) };
        let (digest, whole) = (offer.digest, u64::from(offer.bytes));
        if whole > PACKED_BYTES_MAX as u64 {
            return self.refuse_pack(digest, PackRefusal::Faulty, now);
        }
        if piece.from != self.pack_bytes_here(digest)? {
            return Ok(PackTaken::GoesOn);
        }
        let length = piece.from.saturating_add(bytes.len() as u64);
        if bytes.is_empty() || length > whole {
            return self.refuse_pack(digest, PackRefusal::Damaged, now);
        }
        if length < whole {
            self.keep_pack_piece(piece, bytes)?;
            return Ok(PackTaken::GoesOn);
        }
        // The last piece is never kept for itself: what is there after a cut can always go on.
        let file = [&self.pack_pieces(digest)?[..], bytes].concat();
        self.take_pack_file(digest, &file, now)
    }

    /// What the chain does not say yet of packs is written into it: which are kept or refused, and
    /// that the one of this version is in use. Nothing is written where nothing is new.
    pub fn tell_packs(&mut self, in_use: u32, now: Moment) -> Result<Vec<Entry>, AppendError> {
        let mut facts = Vec::new();
        let packs = &self.packs;
        for refused in packs.refused.iter().filter(|refused| !refused.told) {
            facts.push(Fact::PackSaid(refused.said));
        }
        for kept in &packs.kept {
            let (version, file) = (kept.here.version, kept.digest);
            if kept.told < ToldOf::Kept {
                facts.push(Fact::PackSaid(PackSaid { version, file, said: PackWord::Kept }));
            }
            if version == in_use && kept.told < ToldOf::InUse {
                facts.push(Fact::PackSaid(PackSaid { version, file, said: PackWord::InUse }));
            }
        }
        if facts.is_empty() {
            return Ok(Vec::new());
        }
        let entries = self.append(now, None::<StaffId>, facts)?;
        self.note_told(in_use).map_err(AppendError::Store)?;
        Ok(entries)
    }

    fn take_pack_file(
        &mut self,
        digest: Hash,
        file: &[u8],
        now: Moment,
    ) -> Result<PackTaken, StoreError> {
        if sha256(file) != digest {
            return self.refuse_pack(digest, PackRefusal::Damaged, now);
        }
        let (here, day) = (self.packs.here(), self.believed_day(now));
        let checked = SignedPack::read(file, &self.office).and_then(|signed| {
            let may_come = signed.manifest.may_come(&self.body, day, &here);
            // What may not come is not unpacked.
            if may_come.is_ok() {
                signed.pack()?;
            }
            Ok((signed, may_come))
        });
        match checked {
            Ok((signed, Ok(()))) => self.keep_pack(&signed, digest, file),
            Ok((_, Err(why))) => self.refuse_pack(digest, why, now),
            Err(error) => {
                let why = error.refusal();
                log_refused(&error);
                self.refuse_pack(digest, why, now)
            }
        }
    }

    fn keep_pack(
        &mut self,
        signed: &SignedPack,
        digest: Hash,
        file: &[u8],
    ) -> Result<PackTaken, StoreError> {
        let said = &signed.manifest;
        let failed = StoreError::of("keeping a rule pack");
        // The same text signed anew stays in use, if it was.
        let sql = "INSERT INTO packs (version, digest, content, expires, file) \
                   VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (version) DO UPDATE SET \
                   digest = excluded.digest, expires = excluded.expires, file = excluded.file, \
                   told = 0";
        let row = params![said.version, &digest[..], &said.content[..], said.expires, file];
        let transaction = begin(&mut self.connection)?;
        transaction.execute(sql, row).map_err(&failed)?;
        transaction.execute("DELETE FROM pack_pieces", []).map_err(&failed)?;
        transaction.commit().map_err(failed)?;
        let (version, content) = (said.version, said.content);
        let here = PackHere { version, content, expires: Some(said.expires) };
        self.packs.kept.retain(|kept| kept.here.version != version);
        self.packs.kept.push(Kept { here, digest, told: ToldOf::Nothing });
        self.packs.kept.sort_by_key(|kept| kept.here.version);
        self.packs.offered = None;
        self.packs.came += 1;
        tracing::info!(version, "a rule pack of the office is here");
        Ok(PackTaken::Kept(version))
    }

    /// Refuses the file that was offered. One that is damaged is fetched anew, later.
    fn refuse_pack(
        &mut self,
        digest: Hash,
        why: PackRefusal,
        now: Moment,
    ) -> Result<PackTaken, StoreError> {
        let offered = self.packs.offered.as_ref().filter(|offer| offer.digest == digest);
        let version = offered.map_or(0, |offer| offer.version);
        tracing::error!(version, %why, "a rule pack is refused");
        let said = PackSaid { version, file: digest, said: PackWord::Refused(why) };
        let word = minicbor::to_vec(said).expect("a Vec takes every byte");
        let failed = StoreError::of("refusing a rule pack");
        let sql = "INSERT OR REPLACE INTO packs_refused (digest, version, word, told) \
                   VALUES (?1, ?2, ?3, ?4)";
        let known = self.packs.refused.iter().find(|refused| refused.said == said);
        let told = known.is_some_and(|refused| refused.told);
        let transaction = begin(&mut self.connection)?;
        let row = params![&digest[..], version, word, told];
        transaction.execute(sql, row).map_err(&failed)?;
        transaction.execute("DELETE FROM pack_pieces", []).map_err(&failed)?;
        transaction.commit().map_err(failed)?;
        self.packs.refused.retain(|refused| refused.said.file != digest);
        self.packs.refused.push(Refused { said, told });
        self.forget_old_refusals()?;
        match why {
            PackRefusal::Damaged => {
                self.packs.paused_to_ms = now.mono_ms.saturating_add(DAMAGED_PAUSE_MS);
            }
            _ => self.packs.offered = None,
        }
        Ok(PackTaken::Refused(why))
    }

    /// The chain has what was said; here it only spares fetching the same again.
    fn forget_old_refusals(&mut self) -> Result<(), StoreError> {
        while self.packs.refused.len() > REFUSED_MAX {
            let oldest = self.packs.refused.remove(0);
            let sql = "DELETE FROM packs_refused WHERE digest = ?1";
            let deleted = self.connection.execute(sql, [&oldest.said.file[..]]);
            deleted.map_err(StoreError::of("forgetting a refused pack"))?;
        }
        Ok(())
    }

    /// Marks as told what the chain says since.
    fn note_told(&mut self, in_use: u32) -> Result<(), StoreError> {
        let failed = StoreError::of("noting what was said of rule packs");
        let sql = "UPDATE packs SET told = max(told, CASE version WHEN ?1 THEN 2 ELSE 1 END)";
        let transaction = begin(&mut self.connection)?;
        transaction.execute(sql, [in_use]).map_err(&failed)?;
        transaction.execute("UPDATE packs_refused SET told = 1", []).map_err(&failed)?;
        transaction.commit().map_err(failed)?;
        for kept in &mut self.packs.kept {
            let told = match kept.here.version == in_use {
                true => ToldOf::InUse,
                false => ToldOf::Kept,
            };
            kept.told = kept.told.max(told);
        }
        self.packs.refused.iter_mut().for_each(|refused| refused.told = true);
        Ok(())
    }

    /// How much of a file is here; pieces of other files go with the first of this one.
    fn pack_bytes_here(&self, digest: Hash) -> Result<u64, StoreError> {
        let sql = "SELECT coalesce(sum(length(body)), 0) FROM pack_pieces WHERE digest = ?1";
        self.connection
            .query_row(sql, [&digest[..]], |row| row.get(0).map(sequence))
            .map_err(StoreError::of("counting what came of a rule pack"))
    }

    fn keep_pack_piece(&mut self, piece: PackPiece, bytes: &[u8]) -> Result<(), StoreError> {
        let failed = StoreError::of("keeping a piece of a rule pack");
        let transaction = begin(&mut self.connection)?;
        let others = "DELETE FROM pack_pieces WHERE digest <> ?1";
        transaction.execute(others, [&piece.digest[..]]).map_err(&failed)?;
        let sql = "INSERT INTO pack_pieces (digest, place, body) VALUES (?1, ?2, ?3)";
        let row = params![&piece.digest[..], stored(piece.from), bytes];
        transaction.execute(sql, row).map_err(&failed)?;
        transaction.commit().map_err(failed)
    }

    fn pack_pieces(&self, digest: Hash) -> Result<Vec<u8>, StoreError> {
        let failed = StoreError::of("reading what came of a rule pack");
        let sql = "SELECT body FROM pack_pieces WHERE digest = ?1 ORDER BY place";
        let mut query = self.connection.prepare(sql).map_err(&failed)?;
        let rows = query.query_map([&digest[..]], |row| row.get::<_, Vec<u8>>(0));
        let rows: Result<Vec<Vec<u8>>, _> = rows.map_err(&failed)?.collect();
        Ok(rows.map_err(failed)?.concat())
    }
}

fn log_refused(error: &PackFileError) {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, "the file of a rule pack is not believed");
}
