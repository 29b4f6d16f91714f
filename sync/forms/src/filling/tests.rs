//! Stories of the sample forms, as a desk plays them; and that what is computed after each answer
//! is what would be computed from nothing.

mod limits;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;
use crate::sample;
use crate::sheet::{Sheet, Sheets};

fn clock(day: u32) -> Clock {
    let date = NaiveDate::from_ymd_opt(2026, 11, day).expect("a day");
    Clock { now: date.and_hms_opt(10, 30, 0).expect("a time"), offset_minutes: 330 }
}

fn around() -> Around {
    Around { clock: clock(27), device: "kiosk-1".to_owned(), seed: [7; 16] }
}

fn begin(name: &str) -> Filling {
    Filling::begin(Arc::new(sample::form(name)), &around())
}

/// A form of lines of type, name, label, relevant, constraint, calculation, and what is named.
fn form(survey: &str) -> Arc<Form> {
    let sheets = Sheets::from_csv(&[("survey.csv", survey.as_bytes())]).expect("sound CSV");
    Arc::new(Form::read("trial", &sheets).unwrap_or_else(|faults| panic!("{faults:#?}")))
}

fn spot(filling: &Filling, name: &str, turns: &[u16]) -> Spot {
    let item = filling.form.named(name).unwrap_or_else(|| panic!("no question {name}"));
    Spot { item, turns: turns.to_vec() }
}

fn say(filling: &mut Filling, name: &str, text: &str) {
    say_in(filling, name, &[], text);
}

fn say_in(filling: &mut Filling, name: &str, turns: &[u16], text: &str) {
    let spot = spot(filling, name, turns);
    filling.answer(&spot, text).unwrap_or_else(|fault| panic!("{name}: {text}: {fault}"));
}

fn text(filling: &Filling, name: &str) -> String {
    filling.text(&spot(filling, name, &[]))
}

/// The names on the page.
fn names(filling: &Filling, page: &Page) -> Vec<String> {
    let name = |spot: &Spot| format!("{}{:?}", filling.form.item(spot.item).name, spot.turns);
    match page {
        Page::Questions(spots) => spots.iter().map(name).collect(),
        Page::More(repeat) => vec![format!("more {}", name(repeat))],
    }
}

#[test]
fn a_complaint_from_the_first_page_to_its_record() {
    let mut filling = begin("complaint");
    let page = filling.page().expect("a page");
    assert_eq!(names(&filling, &page), ["category[]"], "the matter is asked once there is one");
    let Turned::Stay(wrong) = filling.next_page() else { panic!("it is required") };
    assert_eq!(wrong[0].1, Complaint::Required);
    let told = filling.complaint_text(&wrong[0].0, &wrong[0].1, "ml");
    assert_eq!(told.as_deref(), Some("വിഷയം തിരഞ്ഞെടുക്കുക"));
    say(&mut filling, "category", "water");
    let page = filling.page().expect("a page");
    assert_eq!(names(&filling, &page), ["category[]", "matter[]"]);
    let matter = spot(&filling, "matter", &[]);
    let offered: Vec<String> =
        filling.choices(&matter).iter().map(|choice| choice.name.clone()).collect();
    assert_eq!(offered, ["no_supply", "burst"]);
    assert_eq!(filling.answer(&matter, "dark"), Err(NotAnAnswer::NoChoice));
    say(&mut filling, "matter", "burst");
    assert_eq!(text(&filling, "urgent"), "yes");
    say(&mut filling, "category", "light");
    assert_eq!(text(&filling, "matter"), "", "a burst pipe is no matter of light");
    assert_eq!(text(&filling, "urgent"), "no");
    say(&mut filling, "matter", "dark");
    assert!(matches!(filling.next_page(), Turned::To(_)));
    say(&mut filling, "words", "too short");
    let Turned::Stay(wrong) = filling.next_page() else { panic!("it is too short") };
    assert_eq!(wrong[0].1, Complaint::Constraint);
    let told = filling.complaint_text(&wrong[0].0, &wrong[0].1, "en");
    assert_eq!(told.as_deref(), Some("Write 10 to 1,000 characters"));
    say(&mut filling, "words", "The lamp at the school is dark");
    let missing = filling.complaints();
    let missing: Vec<&str> =
        missing.iter().map(|(spot, _)| &*filling.form.item(spot.item).name).collect();
    assert_eq!(missing, ["ward", "true_word"]);
    let wrong = filling.finish(clock(27)).expect_err("two are missing");
    assert!(filling.go_to(&wrong[0].0));
    assert_eq!(names(&filling, &filling.page().expect("a page")), ["ward[]"]);
    say(&mut filling, "ward", "7");
    say(&mut filling, "phone", "9847000000");
    say(&mut filling, "true_word", "OK");
    let record = filling.finish(clock(27)).expect("it is whole");
    assert_eq!((&*record.form, &*record.version), ("complaint", "2026112701"));
    let values: Vec<(&str, &str)> =
        record.entries.iter().map(|entry| (&*entry.name, &*entry.value)).collect();
    assert_eq!(
        values,
        [
            ("began", "2026-11-27T10:30:00.000+05:30"),
            ("day", "2026-11-27"),
            ("what", ""),
            ("words", "The lamp at the school is dark"),
            ("ward", "7"),
            ("place", ""),
            ("photo", ""),
            ("phone", "9847000000"),
            ("urgent", "no"),
            ("true_word", "OK"),
        ]
    );
    assert_eq!(record.entries[2].inner[1].value, "dark");
}

