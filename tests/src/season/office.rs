//! The centre: the real one, on a database in memory, asked one thing at a time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use central::api::Centre;
use central::keys::SigningKey;
use central::packs::Packs;
use central::records::{FieldSaid, ValueSaid};
use central::remittance::ToSettle;
use central::store::books::Books;
use central::store::{BankWord, BankWordState, Enrolled, NewDevice, Profile, Role, Store, Trusted};
use central::verdict::Report;
use ledger::{Building, Entry, Head, Pack, Paise, RecordId, StaffId, Writer};
use replica::{Member, Replies, SignedReplies};
use ring::signature::{Ed25519KeyPair, KeyPair};
use rusqlite::{Connection, OptionalExtension, params};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::cheques::OpenCheque;
use super::details::Words;
use super::disk::Disk;
use super::fault::{Checked, Fault, must, sound};
use super::person::PIN;
use super::register::Line;
use crate::programs::workspace;

pub const CASHIERS: [StaffId; 2] = [StaffId(11), StaffId(12)];
/// The first has a handheld; the second takes it over now and then.
pub const COLLECTORS: [StaffId; 2] = [StaffId(21), StaffId(22)];
pub const WORKERS: [StaffId; 2] = [StaffId(31), StaffId(32)];
/// They may sign in everywhere.
pub const OFFICERS: [StaffId; 2] = [StaffId(41), StaffId(42)];

/// What everybody is called, before their number.
pub const STAFF_NAME: &str = "Staff ";

pub struct Office {
    trusted: Arc<Trusted>,
    centre: Centre,
    store: Arc<Books>,
    /// Reads the same database, as an auditor would.
    eyes: Connection,
    disk: Disk,
    runtime: Runtime,
}

/// A receipt as the centre lists it.
pub struct Listed {
    pub seq: u64,
    pub number: String,
    pub amount: Paise,
    pub mode: String,
}

impl Office {
    pub fn new(seed: [u8; 32]) -> Self {
        let office = SigningKey::read(&private_key(seed)).expect("a key from a seed");
        let trusted = Arc::new(Trusted { office, packs: packs() });
        let disk = Disk::new();
        let (centre, store) = open(&disk, &trusted);
        let eyes = disk.open(None);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime without input and output is always made");
        Self { trusted, centre, store, eyes, disk, runtime }
    }

    /// The program ends and begins anew.
    pub fn restart(&mut self) {
        (self.centre, self.store) = open(&self.disk, &self.trusted);
    }

    pub fn enrol(&self, device: NewDevice) -> Checked<Enrolled> {
        sound(self.runtime.block_on(self.store.enrol(device)), "enrolling a device")
    }

    pub fn key(&self) -> ledger::PublicKey {
        use ledger::Signer;
        self.trusted.office.public_key()
    }

    pub fn add_staff(&self) -> Checked {
        for (role, ids) in [
            (Role::Cashier, CASHIERS),
            (Role::Collector, COLLECTORS),
            (Role::Worker, WORKERS),
            (Role::Accountant, OFFICERS),
        ] {
            for id in ids {
                let (name, pin) = (format!("{STAFF_NAME}{}", id.0), pin_hash());
                let member =
                    Member { id, name, pin, receives: role == Role::Accountant, badge: None };
                sound(self.runtime.block_on(self.store.add_staff(member, role)), "adding staff")?;
            }
        }
        Ok(())
    }

    pub fn load(&self, buildings: Vec<Building>, now_ms: i64) -> Checked {
        sound(self.runtime.block_on(self.store.load(buildings, now_ms)), "loading the register")?;
        Ok(())
    }

    /// A device's turn, over its line or carried.
    pub fn exchange(&self, request: &[u8], now_ms: i64) -> Checked<Vec<u8>> {
        self.runtime
            .block_on(self.centre.exchange_carried(request, None, now_ms))
            .map_err(|denied| Fault(format!("the centre turned a device away: {denied:?}")))
    }

    /// Its replies to a parcel, sealed for the device and under its signature.
    pub fn seals(&self, replies: &Replies) -> Checked<SignedReplies> {
        self.runtime
            .block_on(self.centre.sealed(replies))
            .map_err(|denied| Fault(format!("the centre seals no reply: {denied:?}")))
    }

