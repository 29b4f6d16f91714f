//! Known answers of XPath 1.0 and of ODK's reference; round trips; and what must be refused.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;

/// A question `a` with 7, `b` with "x y", `many` with three turns, and nothing else.
struct Plain;

impl Scope for Plain {
    fn answers(&self, name: &str, steps: &mut Steps) -> Result<Vec<Value>, EvaluationFault> {
        let values = match name {
            "a" => vec![Value::Number(7.0)],
            "b" => vec![Value::Text("x y".to_owned())],
            "none" => vec![Value::empty()],
            "many" => vec![Value::Number(-3.0), Value::empty(), Value::Number(-1.5)],
            _ => Vec::new(),
        };
        values.iter().try_for_each(|value| steps.take_value(value))?;
        Ok(values)
    }
    fn here(&self) -> Value {
        Value::Text("here".to_owned())
    }
    fn position(&self, levels: u8) -> usize {
        usize::from(levels)
    }
    fn in_turns(&self, name: &str, turns: &[(&str, usize)]) -> Value {
        Value::Text(format!("{name}{turns:?}"))
    }
    fn choice_label(&self, question: &str, choice: &str) -> String {
        format!("{question}/{choice}")
    }
    fn column(&self, name: &str) -> Value {
        Value::Text(name.to_owned())
    }
    fn pattern(&self, _: &str) -> Option<Pattern> {
        None
    }
    fn clock(&self) -> Clock {
        let day = NaiveDate::from_ymd_opt(2026, 11, 27).expect("a day");
        Clock { now: day.and_hms_opt(18, 0, 0).expect("a time"), offset_minutes: 330 }
    }
    fn chance(&self) -> [u8; 16] {
        [0xab; 16]
    }
}

fn value(text: &str) -> Result<Value, EvaluationFault> {
    let expression = Expression::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    evaluate(&expression, &Plain, &mut Steps::new(STEPS_MAX))
}

