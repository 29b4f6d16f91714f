//! Whatever entries there are come back as they were, and whatever bytes there are are no trouble.

use ledger::{
    Answer, BookReturn, CardTender, CashTender, Certificate, Entry, Fact, GroupPlace, Hash,
    HeadSum, Intent, IntentEnded, IntentEnding, IntentMode, IntentPart, Language, Lease, Moment,
    Named, Notes, Paise, Payer, Print, PrintOutcome, PrintWitness, Receipt, ReceiptLine,
    ReturnCause, Signature, SignedLease, StaffId, Suspense, Tender, Visit, VisitOutcome, Void,
    Weighed, Writer,
};
use proptest::prelude::*;

use super::*;

/// 3 August 2026, 9:00 in India.
const MORNING_MS: i64 = 1_785_727_800_000;

fn entry(seq: u64, fact: Fact) -> Entry {
    let passed = seq * 21_307 + seq % 5;
    let at = Moment { wall_ms: MORNING_MS + passed as i64, mono_ms: 5_000 + passed, boot: 3 };
    let staff = Some(StaffId(101));
    Entry { seq, at, staff, countersigned: 0, fact, unsure_since_ms: None }
}

fn line(period: &str, head: &str, paise: i64) -> ReceiptLine {
    let period = period.parse().expect("a period");
    ReceiptLine { period, head: head.to_owned(), amount: Paise::new(paise) }
}

fn receipt(number: u32, building: u32, lines: Vec<ReceiptLine>, tendered: i64) -> Receipt {
    let sum = Paise::sum(lines.iter().map(|line| line.amount));
    let total = sum.unwrap_or(Paise::new(tendered));
    Receipt {
        book: "C4".to_owned(),
        number,
        service: "property_tax".to_owned(),
        payer: Payer::Building(building),
        lines,
        total,
        tender: Tender::Cash(CashTender { tendered: Paise::new(tendered) }),
        pack: 3,
        language: Language::Ml,
        answers: Vec::new(),
        group: None,
    }
}

fn print(of: u64) -> Fact {
    Fact::Print(Print { of, outcome: PrintOutcome::Whole, witness: PrintWitness::Printer })
}

/// The receipts of a day, each with something of its own.
fn receipts() -> [Receipt; 5] {
    let half = "2026-04/6";
    let tax = |rupees: i64| vec![line(half, "PT", rupees * 100), line(half, "LC", rupees * 5)];
    let mut late = vec![line("2025-10/6", "PT", 61_200), line("2025-10/6", "LC", 3_060)];
    late.push(line("2025-10/6", "PI", 4_284));
    late.extend(tax(612));
    late.push(line(half, "ADU", -10_000));
    let suspense = Payer::Suspense(Suspense {
        payer: "ലക്ഷ്മി ആർ.".to_owned(),
        place: "Old Well Lane, behind the mill".to_owned(),
    });
    let card = Tender::Card(CardTender {
        intent: 12,
        last_four: "4711".to_owned(),
        authorisation: "A00012".to_owned(),
        terminal: "T1".to_owned(),
        terminal_receipt: "12".to_owned(),
    });
    [
        receipt(1, 40, tax(640), 70_000),
        receipt(2, 41, late, 200_000),
        Receipt { payer: suspense, ..receipt(3, 1_999, tax(7), 735) },
        Receipt { tender: card, ..receipt(4, 3, tax(640), 0) },
        Receipt { language: Language::Or, ..receipt(5, 42, tax(640), 100_000) },
    ]
}

/// Facts of a day with an example of everything that a walk treats in its own way, and of more.
fn facts() -> Vec<Fact> {
    let [first, late, in_suspense, by_card, last] = receipts().map(Fact::Receipt);
    let failed = (PrintOutcome::Failed, PrintWitness::Staff);
    vec![
        Fact::BookOpened(lease()),
        Fact::SignedIn,
        Fact::FloatTaken(Paise::rupees(300)),
        first,
        print(4),
        late,
        print(6),
        Fact::Voided(Void { receipt: 6, reason: "twice".to_owned(), second: StaffId(102) }),
        print(8),
        in_suspense,
        Fact::Print(Print { of: 10, outcome: failed.0, witness: failed.1 }),
        intent(),
        by_card,
        Fact::IntentEnded(IntentEnded { intent: 12, ending: IntentEnding::Expired }),
        visit(),
        last,
        Fact::Certified(Certificate { receipt: 4, number: 1 }),
        returned(),
        close(),
        Fact::SignedOut,
    ]
}

fn lease() -> SignedLease {
    let lease = Lease {
        body: "G0802".to_owned(),
        year: 2026,
        book: "C4".to_owned(),
        writer: Writer(7),
        operator: None,
        first: 1,
        last: 500,
        issued_ms: MORNING_MS,
        acknowledges: None,
    };
    SignedLease { lease, signature: Signature::new([7; 64]) }
}

fn intent() -> Fact {
    Fact::Intent(Intent {
        amount: Paise::rupees(640),
        by: IntentMode::Card,
        reference: "P7-000123".to_owned(),
        building: None,
        service: "property_tax".to_owned(),
        parts: Vec::new(),
    })
}