    pub fn bank_word(&self, word: BankWord) -> Checked<BankWordState> {
        sound(self.runtime.block_on(self.store.bank_word(word)), "taking a word of the bank")
    }

    /// What `central verify` finds.
    pub fn verify(&self) -> Checked<Report> {
        sound(self.runtime.block_on(self.store.verify()), "verifying")
    }

    /// What the centre knows of a house.
    pub fn record(&self, id: RecordId) -> Checked<Words> {
        let page = sound(self.runtime.block_on(self.store.record(id)), "reading a record")?;
        let said = |said: &ValueSaid| (said.value.clone(), said.by.staff, said.by.at_ms);
        let field =
            |field: &FieldSaid| (field.field.clone(), field.said.iter().map(said).collect());
        Ok(page.fields.iter().map(field).collect())
    }

    /// How many fields an officer must decide; each must be one of which two things are said.
    pub fn undecided(&self) -> Checked<u64> {
        let rows = sound(self.runtime.block_on(self.store.undecided()), "reading what differs")?;
        must(rows.iter().all(|row| row.field.said.len() > 1), || "one word is a case".into())?;
        Ok(rows.len() as u64)
    }

    /// The end of a device's chain here.
    pub fn head(&self, writer: Writer) -> Checked<Head> {
        let sql = "SELECT seq, hash FROM device_head WHERE writer = ?1";
        let found = self.eyes.prepare_cached(sql).and_then(|mut row| {
            row.query_row([writer.0], |row| {
                let hash: [u8; 32] = row.get(1)?;
                Ok(Head { seq: row.get::<_, i64>(0)?.unsigned_abs(), hash: hash.into() })
            })
        });
        sound(found, "looking at a head")
    }

    /// The receipts of a device after an entry.
    pub fn receipts_after(&self, writer: Writer, seq: u64) -> Checked<Vec<Listed>> {
        let sql = "SELECT seq, number, amount, mode FROM receipt \
                   WHERE writer = ?1 AND seq > ?2 ORDER BY seq";
        let listed = self.eyes.prepare_cached(sql).and_then(|mut rows| {
            let rows = rows.query_map(params![writer.0, seq.cast_signed()], |row| {
                Ok(Listed {
                    seq: row.get::<_, i64>(0)?.unsigned_abs(),
                    number: row.get(1)?,
                    amount: Paise::new(row.get(2)?),
                    mode: row.get(3)?,
                })
            });
            rows.and_then(Iterator::collect)
        });
        sound(listed, "looking at the receipts")
    }

    /// How many receipts of a device there are, how many of them stand, and over how much they are.
    pub fn total(&self, writer: Writer) -> Checked<(u64, u64, Paise)> {
        let sql = "SELECT count(*), coalesce(sum(stands), 0), coalesce(sum(amount), 0) \
                   FROM receipt WHERE writer = ?1";
        let sums = self.eyes.query_row(sql, [writer.0], |row| {
            let (all, stand): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok((all.unsigned_abs(), stand.unsigned_abs(), Paise::new(row.get(2)?)))
        });
        sound(sums, "looking at the sums")
    }

