use chrono::NaiveDate;

use crate::language::Language;
use crate::pack::Pack;
use crate::pack::sample::{FILES, pack};

fn faults(change: impl Fn(String) -> String) -> Vec<String> {
    let changed: Vec<(&str, String)> = FILES
        .iter()
        .map(|(name, content)| match *name {
            "pack.toml" => (*name, change((*content).to_owned())),
            _ => (*name, (*content).to_owned()),
        })
        .collect();
    let files: Vec<(&str, &str)> =
        changed.iter().map(|(name, content)| (*name, content.as_str())).collect();
    let faults = Pack::parse(&files).expect_err("a faulty pack");
    faults.iter().map(ToString::to_string).collect()
}

#[test]
fn a_facility_has_its_slots_in_every_language_and_its_closed_days() {
    let pack = pack();
    let hall = pack.facility("community_hall").expect("the hall");
    assert_eq!((hall.ward, hall.days_ahead, hall.slots.len()), (Some(7), 90, 2));
    assert_eq!(pack.facilities_of("hall_booking").count(), 2);
    let words = pack.slot_words("community_hall", "morning", Language::En);
    assert_eq!(words, "Morning, 09:00 to 13:00");
    assert_eq!(pack.slot_words("community_hall", "noon", Language::En), "noon");
    for language in Language::ALL {
        let name = pack.facility_name("community_hall", language);
        assert!(!name.is_empty() && name != "community_hall");
    }
    let closed = |day: &str| {
        let day: NaiveDate = day.parse().expect("a day");
        hall.is_closed_on(day, &pack.calendar)
    };
    // A Monday, Independence Day, and a Sunday on which the office rests and the hall does not.
    assert_eq!(["2026-08-17", "2026-08-15", "2026-08-16"].map(closed), [true, true, false]);
    let ground = pack.facility("play_ground").expect("the ground");
    let day = "2026-08-15".parse().expect("a day");
    assert!(!ground.is_closed_on(day, &pack.calendar));
}

#[test]
fn slots_that_overlap_and_services_that_book_nothing_are_faults() {
    let told = |found: &[String], words: &str| {
        assert!(found.iter().any(|fault| fault.contains(words)), "{words}: {found:#?}");
    };
    let found = faults(|text| text.replace("from = \"14:00\"", "from = \"12:59\""));
    told(&found, "each must begin when the one before has ended");
    let found = faults(|text| text.replace("to = \"13:00\"", "to = \"9am\""));
    told(&found, "written \"09:30\"");
    let found = faults(|text| {
        text.replace(
            "id = \"play_ground\"\nservice = \"hall_booking\"",
            "id = \"play_ground\"\nservice = \"waste_fee\"",
        )
    });
    told(&found, "must be a service of pack.toml with books");
    let found = faults(|text| text.replace("\"hall_booking\"\nward", "\"market_rent\"\nward"));
    told(&found, "hall_booking books, and no [[facility]] names it");
    let found = faults(|text| text.replace("id = \"play_ground\"", "id = \"community_hall\""));
    told(&found, "facility community_hall stands twice");
    let found =
        faults(|text| text.replace("closed_days = [\"monday\"]", "closed_days = [\"noday\"]"));
    told(&found, "closed_days: must be a list of days");
}

#[test]
fn a_service_that_is_done_elsewhere_leads_to_an_address_and_to_nothing_else() {
    let pack = pack();
    let permit = pack.service("building_permit").expect("a service");
    assert_eq!(permit.address.as_deref(), Some("https://ksmart.lsgkerala.gov.in"));
    for language in Language::ALL {
        assert!(!pack.service_says("building_permit", language).is_empty());
        assert!(!pack.service_bring("building_permit", language).is_empty());
    }
    for wrong in ["http://ksmart.lsgkerala.gov.in", "https://", "https://a b.in", "upi://pay?pa=x"]
    {
        let found = faults(|text| text.replacen("https://ksmart.lsgkerala.gov.in", wrong, 1));
        assert!(
            found.iter().any(|fault| fault.contains("the place's address")),
            "{wrong}: {found:?}"
        );
    }
}
