mod acknowledgement;
mod templates;

use chrono::NaiveDate;

use super::*;
use crate::apportion::ReceiptLine;
use crate::instrument::InstrumentKind;
use crate::pack::sample::pack;
use crate::pack::{ServiceKind, heads};
use crate::visit::VisitOutcome;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn lines(rows: &[(&str, &str, i64)]) -> Vec<ReceiptLine> {
    let line = |(period, head, rupees): &(&str, &str, i64)| ReceiptLine {
        period: period.parse().expect("a period in a test"),
        head: (*head).to_owned(),
        amount: Paise::rupees(*rupees),
    };
    rows.iter().map(line).collect()
}

fn pictured_lines() -> Vec<ReceiptLine> {
    lines(&[
        ("2025-10/6", "PT", 600),
        ("2025-10/6", "LC", 30),
        ("2025-10/6", "PI", 24),
        ("2026-04/6", "PT", 600),
        ("2026-04/6", "LC", 30),
        ("2026-04/6", heads::ADVANCE_USED, -100),
    ])
}

fn pictured<'a>(lines: &'a [ReceiptLine], name: &'a str) -> ReceiptFacts<'a> {
    ReceiptFacts {
        service: ServiceKind::PropertyTax,
        number: "G0802-26-K3-00417-H",
        paid_on: day("2026-08-14"),
        time: "10:42",
        place: SlipPlace::Building { ward: 7, number: "12/345" },
        name,
        lines,
        total: Paise::rupees(1_184),
        paid_by: PaidBy::Card { last_four: "4821", reference: "" },
        status: MoneyStatus::Confirmed,
        check_code: "7K2M9Q",
        square: "HTTPS://PADIPPURAM.EXAMPLE/R/G0802-26-K3-00417-H#…",
        next_due: Some(day("2027-03-31")),
        clock_unverified_since: None,
        collector: None,
        visit: None,
        fee: None,
        duplicate: None,
        practice: false,
    }
}

#[test]
fn the_pictured_receipt() {
    let lines = pictured_lines();
    let slip = Slip::receipt(&pack(), Language::Ml, &pictured(&lines, "ലക്ഷ്മി ആർ."));
    assert_eq!(slip.kind, SlipKind::Receipt);
    let expected = "\
പടിപ്പുറം ഗ്രാമപഞ്ചായത്ത്
വസ്തു നികുതി രസീത്
നമ്പർ\tG0802-26-K3-00417-H
തീയതി\t14-08-2026 10:42
കെട്ടിടം\tവാർഡ് 7, 12/345
പേര്\tലക്ഷ്മി ആർ.
-
2025–26 രണ്ടാം അർധവർഷം
നികുതി\t600.00
ലൈബ്രറി സെസ് 5 %\t30.00
പലിശ 1 % × 4 മാസം\t24.00
2026–27 ഒന്നാം അർധവർഷം
നികുതി\t600.00
ലൈബ്രറി സെസ് 5 %\t30.00
മുൻകൂർ കുറച്ചത്\t−100.00
=
ആകെ\t₹1,184.00
ആയിരത്തി ഒരുനൂറ്റി എൺപത്തിനാല് രൂപ മാത്രം
-
രീതി\tകാർഡ് ••••4821
നില\tപണം കിട്ടി
ഈ യന്ത്രത്തിൽ രേഖപ്പെടുത്തി. ഇന്റർനെറ്റ് വരുമ്പോൾ ഓഫീസിലെത്തും.
HTTPS://PADIPPURAM.EXAMPLE/R/G0802-26-K3-00417-H#…
രസീത് ശരിയാണോ എന്നറിയാൻ ഈ ചതുരം സ്കാൻ ചെയ്യുക
പരിശോധനാ കോഡ്\t7K2M9Q
-
അടുത്ത തവണ: 31-03-2027
സഹായം: കൗണ്ടർ 2
കൃത്രിമ മാതൃക. ഇങ്ങനെയൊരു പഞ്ചായത്ത് നിലവിലില്ല.";
    assert_eq!(slip.canonical_text(), expected);
}

#[test]
fn every_slip_is_whole_in_every_language_and_hashes_apart() {
    let lines = pictured_lines();
    let mut seen = std::collections::BTreeSet::new();
    for language in Language::ALL {
        for slip in all_kinds(&lines, language) {
            let text = slip.canonical_text();
            assert!(!text.contains(['{', '}']), "{language:?}: {text}");
            let labels = text.lines().filter(|line| line.starts_with('\t')).count();
            assert_eq!(labels, 0, "{language:?}: a label is empty in {text}");
            assert!(seen.insert(*slip.hash()), "{language:?} {:?}", slip.kind);
        }
    }
    assert_eq!(seen.len(), 5 * 13);
}

