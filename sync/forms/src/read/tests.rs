//! Sheets that are whole become forms; every other cell is named with what to do about it.

use super::*;
use crate::form::{Kind, Part};

/// The sheets as lines of CSV; settings may be left out.
fn sheets(survey: &str, choices: &str) -> Sheets {
    let files: [(&str, &[u8]); 2] =
        [("survey.csv", survey.as_bytes()), ("choices.csv", choices.as_bytes())];
    Sheets::from_csv(if choices.is_empty() { &files[..1] } else { &files }).expect("sound CSV")
}

fn read(survey: &str, choices: &str) -> Result<Form, Vec<Fault>> {
    Form::read("trial", &sheets(survey, choices))
}

/// Every fault begins with its cell and holds these words; there are no others.
fn refused(survey: &str, choices: &str, expected: &[(&str, &str)]) {
    let faults = read(survey, choices).expect_err("it has faults");
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (cell, words) in expected {
        let found = told.iter().find(|fault| fault.contains(&format!("{cell}: ")));
        let found = found.unwrap_or_else(|| panic!("nothing is said of {cell}: {told:#?}"));
        assert!(found.contains(words), "{found} does not say {words}");
    }
}

#[test]
fn the_sample_forms_are_read_and_speak_two_languages() {
    for name in ["complaint", "trade_licence", "birth_report"] {
        let form = crate::sample::form(name);
        assert_eq!(form.id, name);
        assert_eq!(form.languages, ["en", "ml"], "{name}");
        assert_eq!(form.gaps, [], "{name}");
        assert_eq!(form.version, "2026112701");
    }
}

#[test]
fn a_workbook_is_the_same_form_as_its_three_files() {
    let bytes = include_bytes!("../../tests/complaint.xlsx");
    let sheets = Sheets::from_xlsx("complaint.xlsx", bytes).expect("a workbook");
    let form = Form::read("complaint.xlsx", &sheets).unwrap_or_else(|all| panic!("{all:#?}"));
    let other = crate::sample::form("complaint");
    let names = |form: &Form| {
        form.items.iter().map(|item| (item.name.clone(), item.label.clone())).collect::<Vec<_>>()
    };
    assert_eq!(names(&form), names(&other));
    assert_eq!(form.choices, other.choices);
}

#[test]
fn questions_stand_in_their_groups() {
    let form = read(
        "type,name,label,parameters\nbegin group,g,G,\nrange,r,R,start=0 end=4 step=2\n\
         begin_repeat,t,T,\ntext,n,Hello ${r}!,\nend_repeat,,,\nend group,,,\n",
        "",
    );
    let form = form.unwrap_or_else(|all| panic!("{all:#?}"));
    let names: Vec<&str> = form.items.iter().map(|item| &*item.name).collect();
    assert_eq!(names, ["", "g", "r", "t", "n"]);
    assert_eq!(form.items[1].children, [2, 3]);
    assert_eq!(form.items[4].repeats, [3]);
    assert!(matches!(form.items[2].kind, Kind::Range(range) if range.end == 4.0));
    let parts = form.items[4].label.in_language("ml", &form.default_language);
    let words = |text: &str| Part::Words(text.to_owned());
    let expected = [words("Hello "), Part::Answer("r".to_owned()), words("!")];
    assert_eq!(parts, Some(&expected[..]));
}

#[test]
fn columns_that_mean_nothing_are_named() {
    refused(
        "type,name,label,media::image,colour,bind::odk:length,label,label::,hint:ml,audio\n\
         text,a,A,x.jpg,,5,,,,\n",
        "",
        &[
            ("survey!D1", "label"),
            ("survey!E1", "take it out, or write one of"),
            ("survey!F1", "another column"),
            ("survey!G1", "there twice"),
            ("survey!H1", "label::Malayalam (ml)"),
            ("survey!I1", "write hint::ml"),
        ],
    );
    refused(
        "type,name,label\nselect_one l,a,A\n",
        "list_name,name,label,colour,my shade\nl,x,X,red,\n",
        &[
            ("choices!D1", "no choice_filter looks at the column colour"),
            ("choices!E1", "my shade is not understood"),
        ],
    );
    refused(
        "type,label\ntext,A\n",
        "",
        &[("survey!A1", "name is missing"), ("survey!A2", "no name")],
    );
}

