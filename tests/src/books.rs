//! A device's books of some weeks, written as a device writes them: by the day book, in several
//! receipt books and boots, sent in batches that the office countersigns.

use ledger::{
    CardTender, CashTender, DayBook, DayClose, Enrolment, Entry, Fact, Hash, Intent, IntentEnded,
    IntentEnding, IntentMode, Language, Lease, Moment, Paise, Payer, Print, PrintOutcome,
    PrintWitness, Receipt, ReceiptLine, ReturnCause, Signer, StaffId, Tender, Visit, VisitOutcome,
    Weighed, Writer,
};
use node::DeviceKey;
use replica::audit::{Export, First, SealedBy};
use replica::{
    Batch, Checkpoint, Notice, Request, SignedCheckpoint, SignedHead, SignedNotice, SignedRequest,
};
use ring::signature::{Ed25519KeyPair, KeyPair};

use crate::chance::Chance;

pub const BODY: &str = "G0802";
pub const DEVICE: Writer = Writer(7);

/// 3 August 2026, 9:00 in India.
const BEGIN_MS: i64 = 1_785_727_800_000;
const DAY_MS: i64 = 86_400_000;

/// Numbers of one receipt book: few, so that several are used up.
const BOOK_NUMBERS: u32 = 25;

const CASHIER: Option<StaffId> = Some(StaffId(101));

/// How a device lies about the time of one entry, some time after it has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// The wall clock stands before the countersignature that the entry names.
    Wall,
    /// The clock since the boot runs back.
    Mono,
    /// The number of the boot falls.
    Boot,
}

/// The books, and all that was signed while they grew.
pub struct Ledger {
    pub device: DeviceKey,
    pub office: DeviceKey,
    pub day_book: DayBook,
    pub entries: Vec<Entry>,
    /// The hash after each entry.
    pub hashes: Vec<Hash>,
    pub requests: Vec<SignedHead>,
    pub checkpoints: Vec<SignedCheckpoint>,
    pub closed_ms: i64,
    chance: Chance,
    /// The lie that is still to be told, and after which entry.
    lie: Option<(Lie, u64)>,
    pub lied_at: Option<u64>,
    boot: u32,
    mono_ms: u64,
    wall_ms: i64,
    books: u32,
}

impl Ledger {
    /// Books of at least so many entries.
    pub fn grown(seed: u64, entries: usize, lie: Option<(Lie, u64)>) -> Self {
        let device = key(seed ^ 0xD1);
        let office = key(seed ^ 0x0F);
        let mut ledger = Self {
            day_book: DayBook::new(DEVICE, office.public_key()),
            device,
            office,
            entries: Vec::new(),
            hashes: Vec::new(),
            requests: Vec::new(),
            checkpoints: Vec::new(),
            closed_ms: 0,
            chance: Chance(seed),
            lie,
            lied_at: None,
            boot: 1,
            mono_ms: 5_000,
            wall_ms: BEGIN_MS,
            books: 0,
        };
        ledger.grow(entries);
        ledger
    }

    /// Goes on until there are so many entries.
    pub fn grow(&mut self, entries: usize) {
        while self.entries.len() < entries {
            self.day();
        }
        // What was not sent yet.
        self.restart();
        self.write(CASHIER, Fact::SignedIn);
        self.cash();
        self.cash();
        self.closed_ms = self.wall_ms + 60_000;
    }

    /// Draws otherwise from here on: what a copy of the device does.
    pub fn part(&mut self, seed: u64) {
        self.chance = Chance(seed);
    }

    /// What the device's own export says.
    pub fn device_export(&self) -> Vec<u8> {
        let mut export = self.begun();
        export.enrolment(&self.enrolment()).expect("memory");
        if let Some(newest) = self.checkpoints.last() {
            export.checkpoint(newest).expect("memory");
        }
        let by = (SealedBy::Device, &self.device as &dyn Signer);
        export.seal(by, DEVICE, self.day_book.head(), self.closed_ms).expect("memory")
    }

    /// What the centre's export says. Here the centre has everything, also what was not sent yet.
    pub fn office_export(&self) -> Vec<u8> {
        let mut export = self.begun();
        export.enrolment(&self.enrolment()).expect("memory");
        for (request, checkpoint) in self.requests.iter().zip(&self.checkpoints) {
            export.request(request).expect("memory");
            export.checkpoint(checkpoint).expect("memory");
        }
        let by = (SealedBy::Office, &self.office as &dyn Signer);
        export.seal(by, DEVICE, self.day_book.head(), self.closed_ms).expect("memory")
    }

    fn begun(&self) -> Export<Vec<u8>> {
        let first = First {
            body: BODY.to_owned(),
            writer: DEVICE,
            name: "kiosk-1".to_owned(),
            device: self.device.public_key(),
            office: self.office.public_key(),
        };
        let mut export = Export::begin(Vec::new(), &first).expect("memory");
        for (entry, hash) in self.entries.iter().zip(&self.hashes) {
            export.entry(entry.seq, &hash[..], &entry.canonical()).expect("memory");
        }
        export
    }