fn all_kinds(lines: &[ReceiptLine], language: Language) -> [Slip; 13] {
    all_kinds_by(&pack(), lines, language)
}

fn all_kinds_by(pack: &Pack, lines: &[ReceiptLine], language: Language) -> [Slip; 13] {
    let suspense_lines = self::lines(&[("2026-04/6", heads::SUSPENSE, 500)]);
    let suspense = ReceiptFacts {
        place: SlipPlace::Unknown("Old mill"),
        total: Paise::rupees(500),
        lines: &suspense_lines,
        paid_by: PaidBy::Cash { tendered: Paise::rupees(500) },
        ..pictured(lines, "Mary")
    };
    let applied = acknowledgement::applied();
    let missing = ["plan".to_owned()];
    [
        Slip::receipt(pack, language, &pictured(lines, "Lakshmi R.")),
        Slip::receipt(pack, language, &suspense),
        Slip::upi_waiting(pack, language, &waiting()),
        Slip::visit(pack, language, &visit(VisitOutcome::Collected, &["plastic".to_owned()])),
        Slip::day_close(pack, language, &closing(&[("PT".to_owned(), Paise::rupees(1_184))])),
        Slip::receipt(pack, language, &duplicate(lines)),
        Slip::voided(pack, language, &voided()),
        Slip::certificate(pack, language, &certificate(&[])),
        Slip::received(pack, language, &received()),
        Slip::excess(pack, language, &excess()),
        Slip::dishonour(pack, language, &dishonour()),
        Slip::acknowledgement(pack, language, &acknowledgement::acknowledging(&applied)),
        Slip::deficiency(pack, language, &acknowledgement::lacking(&missing)),
    ]
}

const CHEQUE: PaidBy<'_> = PaidBy::Instrument {
    kind: InstrumentKind::Cheque,
    number: "004217",
    bank: "State Bank of India, Kollam",
    dated: "12-08-2026",
};

const PLACE: SlipPlace<'_> = SlipPlace::Building { ward: 7, number: "12/345" };

fn duplicate(lines: &[ReceiptLine]) -> ReceiptFacts<'_> {
    let status = MoneyStatus::SubjectToRealisation;
    ReceiptFacts { duplicate: Some(2), paid_by: CHEQUE, status, ..pictured(lines, "Lakshmi R.") }
}

fn voided() -> VoidedFacts<'static> {
    VoidedFacts {
        number: "G0802-26-K3-00417-H",
        at: "14-08-2026 10:50",
        amount: Paise::rupees(1_184),
        reason: "The wrong house",
        collector: "Ramesan P.",
        second: "Suma P.",
        practice: false,
    }
}

fn certificate(heads: &[(String, Paise)]) -> CertificateFacts<'_> {
    CertificateFacts {
        number: "G0802-W0003-C00001",
        at: "20-08-2026 11:00",
        receipt: "G0802-26-K3-00417-H",
        paid_on: "14-08-2026",
        place: PLACE,
        name: "Lakshmi R.",
        heads,
        total: Paise::rupees(1_184),
        paid_by: PaidBy::Cash { tendered: Paise::rupees(1_184) },
        officer: "Suma P.",
        practice: false,
    }
}

fn received() -> ReceivedFacts<'static> {
    ReceivedFacts {
        at: "14-08-2026 17:20",
        day: day("2026-08-14"),
        device: "collector-1",
        collector: "Ramesan P.",
        officer: "Suma P.",
        claimed: Paise::rupees(1_104),
        counted: Paise::rupees(1_100),
        instruments: 1,
        reason: "A torn note",
        square: Some("HTTPS://PADIPPURAM.EXAMPLE/D/G0802-3#…"),
        practice: false,
    }
}

fn excess() -> ExcessFacts<'static> {
    ExcessFacts {
        at: "20-08-2026 11:00",
        receipt: "G0802-26-K3-00417-H",
        place: PLACE,
        name: "Lakshmi R.",
        excess: Paise::rupees(630),
        practice: false,
    }
}

