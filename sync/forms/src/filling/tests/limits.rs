//! What is broken is never a whole record, and nothing grows past what is kept or counted.

use super::*;
use crate::expression::{EvaluationFault, evaluate};
use crate::filling::view::View;

fn broken(filling: &mut Filling) -> Vec<(String, String)> {
    let wrong = filling.finish(clock(27)).map(|_| ()).expect_err("it is not whole");
    let broken = wrong.iter().filter_map(|(spot, complaint)| match complaint {
        Complaint::Broken(says) => Some((filling.form.item(spot.item).name.clone(), says.clone())),
        _ => None,
    });
    broken.collect()
}

fn pair(name: &str, says: &str) -> (String, String) {
    (name.to_owned(), says.to_owned())
}

#[test]
fn no_record_is_whole_with_a_broken_rule() {
    let form = form(
        "type,name,label,relevant,calculation\ntext,a,A,,\ntext,z,Z,,\n\
         calculate,b,,date(${a}) = today(),1 + 1\ncalculate,c,,${z} = '',date(${a})\n",
    );
    let mut filling = Filling::begin(form, &around());
    say(&mut filling, "a", "soon");
    assert_eq!(text(&filling, "b"), "2", "it works, and hides nothing of the other rule");
    let relevant = pair("b", "date(${a}) = today(): \"soon\" is no date");
    let calculation = pair("c", "date(${a}): \"soon\" is no date");
    assert_eq!(broken(&mut filling), [relevant.clone(), calculation]);
    let kept = Filling::from_bytes(filling.form.clone(), &filling.to_bytes());
    assert_eq!(kept.expect("it was kept").troubles, filling.troubles);
    say(&mut filling, "z", "x");
    assert_eq!(broken(&mut filling), [relevant], "what is not asked breaks nothing");
    say(&mut filling, "a", "2026-11-27");
    let record = filling.finish(clock(27)).expect("it is whole");
    assert_eq!(record.entries[2].value, "2");
}

#[test]
fn a_default_that_is_broken_is_answered() {
    let mut filling =
        Filling::begin(form("type,name,label,default\ndate,a,A,date('soon')\n"), &around());
    assert_eq!(broken(&mut filling), [pair("a", "date('soon'): \"soon\" is no date")]);
    say(&mut filling, "a", "2026-11-27");
    assert!(filling.finish(clock(27)).is_ok());
}

#[test]
fn a_record_that_cannot_be_named_is_not_whole() {
    let survey: &[u8] = b"type,name,label\ntext,a,A\n";
    let settings: &[u8] =
        b"form_title,form_id,version,default_language,instance_name\nT,t,1,en,date(${a})\n";
    let sheets = Sheets::from_csv(&[("survey.csv", survey), ("settings.csv", settings)]);
    let form = Form::read("trial", &sheets.expect("sound CSV"));
    let form = form.unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut filling = Filling::begin(Arc::new(form), &around());
    say(&mut filling, "a", "soon");
    assert_eq!(broken(&mut filling), [pair("", "date(${a}): \"soon\" is no date")]);
}

/// Some 250,000 steps, where `a` has 8,000 letters: eight of them are too many for one task.
fn costly() -> String {
    format!("regex(${{a}}, '{}')", "x".repeat(500))
}

#[test]
fn what_ran_out_of_steps_is_computed_before_the_end() {
    let mut survey = "type,name,label,calculation\ntext,a,A,\n".to_owned();
    for at in 0..12 {
        survey.push_str(&format!("calculate,c{at},,\"{}\"\n", costly()));
    }
    let mut filling = Filling::begin(form(&survey), &around());
    say(&mut filling, "a", &"y".repeat(8_000));
    assert_eq!(text(&filling, "c0"), "false");
    assert_eq!(text(&filling, "c11"), "");
    assert_eq!(filling.troubles().count(), 5);
    let record = filling.finish(clock(27)).expect("five fit into one task");
    assert!(record.entries[1..].iter().all(|entry| entry.value == "false"), "{record:?}");
}

#[test]
fn all_choices_and_all_complaints_share_one_budget() {
    let survey = format!(
        "type,name,label,choice_filter\ntext,a,A,\nselect_one l,b,B,\"{}\"\n",
        costly().replace("'xx", "'xy")
    );
    let mut choices = "list_name,name,label\n".to_owned();
    (0..20).for_each(|at| choices.push_str(&format!("l,n{at},N\n")));
    let files = [("survey.csv", survey.as_bytes()), ("choices.csv", choices.as_bytes())];
    let form_of = Form::read("trial", &Sheets::from_csv(&files).expect("sound CSV"));
    let form_of = form_of.unwrap_or_else(|faults| panic!("{faults:#?}"));
    let mut filling = Filling::begin(Arc::new(form_of), &around());
    say(&mut filling, "a", &"y".repeat(8_000));
    let select = spot(&filling, "b", &[]);
    assert_eq!(filling.choices(&select).len(), 13, "seven are looked at and held back");
    say(&mut filling, "b", "n19");
    let told: Vec<&str> = filling.troubles().map(|(_, says)| says).collect();
    assert!(matches!(told[..], [says] if says.ends_with("too long on a device")), "{told:?}");

    let mut survey = "type,name,label,constraint\ntext,a,A,\n".to_owned();
    (0..20).for_each(|at| survey.push_str(&format!("text,q{at},Q,\"{}\"\n", costly())));
    let mut filling = Filling::begin(form(&survey), &around());
    say(&mut filling, "a", &"y".repeat(8_000));
    (0..20).for_each(|at| say(&mut filling, &format!("q{at}"), "y"));
    let complaints = filling.complaints();
    let looked = complaints.iter().filter(|(_, each)| *each == Complaint::Constraint);
    assert_eq!((looked.count(), complaints.len()), (7, 20));
}