#[test]
fn types_appearances_and_parameters_that_mean_nothing_are_named() {
    refused(
        "type,name,label,appearance,parameters\nrank l,a,A,,\nblob,b,B,,\n\
         select_one l or_other,c,C,,\nselect_one none,d,D,,\ntext,e,E,likert,\n\
         range,f,F,,start=1 end=10 step=4\ntext,g,G,,rows=3\ngeotrace,h,H,,\nselect_one,i,I,,\n",
        "",
        &[
            ("survey!A2", "rank nothing"),
            ("survey!A3", "write one of text"),
            ("survey!A4", "or_other"),
            ("survey!A5", "no list none"),
            ("survey!D6", "multiline"),
            ("survey!E7", "end on a step"),
            ("survey!E8", "no parameter"),
            ("survey!A9", "geopoint"),
            ("survey!A10", "names one list"),
        ],
    );
}

#[test]
fn names_and_groups_that_do_not_fit_are_named() {
    refused(
        "type,name,label\ntext,a,A\ntext,a,A\ntext,1b,B\ntext,,C\nend_group,,\nbegin_group,g,G\n\
         begin_repeat,r,R\nend_group,,\ntext,meta,M\n,x,X\n",
        "",
        &[
            ("survey!B3", "another name"),
            ("survey!B4", "begin with a letter"),
            ("survey!B5", "write one"),
            ("survey!A6", "nothing is open"),
            ("survey!A7", "never ended"),
            ("survey!A9", "of the other kind"),
            ("survey!A11", "no type"),
        ],
    );
}

#[test]
fn expressions_are_checked_where_they_stand() {
    refused(
        "type,name,label,relevant,constraint,calculation\n\
         text,a,A,${nobody} = 1,,\n\
         text,b,B,,\"regex(., '(?=x)')\",\n\
         calculate,c,,,,shout(1)\n\
         begin_repeat,r,R,,,\ninteger,n,N,,,\nend_repeat,,,,,\n\
         calculate,d,,,,${n} + 1\n\
         calculate,e,,,,position(..)\n\
         calculate,f,,,,\"format-date(today(), '%Q')\"\n\
         calculate,g,,,,. + 1\n\
         calculate,h,,,,\"jr:choice-name('x', '${a}')\"\n\
         calculate,i,,,,\"indexed-repeat(${a}, ${r}, 1)\"\n\
         calculate,j,,,,a = 1\n\
         calculate,k,,,,${r}\n\
         calculate,l,,,,\n",
        "",
        &[
            ("survey!D2", "no question nobody"),
            ("survey!E3", "write it more simply"),
            ("survey!F4", "README"),
            ("survey!F8", "indexed-repeat"),
            ("survey!F9", "none"),
            ("survey!F10", "%Q"),
            ("survey!F11", "own answer"),
            ("survey!F12", "select question"),
            ("survey!F13", "no repeat around a"),
            ("survey!F14", "write ${a}"),
            ("survey!F15", "name a question"),
            ("survey!F16", "write how"),
        ],
    );
}

#[test]
fn circles_are_found() {
    let circle = "type,name,label,relevant,calculation\ncalculate,a,,,${b}\n\
                  calculate,b,,,${c}\ncalculate,c,,,${a}\ntext,d,D,,\n";
    let faults = read(circle, "").expect_err("a circle");
    assert_eq!(faults.len(), 1);
    let says = &faults[0].says;
    assert!(["a", "b", "c"].iter().all(|name| says.contains(name)) && says.contains("circle"));
    refused(
        "type,name,label,relevant\nbegin_group,g,G,${x} = 1\ninteger,x,X,\nend_group,,,\n",
        "",
        &[("survey!A2", "circle")],
    );
    refused(
        "type,name,label,relevant\ntext,x,X,${x} != ''\n",
        "",
        &[("survey!D2", "own answer"), ("survey!A2", "circle")],
    );
}

