mod applications;
mod complaints;
mod shipped;

use super::sample::{FILES, pack};
use super::*;
use crate::record::FieldKind;

fn faults(change: impl Fn(&str, &str) -> String) -> Vec<String> {
    let changed: Vec<(&str, String)> =
        FILES.iter().map(|(name, content)| (*name, change(name, content))).collect();
    let files: Vec<(&str, &str)> =
        changed.iter().map(|(name, content)| (*name, content.as_str())).collect();
    let faults = Pack::parse(&files).expect_err("a faulty pack");
    faults.iter().map(ToString::to_string).collect()
}

fn line_of(file: &str, text: &str) -> usize {
    let (_, content) = FILES.iter().find(|(name, _)| *name == file).expect("a file of the pack");
    content.lines().position(|line| line.starts_with(text)).expect("a line of the file") + 1
}

#[test]
fn the_shipped_pack_is_whole_in_five_languages() {
    let pack = pack();
    assert_eq!(pack.name(), "padippuram 3");
    assert_eq!(pack.languages.len(), Language::ALL.len());
    assert_eq!(pack.wards.len(), 12);
    assert!(pack.body.synthetic);
    for language in Language::ALL {
        for text in Text::ALL {
            assert!(!pack.text(*text, language).is_empty(), "{language:?} {}", text.path());
        }
        assert!(!pack.service_title("property_tax", language).is_empty());
        assert!(!pack.ward(7).expect("ward 7").name(language).is_empty());
    }
    assert_eq!(pack.head_brief("PI", Language::Ml), "പലിശ");
    assert_eq!(pack.head_label("XX", Language::Ml), "XX");
}

#[test]
fn all_faults_are_told_at_once_with_file_and_line() {
    let found = faults(|file, content| match file {
        "pack.toml" => content
            .replace("idle_s = 40", "idle_s = \"forty\"")
            .replace("count_s = 20", "count_s = 20\ncolour = 3")
            .replace("certainty = \"read\"", "certainty = \"sure\""),
        "rates.toml" => content.replace("basis_points = 500\n", "basis_points = 0.05\n"),
        "texts.ml.toml" => content.replace("{months}", "{days}"),
        "texts.hi.toml" => content.replace("number = \"संख्या\"\n", ""),
        _ => content.to_owned(),
    });
    let told = |start: String| {
        assert!(found.iter().any(|fault| fault.starts_with(&start)), "{start} not in {found:#?}");
    };
    told(format!("pack.toml:{}: limits.idle_s: must be a whole", line_of("pack.toml", "idle_s")));
    let count = line_of("pack.toml", "count_s");
    told(format!("pack.toml:{}: limits.colour is not known here", count + 1));
    told(format!(
        "pack.toml:{}: reprint.certainty: must be one of read, press, unverified",
        line_of("pack.toml", "rule = ") + 2
    ));
    told(format!(
        "rates.toml:{}: library_cess.basis_points: must be a whole",
        line_of("rates.toml", "basis_points = 500")
    ));
    let interest = line_of("texts.ml.toml", "interest = ");
    told(format!("texts.ml.toml:{interest}: why.interest: lacks {{months}}"));
    told(format!("texts.ml.toml:{interest}: why.interest: {{days}} is not known here"));
    told("texts.hi.toml:1: slip.number is missing".to_owned());
}

#[test]
fn a_field_of_a_record_that_nobody_could_fill_is_a_fault() {
    let found = faults(|file, content| match file {
        "pack.toml" => content
            .replace("name = \"composts\"", "name = \"people\"")
            .replace("[\"open\", \"locked\", \"dog\"]", "[\"open\", \"open\"]")
            .replace(
                "name = \"floors\"\nholds = \"count\"\nmax = 60",
                "name = \"floors\"\nholds = \"count\"",
            ),
        "texts.ml.toml" => content.replace("household_people = ", "household_peoples = "),
        _ => content.to_owned(),
    });
    for told in [
        "the field people of a household stands twice",
        "record_field.choices: must be two to eight different names",
        "record_field.max",
        "texts.ml.toml:1: record_fields.household_people is missing",
        "record_fields.household_peoples: is not known here",
    ] {
        assert!(found.iter().any(|fault| fault.contains(told)), "{told} not in {found:#?}");
    }
}

