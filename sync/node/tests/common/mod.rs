//! One body, its office and a device, made new for every test.
#![allow(dead_code, reason = "each test file uses its own part of the story")]

use ledger::{
    Building, CashTender, DayBook, DemandRow, Entry, Fact, Hash, Head, HouseCode, Language, Lease,
    Moment, Paise, Payer, Receipt, ReceiptLine, Signer, StaffId, Tender, Visit, VisitOutcome,
    Weighed, Writer,
};
use node::{DeviceKey, Store};
use replica::{
    Answer, Attestation, Batch, Checkpoint, Lock, Notice, Opened, Provision, RecordsAnswer,
    RecordsAsked, SignedAttestation, SignedNotice, SignedRequest,
};
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;
use tempfile::TempDir;

pub const BODY: &str = "G0802";
pub const DEVICE: Writer = Writer(7);
/// 14 August 2026, 10:42 in India.
pub const MORNING_MS: i64 = 1_786_684_320_000;
pub const DAY_MS: i64 = 86_400_000;

pub struct Story {
    pub folder: TempDir,
    pub office: DeviceKey,
    pub provision: Provision,
}

impl Story {
    pub fn new() -> Self {
        Self::with_numbers(1_000)
    }

    /// A device whose first book has so many numbers.
    pub fn with_numbers(numbers: u32) -> Self {
        let office = key(&pkcs8());
        let book = lease("K3", 1, numbers).signed(&office);
        let own = pkcs8();
        let provision = Provision {
            body: BODY.into(),
            writer: DEVICE,
            name: "kiosk-1".into(),
            profile: "kiosk".into(),
            wards: vec![7],
            key: own.clone().into(),
            office: office.public_key(),
            sisters: vec![ledger::Enrolment {
                writer: DEVICE,
                name: "kiosk-1".into(),
                key: key(&own).public_key(),
            }],
            staff: Vec::new(),
            book,
            certificate: None,
            language: Language::Ml,
            acknowledgements: None,
            likeness: None,
            hospital: None,
        };
        Self { folder: tempfile::tempdir().expect("a folder"), office, provision }
    }

    pub fn open(&self) -> Store {
        Store::open(self.folder.path(), &self.provision).expect("the books open")
    }

    /// The books with the first receipt book open.
    pub fn open_with_book(&self) -> Store {
        let mut store = self.open();
        let lease = self.provision.book.clone();
        store.append(at(0), None, vec![Fact::BookOpened(lease)]).expect("the book opens");
        store
    }

    /// The database, as somebody with a screwdriver would open it.
    pub fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join(node::BOOKS_FILE)).expect("the file")
    }

    pub fn notice(&self, seq: u64, fact: Fact) -> SignedNotice {
        let entry =
            Entry { seq, at: at(0), staff: None, countersigned: 0, fact, unsure_since_ms: None };
        Notice { to: DEVICE, entry }.signed(&self.office)
    }
}

/// A centre in memory: it takes batches as the real one does, as far as a device can see.
pub struct Centre<'a> {
    pub story: &'a Story,
    pub day_book: DayBook,
    pub entries: Vec<Entry>,
    pub notices: Vec<SignedNotice>,
    /// The office's clock.
    pub at_ms: i64,
}

impl<'a> Centre<'a> {
    pub fn new(story: &'a Story) -> Self {
        let day_book = DayBook::new(DEVICE, story.provision.office);
        let (entries, notices) = (Vec::new(), Vec::new());
        Self { story, day_book, entries, notices, at_ms: MORNING_MS }
    }

    /// Reads a request, takes its batch, and says how far it is.
    pub fn answer(&mut self, packed: &[u8]) -> Answer {
        let opened = self.opened(packed);
        assert_eq!(opened.damaged, None, "columns are read as they were written");
        let request = &opened.request;
        if let Some(batch) = &request.batch {
            self.take(batch);
        }
        let new = |notice: &&SignedNotice| notice.notice.entry.seq > request.office_after;
        let notices: Vec<_> = self.notices.iter().filter(new).cloned().collect();
        let office_to = self.notices.iter().map(|n| n.notice.entry.seq).max().unwrap_or(0);
        let attestation = Some(self.attests(&opened, None));
        let nothing = |asked: &RecordsAsked| {
            RecordsAnswer::new(asked.acknowledged, Vec::new(), asked.after, &[])
        };
        let records = request.records.as_ref().map(nothing);
        Answer { notices, office_to, attestation, records, ..self.quiet_answer() }
    }

    /// The same as [`Centre::answer`], by a centre that signs one word.
    pub fn short_answer(&mut self, packed: &[u8]) -> Answer {
        let whole = self.answer(packed);
        let head = Some(self.day_book.head()).filter(|head| head.seq > 0);
        let word = whole.attestation.expect("it attests").attestation;
        let signed = Attestation { head, ..word }.signed(&self.story.office);
        Answer { attestation: Some(signed), checkpoint: None, ..whole }
    }