    fn enrolment(&self) -> SignedNotice {
        let key = self.device.public_key();
        let fact = Fact::DeviceEnrolled(Enrolment { writer: DEVICE, name: "kiosk-1".into(), key });
        let at = Moment { wall_ms: BEGIN_MS, ..Moment::default() };
        let entry =
            Entry { seq: 1, at, staff: None, countersigned: 0, fact, unsure_since_ms: None };
        Notice { to: DEVICE, entry }.signed(&self.office)
    }

    /// One day at the counter.
    fn day(&mut self) {
        self.restart();
        self.write(CASHIER, Fact::SignedIn);
        for _ in 0..self.chance.between(8, 20) {
            match self.chance.below(6) {
                0 => self.visit(),
                1 => self.card(),
                2 => self.upi_without_a_word(),
                _ => self.cash(),
            }
            if self.chance.percent(12) {
                self.send();
            }
            if self.chance.percent(4) {
                self.restart();
            }
        }
        self.close();
        self.write(CASHIER, Fact::SignedOut);
        self.send();
        self.wall_ms += DAY_MS - (self.wall_ms - BEGIN_MS).rem_euclid(DAY_MS);
    }

    fn restart(&mut self) {
        if !self.entries.is_empty() {
            self.boot += 1;
        }
        self.mono_ms = self.chance.below(9_000);
    }

    fn write(&mut self, staff: Option<StaffId>, fact: Fact) -> u64 {
        let step_ms = self.chance.between(900, 240_000);
        self.mono_ms += u64::from(step_ms);
        self.wall_ms += i64::from(step_ms);
        let seq = self.day_book.head().seq + 1;
        let countersigned = self.checkpoints.last().map_or(0, |signed| signed.checkpoint.seq);
        let mut at = Moment { wall_ms: self.wall_ms, mono_ms: self.mono_ms, boot: self.boot };
        // A print follows its receipt within a boot, and no rule looks at its day.
        if let (Some((lie, after)), Fact::Print(_)) = (self.lie, &fact)
            && seq > after
            && self.tell(lie, &mut at)
        {
            self.lied_at = Some(seq);
            self.lie = None;
        }
        let unsure_since_ms = None;
        let entry = Entry { seq, at, staff, countersigned, fact, unsure_since_ms };
        if self.lied_at == Some(seq) {
            // Whoever lies asks no rule.
            self.day_book.pass_over(&entry).expect("its sequence is right");
        } else {
            self.day_book.apply(&entry).expect("the counter keeps the rules");
        }
        self.hashes.push(self.day_book.head().hash);
        self.entries.push(entry);
        seq
    }

    /// Tells the lie, where it can be told already.
    fn tell(&self, lie: Lie, at: &mut Moment) -> bool {
        let last = self.entries.last().expect("a receipt came before").at;
        match (lie, self.checkpoints.last()) {
            (Lie::Wall, Some(signed)) => at.wall_ms = signed.checkpoint.at_ms - 11 * 60_000,
            (Lie::Mono, _) => at.mono_ms = last.mono_ms - 1,
            (Lie::Boot, _) if at.boot > 1 => at.boot -= 1,
            _ => return false,
        }
        true
    }

    /// Sends what was not sent, and takes the office's countersignature.
    fn send(&mut self) {
        let sent = self.checkpoints.last().map_or(0, |signed| signed.checkpoint.seq);
        let from = usize::try_from(sent).expect("a short chain");
        let before = match from.checked_sub(1) {
            None => ledger::Head::before_first(DEVICE),
            Some(place) => ledger::Head { seq: sent, hash: self.hashes[place] },
        };
        let batch = Batch::of(before, self.entries[from..].iter().map(Entry::canonical));
        let after = batch.after;
        assert_eq!(after, self.day_book.head(), "one batch holds all");
        let request = Request {
            writer: DEVICE,
            batch: Some(batch),
            office_after: 0,
            register_after: 0,
            records: None,
            sent_ms: self.wall_ms + 500,
        };
        let packed = request.sealed(&self.device);
        let signed = SignedRequest::read(&packed).expect("a message");
        let opened = signed.opened(&self.device.public_key()).expect("signed by the device");
        self.requests.push(opened.signed);
        let at_ms = self.wall_ms + 2_000;
        let checkpoint = Checkpoint { writer: DEVICE, seq: after.seq, hash: after.hash, at_ms };
        self.checkpoints.push(checkpoint.signed(&self.office));
    }

    fn cash(&mut self) {
        let rupees = i64::from(self.chance.between(1, 40)) * 50;
        let tendered = Paise::rupees((rupees + 99) / 100 * 100);
        self.receipt(rupees, Tender::Cash(CashTender { tendered }));
    }