    /// The house of a receipt that does not stand any more; its lines must be gone.
    pub fn house_of(&self, writer: Writer, receipt: u64) -> Checked<Option<u32>> {
        let sql = "SELECT building, stands OR EXISTS (SELECT 1 FROM receipt_line l \
                   WHERE l.writer = r.writer AND l.seq = r.seq) \
                   FROM receipt r WHERE writer = ?1 AND seq = ?2";
        let found = self.eyes.prepare_cached(sql).and_then(|mut row| {
            row.query_row(params![writer.0, receipt.cast_signed()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
        });
        let (house, counts): (Option<u32>, bool) = sound(found, "looking at a receipt")?;
        must(!counts, || format!("receipt {receipt} of {} counts, and was cancelled", writer.0))?;
        Ok(house)
    }

    /// What stands of a house's receipts, by head.
    pub fn lines_of(&self, building: u32) -> Checked<Vec<Line>> {
        let sql = "SELECT head, sum(amount) FROM receipt_line WHERE building = ?1 GROUP BY head";
        let lines = self.eyes.prepare_cached(sql).and_then(|mut rows| {
            let rows = rows.query_map([building], |row| {
                Ok(Line { building, head: row.get(0)?, amount: Paise::new(row.get(1)?) })
            });
            rows.and_then(Iterator::collect)
        });
        sound(lines, "looking at a house's lines")
    }

    /// Cheques and drafts that an officer has received and the bank has said nothing of. One whose
    /// number two histories share is an officer's to look at.
    pub fn open_cheques(&self, today: i64, most: u32) -> Checked<Vec<OpenCheque>> {
        let sql = "SELECT r.writer, r.seq, r.number, r.amount, r.building FROM instrument i \
                   JOIN receipt r USING (writer, seq) \
                   JOIN receiving v ON v.close_writer = r.writer AND v.close_seq = r.close_seq \
                   AND v.state = 'matched' \
                   WHERE i.state = 'open' AND r.stands AND r.day <= ?1 AND \
                   (SELECT count(*) FROM receipt other WHERE other.number = r.number) = 1 \
                   ORDER BY r.writer, r.seq LIMIT ?2";
        let found = self.eyes.prepare_cached(sql).and_then(|mut rows| {
            let rows = rows.query_map(params![today, most], |row| {
                Ok(OpenCheque {
                    writer: Writer(row.get(0)?),
                    seq: row.get::<_, i64>(1)?.unsigned_abs(),
                    number: row.get(2)?,
                    amount: Paise::new(row.get(3)?),
                    building: row.get(4)?,
                })
            });
            rows.and_then(Iterator::collect)
        });
        sound(found, "looking for cheques")
    }

    /// The bank's word on a cheque, as `central instrument` writes it.
    pub fn settle_cheque(&self, deed: ToSettle) -> Checked<Paise> {
        sound(self.runtime.block_on(self.store.settle_instrument(deed)), "settling a cheque")
    }

    /// The lines of a device's receipts after an entry, where they are for a house.
    pub fn lines_after(&self, writer: Writer, seq: u64) -> Checked<Vec<Line>> {
        let sql = "SELECT building, head, amount FROM receipt_line \
                   WHERE writer = ?1 AND seq > ?2 AND building IS NOT NULL";
        let lines = self.eyes.prepare_cached(sql).and_then(|mut rows| {
            let rows = rows.query_map(params![writer.0, seq.cast_signed()], |row| {
                let (building, head) = (row.get(0)?, row.get(1)?);
                Ok(Line { building, head, amount: Paise::new(row.get(2)?) })
            });
            rows.and_then(Iterator::collect)
        });
        sound(lines, "looking at the lines")
    }

    pub fn building(&self, id: u32) -> Checked<Building> {
        let sql = "SELECT row FROM building WHERE id = ?1";
        let row = self
            .eyes
            .prepare_cached(sql)
            .and_then(|mut row| row.query_row([id], |row| row.get::<_, Vec<u8>>(0)));
        let row = sound(row, "looking at a building")?;
        minicbor::decode(&row).map_err(|error| Fault(format!("a building: {error}")))
    }

    /// Whether a device is frozen, and its forks are listed.
    pub fn knows_fork(&self, writer: Writer) -> Checked<bool> {
        let sql = "SELECT frozen_ms IS NOT NULL AND EXISTS \
                   (SELECT 1 FROM fork WHERE fork.writer = device.writer) \
                   FROM device WHERE writer = ?1";
        sound(self.eyes.query_row(sql, [writer.0], |row| row.get(0)), "looking at the forks")
    }

    /// Whether an entry that is not in the chain is kept beside it.
    pub fn holds(&self, writer: Writer, head: Head) -> Checked<bool> {
        let sql = "SELECT 1 FROM held_entry WHERE writer = ?1 AND seq = ?2 AND hash = ?3 \
                   UNION SELECT 1 FROM entry WHERE writer = ?1 AND seq = ?2 AND hash = ?3";
        let key = params![writer.0, head.seq.cast_signed(), &head.hash[..]];
        let found = self.eyes.query_row(sql, key, |_| Ok(())).optional();
        Ok(sound(found, "looking at what is held")?.is_some())
    }

    /// The device of each entry that is listed for its time, and whether the entry said itself that
    /// its clock was unsure.
    pub fn misdated(&self) -> Checked<Vec<(Writer, bool)>> {
        let sql = "SELECT writer, canonical FROM misdated JOIN entry USING (writer, seq)";
        let listed = self.eyes.prepare_cached(sql).and_then(|mut rows| {
            let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)));
            rows.and_then(Iterator::collect::<Result<Vec<(u32, Vec<u8>)>, _>>)
        });
        let read = |(writer, canonical): (u32, Vec<u8>)| {
            let entry = Entry::read(&canonical);
            Ok((Writer(writer), sound(entry, "reading an entry")?.unsure_since_ms.is_some()))
        };
        sound(listed, "looking at the clocks")?.into_iter().map(read).collect()
    }

    /// How many entries lie in quarantine, and how many documents differ from the devices'.
    pub fn oddities(&self) -> Checked<(u64, u64)> {
        let sql = "SELECT (SELECT count(*) FROM quarantine), \
                   (SELECT count(*) FROM day_document WHERE differs)";
        let found = self.eyes.query_row(sql, [], |row| {
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
        });
        sound(found, "looking for oddities")
    }

    /// An accident: the register is as it was at the beginning.
    pub fn forget_payments(&self, houses: &[Building]) -> Checked {
        for house in houses {
            let row = minicbor::to_vec(house).expect("a Vec takes every byte");
            let sql = "UPDATE building SET row = ?2 WHERE id = ?1";
            sound(self.eyes.execute(sql, params![house.id, row]), "forgetting payments")?;
        }
        Ok(())
    }

    /// An accident that no program of ours makes: for the checks to be checked.
    pub fn tamper(&self, sql: &str) -> Checked<usize> {
        sound(self.eyes.execute(sql, []), "tampering")
    }
}