#[test]
fn a_trade_licence_counts_its_machines_and_adds_partners() {
    let mut filling = begin("trade_licence");
    say(&mut filling, "applicant", "Ammini");
    say(&mut filling, "sector", "wood");
    say(&mut filling, "trade", "sawmill");
    let machine = spot(&filling, "machine", &[]);
    assert_eq!(filling.turns(&machine), 0);
    assert_eq!(filling.add_turn(&machine), Err(NoTurn::Counted));
    say(&mut filling, "machines", "2");
    assert_eq!(filling.turns(&machine), 2);
    say_in(&mut filling, "machine_name", &[0], "Band saw");
    say_in(&mut filling, "horsepower", &[0], "7.5");
    say_in(&mut filling, "horsepower", &[1], "5");
    assert_eq!(text(&filling, "horsepower_total"), "12.5");
    assert_eq!(text(&filling, "first_machine"), "Band saw");
    let second = spot(&filling, "machine_name", &[1]);
    assert_eq!(filling.label(&second, "en").as_deref(), Some("Name of machine 2"));
    let inspected = spot(&filling, "inspected", &[]);
    assert!(filling.is_relevant(&inspected));
    say(&mut filling, "machines", "1");
    assert_eq!(text(&filling, "horsepower_total"), "7.5", "the second is gone");
    assert!(!filling.is_relevant(&inspected));

    let partner = spot(&filling, "partner", &[]);
    say_in(&mut filling, "partner_name", &[0], "Suma");
    for (turn, name) in [(1, "Biju"), (2, "Rema")] {
        filling.add_turn(&partner).expect("there is room");
        say_in(&mut filling, "partner_name", &[turn], name);
        say_in(&mut filling, "share_percent", &[turn], "25");
    }
    let share = spot(&filling, "share_percent", &[0]);
    assert_eq!(filling.answer(&share, "7"), Err(NotAnAnswer::OffTheScale));
    assert_eq!(text(&filling, "partners"), "Suma, Biju, Rema");
    filling.remove_turn(&partner, 1).expect("it is there");
    assert_eq!(text(&filling, "partners"), "Suma, Rema");
    assert_eq!(text(&filling, "shares"), "25");
    assert_eq!(filling.remove_turn(&partner, 2), Err(NoTurn::Gone));
    let summary = spot(&filling, "summary", &[]);
    let said = filling.label(&summary, "en");
    assert_eq!(said.as_deref(), Some("Suma, Rema: 7.5 horsepower in all, for Saw mill"));
    assert_eq!(text(&filling, "from"), "2026-11-27", "a default that is computed");
    let entries = filling.entries_now();
    assert_eq!(entries.iter().filter(|entry| entry.name == "partner").count(), 2);
}

#[test]
fn a_birth_that_is_reported_late_says_so() {
    let mut filling = begin("birth_report");
    let born_on = spot(&filling, "born_on", &[]);
    say(&mut filling, "born_on", "2026-11-28");
    assert_eq!(filling.complaint(&born_on), Some(Complaint::Constraint), "it is tomorrow");
    say(&mut filling, "born_on", "2026-10-20");
    assert_eq!(filling.complaint(&born_on), None);
    assert_eq!(text(&filling, "days_late"), "38");
    assert_eq!(text(&filling, "delay"), "very_late");
    let note = spot(&filling, "late_note", &[]);
    let said = filling.label(&note, "ml").expect("it says something");
    assert!(said.contains("38 ദിവസം"), "{said}");
    say(&mut filling, "place", "home");
    say(&mut filling, "helpers", "nobody nurse");
    let helpers = spot(&filling, "helpers", &[]);
    assert_eq!(filling.complaint(&helpers), Some(Complaint::Constraint));
    say(&mut filling, "place", "hospital");
    assert_eq!(filling.complaint(&helpers), None, "it is not asked any more");
    assert_eq!(filling.text(&helpers), "");
    assert!(!filling.entries_now().iter().any(|entry| entry.name == "elsewhere"));
    say(&mut filling, "place", "home");
    assert_eq!(filling.text(&helpers), "nobody nurse", "it is not forgotten either");
    assert_eq!(text(&filling, "device"), "kiosk-1");
}

