//! Services that take applications: what a pack must say of them, and by when an answer is due.

use super::*;
use crate::ApplicationMismatch;
use crate::application::{Applied, SealedFile, check_application};
use crate::chain::sha256;
use crate::receipt::Answer;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn application(id: &str) -> Application {
    let pack = pack();
    pack.service(id).and_then(|service| service.application.clone()).expect("it takes applications")
}

#[test]
fn the_due_day_is_counted_as_the_service_says() {
    let pack = pack();
    let due = |id: &str, on: &str| application(id).due(&pack.calendar, day(on));
    // Fifteen days, holidays or not.
    assert_eq!(due("self_return", "2026-08-14"), Some(day("2026-08-29")));
    // Thirty working days: 15 August, Sundays, and the second Saturday of September do not count.
    assert_eq!(due("appeal", "2026-08-14"), Some(day("2026-09-21")));
    assert_eq!(due("appeal", "2026-08-15"), Some(day("2026-09-21")), "a holiday is no first day");
    let today = Application { days: 0, ..application("appeal") };
    assert_eq!(today.due(&pack.calendar, day("2026-08-14")), Some(day("2026-08-14")));
    assert_eq!(application("appeal").due(&pack.calendar, NaiveDate::MAX), None);
}

#[test]
fn documents_are_asked_for_by_answers() {
    let rule = application("self_return");
    let asked = |answers: &[(&str, &str)]| {
        let answer = |(name, value): &(&str, &str)| Answer {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        };
        let answers: Vec<Answer> = answers.iter().map(answer).collect();
        rule.asked(&answers).map(|document| document.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(asked(&[("change", "area")]), ["plan", "ownership"]);
    assert_eq!(asked(&[("change", "use"), ("new_use", "shop")]), ["ownership", "licence"]);
    assert_eq!(asked(&[]), ["ownership"]);
}

fn applied(due: &str) -> Applied {
    let due = day(due).signed_duration_since(day("1970-01-01")).num_days();
    Applied {
        book: "A1".to_owned(),
        number: 1,
        service: "self_return".to_owned(),
        building: Some(17),
        language: Language::En,
        pack: 3,
        due,
        handed_in: vec!["plan".to_owned()],
        missing: vec!["ownership".to_owned()],
        sealed: SealedFile { hash: sha256(b"sealed"), bytes: 900 },
        reported: None,
        complaint: None,
    }
}

#[test]
fn the_office_holds_an_application_against_its_pack() {
    let (pack, on) = (pack(), day("2026-08-14"));
    let good = applied("2026-08-29");
    assert_eq!(check_application(&pack, &good, on), Ok(()));
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let document = |name: &str| ApplicationMismatch::Document(name.to_owned());
    let (should, says) = (day("2026-08-29"), day("2026-08-28"));
    for (wrong, told) in [
        (applied("2026-08-28"), ApplicationMismatch::Due { should, says }),
        (Applied { building: None, ..good.clone() }, ApplicationMismatch::Building),
        (Applied { handed_in: names(&["deed"]), ..good.clone() }, document("deed")),
        (Applied { missing: Vec::new(), ..good.clone() }, document("ownership")),
        // What may be left out is never missing.
        (
            Applied { missing: names(&["ownership", "licence"]), ..good.clone() },
            document("licence"),
        ),
        (
            Applied { service: "property_tax".to_owned(), ..good.clone() },
            ApplicationMismatch::NoService("property_tax".to_owned()),
        ),
    ] {
        assert_eq!(check_application(&pack, &wrong, on), Err(told));
    }
}

#[test]
fn a_pack_says_everything_that_an_acknowledgement_carries() {
    let without = |file: &'static str, text: &'static str| {
        faults(move |name, content| {
            let changed =
                if name == file { content.replacen(text, "", 1) } else { content.to_owned() };
            assert!(name != file || changed != content, "{text} stands in {file}");
            changed
        })
    };
    for (text, told) in [
        (
            "first_appeal = \"Deputy Director of Panchayats\"\n",
            "self_return.first_appeal is missing",
        ),
        ("ownership = \"Paper that shows the ownership\"\n", "documents.ownership is missing"),
    ] {
        let faults = without("texts.en.toml", text);
        assert!(faults.iter().any(|fault| fault.contains(told)), "{faults:#?}");
    }
    for (text, told) in [
        ("days = 15\n", "acknowledgement.days is missing"),
        ("count = \"working\"\n", "acknowledgement.count is missing"),
        ("about = \"building\"\n", "service.about is missing"),
        ("form = \"appeal\"\n", "service.form is missing"),
    ] {
        let faults = without("pack.toml", text);
        assert!(faults.iter().any(|fault| fault.contains(told)), "{faults:#?}");
    }
    let twice = faults(|name, content| match name {
        "pack.toml" => content.replacen("{ id = \"proof\"", "{ id = \"bill\"", 1),
        _ => content.to_owned(),
    });
    assert!(twice.iter().any(|fault| fault.contains("names bill twice")), "{twice:#?}");
}

#[test]
fn how_late_a_birth_is_reported_decides_on_its_fee() {
    let pack = pack();
    let on = day("2026-08-14");
    let delays = &pack.rates.registration_delay.at(on).expect("a figure").value;
    for (event, id, fee) in [
        ("2026-08-14", "in_time", 0),
        ("2026-07-24", "in_time", 0),
        ("2026-07-23", "month", 2),
        ("2026-07-15", "month", 2),
        ("2026-07-14", "year", 5),
        ("2025-08-14", "year", 5),
        ("2025-08-13", "order", 10),
        ("1951-01-01", "order", 10),
    ] {
        let step = delays.of(day(event), on).expect("a step");
        assert_eq!((step.id.as_str(), step.fee), (id, crate::Paise::rupees(fee)), "{event}");
    }
    assert_eq!(pack.delay_label("month", Language::En), "after 21 days, within 30");
}

#[test]
fn the_office_holds_the_fee_of_a_report_against_its_pack() {
    let (pack, on) = (pack(), day("2026-08-14"));
    let reported = crate::Reported {
        delay: "month".to_owned(),
        fee: crate::Paise::rupees(2),
        marks: Vec::new(),
        order: None,
        looked_over: true,
        distinct: Vec::new(),
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let good = Applied {
        service: "birth".to_owned(),
        building: None,
        handed_in: names(&["identity"]),
        missing: names(&["hospital_report"]),
        reported: Some(reported.clone()),
        ..applied("2026-08-24")
    };
    assert_eq!(check_application(&pack, &good, on), Ok(()));
    let wrong_fee = crate::Reported { fee: crate::Paise::rupees(3), ..reported.clone() };
    let strange = crate::Reported { delay: "week".to_owned(), ..reported.clone() };
    for wrong in [Some(wrong_fee), Some(strange), None] {
        let wrong = Applied { reported: wrong, ..good.clone() };
        assert_eq!(check_application(&pack, &wrong, on), Err(ApplicationMismatch::Delay));
    }
    let other = Applied { reported: Some(reported), ..applied("2026-08-29") };
    assert_eq!(check_application(&pack, &other, on), Err(ApplicationMismatch::Delay));
}

#[test]
fn a_pack_that_registers_says_what_being_late_costs() {
    let without = faults(|name, content| match name {
        "rates.toml" => {
            content.split("\n[[registration_delay]]").next().expect("a part").to_owned()
        }
        _ => content.to_owned(),
    });
    let told = "reports births or deaths: rates.toml has no [[registration_delay]]";
    assert!(without.iter().any(|fault| fault.contains(told)), "{without:#?}");
    for (text, other, told) in [
        ("to_days = 30", "to_days = 20", "must each end later than the one before"),
        ("{ id = \"order\", rupees", "{ id = \"order\", to_days = 900, rupees", "has no end"),
    ] {
        let found = faults(|name, content| match name {
            "rates.toml" => content.replacen(text, other, 1),
            _ => content.to_owned(),
        });
        assert!(found.iter().any(|fault| fault.contains(told)), "{found:#?}");
    }
}