fn visit() -> Fact {
    Fact::Visit(Visit {
        building: 44,
        outcome: VisitOutcome::Collected,
        kinds: vec!["dry".to_owned(), "glass".to_owned()],
        sacks: 2,
        weight_g: 7_400,
        weighed: Weighed::Scale,
        scanned: true,
        fee_left: Paise::rupees(50),
        slip: false,
    })
}

fn returned() -> Fact {
    let (book, root) = ("C4".to_owned(), Hash::from([9; 32]));
    Fact::BookReturned(BookReturn { book, used: 4, root, cause: ReturnCause::YearEnded })
}

fn close() -> Fact {
    Fact::DayClosed(ledger::DayClose {
        day: 20_668,
        notes: vec![Notes { value: Paise::rupees(500), count: 3 }],
        coins: Paise::ZERO,
        counted: Paise::rupees(1_500),
        expected: Paise::rupees(1_450),
        reason: "a note too many".to_owned(),
        receipts: 3,
        voided: 1,
        heads: vec![HeadSum { head: "PT".to_owned(), amount: Paise::rupees(1_500) }],
        float: Paise::rupees(300),
        instruments: 0,
        instruments_sum: Paise::ZERO,
    })
}

fn day() -> Vec<Vec<u8>> {
    (1..).zip(facts()).map(|(seq, fact)| entry(seq, fact).canonical()).collect()
}

fn written(before_seq: u64, entries: &[Vec<u8>]) -> Vec<u8> {
    write(before_seq, entries).expect("they come back as they are")
}

fn check(before_seq: u64, entries: &[Vec<u8>]) {
    let columns = written(before_seq, entries);
    let again = read(before_seq, entries.len(), &columns).expect("just written");
    assert_eq!(again, entries);
}

#[test]
fn a_day_comes_back_whole_and_in_every_part() {
    let day = day();
    for from in 0..day.len() {
        for to in from..=day.len() {
            check(from as u64, &day[from..to]);
        }
    }
}

#[test]
fn a_printed_payment_in_a_batch_costs_a_few_bytes() {
    let payments = 400;
    let facts = (1..=payments).flat_map(|number: u32| {
        let rupees = i64::from(number * 37 % 900 + 20);
        let half = "2026-04/6";
        let lines = vec![line(half, "PT", rupees * 100), line(half, "LC", rupees * 5)];
        let receipt = receipt(number, number * 2, lines, 200_000);
        [Fact::Receipt(receipt), print(u64::from(2 * number - 1))]
    });
    let entries: Vec<Vec<u8>> =
        (1..).zip(facts).map(|(seq, fact)| entry(seq, fact).canonical()).collect();
    let columns = written(0, &entries);
    let each = columns.len() / payments as usize;
    assert!(each < 10, "{each} bytes");
}

#[test]
fn what_is_no_entry_travels_as_it_is() {
    let mut entries = day();
    // A fact of tomorrow, its number unknown here; one whose number is longer than it must be; one
    // with a map in it; a torn one; and no entry at all.
    let tomorrow = b"\x85\x14\x83\x00\x00\x01\xf6\x00\x82\x18\x29\x82\x01\x62ab";
    let longer = b"\x85\x18\x05\x83\x00\x00\x01\xf6\x00\x82\x08\x80";
    let mapped = b"\x85\x14\x83\x00\x00\x01\xf6\x00\x82\x02\x81\xa1\x01\x02";
    let torn = entries[3][..9].to_vec();
    let odd = [&tomorrow[..], longer, mapped, &torn, b"", b"\xff", &[0; 300], &[0xff; 300]];
    for (at, odd) in odd.into_iter().enumerate() {
        entries.insert(2 * at, odd.to_vec());
    }
    check(0, &entries);
}

#[test]
fn an_entry_that_nobody_could_read_is_not_written() {
    assert_eq!(write(0, &[vec![7; ledger::ENTRY_BYTES_MAX + 1]]), None);
}

#[test]
fn what_a_form_was_answered_with_comes_back() {
    let answer = |name: &str, value: &str| Answer { name: name.into(), value: value.into() };
    let named =
        Named { name: "അമ്മിണി".to_owned(), reference: "PT/7/112".to_owned() };
    let fee = Receipt {
        service: "profession_tax".to_owned(),
        payer: Payer::Named(named),
        answers: vec![answer("half_year", "this"), answer("half_year_income", "25000")],
        ..receipt(6, 0, vec![line("2026-04/6", "PFT", 45_000)], 50_000)
    };
    let another = Receipt { number: 7, ..fee.clone() };
    let facts = [fee, another].map(Fact::Receipt).into_iter().chain(facts());
    let entries: Vec<Vec<u8>> =
        (1..).zip(facts).map(|(seq, fact)| entry(seq, fact).canonical()).collect();
    check(0, &entries);
    // The second costs no more than what is new in it.
    assert!(written(0, &entries[..2]).len() < written(0, &entries[..1]).len() + 20);
}