#[test]
fn a_photo_is_a_field_and_its_limits_are_figures_of_the_pack() {
    let pack = pack();
    let field = pack.field(RecordKind::Property, "gate_photo").expect("a field of the pack");
    assert_eq!(field.holds, FieldKind::Photo);
    assert_eq!(pack.field_label(field, Language::En), "Photo of the gate");
    let limits = (pack.limits.photo_bytes_max, pack.limits.photo_bytes_a_day);
    assert_eq!(limits, (400_000, 20_000_000));
    let found = faults(|file, content| match file {
        "pack.toml" => content
            .replacen("photo_bytes_max = 400000", "photo_bytes_max = 4000001", 1)
            .replacen("photo_bytes_a_day = 20000000\n", "", 1),
        _ => content.to_owned(),
    });
    for told in ["limits.photo_bytes_max", "limits.photo_bytes_a_day is missing"] {
        assert!(found.iter().any(|fault| fault.contains(told)), "{told} not in {found:#?}");
    }
}

#[test]
fn one_field_of_a_pack_may_hold_the_card_of_a_household() {
    let pack = pack();
    let field = pack.field(RecordKind::Household, "card").expect("a field of the pack");
    assert_eq!(field.holds, FieldKind::Card);
    assert_eq!(pack.field_label(field, Language::En), "Card of the household");
    let found = faults(|file, content| match file {
        "pack.toml" => content.replace("holds = \"photo\"", "holds = \"card\""),
        _ => content.to_owned(),
    });
    assert!(
        found.iter().any(|fault| fault.contains("more than one field holds a card")),
        "{found:?}"
    );
}

#[test]
fn broken_toml_and_missing_or_strange_files_are_faults() {
    let found = faults(|file, content| match file {
        "rates.toml" => content.replacen("[[due_days]]", "[[due_days", 1),
        _ => content.to_owned(),
    });
    assert!(found.iter().any(|fault| fault.starts_with("rates.toml:")), "{found:?}");
    let without: Vec<_> = FILES.iter().copied().filter(|(name, _)| *name != "wards.toml").collect();
    let found = Pack::parse(&without).expect_err("a file is missing");
    assert_eq!(found[0].to_string(), "wards.toml:1: the file is missing");
    let mut strange = FILES.to_vec();
    strange.push(("texts.fr.toml", ""));
    let found = Pack::parse(&strange).expect_err("a file is strange");
    assert_eq!(found[0].to_string(), "texts.fr.toml:1: is not a file of this pack");
}

#[test]
fn two_figures_for_one_day_are_a_fault() {
    let found = faults(|file, content| match file {
        "rates.toml" => content.replace("to = 2023-03-31", "to = 2023-04-30"),
        _ => content.to_owned(),
    });
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("interest_month: two figures hold on 2023-04-01"), "{found:?}");
}

#[test]
fn the_hash_names_the_content_and_not_the_line_ends() {
    let pack = pack();
    let mut reversed = FILES.to_vec();
    reversed.reverse();
    assert_eq!(Pack::parse(&reversed).map(|pack| pack.hash()), Ok(pack.hash()));
    let windows: Vec<(&str, String)> =
        FILES.iter().map(|(name, content)| (*name, content.replace('\n', "\r\n"))).collect();
    let windows: Vec<(&str, &str)> = windows.iter().map(|(n, c)| (*n, c.as_str())).collect();
    assert_eq!(Pack::parse(&windows).map(|pack| pack.hash()), Ok(pack.hash()));
    let other: Vec<(&str, String)> = FILES
        .iter()
        .map(|(name, content)| (*name, content.replace("idle_s = 40", "idle_s = 41")))
        .collect();
    let other: Vec<(&str, &str)> = other.iter().map(|(n, c)| (*n, c.as_str())).collect();
    assert_ne!(Pack::parse(&other).map(|pack| pack.hash()), Ok(pack.hash()));
}

