//! Which reports meet, and which do not.

use super::*;
use crate::pack::VitalEvent;

fn rule() -> Registration {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Registration {
        event: VitalEvent::Birth,
        date: "date".to_owned(),
        place_kind: "place_kind".to_owned(),
        place: "place".to_owned(),
        order: Some("order".to_owned()),
        alike: vec![names(&["mother", "place"]), names(&["father", "place", "sex"])],
        extract: Vec::new(),
    }
}

fn answers(answers: &[(&str, &str)]) -> Vec<Answer> {
    let answer = |(name, value): &(&str, &str)| Answer {
        name: (*name).to_owned(),
        value: (*value).to_owned(),
    };
    answers.iter().map(answer).collect()
}

fn report(mother: &str, father: &str, date: &str, place: &str) -> Vec<Answer> {
    let (sex, date) = (("sex", "female"), ("date", date));
    answers(&[date, sex, ("mother", mother), ("father", father), ("place", place)])
}

fn meet(one: &[Answer], other: &[Answer]) -> bool {
    let key = LikenessKey::new(&[7; 32]);
    let (one, other) = (key.marks(&rule(), one), key.marks(&rule(), other));
    one.iter().any(|mark| other.contains(mark))
}

#[test]
fn one_birth_meets_however_its_names_are_spelled_and_a_day_apart() {
    let first = report("ലക്ഷ്മി കെ.", "Rajan", "2026-08-14", "Janani Hospital");
    for other in [
        report("Lakshmi K.", "Rajan", "2026-08-14", "Janani Hospital"),
        report("Laxmi", "Someone Else", "2026-08-14", "ജനനി ആശുപത്രി"),
        report("K. P. Lakshmi", "", "2026-08-15", "Janani"),
        report("Lakshmi", "", "2026-08-13", "JANANI HOSPITAL"),
        // The mother's name is another one: the father's, the place and the sex agree.
        report("Ammini", "രാജൻ", "2026-08-14", "Janani Hospital"),
    ] {
        assert!(meet(&first, &other), "{other:?}");
        assert!(meet(&other, &first), "{other:?}");
    }
    for other in [
        report("Lakshmi K.", "Rajan", "2026-08-16", "Janani Hospital"),
        report("Lakshmi K.", "Suresh", "2026-08-14", "Mercy Hospital"),
        report("Ammini", "Suresh", "2026-08-14", "Janani Hospital"),
    ] {
        assert!(!meet(&first, &other), "{other:?}");
    }
}

#[test]
fn a_mark_says_nothing_without_the_key_and_nothing_of_what_was_left_open() {
    let first = report("Lakshmi", "Rajan", "2026-08-14", "Janani Hospital");
    let marks = |secret: u8| LikenessKey::new(&[secret; 32]).marks(&rule(), &first);
    assert!(marks(1).iter().all(|mark| !marks(2).contains(mark)), "another body has others");
    assert_eq!(marks(1), marks(1));
    assert!(marks(1).windows(2).all(|pair| pair[0][..] < pair[1][..]), "their places say nothing");
    assert!(marks(1).len() <= MARKS_MAX);
    // Whoever leaves the father open is alike to nobody by that.
    let open = answers(&[("date", "2026-08-14"), ("sex", "female"), ("place", "Janani Hospital")]);
    assert_eq!(LikenessKey::new(&[1; 32]).marks(&rule(), &open), [Mark::from([0; 8]); 0]);
    let without_day = answers(&[("mother", "Lakshmi"), ("place", "Janani Hospital")]);
    assert!(LikenessKey::new(&[1; 32]).marks(&rule(), &without_day).is_empty());
}

#[test]
fn as_many_readings_as_there_can_be_stay_within_the_limit() {
    let mut rule = rule();
    rule.alike = vec![["mother", "father", "place", "sex"].map(str::to_owned).to_vec(); 4];
    let report = report("Chithra Ghosh", "Thankachan", "2026-08-14", "Chakkaraparambu");
    assert!(LikenessKey::new(&[1; 32]).marks(&rule, &report).len() <= MARKS_MAX);
}