    fn card(&mut self) {
        let rupees = i64::from(self.chance.between(1, 9_000));
        let intent = self.intent(IntentMode::Card, rupees);
        self.receipt(
            rupees,
            Tender::Card(CardTender {
                intent,
                last_four: "4711".to_owned(),
                authorisation: format!("A{intent:05}"),
                terminal: "T1".to_owned(),
                terminal_receipt: format!("{intent}"),
            }),
        );
    }

    fn upi_without_a_word(&mut self) {
        let rupees = i64::from(self.chance.between(1, 9_000));
        let intent = self.intent(IntentMode::Upi, rupees);
        let ending = IntentEnding::Expired;
        self.write(None, Fact::IntentEnded(IntentEnded { intent, ending }));
    }

    fn intent(&mut self, by: IntentMode, rupees: i64) -> u64 {
        let reference = format!("P{}", self.chance.next());
        let building = Some(self.chance.between(1, 900));
        let service = "property_tax".to_owned();
        let amount = Paise::rupees(rupees);
        let parts = Vec::new();
        self.write(None, Fact::Intent(Intent { amount, by, reference, building, service, parts }))
    }

    fn receipt(&mut self, rupees: i64, tender: Tender) {
        self.book();
        let (book, number) = self.day_book.next_number(CASHIER).expect("a book is open");
        let total = Paise::rupees(rupees);
        let period = "2026-04/6".parse().expect("a period");
        let receipt = Receipt {
            book,
            number,
            service: "property_tax".to_owned(),
            payer: Payer::Building(self.chance.between(1, 900)),
            lines: vec![ReceiptLine { period, head: "PT".to_owned(), amount: total }],
            total,
            tender,
            pack: 3,
            language: Language::Ml,
            answers: Vec::new(),
            group: None,
        };
        let of = self.write(CASHIER, Fact::Receipt(receipt));
        self.print(of);
    }

    fn print(&mut self, of: u64) {
        let witness = PrintWitness::Printer;
        if self.chance.percent(5) {
            self.write(CASHIER, Fact::Print(Print { of, outcome: PrintOutcome::Failed, witness }));
        }
        self.write(CASHIER, Fact::Print(Print { of, outcome: PrintOutcome::Whole, witness }));
    }

    /// Opens the next receipt book where none has numbers left.
    fn book(&mut self) {
        if self.day_book.next_number(CASHIER).is_ok() {
            return;
        }
        if let Some(open) = self.day_book.book_of(CASHIER) {
            let back = open.returned(ReturnCause::UsedUp);
            self.write(None, Fact::BookReturned(back));
        }
        self.books += 1;
        let lease = Lease {
            body: BODY.to_owned(),
            year: 2026,
            book: format!("K{}", self.books),
            writer: DEVICE,
            operator: None,
            first: 1,
            last: BOOK_NUMBERS,
            issued_ms: BEGIN_MS,
            acknowledges: None,
        };
        let signed = lease.signed(&self.office);
        self.write(None, Fact::BookOpened(signed));
    }

    fn visit(&mut self) {
        let slip = self.chance.percent(50);
        let building = self.chance.between(1, 900);
        let of = self.write(
            CASHIER,
            Fact::Visit(Visit {
                building,
                outcome: VisitOutcome::Locked,
                kinds: Vec::new(),
                sacks: 0,
                weight_g: 0,
                weighed: Weighed::Not,
                scanned: true,
                fee_left: Paise::ZERO,
                slip,
            }),
        );
        if slip {
            self.print(of);
        }
    }

    fn close(&mut self) {
        let till = CASHIER.map(|cashier| self.day_book.till(cashier)).unwrap_or_default();
        let expected = till.cash;
        let day = Moment { wall_ms: self.wall_ms, ..Moment::default() }.day();
        let close = DayClose {
            day,
            notes: Vec::new(),
            coins: expected,
            counted: expected,
            expected,
            reason: String::new(),
            receipts: till.receipts,
            voided: till.voided,
            heads: till.statement(),
            float: Paise::ZERO,
            instruments: 0,
            instruments_sum: Paise::ZERO,
        };
        let of = self.write(CASHIER, Fact::DayClosed(close));
        self.print(of);
    }
}

/// The same key for the same seed, in the form that a device reads.
pub fn key(seed: u64) -> DeviceKey {
    let mut chance = Chance(seed);
    let seed: Vec<u8> = (0..4).flat_map(|_| chance.next().to_be_bytes()).collect();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are a seed");
    // PKCS#8 with the public half, RFC 5958: the two keys within what is always the same.
    let (before, between) =
        (b"\x30\x51\x02\x01\x01\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", b"\x81\x21\x00");
    let pkcs8 = [&before[..], &seed, between, pair.public_key().as_ref()].concat();
    DeviceKey::from_pkcs8(&pkcs8).expect("a key in its form")
}
