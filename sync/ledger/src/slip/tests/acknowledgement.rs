//! What an acknowledgement must say, and what its list of missing papers must not.

use super::*;
use crate::application::{Applied, SealedFile};

pub(super) fn applied() -> Applied {
    Applied {
        book: "A1".to_owned(),
        number: 1,
        service: "self_return".to_owned(),
        building: Some(17),
        language: Language::En,
        pack: 3,
        due: 20_694,
        handed_in: vec!["plan".to_owned()],
        missing: vec!["ownership".to_owned()],
        sealed: SealedFile { hash: crate::chain::sha256(b"sealed"), bytes: 900 },
        reported: None,
        complaint: None,
    }
}

pub(super) fn acknowledging(applied: &Applied) -> AcknowledgementFacts<'_> {
    AcknowledgementFacts {
        applied,
        number: "G0802-26-A1-00001-X",
        on: day("2026-08-14"),
        time: "10:42",
        building: Some((7, "12/345")),
        square: "HTTPS://PADIPPURAM.EXAMPLE/A/G0802-26-A1-00001-X#…",
        check_code: "7K2M9Q",
        clock_unverified_since: None,
        taken_by: None,
        practice: false,
    }
}

pub(super) fn lacking(missing: &[String]) -> DeficiencyFacts<'_> {
    DeficiencyFacts {
        service: "self_return",
        on: day("2026-08-14"),
        building: Some((7, "12/345")),
        missing,
        practice: false,
    }
}

/// What the Right to Service Act makes an acknowledgement carry, each in every language.
#[test]
fn an_acknowledgement_carries_every_right() {
    let applied = applied();
    let facts = acknowledging(&applied);
    let slip = Slip::acknowledgement(&pack(), Language::En, &facts);
    for line in [
        "Change of a building",
        "Acknowledgement\tG0802-26-A1-00001-X",
        "Date\t14-08-2026 10:42",
        "Building\tWard 7, 12/345",
        "Handed in\n• Drawing of the building",
        "Missing\n• Paper that shows the ownership",
        "Answer due by\t29-08-2026",
        "Officer\tSecretary, Padippuram Grama Panchayat",
        "First appeal\tDeputy Director of Panchayats",
        "Second appeal\tDirector of Panchayats",
        "Questions\tCounter 2, on working days from 10 to 5",
        "HTTPS://PADIPPURAM.EXAMPLE/A/G0802-26-A1-00001-X#…",
    ] {
        assert!(slip.canonical_text().contains(line), "{line}: {}", slip.canonical_text());
    }
    for language in Language::ALL {
        let slip = Slip::acknowledgement(&pack(), language, &facts);
        assert_eq!(slip.kind, SlipKind::Acknowledgement);
        for part in ["G0802-26-A1-00001-X", "29-08-2026", "12/345"] {
            assert!(slip.canonical_text().contains(part), "{language:?}: {part}");
        }
    }
    let none = Applied { handed_in: Vec::new(), missing: Vec::new(), ..applied };
    let slip = Slip::acknowledgement(&pack(), Language::En, &acknowledging(&none));
    says(&slip, "No document was handed in.");
    says(&slip, "No document is missing.");
}

#[test]
fn what_is_missing_is_no_acknowledgement() {
    let missing = ["plan".to_owned(), "ownership".to_owned()];
    let facts = lacking(&missing);
    let slip = Slip::deficiency(&pack(), Language::En, &facts);
    for line in ["Nothing was handed in.", "• Paper that shows", "no acknowledgement"] {
        assert!(slip.canonical_text().contains(line), "{line}");
    }
    assert!(!slip.lines.iter().any(|line| matches!(line, SlipLine::Square(_))));
}
