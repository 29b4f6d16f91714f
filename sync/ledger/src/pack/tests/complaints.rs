//! How complaints go by a pack: the days of each category, its ladder, and what is refused.

use super::*;
use crate::ApplicationMismatch;
use crate::application::{Applied, SealedFile, check_application};
use crate::chain::sha256;
use crate::complaint::Complaint;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

#[test]
fn a_complaint_goes_up_its_ladder_by_working_days() {
    let pack = pack();
    let service = pack.service(&pack.complaints.service).and_then(|it| it.application.as_ref());
    let service = service.expect("it takes applications");
    let garbage = pack.complaints.category("garbage").expect("a category");
    let filed = day("2026-08-14");
    let on = |today| garbage.rung_on(service, &pack.calendar, (filed, day(today)));
    // The 15th is a holiday, the 16th and 23rd are Sundays: five working days end on the 20th.
    assert_eq!(service.last_day(&pack.calendar, filed, garbage.days), Some(day("2026-08-19")));
    assert_eq!(on("2026-08-20"), (0, "health_inspector"));
    assert_eq!(on("2026-08-21"), (0, "health_inspector"));
    assert_eq!(on("2026-08-22"), (1, "secretary"));
    assert_eq!(on("2026-12-01"), (2, "deputy_director"));
    for language in Language::ALL {
        for category in &pack.complaints.categories {
            assert_ne!(pack.complaint_category(&category.id, language), category.id);
            assert_ne!(pack.complaint_office(&category.office, language), category.office);
        }
        for word in ComplaintWord::ALL {
            assert!(!pack.complaint_word(word, language).is_empty(), "{word:?}");
        }
    }
}

fn applied(category: &str, ward: u16, due: &str) -> Applied {
    Applied {
        book: "A1".to_owned(),
        number: 1,
        service: "complaint".to_owned(),
        building: None,
        language: Language::En,
        pack: 3,
        due: day(due).signed_duration_since(day("1970-01-01")).num_days(),
        handed_in: Vec::new(),
        missing: Vec::new(),
        sealed: SealedFile { hash: sha256(b"sealed"), bytes: 900 },
        reported: None,
        complaint: Some(Complaint {
            category: category.to_owned(),
            ward,
            asset: None,
            channel: None,
        }),
    }
}

#[test]
fn the_office_holds_a_complaint_against_its_pack() {
    let (pack, on) = (pack(), day("2026-08-14"));
    let good = applied("garbage", 7, "2026-08-19");
    assert_eq!(check_application(&pack, &good, on), Ok(()));
    let late = applied("garbage", 7, "2026-08-20");
    let (should, says) = (day("2026-08-19"), day("2026-08-20"));
    let none = Applied { complaint: None, ..good.clone() };
    let other = Applied { service: "appeal".to_owned(), building: Some(17), ..good.clone() };
    let asset =
        Complaint { asset: Some("moon".to_owned()), ..good.complaint.clone().expect("one") };
    let asset = Applied { complaint: Some(asset), ..good };
    for (wrong, told) in [
        (late, ApplicationMismatch::Due { should, says }),
        (applied("music", 7, "2026-08-19"), ApplicationMismatch::NoSuchComplaint),
        (applied("garbage", 99, "2026-08-19"), ApplicationMismatch::NoSuchComplaint),
        (asset, ApplicationMismatch::NoSuchComplaint),
        (none, ApplicationMismatch::Complaint),
        (Applied { missing: vec!["bill".to_owned()], ..other }, ApplicationMismatch::Complaint),
    ] {
        assert_eq!(check_application(&pack, &wrong, on), Err(told));
    }
}

#[test]
fn a_pack_says_whose_each_complaint_is_or_has_a_fault_with_its_line() {
    let change = |from: &'static str, to: &'static str| {
        faults(move |name, content| match name {
            "pack.toml" => {
                assert!(content.contains(from), "{from} stands in the pack");
                content.replacen(from, to, 1)
            }
            _ => content.to_owned(),
        })
    };
    for (from, to, told) in [
        ("service = \"complaint\"", "service = \"self_return\"", "about nothing"),
        ("office = \"overseer\"", "office = \"nobody\"", "none of the offices"),
        ("{ days = 5, office = \"secretary\" }", "{ days = 1, office = \"secretary\" }", "go on"),
        ("id = \"roads\"", "id = \"drains\"", "drains stands twice"),
        ("reopen_days = 15\n", "", "reopen_days is missing"),
    ] {
        let found = change(from, to);
        assert!(found.iter().any(|fault| fault.contains(told)), "{told}: {found:#?}");
        assert!(found.iter().all(|fault| fault.contains(".toml:")), "{found:#?}");
    }
    let silent = faults(|name, content| match name {
        "texts.ml.toml" => content.replacen("cattle = ", "cows = ", 1),
        _ => content.to_owned(),
    });
    assert!(silent.iter().any(|fault| fault.contains("complaint_categories.cattle is missing")));
}
