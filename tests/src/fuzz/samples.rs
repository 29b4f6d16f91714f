//! Sound things to begin with, made from real values: the books of a day at a counter, with every
//! kind of entry, and what their device and office signed.

use std::sync::LazyLock;

use ledger::{
    ApartSettled, ApplicationErased, Applied, BookReturn, Certificate, Channel, CitizenSays, Claim,
    Complaint, ComplaintAnswered, ComplaintWorked, Confirmation, Decided, Decision, Deposit,
    Distinct, Duplicate, Enrolment, Entry, ExcessHeld, ExtractIssued, Fact, ForkSettled, HandIn,
    Head, HeadSum, HowDistinct, InstrumentSettled, InstrumentState, Language, Lease, Mark, Moment,
    Named, Notes, PackRefusal, PackSaid, PackWord, PaidElsewhere, Paise, Payer, PayerNotice,
    Realised, Receipt, ReceiptLine, ReceiptNumber, Receiving, ReceivingOf, RemittanceClaim,
    Reported, ReturnCause, SealedFile, SignedClaim, SignedLease, SignedRemittance, Signer,
    SlotsRecalled, StaffId, Suspense, Tender, UpiTender, Void, WardsAssigned, WayOut, Work, Writer,
    sha256,
};
use minicbor::Encode;
use replica::{Batch, Notice, Request, SignedCheckpoint, SignedNotice};

use crate::books::{BODY, DEVICE, Ledger};

/// The same books in every run.
pub static BOOKS: LazyLock<Ledger> = LazyLock::new(|| Ledger::grown(20_261_126, 1, None));

/// What the device and the office signed; nothing else that verifies is true.
pub static LEASES: LazyLock<Vec<SignedLease>> = LazyLock::new(leases);
pub static CLAIMS: LazyLock<Vec<SignedClaim>> = LazyLock::new(claims);
pub static REMITTANCES: LazyLock<Vec<SignedRemittance>> = LazyLock::new(remittances);
pub static CHECKPOINTS: LazyLock<Vec<SignedCheckpoint>> =
    LazyLock::new(|| BOOKS.checkpoints.clone());
pub static NOTICES: LazyLock<Vec<SignedNotice>> = LazyLock::new(notices);
pub static REQUESTS: LazyLock<Vec<Request>> = LazyLock::new(requests);

/// As text, whatever the bytes are; what is no UTF-8 becomes a sign of its own.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub fn encoded<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("a Vec takes every byte")
}

pub fn number() -> ReceiptNumber {
    ReceiptNumber { body: BODY.to_owned(), year: 2026, book: "K1".to_owned(), number: 7 }
}

/// The entries of the day, one of each kind, and one each of those that this day had not.
pub fn entries() -> Vec<Entry> {
    let mut kinds = Vec::new();
    let mut each = Vec::new();
    for entry in &BOOKS.entries {
        let kind = std::mem::discriminant(&entry.fact);
        if !kinds.contains(&kind) {
            kinds.push(kind);
            each.push(entry.clone());
        }
    }
    let last = BOOKS.entries.last().expect("a day of entries");
    let others = other_facts().into_iter().map(|fact| Entry { fact, ..last.clone() });
    let unsure = Entry { unsure_since_ms: Some(last.at.wall_ms), staff: None, ..last.clone() };
    each.into_iter().chain(others).chain([unsure]).collect()
}

fn acknowledgement() -> ReceiptNumber {
    ReceiptNumber { body: "G0802".into(), year: 2_026, book: "A3".into(), number: 417 }
}

fn applied() -> Applied {
    Applied {
        book: "A1".into(),
        number: 1,
        service: "self_return".into(),
        building: Some(17),
        language: Language::Ml,
        pack: 3,
        due: 20_694,
        handed_in: vec!["plan".into()],
        missing: vec!["ownership".into()],
        sealed: SealedFile { hash: sha256(b"sealed"), bytes: 900 },
        reported: None,
        complaint: Some(Complaint {
            category: "garbage".into(),
            ward: 7,
            asset: Some("hand_pump_3".into()),
            channel: Some(Channel::Phone),
        }),
    }
}

/// What is reported and registered of a birth.
fn registered() -> Vec<Fact> {
    let (by, number) = (StaffId(102), number());
    let distinct = Distinct { number: number.clone(), how: HowDistinct::AnotherChild };
    let reported = Reported {
        delay: "month".into(),
        fee: Paise::rupees(2),
        marks: vec![Mark::from([1; 8]), Mark::from([2; 8])],
        order: Some(2),
        looked_over: true,
        distinct: vec![distinct],
    };
    let register = "B-2026-00001".to_owned();
    let decisions = [
        Decision::Registered { register: register.clone(), distinct: vec![number.clone()] },
        Decision::DuplicateOf(number.clone()),
        Decision::Returned("the affidavit is missing".into()),
    ];
    let decided = decisions.map(|decision| {
        let number = number.clone();
        Fact::Decided(Decided { writer: DEVICE, application: 9, number, decision, by })
    });
    let hash = sha256(b"extract");
    let issued = ExtractIssued { writer: DEVICE, application: 9, register, nth: 1, hash, by };
    let applied = Applied { building: None, reported: Some(reported), ..applied() };
    [Fact::Applied(applied), Fact::ExtractIssued(issued)].into_iter().chain(decided).collect()
}