#[test]
fn what_is_looked_at_is_counted_before_it_is_taken() {
    let form = form(
        "type,name,label,repeat_count,relevant\ninteger,n,N,,\nbegin_repeat,r,R,${n},\n\
         integer,d,D,,${n} = 0\nend_repeat,,,,\n",
    );
    let mut filling = Filling::begin(form, &around());
    say(&mut filling, "n", "200");
    let here = spot(&filling, "n", &[]);
    let view = View { filling: &filling, spot: &here, choice: None, language: "en" };
    let rule = crate::expression::Expression::parse("sum(${d})").expect("an expression");
    let value = |steps| evaluate(&rule, &view, &mut Steps::new(steps));
    assert_eq!(value(200), Err(EvaluationFault::TooLong), "none is asked; all are looked at");
    assert_eq!(value(250), Ok(Value::Number(0.0)));
}

#[test]
fn no_more_is_answered_than_is_kept() {
    let mut survey = "type,name,label\n".to_owned();
    (0..300).for_each(|at| survey.push_str(&format!("text,q{at},Q\n")));
    let mut filling = Filling::begin(form(&survey), &around());
    let long = "x".repeat(ANSWER_BYTES);
    let refused = (0..300).find(|at| {
        let spot = spot(&filling, &format!("q{at}"), &[]);
        filling.answer(&spot, &long) == Err(NotAnAnswer::TooLong)
    });
    assert_eq!(refused, Some(196));
    say(&mut filling, "q0", "x");
    say(&mut filling, "q196", &long);
    taken_up(&filling);
}

const ANSWER_BYTES: usize = 8_000;

fn taken_up(filling: &Filling) {
    let kept = filling.to_bytes();
    assert!(kept.len() <= KEPT_BYTES_MAX, "{}", kept.len());
    let again = Filling::from_bytes(filling.form.clone(), &kept).expect("it was kept");
    assert_eq!(again.to_bytes(), kept);
    assert_eq!(again.answers_bytes, filling.answers_bytes);
}

#[test]
fn no_more_is_computed_than_is_kept() {
    let mut survey = "type,name,label,calculation\ntext,a,A,\n".to_owned();
    let eight = vec!["${a}"; 8].join(", ");
    (0..300).for_each(|at| survey.push_str(&format!("calculate,c{at},,\"concat({eight})\"\n")));
    let mut filling = Filling::begin(form(&survey), &around());
    say(&mut filling, "a", &"x".repeat(ANSWER_BYTES));
    taken_up(&filling);
    let broken = broken(&mut filling);
    assert!(broken.len() > 250, "{}", broken.len());
    assert!(broken[0].1.contains("there is no room"), "{:?}", broken[0]);
    say(&mut filling, "a", "x");
    assert!(filling.finish(clock(27)).is_ok());
}

#[test]
fn every_spot_in_trouble_is_kept_too() {
    let mut survey = "type,name,label,repeat_count,relevant,default\ntext,a,A,,,\n\
                      integer,n,N,,,\nbegin_repeat,r,R,${n},,\n"
        .to_owned();
    let rule = "date(${a}) = today()";
    (0..50).for_each(|at| survey.push_str(&format!("text,q{at},Q,,{rule},date(${{a}})\n")));
    survey.push_str("end_repeat,,,,,\n");
    let mut filling = Filling::begin(form(&survey), &around());
    say(&mut filling, "a", &"soon ".repeat(100));
    say(&mut filling, "n", "100");
    assert!(filling.troubles.len() > 5_000, "{}", filling.troubles.len());
    taken_up(&filling);
    let all = filling.complaints();
    assert!(all.iter().any(|(spot, _)| spot.item == 0), "those that are not kept one by one");
    say(&mut filling, "n", "0");
    say(&mut filling, "a", "");
    let whole = filling.finish(clock(27)).map(|_| ());
    assert_eq!(whole, Ok(()), "the turns in trouble are gone");
}

#[test]
fn kept_turns_are_held_to_the_limit_of_spots() {
    let mut survey =
        "type,name,label,repeat_count\ninteger,n,N,\nbegin_repeat,r,R,${n}\n".to_owned();
    (0..500).for_each(|at| survey.push_str(&format!("text,q{at},Q,\n")));
    survey.push_str("end_repeat,,,\n");
    let mut filling = Filling::begin(form(&survey), &around());
    let repeat = spot(&filling, "r", &[]);
    for (count, is_taken) in [(39, true), (40, false), (200, false)] {
        filling.turns.insert(repeat.clone(), count);
        let again = Filling::from_bytes(filling.form.clone(), &filling.to_bytes());
        assert_eq!(again.map(|_| ()).is_ok(), is_taken, "{count}");
    }
}