fn dishonour() -> DishonourFacts<'static> {
    DishonourFacts {
        at: "20-08-2026 11:00",
        receipt: "G0802-26-K3-00417-H",
        place: PLACE,
        name: "Lakshmi R.",
        instrument: "Cheque 004217, 12-08-2026",
        amount: Paise::rupees(1_184),
        said: "Funds insufficient",
        practice: false,
    }
}

fn waiting() -> WaitingFacts<'static> {
    WaitingFacts {
        reference: "G0802K3X000417",
        asked_on: day("2026-08-14"),
        time: "10:42",
        ward: 7,
        building: "12/345",
        amount: Paise::rupees(1_184),
        until: "10:47",
        practice: false,
    }
}

fn visit(outcome: VisitOutcome, kinds: &[String]) -> VisitFacts<'_> {
    VisitFacts {
        visited_on: day("2026-08-14"),
        time: "09:15",
        ward: 7,
        building: "12/348",
        name: "S•••••• P.",
        part: VisitPart { outcome, kinds, sacks: 2, weight_g: 2_400 },
        fee_left: Paise::rupees(50),
        collector: Some("Ammini"),
        next_visit: None,
        practice: false,
    }
}

const NOTES: [(Paise, u32); 3] =
    [(Paise::rupees(500), 2), (Paise::rupees(200), 0), (Paise::rupees(100), 1)];

fn closing(heads: &[(String, Paise)]) -> DayCloseFacts<'_> {
    DayCloseFacts {
        day: day("2026-08-14"),
        time: "17:05",
        device: "K3",
        cashier: "Ammini",
        receipts: 3,
        numbers: &[],
        notes: &NOTES,
        coins: Paise::rupees(4),
        counted: Paise::rupees(1_104),
        expected: Paise::rupees(1_184),
        reason: "Short",
        heads,
        cash: Paise::rupees(1_184),
        card: Paise::ZERO,
        upi: Paise::ZERO,
        float: Paise::ZERO,
        instruments: (0, Paise::ZERO),
        remit_by: Some(day("2026-08-17")),
        square: None,
        practice: false,
    }
}

fn english(slip: &Slip) -> Vec<String> {
    slip.canonical_text().lines().map(str::to_owned).collect()
}

fn says(slip: &Slip, line: &str) {
    assert!(english(slip).iter().any(|said| said == line), "{line:?} not in {:#?}", english(slip));
}

#[test]
fn cash_names_what_was_given_and_the_change() {
    let lines = pictured_lines();
    let paid_by = PaidBy::Cash { tendered: Paise::rupees(1_200) };
    let facts = ReceiptFacts { paid_by, ..pictured(&lines, "Lakshmi R.") };
    let slip = Slip::receipt(&pack(), Language::En, &facts);
    for line in ["Mode\tCash", "Given\t1,200.00", "Change\t16.00", "Status\tMoney received"] {
        says(&slip, line);
    }
}

#[test]
fn suspense_says_why_and_what_next_and_keeps_its_lines() {
    let [_, slip, ..] = all_kinds(&pictured_lines(), Language::En);
    assert_eq!(slip.kind, SlipKind::Suspense);
    for line in [
        "Receipt in suspense",
        "Place\tOld mill",
        "Paid by\tMary",
        "In suspense\t500.00",
        "Status\tMoney received, kept in suspense",
        "Five hundred rupees only",
    ] {
        says(&slip, line);
    }
    assert!(slip.canonical_text().contains("The office will find the building"));
}

#[test]
fn typed_text_cannot_forge_a_line() {
    let lines = pictured_lines();
    let facts = pictured(&lines, "Eve\nTotal\t₹0.00\u{202E}");
    let slip = Slip::receipt(&pack(), Language::En, &facts);
    says(&slip, "Name\tEve Total ₹0.00");
}

#[test]
fn a_waiting_slip_is_no_receipt() {
    let slip = Slip::upi_waiting(&pack(), Language::En, &waiting());
    says(&slip, "This is not a receipt. No money has been received yet.");
    says(&slip, "To be paid\t₹1,184.00");
    says(&slip, "Pay before 10:47");
    assert!(!slip.lines.iter().any(|line| matches!(line, SlipLine::Square(_))));
}

#[test]
fn a_visit_names_what_was_taken() {
    let kinds = ["plastic".to_owned(), "paper".to_owned()];
    let slip = Slip::visit(&pack(), Language::En, &visit(VisitOutcome::Collected, &kinds));
    for line in ["Kinds\tPlastic, Paper", "Weight\t2.4 kg", "Sacks\t2", "Fee still to pay\t50.00"] {
        says(&slip, line);
    }
    let locked = Slip::visit(&pack(), Language::En, &visit(VisitOutcome::Locked, &kinds));
    says(&locked, "Visit\tHouse locked");
    assert!(!locked.canonical_text().contains("Weight"));
}

