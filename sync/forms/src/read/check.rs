//! What only the whole form can show: names that expressions use, lists, circles.

use std::collections::{BTreeMap, BTreeSet};

use super::choices::Choices;
use super::{Faults, order};
use crate::expression::{Expression, Function, Pattern, Value, format_moment};
use crate::fault::Place;
use crate::form::{Default, Form, Item, ItemId, Kind, PATTERNS_MAX, Part, Text, Ways};
use crate::sheet::Sheet;

struct Check<'c> {
    form: &'c Form,
    choices: &'c Choices,
    /// Names that more than one item has.
    double: BTreeSet<String>,
    used_columns: BTreeSet<(String, String)>,
    /// Each compiled once; or why it cannot be.
    patterns: BTreeMap<String, Result<Pattern, String>>,
}

pub fn check(
    form: &mut Form,
    survey: &Sheet,
    choices: &Choices,
    instance_place: Option<Place>,
    faults: &mut Faults,
) {
    let double = name(form);
    let mut check =
        Check { form, choices, double, used_columns: BTreeSet::new(), patterns: BTreeMap::new() };
    for (id, item) in form.items.iter().enumerate().skip(1) {
        let id = ItemId::try_from(id).expect("their number is limited");
        check.item(id, item, survey, faults);
    }
    if let (Some(expression), Some(place)) = (&form.instance_name, &instance_place) {
        check.expression(0, &form.items[0], expression, Use::Other, place, faults);
    }
    check.choice_labels(faults);
    check.columns(faults);
    let patterns = std::mem::take(&mut check.patterns).into_iter();
    let patterns = patterns.filter_map(|(text, pattern)| Some((text, pattern.ok()?))).collect();
    match order::order(form) {
        Ok(ways) => form.ways = Ways { patterns, ..ways },
        Err(circle) => {
            let names: Vec<&str> = circle.iter().map(|id| &*form.item(*id).name).collect();
            let item = form.item(circle[0]);
            let says = format!(
                "the rules of {} look at each other in a circle: let one of them stand alone",
                names.join(" and ")
            );
            faults.add(survey.place(item.row, 0), says);
        }
    }
}

/// Gives the form its names; those that are there more than once may not be used.
fn name(form: &mut Form) -> BTreeSet<String> {
    let mut named = BTreeMap::new();
    let mut double = BTreeSet::new();
    for (id, item) in form.items.iter().enumerate().skip(1) {
        let id = ItemId::try_from(id).expect("their number is limited");
        if named.insert(item.name.clone(), id).is_some() {
            double.insert(item.name.clone());
        }
    }
    named.retain(|name, _| !double.contains(name));
    form.ways = order::ways_without_order(&named);
    double
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Calculation,
    Constraint,
    ChoiceFilter,
    Other,
}

