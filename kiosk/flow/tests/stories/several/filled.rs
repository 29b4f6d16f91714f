//! The property: whatever way somebody takes through the form, what stands on a page is what they
//! answered last, and what they hand in is just that.

use std::collections::BTreeMap;

use flow::{Button, Field, FormAnswer, Page, Touch};
use ledger::Language;

use super::sample::begin;
use crate::monkey::dice::Dice;
use crate::teller::Teller;

const STEPS: usize = 400;

/// What was answered, as the record should have it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    single: BTreeMap<&'static str, String>,
    floors: Vec<BTreeMap<&'static str, String>>,
}

struct Person {
    teller: Teller,
    dice: Dice,
    known: Known,
    /// How it was before an answer was changed from the list of all.
    before: Option<Known>,
}

/// The question by its label, in either language.
fn name(label: &str) -> &'static str {
    let labels = [
        ("Who applies?", "applicant"),
        ("ആരാണ് അപേക്ഷിക്കുന്നത്?", "applicant"),
        ("used for?", "use"),
        ("എന്തിനാണ്?", "use"),
        ("How large?", "area"),
        ("വിസ്തീർണം?", "area"),
        ("Who rents it?", "tenant"),
        ("വാടകക്കാരൻ?", "tenant"),
        ("Number on the meter", "meter"),
        ("മീറ്റർ നമ്പർ", "meter"),
    ];
    labels.iter().find(|(ending, _)| label.ends_with(ending)).map_or("", |(_, name)| name)
}

impl Person {
    /// Where the answer of the page is kept, if it is one that this story knows.
    fn kept(&mut self, page: &flow::FormPage) -> Option<&mut BTreeMap<&'static str, String>> {
        match &page.turn {
            None => Some(&mut self.known.single),
            Some(turn) => {
                let number: usize = turn.rsplit(' ').next()?.parse().ok()?;
                self.known.floors.get_mut(number - 1)
            }
        }
    }

    fn step(&mut self) {
        match (self.teller.page(), self.dice.roll(8)) {
            (_, 0) => {
                let language = *self.dice.one_of(&[Language::En, Language::Ml]);
                self.teller.touch(Touch::Language(language));
            }
            (Page::Form(page), 1) => self.back(&page),
            (Page::Form(_), 2 | 3) => self.on(),
            (Page::Form(page), _) => self.answer(&page),
            (Page::Answers(page), 1..=4) => {
                let row = self.dice.one_of(&page.rows).clone();
                self.before = Some(self.known.clone());
                self.teller.choose(&row.id);
            }
            (Page::Answers(_), _) => self.teller.press(Button::Back),
            (other, _) => panic!("{other:?}"),
        }
        self.look();
    }

    /// Back, but not out of the form.
    fn back(&mut self, page: &flow::FormPage) {
        let is_first = name(&page.label) == "applicant" && !page.changing;
        if is_first {
            return;
        }
        let is_list = matches!(page.answer, FormAnswer::Turns(_));
        self.teller.press(Button::Back);
        let left = page.changing && matches!(self.teller.page(), Page::Answers(_));
        if let (true, false, Some(before)) = (left, is_list, self.before.take()) {
            self.known = before;
        }
    }

    fn on(&mut self) {
        self.teller.press(Button::Next);
    }

    fn answer(&mut self, page: &flow::FormPage) {
        let name = name(&page.label);
        match &page.answer {
            FormAnswer::Turns(rows) => self.list(rows.len()),
            FormAnswer::Typed { .. } if !name.is_empty() => {
                let texts: &[&str] =
                    if name == "area" { &["80", "20.5", "7.", "x", ""] } else { &["Suma", "B 2"] };
                let text = self.dice.text(texts);
                self.teller.write(Field::Answer, &text);
                self.kept(page).expect("a known turn").insert(name, text);
            }
            FormAnswer::One(_) if name == "use" => {
                let floor_use = self.dice.text(&["house", "shop"]);
                self.teller.choose(&floor_use);
                self.kept(page).expect("a known turn").insert(name, floor_use);
            }
            _ => self.on(),
        }
    }

    fn list(&mut self, floors: usize) {
        let at = self.dice.roll(floors.max(1)) + 1;
        match self.dice.roll(5) {
            0 | 1 if floors < 5 => {
                self.teller.choose("add");
                self.known.floors.push(BTreeMap::new());
            }
            2 if floors > 0 => {
                self.teller.choose(&format!("remove:{at}"));
                self.known.floors.remove(at - 1);
            }
            3 if floors > 0 => self.teller.choose(&format!("change:{at}")),
            _ => self.on(),
        }
        assert!(self.teller.refused().is_none_or(|code| code != flow::RefusalCode::NotHere));
    }

    /// What stands on the page is what was answered.
    fn look(&mut self) {
        match self.teller.page() {
            Page::Form(page) => {
                let name = name(&page.label);
                if let FormAnswer::Turns(rows) = &page.answer {
                    assert_eq!(rows.len(), self.known.floors.len());
                }
                if let (FormAnswer::Typed { text, .. }, false) = (&page.answer, name.is_empty()) {
                    let known = self.kept(&page).expect("a known turn").get(name).cloned();
                    assert_eq!(*text, known.unwrap_or_default(), "{name} {:?}", page.turn);
                }
            }
            Page::Answers(page) => {
                for (at, floor) in self.known.floors.iter().enumerate() {
                    let id = format!("floor[{}]/area", at + 1);
                    let row = page.rows.iter().find(|row| row.id == id).expect(&id);
                    let area = floor.get("area").cloned().unwrap_or_default();
                    // What is no number yet is none, and goes no further.
                    let is_number = area.parse::<f64>().is_ok();
                    let wanted = if is_number { area.trim_end_matches('.') } else { "" };
                    assert_eq!(row.answer, wanted, "{id}");
                }
            }
            _ => {}
        }
    }
}

#[test]
fn no_way_through_a_form_loses_what_was_answered() {
    for seed in 1..=24_u64 {
        let dice = Dice(0x0f0f_5eed ^ (seed << 32));
        let (teller, known) = (begin(), Known::default());
        let mut person = Person { teller, dice, known, before: None };
        for _ in 0..STEPS {
            person.step();
        }
        let labels: Vec<_> = person.known.floors.iter().map(BTreeMap::len).collect();
        assert!(person.teller.breaches.is_empty(), "{seed}: {labels:?}");
    }
}