#[test]
fn pages_go_on_and_back_through_repeats() {
    let form = form(
        "type,name,label,relevant,appearance,repeat_count\ntext,a,A,,,\n\
         begin_repeat,r,R,,,\ntext,b,B,,,\nbegin_group,g,G,${a} = 'x',field-list,\n\
         text,c,C,,,\ntext,d,D,,,\nend_group,,,,,\nend_repeat,,,,,\nnote,e,E,,,\n",
    );
    let mut filling = Filling::begin(form, &around());
    let mut way = Vec::new();
    let mut walk = |filling: &mut Filling| {
        way.clear();
        while filling.previous_page() {}
        way.push(names(filling, &filling.page().expect("a page")).join(" "));
        while let Turned::To(page) = filling.next_page() {
            way.push(names(filling, &page).join(" "));
        }
        way.clone()
    };
    assert_eq!(walk(&mut filling), ["a[]", "b[0]", "more r[]", "e[]"]);
    say(&mut filling, "a", "x");
    let repeat = spot(&filling, "r", &[]);
    filling.add_turn(&repeat).expect("there is room");
    let expected = ["a[]", "b[0]", "c[0] d[0]", "b[1]", "c[1] d[1]", "more r[]", "e[]"];
    assert_eq!(walk(&mut filling), expected);
    assert_eq!(filling.next_page(), Turned::End);
    filling.remove_turn(&repeat, 0).expect("it is there");
    filling.remove_turn(&repeat, 0).expect("it is there");
    assert_eq!(walk(&mut filling), ["a[]", "more r[]", "e[]"]);
}

#[test]
fn chance_is_drawn_once_and_survives_a_restart() {
    let form = form(
        "type,name,label,calculation\ncalculate,u,,uuid()\ntext,a,A,\n\
                     calculate,o,,once(random())\n",
    );
    let mut filling = Filling::begin(form.clone(), &around());
    let (uuid, number) = (text(&filling, "u"), text(&filling, "o"));
    say(&mut filling, "a", "x");
    let kept = filling.to_bytes();
    let again = Filling::from_bytes(form.clone(), &kept).expect("it was kept");
    assert_eq!((text(&again, "u"), text(&again, "o")), (uuid.clone(), number));
    let other = Filling::begin(form, &Around { seed: [8; 16], ..around() });
    assert_ne!(text(&other, "u"), uuid);
}

#[test]
fn what_is_kept_is_of_one_form_and_whole() {
    let mut filling = begin("trade_licence");
    say(&mut filling, "machines", "3");
    say_in(&mut filling, "machine_name", &[2], "Planer");
    let kept = filling.to_bytes();
    let again = Filling::from_bytes(filling.form.clone(), &kept).expect("it was kept");
    assert_eq!(again.to_bytes(), kept);
    let other = Filling::from_bytes(Arc::new(sample::form("complaint")), &kept);
    assert_eq!(other.map(|_| ()), Err(KeptFault::OtherForm));
    for end in 0..kept.len() {
        assert!(Filling::from_bytes(filling.form.clone(), &kept[..end]).is_err());
    }
}

#[test]
fn what_cannot_be_evaluated_is_said_and_stops_nobody_in_silence() {
    let form = form(
        "type,name,label,constraint,calculation\ntext,a,A,date(.) > today(),\n\
                     calculate,b,,,date(${a}) + 1\n",
    );
    let mut filling = Filling::begin(form, &around());
    say(&mut filling, "a", "soon");
    assert_eq!(text(&filling, "b"), "");
    let troubles: Vec<&str> = filling.troubles().map(|(_, says)| says).collect();
    assert_eq!(troubles, ["date(${a}) + 1: \"soon\" is no date"]);
    let complaint = filling.complaint(&spot(&filling, "a", &[]));
    assert!(matches!(complaint, Some(Complaint::Broken(_))), "{complaint:?}");
    say(&mut filling, "a", "2026-12-01");
    assert_eq!(filling.troubles().count(), 0);
    assert_eq!(filling.complaint(&spot(&filling, "a", &[])), None);
}

#[test]
fn a_hostile_count_is_cut_and_said() {
    let form = form(
        "type,name,label,calculation,repeat_count\ninteger,n,N,,\n\
                     begin_repeat,r,R,,${n}\ntext,a,A,,\nend_repeat,,,,\n\
                     calculate,c,,count(${a}),\n",
    );
    let mut filling = Filling::begin(form, &around());
    say(&mut filling, "n", "999999999");
    assert_eq!(text(&filling, "c"), "200");
    assert_eq!(filling.troubles().count(), 1);
    say(&mut filling, "n", "-5");
    assert_eq!(text(&filling, "c"), "0");
}