fn open(disk: &Disk, trusted: &Arc<Trusted>) -> (Centre, Arc<Books>) {
    let store = Books::open(Path::new(disk.address()), Arc::clone(trusted))
        .expect("a database in memory can be opened");
    let store = Arc::new(store);
    let kept: Arc<dyn Store> = store.clone();
    (Centre::new(kept, Arc::clone(trusted), b"a secret of the bank"), store)
}

/// PKCS#8 of the Ed25519 key of a seed, its public half included.
pub fn private_key(seed: [u8; 32]) -> Vec<u8> {
    const HEAD: [u8; 16] = [
        0x30, 0x53, 0x02, 0x01, 0x01, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    const PUBLIC: [u8; 5] = [0xa1, 0x23, 0x03, 0x21, 0x00];
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("32 bytes are a seed");
    [&HEAD[..], &seed[..], &PUBLIC[..], pair.public_key().as_ref()].concat()
}

pub fn public_key(private: &[u8]) -> ledger::PublicKey {
    use ledger::Signer;
    SigningKey::read(private).expect("a key from a seed").public_key()
}

/// The shipped rule pack, where a centre keeps it: copied once for the whole process.
fn packs() -> Packs {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Packs::add(folder.path(), &pack_folder(), None).expect("the shipped pack");
        folder
    });
    Packs::read(folder.path()).expect("the pack that was just copied")
}

pub fn pack() -> Arc<Pack> {
    static PACK: OnceLock<Arc<Pack>> = OnceLock::new();
    let read = || Arc::new(kiosk::setup::read_pack(&pack_folder()).expect("the shipped pack"));
    Arc::clone(PACK.get_or_init(read))
}

fn pack_folder() -> PathBuf {
    workspace().join(crate::centre::PACK)
}

/// The cheapest hash that is still one: staff sign in thousands of times in a season.
fn pin_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    let hash = || {
        let cheapest = Params::new(8, 1, 1, None).expect("the least that Argon2 takes");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cheapest);
        let salted = argon2.hash_password_with_salt(PIN.as_bytes(), b"salt of seasons");
        salted.expect("a short PIN is always hashed").to_string()
    };
    HASH.get_or_init(hash).clone()
}

/// What a device is for, as the office and the glass name it.
pub fn glass_profile(profile: Profile) -> flow::Profile {
    match profile {
        Profile::Kiosk | Profile::Centre => flow::Profile::Kiosk,
        Profile::Collector | Profile::Officer => flow::Profile::Collector,
        Profile::Karmasena => flow::Profile::Karmasena,
    }
}