fn other_facts() -> Vec<Fact> {
    let reference = "P7".to_owned();
    let confirmation = Confirmation {
        writer: DEVICE,
        intent: 12,
        reference,
        amount: Paise::rupees(600),
        bank_reference: "426913579246".to_owned(),
        paid_ms: 1_785_727_900_000,
    };
    let back =
        BookReturn { book: "K1".into(), used: 25, root: sha256(b""), cause: ReturnCause::UsedUp };
    vec![
        Fact::BookReturned(back),
        Fact::Applied(applied()),
        Fact::ApplicationErased(ApplicationErased {
            writer: DEVICE,
            application: 9,
            number: acknowledgement(),
            reason: "asked for".into(),
            by: StaffId(102),
        }),
        Fact::ComplaintWorked(ComplaintWorked {
            number: acknowledgement(),
            work: Work::Reassigned("overseer".into(), "A drain".into()),
        }),
        Fact::ComplaintAnswered(ComplaintAnswered {
            number: acknowledgement(),
            code: "ABCDEFGH".into(),
            says: CitizenSays::Rated(4),
        }),
        Fact::Voided(Void { receipt: 9, reason: "twice".into(), second: StaffId(102) }),
        Fact::Certified(Certificate { receipt: 9, number: 1 }),
        Fact::Confirmed(confirmation),
        Fact::BookLeased(LEASES[0].clone()),
        Fact::DeviceEnrolled(enrolment()),
        Fact::Receipt(in_suspense()),
        Fact::Receipt(of_a_fee()),
        Fact::DayClosed(counted()),
        Fact::FloatTaken(Paise::rupees(300)),
        Fact::Duplicated(Duplicate { receipt: 9, nth: 1 }),
        Fact::Received(received()),
        Fact::HandedIn(handed_in()),
        Fact::NoticeWritten(PayerNotice { notice: 7, receipt: 9 }),
    ]
    .into_iter()
    .chain(registered())
    .chain(office_facts())
    .collect()
}

/// What only the office writes about money.
fn office_facts() -> Vec<Fact> {
    let of = received().of;
    let (challan, on, amount) = ("000417".to_owned(), 20_669, Paise::rupees(1_490));
    let said = "Funds insufficient".to_owned();
    let state = InstrumentState::Dishonoured;
    vec![
        Fact::ExcessHeld(ExcessHeld { writer: DEVICE, receipt: 9, building: 345, amount }),
        Fact::InstrumentSettled(InstrumentSettled {
            writer: DEVICE,
            receipt: 9,
            state,
            said,
            on,
            second: Some(StaffId(41)),
        }),
        Fact::Deposited(Deposit { challan: challan.clone(), on, amount, of: vec![of] }),
        Fact::ForkSettled(ForkSettled {
            writer: DEVICE,
            parts_at: 7,
            held: 3,
            reason: "an old disk was put back".to_owned(),
            second: StaffId(41),
        }),
        Fact::ApartSettled(ApartSettled {
            writer: DEVICE,
            entry: 9,
            way: WayOut::MoneyReturned("V-417".to_owned()),
            reason: "nobody can say which house it is".to_owned(),
            second: StaffId(41),
            as_of: 12,
            freed: vec![10, 12],
        }),
        Fact::WardsAssigned(WardsAssigned { writer: DEVICE, wards: vec![7, 8] }),
        Fact::PaidElsewhere(PaidElsewhere {
            building: 345,
            service: "property_tax".to_owned(),
            lines: vec![ReceiptLine {
                period: "2026-04/6".parse().expect("a period"),
                head: "PT".to_owned(),
                amount,
            }],
            amount,
            channel: "instapay".to_owned(),
            reference: "77120945".to_owned(),
            paid_ms: 1_790_000_000_000,
            fee: Paise::rupees(14),
            pack: 3,
        }),
        Fact::SlotsRecalled(SlotsRecalled { writer: DEVICE, lease: 3 }),
        Fact::PackSaid(PackSaid {
            version: 4,
            file: sha256(b"a pack"),
            said: PackWord::Refused(PackRefusal::Expired),
        }),
        Fact::Realised(Realised {
            deposit: 8,
            challan,
            amount,
            on,
            bank_reference: "SBIN417".to_owned(),
        }),
    ]
}

fn received() -> Receiving {
    Receiving {
        of: ReceivingOf { writer: DEVICE, close: 40 },
        close_hash: sha256(b"a close"),
        day: 20_668,
        collector: StaffId(21),
        claimed: Paise::rupees(1_500),
        counted: Paise::rupees(1_490),
        instruments: 1,
        reason: "a torn note".to_owned(),
        missing: Some(vec![9, 11]),
    }
}