fn check(text: &str, expected: &str) {
    let found = value(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    assert_eq!(found.text(&Plain.clock()), expected, "{text}");
}

#[test]
fn operators_bind_as_in_xpath() {
    check("1 + 2 * 3", "7");
    check("(1 + 2) * 3", "9");
    check("7 mod 3", "1");
    check("-7 mod 3", "-1");
    check("8 div 2 div 2", "2");
    check("1 - 1 - 1", "-1");
    check("- - 2", "2");
    check("1 < 2 and 2 < 1 or true()", "true");
    check("true() or 1 div 0 = 2", "true");
    check("'a' = 'a' != false()", "true");
    check("${a}-1", "6");
    check("${b} = 'x y'", "true");
    check("0.1 + 0.2 = 0.3", "true");
    check("'10' = 10", "true");
    check("'' = 0", "false");
    check("'b' > 'a'", "false");
    check("1 div 0", "Infinity");
    check("0 div 0", "NaN");
    check("mod", "mod");
}

#[test]
fn numbers_and_texts_turn_into_each_other_as_in_xpath() {
    check("10000000000", "10000000000");
    check("1 div 3", "0.3333333333333333");
    check("0.0001", "0.0001");
    check("number('1,500')", "NaN");
    check("number('1e3')", "NaN");
    check("number(' -1.50 ')", "-1.5");
    check("number('')", "NaN");
    check("number(true())", "1");
    check("boolean('false')", "true");
    check("boolean(0)", "false");
    check("boolean-from-string('TRUE')", "true");
    check("string(2.0)", "2");
    check("int(-2.7)", "-2");
    check("round(2.5)", "3");
    check("round(-2.5)", "-2");
    check("round(1.005, 2)", "1.01");
    check("round(33.33, -1)", "30");
    check("round(-35.1, -1)", "-40");
    check("round(0.5)", "1");
    check("round(9.99, 1)", "10");
    check("round(1, 31)", "NaN");
    check("abs(-3) + pow(2, 3) + sqrt(9)", "14");
}

#[test]
fn functions_on_texts() {
    check("substr('abcde', 1, 3)", "bc");
    check("substr('abcde', -2)", "de");
    check("substr('abc', 2, 1)", "");
    check("substr('വീട്', 0, 2)", "വീ");
    check("string-length('വീട്')", "4");
    check("string-length()", "4");
    check("substring-before('12/34', '/')", "12");
    check("substring-after('12/34', '/')", "34");
    check("substring-after('12', '/')", "");
    check("translate('bar', 'abc', 'AB')", "BAr");
    check("normalize-space('  a   b ')", "a b");
    check("concat('a', 1, true())", "a1true");
    check("join('-', ${many})", "-3---1.5");
    check("contains('abc', '')", "true");
    check("starts-with('abc', 'ab') and ends-with('abc', 'bc')", "true");
    check("regex('695001', '[1-9]\\d{5}')", "true");
    check("regex('695001x', '[1-9]\\d{5}')", "false");
    check("regex('൧൨', '\\d+')", "false");
    check("digest('abc', 'SHA-1', 'hex')", "a9993e364706816aba3e25717850c26c9cd0d89d");
    check("uuid()", "abababab-abab-4bab-abab-abababababab");
}

#[test]
fn functions_on_answers() {
    check("selected(${b}, 'y')", "true");
    check("selected('xy', 'y')", "false");
    check("selected-at(${b}, 1)", "y");
    check("selected-at(${b}, 2)", "");
    check("count-selected(${b})", "2");
    check("count(${many})", "3");
    check("count-non-empty(${many})", "2");
    check("sum(${many})", "-4.5");
    check("max(${many})", "-1.5");
    check("min(3, 2, 5)", "2");
    check("max(${none})", "NaN");
    check("coalesce(${none}, 'x')", "x");
    check("once('y')", "here");
    check("if(${a} > 5, 'big', 'small')", "big");
    check("jr:choice-name(${a}, '${a}')", "a/7");
    check("position(../..)", "2");
    check("indexed-repeat(${a}, ${many}, 2)", "a[(\"many\", 2)]");
    check("checklist(2, -1, true(), false(), true())", "true");
    check("weighted-checklist(3, 4, true(), 2, true(), 1.5)", "true");
}

#[test]
fn dates_are_days_and_moments_are_local() {
    check("today()", "2026-11-27");
    check("now()", "2026-11-27T18:00:00.000+05:30");
    check("today() - date('2026-11-20')", "7");
    check("date(0)", "1970-01-01");
    check("date('2024-02-29') + 1", "19783");
    check("date(19783)", "2024-03-01");
    check("today() > '2026-01-01'", "false");
    check("today() = '2026-11-27'", "true");
    check("decimal-date-time('1970-01-01T05:30:00')", "0");
    check("decimal-date-time('1970-01-02T00:00:00Z')", "1");
    check("decimal-time('2026-11-27T12:00:00')", "0.5");
    check("format-date('2026-03-05', '%d/%m/%Y %e %n %b %a %y')", "05/03/2026 5 3 Mar Thu 26");
    check("format-date-time('2026-03-05T07:08:09.5', '%H:%M:%S.%3 %h')", "07:08:09.500 7");
    check("format-date('', '%Y')", "");
    check("date-time('2026-01-01T00:00:00Z')", "2026-01-01T05:30:00.000+05:30");
    assert_eq!(value("date('soon')"), Err(EvaluationFault::NoDate("soon".to_owned())));
    assert_eq!(value("date('2026-02-30')"), Err(EvaluationFault::NoDate("2026-02-30".to_owned())));
}

fn refused(text: &str, says: &str) {
    let fault = Expression::parse(text).expect_err(text);
    assert!(fault.says.contains(says), "{text}: {fault}");
}

#[test]
fn what_is_not_understood_says_what_to_do() {
    refused("", "empty");
    refused("pulldata('a', 'b')", "choices sheet");
    refused("shout('a')", "README");
    refused("floor(1.5)", "round()");
    refused("/data/a", "${name}");
    refused("../a", "${name}");
    refused("${a}[1]", "paths");
    refused("${last-saved#a}", "last-saved#");
    refused("‘a’", "curly");
    refused("'a", "close it");
    refused("1 2", "operator");
    refused("(1", "close it");
    refused("1)", "never opened");
    refused("if(1, 2)", "give it 3");
    refused("${a b}", "no name");
    refused("1 +", "finish it");
    refused("* 2", "no value before");
    refused(&"(".repeat(300), "deep");
    refused(&vec!["1"; 300].join("+"), "deep");
    refused(&"-".repeat(300), "deep");
    refused(&"1".repeat(9000), "characters");
}

#[test]
fn hostile_work_ends() {
    let expression = Expression::parse("concat('ab', 'cd')").expect("it is sound");
    let fault = evaluate(&expression, &Plain, &mut Steps::new(2));
    assert_eq!(fault, Err(EvaluationFault::TooLong));
    assert!(Pattern::new("((a{100}){100}){100}").is_err());
    assert!(Pattern::new("(?=a)b").is_err());
    assert!(Pattern::new(&"a".repeat(PATTERN_CHARACTERS_MAX + 1)).is_err());
}

fn any_expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        (0_u32..100_000, 0_u8..4).prop_map(|(number, places)| {
            Expression::Number(f64::from(number) / 10_f64.powi(i32::from(places)))
        }),
        "[a-z $'{}വ]{0,6}".prop_map(Expression::Text),
        "[a-z][a-z0-9_.-]{0,4}".prop_map(Expression::Answer),
        "[a-z][a-z0-9_.-]{0,4}".prop_map(Expression::Column),
        Just(Expression::Here),
        (1_u8..4).prop_map(Expression::Above),
    ];
    leaf.prop_recursive(6, 40, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            inner.clone().prop_map(|inner| Expression::Negated(Box::new(inner))),
            (any_operator(), two).prop_map(|(operator, (left, right))| {
                Expression::Binary(operator, Box::new(left), Box::new(right))
            }),
            proptest::collection::vec(inner, 1..4)
                .prop_map(|arguments| Expression::Call(Function::Concat, arguments)),
        ]
    })
}