/// The shipped pack and more files, with its hash or its faults.
fn with(more: &[(&str, &[u8])]) -> Result<Pack, Vec<String>> {
    let shipped = FILES.iter().map(|(name, content)| (*name, content.as_bytes()));
    let files: Vec<(&str, &[u8])> = shipped.chain(more.iter().copied()).collect();
    Pack::parse(&files).map_err(|faults| faults.iter().map(ToString::to_string).collect())
}

#[test]
fn a_pack_without_forms_keeps_the_hash_that_it_had_before_there_were_forms() {
    let mut files = FILES;
    files.sort_unstable();
    let parts = files.iter().flat_map(|(name, content)| [*name, *content]);
    let hashed: Vec<u8> = parts
        .flat_map(|part| [&(part.len() as u64).to_be_bytes()[..], part.as_bytes()].concat())
        .collect();
    assert_eq!(pack().hash()[..], crate::chain::sha256(&hashed)[..]);
    assert_eq!(pack().form_ids().count(), 0);
}

#[test]
fn the_forms_of_a_pack_are_offered_by_name_and_are_part_of_its_hash() {
    let workbook: &[u8] = &[0x50, 0x4b, 0xff, b'\r', b'\n'];
    let forms: [(&str, &[u8]); 4] = [
        ("forms/visit/survey.csv", b"type,name\r\ntext,a\r\n"),
        ("forms/complaint.xlsx", workbook),
        ("forms/visit/choices.csv", b"list_name,name\n"),
        ("forms/visit/settings.csv", b"form_id\nvisit\n"),
    ];
    let pack = with(&forms).expect("a sound pack");
    assert_eq!(pack.form_ids().collect::<Vec<_>>(), ["complaint", "visit"]);
    assert_eq!(pack.form_files("complaint"), [("complaint.xlsx", workbook)]);
    let names: Vec<&str> = pack.form_files("visit").iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["visit/choices.csv", "visit/settings.csv", "visit/survey.csv"]);
    assert!(pack.form_files("nothing").is_empty());

    assert_ne!(pack.hash(), super::sample::pack().hash());
    let changed = |at: usize, bytes: &'static [u8]| {
        let mut forms = forms;
        forms[at].1 = bytes;
        with(&forms).expect("a sound pack").hash()
    };
    assert_eq!(changed(0, b"type,name\ntext,a\n"), pack.hash(), "a sheet's line ends");
    assert_ne!(changed(0, b"type,name\ntext,b\n"), pack.hash());
    assert_ne!(changed(1, &[0x50, 0x4b, 0xff, b'\n']), pack.hash(), "a workbook has no lines");
}

#[test]
fn what_is_no_form_among_the_forms_is_a_fault() {
    for name in [
        "forms/notes.txt",
        "forms/survey.csv",
        "forms/visit/other.csv",
        "forms/visit/more/survey.csv",
        "forms/../survey.csv",
        "forms//survey.csv",
        "forms/.xlsx",
        "forms/Visit.xlsx",
    ] {
        let faults = with(&[(name, b"")]).expect_err("no form");
        let told = format!("{name}:1: is no file of a form");
        assert!(faults.len() == 1 && faults[0].starts_with(&told), "{name}: {faults:?}");
    }
    let twice = with(&[("forms/visit.xlsx", b""), ("forms/visit/survey.csv", b"")]);
    let faults = twice.expect_err("two forms of one name");
    assert!(faults[0].contains("the form visit stands twice"), "{faults:?}");
    let twice = with(&[("rates.toml", b"")]).expect_err("two files of one name");
    assert!(twice.iter().any(|fault| fault == "rates.toml:1: stands twice"), "{twice:?}");
}

#[test]
fn a_text_that_is_not_in_utf8_is_a_fault_with_its_line() {
    let mut files: Vec<(&str, &[u8])> =
        FILES.iter().map(|(name, content)| (*name, content.as_bytes())).collect();
    let broken = [files[2].1, b"# caf\xe9\n"].concat();
    files[2].1 = &broken;
    let lines = FILES[2].1.lines().count() + 1;
    let faults = Pack::parse(&files).expect_err("not UTF-8");
    let told = format!("{}:{lines}: is not in UTF-8", FILES[2].0);
    assert!(faults.iter().any(|fault| fault.to_string() == told), "{faults:?}");
}