fn handed_in() -> HandIn {
    let (counted, officer) = (Paise::rupees(1_490), StaffId(41));
    HandIn { close: 40, by: Writer(8), entry: 12, counted, officer }
}

fn remittances() -> Vec<SignedRemittance> {
    let last = BOOKS.entries.last().expect("a day of entries");
    let facts = [Fact::DayClosed(counted()), Fact::Received(received())];
    let claim = |fact| {
        let entry = Entry { fact, staff: Some(StaffId(41)), ..last.clone() };
        RemittanceClaim::new(DEVICE, BODY.to_owned(), &entry).signed(&BOOKS.device)
    };
    facts.into_iter().map(claim).collect()
}

fn in_suspense() -> Receipt {
    let mut receipt = receipts().next().expect("a day has receipts").1;
    let (payer, place) = ("Lakshmi R.".to_owned(), "ആറാട്ടുവഴി".to_owned());
    receipt.payer = Payer::Suspense(Suspense { payer, place });
    let bank_reference = "426913579246".to_owned();
    receipt.tender = Tender::Upi(UpiTender { intent: 12, bank_reference, confirmation: 4 });
    receipt.language = Language::Or;
    receipt
}

fn of_a_fee() -> Receipt {
    let mut receipt = receipts().next().expect("a day has receipts").1;
    let answer =
        |name: &str, value: &str| ledger::Answer { name: name.into(), value: value.into() };
    receipt.service = "profession_tax".to_owned();
    receipt.payer =
        Payer::Named(Named { name: "അമ്മിണി".into(), reference: "PT/7/112".into() });
    receipt.answers = vec![answer("half_year", "this"), answer("half_year_income", "25000")];
    receipt
}

fn counted() -> ledger::DayClose {
    let sum = Paise::rupees(1_500);
    ledger::DayClose {
        day: 20_668,
        notes: vec![Notes { value: Paise::rupees(500), count: 3 }],
        coins: Paise::ZERO,
        counted: sum,
        expected: Paise::rupees(1_450),
        reason: "a note too many".to_owned(),
        receipts: 3,
        voided: 0,
        heads: vec![HeadSum { head: "PT".to_owned(), amount: sum }],
        float: Paise::rupees(300),
        instruments: 1,
        instruments_sum: Paise::rupees(80),
    }
}

pub fn enrolment() -> Enrolment {
    Enrolment { writer: DEVICE, name: "kiosk-1".to_owned(), key: BOOKS.device.public_key() }
}

fn receipts() -> impl Iterator<Item = (Entry, Receipt)> {
    BOOKS.entries.iter().filter_map(|entry| match &entry.fact {
        Fact::Receipt(receipt) => Some((entry.clone(), receipt.clone())),
        _ => None,
    })
}

fn leases() -> Vec<SignedLease> {
    let opened = BOOKS.entries.iter().filter_map(|entry| match &entry.fact {
        Fact::BookOpened(lease) => Some(lease.clone()),
        _ => None,
    });
    let of_ram = Lease {
        body: BODY.to_owned(),
        year: 2026,
        book: "C1".to_owned(),
        writer: DEVICE,
        operator: Some(StaffId(21)),
        first: 1,
        last: 500,
        issued_ms: 1_785_727_800_000,
        acknowledges: None,
    };
    opened.chain([of_ram.signed(&BOOKS.office)]).collect()
}

fn claims() -> Vec<SignedClaim> {
    let claim = |(entry, _)| Claim::new(DEVICE, BODY.to_owned(), 2026, &entry);
    receipts().take(4).map(claim).map(|claim| claim.signed(&BOOKS.device)).collect()
}

fn notices() -> Vec<SignedNotice> {
    let at = Moment { wall_ms: 1_785_727_800_000, mono_ms: 0, boot: 0 };
    let office_facts = other_facts().into_iter().filter(|fact| {
        matches!(fact, Fact::Confirmed(_) | Fact::BookLeased(_) | Fact::DeviceEnrolled(_))
    });
    let entry =
        |(seq, fact)| Entry { seq, at, staff: None, countersigned: 0, fact, unsure_since_ms: None };
    let entries = (1..).zip(office_facts).map(entry);
    entries.map(|entry| Notice { to: DEVICE, entry }.signed(&BOOKS.office)).collect()
}

/// The whole day in one batch, and its first entries in another.
pub fn batches() -> Vec<Batch> {
    let first = Head::before_first(Writer(DEVICE.0));
    let canonical: Vec<Vec<u8>> = BOOKS.entries.iter().map(Entry::canonical).collect();
    vec![Batch::of(first, canonical.clone()), Batch::of(first, canonical.into_iter().take(4))]
}

fn requests() -> Vec<Request> {
    let batches = batches().into_iter().map(Some).chain([None]);
    let request = |batch| Request {
        writer: DEVICE,
        batch,
        office_after: 2,
        register_after: 40,
        records: None,
        sent_ms: BOOKS.closed_ms,
    };
    batches.map(request).collect()
}