#[test]
fn choices_are_checked() {
    refused(
        "type,name,label,choice_filter,default\nselect_one l,a,A,size = 1,z\n",
        "list_name,name,label\nl,x,X\nl,x,Y\nl,,Z\n,y,Y\nl,w,\nl,a b,C\nl,p,P ${a}\n",
        &[
            ("survey!D2", "no column size"),
            ("survey!E2", "no choice of l"),
            ("choices!B3", "twice"),
            ("choices!B4", "no name"),
            ("choices!A5", "list_name"),
            ("choices!C6", "no label"),
            ("choices!B7", "write _"),
            ("choices!B8", "cannot show an answer"),
        ],
    );
}

#[test]
fn a_text_that_is_missing_in_a_language_is_listed() {
    let form = read(
        "type,name,label::English (en),label::ml\ntext,a,A,\ntext,b,B,ബി\nselect_one l,c,C,സി\n",
        "list_name,name,label::English (en)\nl,x,X\n",
    );
    let form = form.unwrap_or_else(|all| panic!("{all:#?}"));
    assert_eq!(form.languages, ["en", "ml"]);
    let gaps: Vec<String> = form.gaps.iter().map(ToString::to_string).collect();
    assert_eq!(
        gaps,
        [
            "survey.csv, survey!D2: label of a is missing in ml",
            "choices.csv, choices!C2: label of x is missing in ml"
        ]
    );
}

#[test]
fn settings_and_sheets_that_mean_nothing_are_named() {
    let files: [(&str, &[u8]); 3] = [
        ("survey.csv", b"type,name,label\ntext,a,A\n"),
        ("settings.csv", b"form_id,public_key,style\nmy form,x,theme-grid\nagain\n"),
        ("choises.csv", b"a\n"),
    ];
    let sheets = Sheets::from_csv(&files).expect("sound CSV");
    let told: Vec<String> =
        Form::read("f", &sheets).expect_err("faults").iter().map(ToString::to_string).collect();
    for (cell, words) in [
        ("settings!A2", "one word"),
        ("settings!B1", "seal"),
        ("settings!C2", "theme-grid"),
        ("settings!A3", "one row"),
        ("choises.csv, choises", "take out choises"),
    ] {
        assert!(
            told.iter().any(|fault| fault.contains(cell) && fault.contains(words)),
            "{told:#?}"
        );
    }
    let nothing = Form::read("f.xlsx", &Sheets::default()).expect_err("no survey");
    assert_eq!(nothing[0].to_string(), "f.xlsx: there is no sheet survey: add one");
}

/// Cells of which forms may be made, whole or not.
const CELL: &str =
    "(begin_repeat|end_repeat|text|select_one l|[a-c]|\\$\\{[a-c]\\}|sum\\(\\$\\{a\\}\\))?";

proptest::proptest! {
    #[test]
    fn no_sheet_makes_it_panic(
        rows in proptest::collection::vec(
            proptest::collection::vec(CELL, 5),
            0..12,
        )
    ) {
        let header = "type,name,label,relevant,calculation".split(',').map(str::to_owned).collect();
        let rows: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
        let sheet = Sheet { file: "a.csv".to_owned(), name: "survey".to_owned(), rows };
        let _ = Form::read("a", &Sheets(vec![sheet]));
    }
}

#[test]
fn patterns_are_counted_once_each() {
    let survey = |patterns: usize| {
        let mut survey = "type,name,label,constraint\n".to_owned();
        for at in 0..patterns.max(201) {
            let pattern = at.min(patterns - 1);
            survey.push_str(&format!("text,q{at},Q,\"regex(., 'x{pattern}')\"\n"));
        }
        survey
    };
    assert!(read(&survey(200), "").is_ok());
    refused(&survey(202), "", &[("survey!D202", "at most 200"), ("survey!D203", "at most 200")]);
}