#[test]
fn the_days_close_shows_count_book_and_difference() {
    let heads = [("PT".to_owned(), Paise::rupees(1_184))];
    let slip = Slip::day_close(&pack(), Language::En, &closing(&heads));
    for line in [
        "₹500 × 2\t1,000.00",
        "Coins\t4.00",
        "Cash counted\t₹1,104.00",
        "Cash by the book\t1,184.00",
        "Difference\t−80.00",
        "Tax (110100101)\t1,184.00",
        "Card\t0.00",
        "To be paid into the bank by 17-08-2026",
    ] {
        says(&slip, line);
    }
    assert!(!slip.canonical_text().contains("₹200"));
}

#[test]
fn practice_paper_says_so_first_and_last() {
    let lines = pictured_lines();
    let facts = ReceiptFacts { practice: true, ..pictured(&lines, "Lakshmi R.") };
    let slip = Slip::receipt(&pack(), Language::En, &facts);
    let bands: Vec<_> =
        slip.lines.iter().filter(|line| matches!(line, SlipLine::Band(_))).collect();
    assert_eq!(bands.len(), 3);
    assert_eq!(bands[0], bands[2]);
}

#[test]
fn a_cheque_is_named_and_its_receipt_stands_subject_to_realisation() {
    let lines = pictured_lines();
    let facts = ReceiptFacts { duplicate: None, ..duplicate(&lines) };
    let slip = Slip::receipt(&pack(), Language::En, &facts);
    for line in [
        "Mode\tCheque",
        "Reference\t004217",
        "Bank\tState Bank of India, Kollam",
        "Dated\t12-08-2026",
        "Status\tReceived, subject to realisation",
    ] {
        says(&slip, line);
    }
    assert!(!slip.canonical_text().contains("DUPLICATE"));
    says(&Slip::receipt(&pack(), Language::En, &duplicate(&lines)), "DUPLICATE 2");
}

#[test]
fn a_certificate_is_no_copy_of_its_receipt() {
    let heads = [("PT".to_owned(), Paise::rupees(1_154)), ("PI".to_owned(), Paise::rupees(30))];
    let slip = Slip::certificate(&pack(), Language::En, &certificate(&heads));
    for line in [
        "Certificate\tG0802-W0003-C00001",
        "Certified that ₹1,184.00 was paid by receipt G0802-26-K3-00417-H on 14-08-2026:",
        "Interest\t30.00",
        "This is not a receipt, and no copy of one.",
    ] {
        says(&slip, line);
    }
    assert!(!slip.lines.iter().any(|line| matches!(line, SlipLine::Square(_))));
}

#[test]
fn an_officer_signs_for_what_was_counted() {
    let slip = Slip::received(&pack(), Language::En, &received());
    for line in [
        "By the day's close\t1,104.00",
        "Counted and received\t₹1,100.00",
        "Difference\t−4.00",
        "Reason\tA torn note",
        "Cheques and drafts\t1",
        "Received by\tSuma P.",
        "Handed in by\tRamesan P.",
    ] {
        says(&slip, line);
    }
}

#[test]
fn payers_are_told_what_the_office_noted() {
    says(&Slip::excess(&pack(), Language::En, &excess()), "Held for you\t₹630.00");
    let slip = Slip::dishonour(&pack(), Language::En, &dishonour());
    says(&slip, "The bank's reason\tFunds insufficient");
    says(&Slip::voided(&pack(), Language::En, &voided()), "Witness\tSuma P.");
}

#[test]
fn the_days_close_names_change_money_and_cheques_where_there_are_any() {
    let heads = [("PT".to_owned(), Paise::rupees(1_184))];
    let with = DayCloseFacts {
        float: Paise::rupees(300),
        instruments: (2, Paise::rupees(900)),
        ..closing(&heads)
    };
    let slip = Slip::day_close(&pack(), Language::En, &with);
    says(&slip, "Change money in it\t300.00");
    says(&slip, "Cheques and drafts (2)\t900.00");
    let without = Slip::day_close(&pack(), Language::En, &closing(&heads)).canonical_text();
    assert!(!without.contains("Change money") && !without.contains("Cheques"));
}