fn any_operator() -> impl Strategy<Value = Operator> {
    proptest::sample::select(vec![
        Operator::Or,
        Operator::And,
        Operator::Equal,
        Operator::Unequal,
        Operator::Less,
        Operator::LessOrEqual,
        Operator::More,
        Operator::MoreOrEqual,
        Operator::Plus,
        Operator::Minus,
        Operator::Times,
        Operator::Divide,
        Operator::Modulo,
    ])
}

#[test]
fn what_is_too_long_uses_up_the_rest() {
    let mut steps = Steps::new(10);
    assert_eq!(steps.take(10), Ok(()));
    let mut steps = Steps::new(10);
    assert_eq!(steps.take(11), Err(EvaluationFault::TooLong));
    assert_eq!(steps.take(1), Err(EvaluationFault::TooLong));
}

#[test]
fn a_pattern_costs_what_it_and_its_text_are_long() {
    let text = format!("regex('{}', '{}')", "x".repeat(1_000), "x".repeat(400));
    let expression = Expression::parse(&text).expect("an expression");
    let value = |steps| evaluate(&expression, &Plain, &mut Steps::new(steps));
    assert_eq!(value(25_000), Err(EvaluationFault::TooLong));
    assert_eq!(value(30_000), Ok(Value::Truth(false)));
}

proptest! {
    #[test]
    fn what_is_printed_is_read_as_the_same(expression in any_expression()) {
        let printed = expression.to_string();
        let read = Expression::parse(&printed).map_err(|fault| {
            TestCaseError::fail(format!("{printed}: {fault}"))
        })?;
        prop_assert_eq!(&read, &expression, "{}", printed);
        prop_assert_eq!(read.to_string(), printed);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[\\x00-\\x7f]{0,40}|\\PC{0,40}") {
        if let Ok(expression) = Expression::parse(&text) {
            let _ = evaluate(&expression, &Plain, &mut Steps::new(10_000));
        }
    }

    #[test]
    fn rounding_is_near_and_has_no_more_places(number in -1e6..1e6_f64, places in 0_u8..6) {
        let rounded = decimal::round(number, f64::from(places));
        let unit = 10_f64.powi(-i32::from(places));
        prop_assert!((rounded - number).abs() <= unit * 0.5 + 1e-9, "{} {}", number, rounded);
        let written = rounded.to_string();
        let part = written.split_once('.').map_or("", |(_, part)| part);
        prop_assert!(part.len() <= usize::from(places), "{}", written);
    }
}