    /// A request of the device, as whoever has its chain reads it.
    pub fn opened(&self, packed: &[u8]) -> Opened {
        let own = key(&self.story.provision.key).public_key();
        let signed = SignedRequest::read(packed).expect("a message");
        let before = signed.follows().and_then(|seq| self.hash_at(seq));
        signed.opened_after(&own, before).expect("signed by the device")
    }

    fn hash_at(&self, seq: u64) -> Option<Hash> {
        let upto = self.entries.get(..usize::try_from(seq).ok()?)?;
        let first = Head::before_first(DEVICE);
        Some(upto.iter().fold(first, |head, entry| head.after(&entry.canonical())).hash)
    }

    /// What the office says to a request.
    pub fn attests(&self, opened: &Opened, lock: Option<Lock>) -> SignedAttestation {
        let (request, at_ms) = (opened.signed.statement.covers, self.at_ms);
        Attestation { writer: DEVICE, request, at_ms, lock, head: None }.signed(&self.story.office)
    }

    /// An answer that only acknowledges.
    pub fn quiet_answer(&self) -> Answer {
        let head = self.day_book.head();
        let checkpoint =
            Checkpoint { writer: DEVICE, seq: head.seq, hash: head.hash, at_ms: self.at_ms };
        Answer {
            acknowledged: head.seq,
            checkpoint: (head.seq > 0).then(|| checkpoint.signed(&self.story.office)),
            notices: Vec::new(),
            office_to: 0,
            buildings: Vec::new(),
            register_to: 0,
            more: false,
            rejection: None,
            quarantined: Vec::new(),
            gone: None,
            pack: None,
            at_ms: self.at_ms,
            attestation: None,
            records: None,
        }
    }

    fn take(&mut self, batch: &Batch) {
        let entries = batch.verified().expect("a whole batch");
        for entry in entries {
            if entry.seq > self.day_book.head().seq {
                self.day_book.apply(&entry).expect("an entry that keeps the rules");
                self.entries.push(entry);
            }
        }
        assert_eq!(self.day_book.head(), batch.after, "the same chain on both sides");
    }
}

pub fn at(minutes: i64) -> Moment {
    Moment {
        wall_ms: MORNING_MS + minutes * 60_000,
        mono_ms: minutes.unsigned_abs() * 60_000,
        boot: 1,
    }
}

pub fn lease(book: &str, first: u32, last: u32) -> Lease {
    Lease {
        body: BODY.into(),
        year: 2026,
        book: book.into(),
        writer: DEVICE,
        operator: None,
        first,
        last,
        issued_ms: MORNING_MS,
        acknowledges: None,
    }
}

/// A cash receipt of the number that comes next.
pub fn receipt(store: &Store, building: u32, rupees: i64) -> Fact {
    let (book, number) = store.day_book().next_number(None).expect("a number is left");
    Fact::Receipt(numbered(book, number, building, rupees))
}

pub fn numbered(book: String, number: u32, building: u32, rupees: i64) -> Receipt {
    let amount = Paise::rupees(rupees);
    let period = "2026-04/6".parse().expect("a period");
    Receipt {
        book,
        number,
        service: "property_tax".into(),
        payer: Payer::Building(building),
        lines: vec![ReceiptLine { period, head: "PT".into(), amount }],
        total: amount,
        tender: Tender::Cash(CashTender { tendered: amount }),
        pack: 1,
        language: Language::Ml,
        answers: Vec::new(),
        group: None,
    }
}

pub fn visit(building: u32, outcome: VisitOutcome) -> Fact {
    Fact::Visit(Visit {
        building,
        outcome,
        kinds: Vec::new(),
        sacks: 0,
        weight_g: 0,
        weighed: Weighed::Not,
        scanned: true,
        fee_left: Paise::ZERO,
        slip: true,
    })
}

/// A store with so many visits, which the office has never seen.
pub fn with_visits(story: &Story, visits: i64) -> Store {
    let mut store = story.open_with_book();
    for minute in 0..visits / 100 {
        let facts = (0..100).map(|_| visit(5, VisitOutcome::Locked)).collect();
        store.append(at(minute), CASHIER, facts).expect("visits");
    }
    store
}

pub fn building(id: u32, number: &str, old_number: Option<&str>) -> Building {
    Building {
        id,
        ward: 7,
        number: number.into(),
        old_number: old_number.map(str::to_owned),
        street: "Temple Road".into(),
        owner: "Lakshmi R.".into(),
        owner_local: None,
        area_m2: 120,
        use_code: "house".into(),
        house_code: HouseCode { body: BODY.into(), building: id }.to_string(),
        annual_tax: Paise::rupees(1_200),
        demands: vec![DemandRow {
            period: "2026-04/6".parse().expect("a period"),
            head: "PT".into(),
            assessed: Paise::rupees(600),
            paid: Paise::ZERO,
        }],
        advance: Paise::ZERO,
        household: None,
        connections: Vec::new(),
    }
}

pub const CASHIER: Option<StaffId> = Some(StaffId(4));

pub fn pkcs8() -> Vec<u8> {
    let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a new key");
    pair.as_ref().to_vec()
}

pub fn key(pkcs8: &[u8]) -> DeviceKey {
    DeviceKey::from_pkcs8(pkcs8).expect("a key that was just made")
}
