//! What is said to the person: labels, choices, and what is wrong with an answer.

use super::spot::{Spot, key};
use super::view::View;
use super::{Filling, pages};
use crate::expression::{EvaluationFault, Expression, STEPS_MAX, Scope, Steps, Value, evaluate};
use crate::form::{Choice, Part, Text};

/// What is wrong with an answer. The screen has a sentence of its own where the form has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Complaint {
    /// It is required and not there.
    Required,
    /// Its constraint does not hold.
    Constraint,
    /// A rule of the form could not be evaluated: staff must be told.
    Broken(String),
}

/// Words alone, without answers.
pub fn words(parts: &[Part]) -> String {
    let words = parts.iter().filter_map(|part| match part {
        Part::Words(words) => Some(words.as_str()),
        Part::Answer(_) => None,
    });
    words.collect()
}

impl Filling {
    /// What is wrong at a spot, if anything is.
    pub fn complaint(&self, spot: &Spot) -> Option<Complaint> {
        self.complaint_within(spot, &mut Steps::new(STEPS_MAX))
    }

    pub(super) fn complaint_within(&self, spot: &Spot, steps: &mut Steps) -> Option<Complaint> {
        if !self.is_relevant(spot) {
            return None;
        }
        let item = self.form.item(spot.item);
        let (rule, complaint, wrong) = match self.value(spot).is_empty() {
            true => (item.required.as_ref()?, Complaint::Required, true),
            false => (item.constraint.as_ref()?, Complaint::Constraint, false),
        };
        match self.holds(rule, spot, None, steps) {
            Ok(holds) => (holds == wrong).then_some(complaint),
            Err(fault) => Some(Complaint::Broken(format!("{rule}: {fault}"))),
        }
    }

    /// The form's own words for a complaint, in that language.
    pub fn complaint_text(
        &self,
        spot: &Spot,
        complaint: &Complaint,
        language: &str,
    ) -> Option<String> {
        let item = self.form.item(spot.item);
        match complaint {
            Complaint::Required => self.say(&item.required_message, spot, language),
            Complaint::Constraint => self.say(&item.constraint_message, spot, language),
            Complaint::Broken(_) => None,
        }
    }

    pub fn label(&self, spot: &Spot, language: &str) -> Option<String> {
        self.say(&self.form.item(spot.item).label, spot, language)
    }

    pub fn hint(&self, spot: &Spot, language: &str) -> Option<String> {
        self.say(&self.form.item(spot.item).hint, spot, language)
    }

    /// What one of the choices at a spot is called, in that language; its name where there is no
    /// text.
    pub fn choice_label(&self, choice: &Choice, spot: &Spot, language: &str) -> String {
        self.say(&choice.label, spot, language).unwrap_or_else(|| choice.name.clone())
    }

    pub fn is_required(&self, spot: &Spot) -> bool {
        let rule = self.form.item(spot.item).required.as_ref();
        let mut steps = Steps::new(STEPS_MAX);
        rule.is_some_and(|rule| self.holds(rule, spot, None, &mut steps).unwrap_or(true))
    }

    pub fn is_readonly(&self, spot: &Spot) -> bool {
        let item = self.form.item(spot.item);
        let mut steps = Steps::new(STEPS_MAX);
        let mut holds = |rule| self.holds(rule, spot, None, &mut steps) != Ok(false);
        item.calculation.is_some() || item.readonly.as_ref().is_some_and(&mut holds)
    }

    /// What may be chosen at a spot now. A filter that cannot be evaluated holds nothing back.
    pub fn choices(&self, spot: &Spot) -> Vec<&Choice> {
        self.offered(spot, &mut Steps::new(STEPS_MAX)).0
    }

    /// What may be chosen, and why the filter could not be evaluated, if it could not.
    pub(super) fn offered(&self, spot: &Spot, steps: &mut Steps) -> (Vec<&Choice>, Option<String>) {
        let item = self.form.item(spot.item);
        let list = item.kind.list().and_then(|list| self.form.choices.get(list));
        let all = list.map(Vec::as_slice).unwrap_or_default().iter();
        let Some(filter) = &item.choice_filter else { return (all.collect(), None) };
        let mut says = None;
        let mut is_offered = |choice: &Choice| {
            self.holds(filter, spot, Some(choice), steps).unwrap_or_else(|fault| {
                says.get_or_insert_with(|| format!("{filter}: {fault}"));
                true
            })
        };
        let offered = all.filter(|choice| is_offered(choice)).collect();
        (offered, says)
    }

    /// Everything that is wrong or missing, in the order of the form; also where nobody is asked
    /// and a rule could not be evaluated, and of the whole form (item 0).
    pub fn complaints(&self) -> Vec<(Spot, Complaint)> {
        let mut spots = pages::shown(self);
        spots.retain(|spot| !self.irrelevant.contains(spot));
        let mut steps = Steps::new(STEPS_MAX);
        let found = spots.into_iter().map(|spot| {
            let complaint = self.complaint_within(&spot, &mut steps);
            (spot, complaint)
        });
        let found = found.filter_map(|(spot, complaint)| Some((spot, complaint?)));
        let mut all: Vec<(Spot, Complaint)> = found.collect();
        all.extend(self.broken());
        all.sort_by_cached_key(|(spot, _)| key(&self.form, spot));
        all
    }

    /// What any expression comes to, seen from a spot.
    pub fn look(&self, expression: &Expression, spot: &Spot) -> Result<Value, EvaluationFault> {
        let view =
            View { filling: self, spot, choice: None, language: &self.form.default_language };
        evaluate(expression, &view, &mut Steps::new(STEPS_MAX))
    }

    fn holds(
        &self,
        rule: &Expression,
        spot: &Spot,
        choice: Option<&Choice>,
        steps: &mut Steps,
    ) -> Result<bool, EvaluationFault> {
        let view = View { filling: self, spot, choice, language: &self.form.default_language };
        Ok(evaluate(rule, &view, steps)?.truth())
    }

    /// A text with the answers that it names. The label of a choice stays its name, as in ODK:
    /// jr:choice-name() is there for those who want it.
    pub(super) fn say(&self, text: &Text, spot: &Spot, language: &str) -> Option<String> {
        let parts = text.in_language(language, &self.form.default_language)?;
        let view = View { filling: self, spot, choice: None, language };
        let mut steps = Steps::new(STEPS_MAX);
        let said = parts.iter().map(|part| match part {
            Part::Words(words) => words.clone(),
            Part::Answer(name) => {
                let first = view.answers(name, &mut steps).unwrap_or_default().into_iter().next();
                first.unwrap_or_else(Value::empty).text(&self.clock)
            }
        });
        Some(said.collect())
    }
}
