use super::*;
use crate::apportion::{ApportionError, apportion};
use crate::demand::house;
use crate::language::Language;
use crate::pack::sample::{FILES, pack};
use crate::receipt::{CashTender, Tender};
use crate::register::{BilledMonth, DemandRow};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date in a test")
}

fn period(code: &str) -> Period {
    code.parse().expect("a period in a test")
}

/// The sample pack with another late charge for water.
fn pack_with(late: &str) -> Pack {
    let files = FILES.map(|(name, text)| {
        let changed = text.replace("kind = \"share\"\nbasis_points = 500\nfrom = 2023", late);
        (name, if name == "rates.toml" { changed } else { text.to_owned() })
    });
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    Pack::parse(&files).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// July's bill over ₹200 for 12 kL is due on 15 August, August's over ₹250.50 for 14 kL names
/// no day.
fn drawing() -> Building {
    let row = |code: &str, paise| DemandRow {
        period: period(code),
        head: "WBL".into(),
        assessed: Paise::new(paise),
        paid: Paise::ZERO,
    };
    let month = |code: &str, units, due: Option<&str>| BilledMonth {
        month: period(code),
        units,
        due: due.map(|due| day(due).signed_duration_since(date_of(0)).num_days()),
        late: Paise::rupees(7),
    };
    let connection = Connection {
        service: "water_bill".into(),
        account: "W-00345".into(),
        months: vec![month("2026-07/1", 12, Some("2026-08-15")), month("2026-08/1", 14, None)],
        held: Paise::ZERO,
    };
    let demands = vec![row("2026-08/1", 25_050), row("2026-07/1", 20_000)];
    Building { connections: vec![connection], ..house(demands) }
}

fn asked(pack: &Pack, building: &Building, on: &str, since: &[ReceiptLine]) -> Demand {
    let service = pack.service("water_bill").expect("a service of the pack");
    Demand::of_bill(pack, service, building, day(on), since).expect("a demand")
}

fn lines(pack: &Pack, demand: &Demand) -> Vec<String> {
    let each = demand.periods.iter().flat_map(|due| due.lines.iter().map(move |line| (due, line)));
    let said = each.map(|(due, line)| {
        let why = line.why(pack, Language::En);
        format!("{} {} {}: {why}", due.period, line.head, line.amount.on_glass())
    });
    said.collect()
}

#[test]
fn each_bill_says_who_billed_what_and_what_is_added() {
    let pack = pack();
    let demand = asked(&pack, &drawing(), "2026-08-15", &[]);
    let july = "2026-07/1 WBL 200: 12 kL, account W-00345, billed by Padippuram Water Supply";
    let august = "2026-08/1 WBL 250.50: 14 kL, account W-00345, billed by Padippuram Water Supply";
    assert_eq!(lines(&pack, &demand), [july, august]);
    assert_eq!(demand.total, Paise::new(45_050));
    let dues: Vec<_> = demand.periods.iter().map(|due| (due.due, due.standing)).collect();
    let in_time = Standing::OnTime;
    assert_eq!(dues, [(day("2026-08-15"), in_time), (day("2026-09-15"), in_time)]);
    // From the day after its last one a bill bears its addition, and once.
    for on in ["2026-08-16", "2026-09-15"] {
        let demand = asked(&pack, &drawing(), on, &[]);
        let late = "2026-07/1 WBP 10: 5 % of ₹200, paid after 15-08-2026";
        assert_eq!(lines(&pack, &demand), [july, late, august], "{on}");
        assert_eq!(demand.late(), Paise::rupees(210));
    }
    assert_eq!(
        asked(&pack, &drawing(), "2026-09-16", &[]).total,
        Paise::new(45_050 + 1_000 + 1_300)
    );
    for language in Language::ALL {
        let why = demand.periods[0].lines[0].why(&pack, language);
        assert!(why.contains("W-00345") && why.contains("12"), "{why}");
    }
}

#[test]
fn a_pack_says_what_is_added_after_the_day() {
    let added = |late: &str| {
        let pack = pack_with(late);
        let demand = asked(&pack, &drawing(), "2026-08-20", &[]);
        lines(&pack, &demand).into_iter().filter(|line| line.contains("WBP")).collect::<Vec<_>>()
    };
    assert!(added("kind = \"nothing\"\nfrom = 2023").is_empty());
    let flat = added("kind = \"flat\"\nrupees = \"25\"\nfrom = 2023");
    assert_eq!(flat, ["2026-07/1 WBP 25: Paid after 15-08-2026"]);
    let billed = added("kind = \"as_billed\"\nfrom = 2023");
    assert_eq!(billed, ["2026-07/1 WBP 7: Paid after 15-08-2026"]);
}

#[test]
fn bills_are_paid_whole_and_the_oldest_first() {
    let demand = asked(&pack(), &drawing(), "2026-08-16", &[]);
    let heads = |amount| {
        let lines = apportion(&demand, Paise::new(amount))?;
        Ok(lines.iter().map(|line| format!("{} {}", line.period, line.head)).collect::<Vec<_>>())
    };
    assert_eq!(heads(21_000), Ok(vec!["2026-07/1 WBL".to_owned(), "2026-07/1 WBP".to_owned()]));
    assert_eq!(heads(46_050).map(|lines| lines.len()), Ok(3));
    let july = Err(ApportionError::NotWholeBills(Paise::rupees(210)));
    assert_eq!(heads(100), july);
    assert_eq!(heads(20_999), july);
    assert_eq!(heads(25_050), july);
    assert_eq!(heads(46_051), Err(ApportionError::NoAdvance(Paise::new(46_050))));
    let paid = apportion(&demand, Paise::rupees(210)).expect("a whole bill");
    let left = asked(&pack(), &drawing(), "2026-08-16", &paid);
    assert_eq!(left.total, Paise::new(25_050));
}

#[test]
fn neither_the_tax_nor_another_services_advance_touches_a_bill() {
    let mut building = drawing();
    building.advance = Paise::rupees(900);
    let tax = Demand::of(&pack(), &building, day("2026-11-16"), &[]).expect("a demand");
    assert!(tax.periods.is_empty(), "{tax:?}");
    let kept = ReceiptLine {
        period: period("2026-08/1"),
        head: heads::ADVANCE.into(),
        amount: Paise::rupees(90),
    };
    let demand = asked(&pack(), &building, "2026-08-15", &[kept]);
    assert_eq!((demand.held, demand.total), (Paise::ZERO, Paise::new(45_050)));
    let fee = Demand::of_waste_fee(&pack(), &building, day("2026-08-14"), &[], 0).expect("a fee");
    assert_eq!(fee.total, Paise::rupees(50));
}

#[test]
fn who_has_no_connection_is_told_so() {
    let pack = pack();
    let service = pack.service("water_bill").expect("a service of the pack");
    let refused = Demand::of_bill(&pack, service, &house(Vec::new()), day("2026-08-14"), &[]);
    let error = refused.expect_err("no connection").to_string();
    assert_eq!(error, "building 345 has no connection of water_bill");
}

#[test]
fn a_receipt_keeps_its_account_and_must_be_of_the_service() {
    let pack = pack();
    let demand = asked(&pack, &drawing(), "2026-08-16", &[]);
    let lines = apportion(&demand, demand.total).expect("all bills");
    let answers = bill_answers(&demand, &lines);
    let said: Vec<_> = answers.iter().map(|it| format!("{} {}", it.name, it.value)).collect();
    assert_eq!(said, ["account W-00345", "2026-07/1 12", "2026-08/1 14"]);
    let sound = Receipt {
        book: "K1".into(),
        number: 1,
        service: "water_bill".into(),
        payer: Payer::Building(345),
        lines,
        total: demand.total,
        tender: Tender::Cash(CashTender { tendered: demand.total }),
        pack: pack.body.version,
        language: Language::En,
        answers,
        group: None,
    };
    let told = |change: fn(&mut Receipt)| {
        let mut receipt = sound.clone();
        change(&mut receipt);
        let checked = crate::check_fee_receipt(&pack, &receipt, &[day("2026-08-16")], false);
        checked.map_err(|fault| fault.to_string())
    };
    assert_eq!(told(|_| {}), Ok(()));
    let refused = |change| told(change).expect_err("not sound");
    assert!(refused(|it| it.answers.clear()).contains("a building and an account"));
    assert!(refused(|it| it.lines[0].head = "PT".into()).contains("no line of the head PT"));
    assert!(refused(|it| it.lines.swap_remove(0).head.clear()).contains("without its bill"));
}

#[test]
fn faults_of_a_pack_are_named() {
    let faults = |name: &str, of: &str, by: &str| {
        let files = FILES.map(|(file, text)| {
            (file, if file == name { text.replace(of, by) } else { text.to_owned() })
        });
        let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
        let faults = Pack::parse(&files).expect_err("a faulty pack");
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let head = faults("pack.toml", "late_head = \"WBP\"", "late_head = \"PT\"");
    assert!(head.contains("PT of water_bill must be a head of its own"), "{head}");
    let same = faults("pack.toml", "late_head = \"WBP\"", "late_head = \"WBL\"");
    assert!(same.contains("head and late_head are the same"), "{same}");
    let address = faults("pack.toml", "agency = true", "agency = false");
    assert!(address.contains("address is missing"), "{address}");
    let other = faults("rates.toml", "\"water_bill\"", "\"licence_fee\"");
    assert!(other.contains("licence_fee is no service of the kind bill"), "{other}");
    assert!(other.contains("the service water_bill has no [[bill_due]]"), "{other}");
    let word = faults(
        "rates.toml",
        "kind = \"share\"\nbasis_points = 500\nfrom = 2023",
        "kind = \"x\"\nfrom = 2023",
    );
    assert!(word.contains("must be one of nothing, flat, share, as_billed"), "{word}");
}

/// Where the body has no licence, the bill is shown with nothing on it but what was billed.
#[test]
fn without_a_licence_the_bill_is_shown_and_bears_nothing() {
    let files = FILES.map(|(file, text)| {
        let by = "agency = false\naddress = \"https://water-example.example\"";
        (file, text.replace("agency = true", by))
    });
    let files = files.each_ref().map(|(name, text)| (*name, text.as_str()));
    let pack = Pack::parse(&files).unwrap_or_else(|faults| panic!("{faults:#?}"));
    let demand = asked(&pack, &drawing(), "2026-10-01", &[]);
    assert_eq!((demand.total, demand.charge), (Paise::new(45_050), Paise::ZERO));
    assert!(demand.periods.iter().all(|due| due.standing == Standing::Late));
    let service = pack.service("water_bill").and_then(|service| service.bill.as_ref());
    assert_eq!(
        service.and_then(|bill| bill.address.as_deref()),
        Some("https://water-example.example")
    );
}