impl Check<'_> {
    fn item(&mut self, id: ItemId, item: &Item, survey: &Sheet, faults: &mut Faults) {
        let default = match &item.default {
            Some(Default::Computed(expression)) => Some(expression),
            Some(Default::Fixed(_)) | None => None,
        };
        let rules = [
            ("relevant", item.relevant.as_ref(), Use::Other),
            ("required", item.required.as_ref(), Use::Other),
            ("constraint", item.constraint.as_ref(), Use::Constraint),
            ("calculation", item.calculation.as_ref(), Use::Calculation),
            ("choice_filter", item.choice_filter.as_ref(), Use::ChoiceFilter),
            ("default", default, Use::Other),
            ("readonly", item.readonly.as_ref(), Use::Other),
            ("repeat_count", item.repeat_count.as_ref(), Use::Other),
        ];
        for (column, expression, used) in rules {
            if let Some(expression) = expression {
                let place = place(survey, item.row, column);
                self.expression(id, item, expression, used, &place, faults);
            }
        }
        let texts = [
            ("label", &item.label),
            ("hint", &item.hint),
            ("guidance_hint", &item.guidance),
            ("required_message", &item.required_message),
            ("constraint_message", &item.constraint_message),
        ];
        for (column, text) in texts {
            self.text(item, text, &place(survey, item.row, column), faults);
        }
        self.list(item, survey, faults);
        let is_told = matches!(item.kind, Kind::Start | Kind::End | Kind::Today | Kind::DeviceId);
        if is_told && !item.repeats.is_empty() {
            let says = "it is the same in every turn of a repeat: put the row outside of it";
            faults.add(place(survey, item.row, "type"), says);
        }
        if item.kind == Kind::Repeat && item.repeat_count.is_none() && self.is_on_one_page(item) {
            let says = "a repeat on the page of a field-list cannot grow: count it by repeat_count";
            faults.add(place(survey, item.row, "repeat_count"), says);
        }
    }

    /// Whether a group around it is one page.
    fn is_on_one_page(&self, item: &Item) -> bool {
        let mut above = item.parent;
        while above != 0 {
            if self.form.item(above).is_one_page() {
                return true;
            }
            above = self.form.item(above).parent;
        }
        false
    }

    fn list(&self, item: &Item, survey: &Sheet, faults: &mut Faults) {
        let Some(list) = item.kind.list() else { return };
        let Some(choices) = self.form.choices.get(list) else {
            let says = format!("there is no list {list} in the sheet choices: add it");
            faults.add(place(survey, item.row, "type"), says);
            return;
        };
        if let Some(Default::Fixed(Value::Text(names))) = &item.default {
            for name in names.split_whitespace() {
                if !choices.iter().any(|choice| choice.name == name) {
                    let says = format!("{name} is no choice of {list}: write one of its names");
                    faults.add(place(survey, item.row, "default"), says);
                }
            }
        }
    }

    fn expression(
        &mut self,
        id: ItemId,
        item: &Item,
        expression: &Expression,
        used: Use,
        place: &Place,
        faults: &mut Faults,
    ) {
        let mut says = Vec::new();
        self.names(id, item, expression, false, &mut says);
        self.own(item, expression, used, &mut says);
        let mut calls = Vec::new();
        expression.walk(&mut |each| {
            if let Expression::Call(function, arguments) = each {
                calls.push((*function, arguments));
            }
            if let Expression::Column(name) = each {
                self.column(item, name, used, &mut says);
            }
        });
        for (function, arguments) in calls {
            says.extend(match function {
                Function::Regex => self.pattern(&arguments[1]),
                _ => self.call(item, function, arguments),
            });
        }
        for each in says {
            faults.add(place.clone(), each);
        }
    }

    /// Why the pattern of a regex() is none.
    fn pattern(&mut self, expression: &Expression) -> Option<String> {
        let Expression::Text(text) = expression else {
            let says = "the pattern of regex() must stand in quotation marks, so that it can be \
                        checked: write it there";
            return Some(says.to_owned());
        };
        if !self.patterns.contains_key(text) {
            if self.patterns.len() >= PATTERNS_MAX {
                return Some(format!(
                    "a form has at most {PATTERNS_MAX} different patterns of regex(): write one \
                     that is there already, or divide the form"
                ));
            }
            self.patterns.insert(text.clone(), Pattern::new(text));
        }
        let told = self.patterns.get(text)?.as_ref().err()?;
        Some(format!("the pattern {text} cannot be used: {told}; write it more simply"))
    }

    fn column(&mut self, item: &Item, name: &str, used: Use, says: &mut Vec<String>) {
        let list = item.kind.list().filter(|_| used == Use::ChoiceFilter);
        let Some(list) = list else {
            says.push(format!("{name} is no value: write ${{{name}}}, or '{name}' for a text"));
            return;
        };
        if !self.choices.columns.contains_key(name) && name != "name" {
            says.push(format!("the sheet choices has no column {name}: add it"));
        }
        self.used_columns.insert((list.to_owned(), name.to_owned()));
    }

    /// Names exist, once, and are one value from here unless a function takes many.
    fn names(
        &self,
        id: ItemId,
        item: &Item,
        expression: &Expression,
        many: bool,
        says: &mut Vec<String>,
    ) {
        match expression {
            Expression::Answer(name) => match self.target(name) {
                Err(because) => says.push(because),
                Ok(target) => {
                    let target = self.form.item(target);
                    if !many && target.kind.is_group() {
                        says.push(format!("{name} is a group and has no answer: name a question"));
                    } else if !many && !self.is_one_from(id, item, target) {
                        says.push(format!(
                            "{name} is asked in a repeat and has many answers here: write \
                             sum(), join(), another function of many, or indexed-repeat()"
                        ));
                    }
                }
            },
            Expression::Negated(inner) => self.names(id, item, inner, false, says),
            Expression::Binary(_, left, right) => {
                self.names(id, item, left, false, says);
                self.names(id, item, right, false, says);
            }
            Expression::Call(function, arguments) => {
                for (place, argument) in arguments.iter().enumerate() {
                    let is_name = match function {
                        Function::IndexedRepeat => place == 0 || place % 2 == 1,
                        Function::ChoiceName => place == 1,
                        _ => false,
                    };
                    let many = is_name || function.takes_many();
                    self.names(id, item, argument, many, says);
                }
            }
            _ => {}
        }
    }

    fn target(&self, name: &str) -> Result<ItemId, String> {
        if self.double.contains(name) {
            return Err(format!("{name} is the name of two questions: give one another name"));
        }
        self.form
            .named(name)
            .ok_or_else(|| format!("there is no question {name}: write the name of one"))
    }

    /// Whether all repeats around the target are around this item too.
    fn is_one_from(&self, id: ItemId, item: &Item, target: &Item) -> bool {
        let mut here = item.repeats.clone();
        if item.kind == Kind::Repeat {
            here.push(id);
        }
        here.starts_with(&target.repeats)
    }

    /// What looks at its own answer, and may not.
    fn own(&self, item: &Item, expression: &Expression, used: Use, says: &mut Vec<String>) {
        let mut looks = false;
        expression.walk(&mut |each| {
            looks |= *each == Expression::Here
                || matches!(each, Expression::Answer(name) if *name == item.name);
        });
        if looks && used != Use::Constraint {
            says.push(
                "only a constraint may look at the question's own answer: name another question"
                    .to_owned(),
            );
        }
    }

    fn call(&self, item: &Item, function: Function, arguments: &[Expression]) -> Option<String> {
        match function {
            Function::FormatDate | Function::FormatDateTime => match &arguments[1] {
                Expression::Text(format) => {
                    let day = chrono::NaiveDateTime::default();
                    format_moment(day, format).err().map(|says| format!("{says}: write %d/%m/%Y"))
                }
                _ => Some("the format of a date must stand in quotation marks".to_owned()),
            },
            Function::Digest => match &arguments[1] {
                Expression::Text(kind) if kind.starts_with("SHA-") => None,
                other => Some(format!("{other} is no digest that is made: write 'SHA-256'")),
            },
            Function::Position => match arguments[0] {
                Expression::Above(levels) => self.position(item, levels),
                _ => Some("position() counts the turns of a repeat: write position(..)".to_owned()),
            },
            Function::IndexedRepeat => self.indexed_repeat(arguments),
            Function::ChoiceName => {
                let name = arguments[1].quoted_name();
                let list = name.and_then(|name| self.form.named(name));
                let list = list.and_then(|id| self.form.item(id).kind.list());
                match list {
                    Some(_) => None,
                    None => Some(format!(
                        "jr:choice-name() needs '${{question}}' of a select question, not {}",
                        arguments[1]
                    )),
                }
            }
            Function::Count | Function::CountNonEmpty | Function::Sum => match &arguments[0] {
                Expression::Answer(_) => None,
                other => Some(format!(
                    "{}() counts answers: write ${{name}} for {other}",
                    function.name()
                )),
            },
            _ => None,
        }
    }

    /// The group so many levels above must be a repeat.
    fn position(&self, item: &Item, levels: u8) -> Option<String> {
        let mut above = item.parent;
        for _ in 1..levels {
            above = self.form.item(above).parent;
        }
        match self.form.item(above).kind == Kind::Repeat {
            true => None,
            false => Some(
                "position(..) counts the turns of a repeat, and what stands above is none: \
                 write ../ once for each group between"
                    .to_owned(),
            ),
        }
    }

    fn indexed_repeat(&self, arguments: &[Expression]) -> Option<String> {
        let id_of = |expression: &Expression| match expression {
            Expression::Answer(name) => self.form.named(name),
            _ => None,
        };
        let target = id_of(&arguments[0]).map(|id| self.form.item(id))?;
        for argument in arguments.iter().skip(1).step_by(2) {
            let repeat = id_of(argument).filter(|id| target.repeats.contains(id));
            if repeat.is_none() {
                return Some(format!(
                    "{argument} is no repeat around {}: name the repeat that it is asked in",
                    target.name
                ));
            }
        }
        None
    }

    fn text(&self, item: &Item, text: &Text, place: &Place, faults: &mut Faults) {
        let parts = text.0.values().flatten();
        let names: BTreeSet<&str> = parts
            .filter_map(|part| match part {
                Part::Answer(name) => Some(name.as_str()),
                Part::Words(_) => None,
            })
            .collect();
        for name in names {
            let mut says = Vec::new();
            let id = self.form.named(&item.name).unwrap_or(0);
            self.names(id, item, &Expression::Answer(name.to_owned()), false, &mut says);
            for each in says {
                faults.add(place.clone(), each);
            }
        }
    }

    fn choice_labels(&self, faults: &mut Faults) {
        for read in self.choices.lists.values().flatten() {
            let mut parts = read.choice.label.0.values().flatten();
            if parts.any(|part| matches!(part, Part::Answer(_))) {
                let says = "the label of a choice cannot show an answer: write words";
                faults.add(read.place.clone(), says);
            }
        }
    }

    /// A column that no choice_filter looks at would be skipped in silence.
    fn columns(&self, faults: &mut Faults) {
        for (name, place) in &self.choices.columns {
            if !self.used_columns.iter().any(|(_, used)| used == name) {
                let says = format!("no choice_filter looks at the column {name}: take it out");
                faults.add(place.clone(), says);
            }
        }
    }
}

/// The cell of a row under that header, in whatever language comes first.
fn place(survey: &Sheet, row: usize, column: &str) -> Place {
    let headers = survey.rows.first().map(Vec::as_slice).unwrap_or_default();
    let at = headers.iter().position(|header| {
        let name = header.split("::").next().unwrap_or_default().trim().to_lowercase();
        name == column || (column == "relevant" && name == "relevance")
    });
    survey.place(row, at.unwrap_or(0))
}