#[test]
fn turns_that_hold_too_much_are_not_made() {
    let mut survey =
        "type,name,label,repeat_count\ninteger,n,N,\nbegin_repeat,r,R,${n}\n".to_owned();
    for at in 0..500 {
        survey.push_str(&format!("text,q{at},Q,\n"));
    }
    survey.push_str("end_repeat,,,\n");
    let mut filling = Filling::begin(form(&survey), &around());
    let repeat = spot(&filling, "r", &[]);
    say(&mut filling, "n", "30");
    assert_eq!(filling.turns(&repeat), 30);
    say(&mut filling, "n", "60");
    assert_eq!(filling.turns(&repeat), 30);
    let told: Vec<&str> = filling.troubles().map(|(_, says)| says).collect();
    assert_eq!(told, ["there is no room for more turns"]);
}

#[test]
fn texts_that_double_end() {
    let mut survey = "type,name,label,calculation\ntext,a,A,\n\
                      calculate,c0,,\"concat(${a}, ${a})\"\n"
        .to_owned();
    for at in 1..200 {
        let before = at - 1;
        survey.push_str(&format!("calculate,c{at},,\"concat(${{c{before}}}, ${{c{before}}})\"\n"));
    }
    let mut filling = Filling::begin(form(&survey), &around());
    say(&mut filling, "a", &"x".repeat(1000));
    assert!(filling.troubles().any(|(_, says)| says.ends_with("it makes a text that is too long")));
    assert!(filling.answers.values().all(|value| match value {
        Value::Text(text) => text.len() <= 64 * 1024,
        _ => true,
    }));
}

/// A form of random rules over five numbers, two of them in a counted repeat.
fn any_form() -> impl Strategy<Value = Arc<Form>> {
    let rule = prop_oneof![
        Just("${a} > 2"),
        Just("${b} != ''"),
        Just("sum(${d}) > ${a}"),
        Just("count(${r}) mod 2 = 1"),
        Just("count(${e}) > 1"),
    ];
    (rule.clone(), rule.clone(), rule).prop_map(|(one, two, three)| {
        let rows = [
            ["type", "name", "label", "relevant", "calculation", "repeat_count"],
            ["integer", "a", "A", "", "", ""],
            ["integer", "n", "N", "", "", ""],
            ["begin_repeat", "r", "R", "", "", "${n}"],
            ["integer", "d", "D", "${a} != 1", "", ""],
            ["calculate", "e", "", "", "${d} * position(..) + ${a}", ""],
            ["end_repeat", "", "", "", "", ""],
            ["integer", "b", "B", if one.contains("${b}") { "" } else { one }, "", ""],
            ["calculate", "f", "", two, "concat(sum(${e}), '/', ${b})", ""],
            ["calculate", "g", "", three, "concat(${f}, join('-', ${e}))", ""],
        ];
        let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect());
        let (file, name) = ("survey.csv".to_owned(), "survey".to_owned());
        let sheet = Sheet { file, name, rows: rows.collect() };
        Arc::new(Form::read("any", &Sheets(vec![sheet])).unwrap_or_else(|all| panic!("{all:#?}")))
    })
}

proptest! {
    #[test]
    fn what_is_touched_is_all_that_changes(
        form in any_form(),
        said in proptest::collection::vec((0_usize..4, 0_u16..4, 0_u8..5), 1..20),
    ) {
        let mut filling = Filling::begin(form.clone(), &around());
        for (name, turn, number) in said {
            let name = ["a", "n", "d", "b"][name];
            let turns = if name == "d" { vec![turn] } else { Vec::new() };
            let spot = spot(&filling, name, &turns);
            let number = if number == 4 { String::new() } else { number.to_string() };
            let _ = filling.answer(&spot, &number);
            let mut anew = filling.clone();
            anew.settle_all(&mut Steps::new(STEPS_MAX));
            prop_assert_eq!(&anew.answers, &filling.answers);
            prop_assert_eq!(&anew.irrelevant, &filling.irrelevant);
            let kept = Filling::from_bytes(form.clone(), &filling.to_bytes()).expect("whole");
            prop_assert_eq!(kept.to_bytes(), filling.to_bytes());
        }
    }

    #[test]
    fn no_bytes_are_taken_for_a_filling(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
        let form = form("type,name,label\ntext,a,A\n");
        prop_assert!(Filling::from_bytes(form, &bytes).is_err());
    }
}