#[test]
fn one_payment_for_several_demands_comes_back() {
    let part = |building| {
        let (service, amount) = ("property_tax".to_owned(), Paise::rupees(320));
        IntentPart { building, service, amount }
    };
    let Fact::Intent(asked) = intent() else { panic!("an intent") };
    let asked = Intent { parts: vec![part(40), part(41)], ..asked };
    let of = |(place, (number, building))| Receipt {
        group: Some(place),
        ..receipt(number, building, vec![line("2026-04/6", "PT", 32_000)], 32_000)
    };
    let receipts = GroupPlace::each(2).zip([(6, 40), (7, 41)]).map(of).map(Fact::Receipt);
    let facts = [Fact::Intent(asked)].into_iter().chain(receipts).chain(facts());
    let entries: Vec<Vec<u8>> =
        (1..).zip(facts).map(|(seq, fact)| entry(seq, fact).canonical()).collect();
    check(0, &entries);
}

#[test]
fn numbers_at_their_ends_come_back() {
    let ends = [0, 1, i64::MAX, i64::MIN, -1, 1 << 62];
    let mut entries = Vec::new();
    for (at, wall_ms) in ends.into_iter().enumerate() {
        for mono_ms in [0, u64::MAX, 1 << 63] {
            let moment = Moment { wall_ms, mono_ms, boot: u32::MAX };
            let fact = match at % 2 {
                0 => {
                    let lines = vec![line("2026-04/6", "PT", wall_ms / 4)];
                    Fact::Receipt(receipt(u32::MAX, u32::MAX, lines, wall_ms))
                }
                _ => print(mono_ms),
            };
            let seq = mono_ms.wrapping_add(at as u64);
            entries.push(Entry { at: moment, ..entry(seq % 9, fact) }.canonical());
        }
    }
    check(u64::MAX, &entries);
    check(0, &entries);
}

#[test]
fn another_version_is_named() {
    let mut columns = written(0, &day());
    for at in 0..2 {
        columns[at] ^= 8;
        assert!(matches!(read(0, day().len(), &columns), Err(ColumnsError::Version(_, _))));
        columns[at] ^= 8;
    }
    assert_eq!(read(0, 1, &[]), Err(ColumnsError::Cut));
    assert_eq!(read(0, 2_000, &columns), Err(ColumnsError::TooMany(2_000)));
}

#[test]
fn a_damaged_bit_never_reads_as_the_same_entries_of_the_same_chain() {
    let (day, count) = (day(), day().len());
    let columns = written(0, &day);
    for (at, bit) in (2..columns.len()).flat_map(|at| (0..8).map(move |bit| (at, bit))) {
        let mut damaged = columns.clone();
        damaged[at] ^= 1 << bit;
        // Bits behind the last decision say nothing.
        if let Ok(entries) = read(0, count, &damaged) {
            assert!(entries != day || at + 2 >= columns.len(), "byte {at}, bit {bit}");
        }
    }
    for end in 0..columns.len() - 1 {
        assert_ne!(read(0, count, &columns[..end]).ok(), Some(day.clone()), "{end} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_read_within_the_limits(
        bytes in proptest::collection::vec(any::<u8>(), 0..2_000),
        before in any::<u64>(),
        count in 0_usize..1_200,
    ) {
        let columns = [&[VERSION, priors::VERSION][..], &bytes].concat();
        if let Ok(entries) = read(before, count, &columns) {
            prop_assert_eq!(entries.len(), count);
            prop_assert!(entries.iter().map(Vec::len).sum::<usize>() <= BATCH_BYTES_MAX);
            // They are entries like any others: what was read can be written.
            let again = write(before, &entries).expect("they come back");
            prop_assert_eq!(read(before, count, &again), Ok(entries));
        }
    }

    #[test]
    fn any_rows_of_bytes_come_back(
        rows in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..20),
        before in any::<u64>(),
    ) {
        let columns = write(before, &rows).expect("they come back");
        prop_assert_eq!(read(before, rows.len(), &columns), Ok(rows));
    }
}

/// The bytes of these columns, and the head of the document that the same entries make. Whoever
/// changes either changes a version with it: devices and centres of both builds are in the field.
#[test]
fn the_columns_and_the_document_of_a_day_are_as_they_have_always_been() {
    let day = day();
    let hash = ledger::sha256(&written(0, &day));
    let hash = data_encoding::HEXLOWER.encode(&hash[..]);
    let mut document = crate::DayDocument::new(Writer(7), 20_668);
    for canonical in &day {
        document.add(&Entry::read(canonical).expect("an entry")).expect("the document takes it");
    }
    let head = document.head().expect("it has entries");
    let head = data_encoding::HEXLOWER.encode(&head[..]);
    assert_eq!((hash.as_str(), head.as_str()), (COLUMNS_SHA256, DOCUMENT_HEAD));
}

const COLUMNS_SHA256: &str = "d4d16c8c76d2498ead0c062f2839b24c9a37e407ed49089c42453eaf11bcd1b6";
const DOCUMENT_HEAD: &str = "4445afe226a58948c86efb42e3ff31d574bcf675161f00927e1513855421e841";
