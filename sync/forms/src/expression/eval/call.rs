//! The functions, one arm each.

use super::digest::digest;
use super::{EvaluationFault, Expression, Scope, Steps, TEXT_BYTES_MAX, evaluate};
use crate::expression::function::Function;
use crate::expression::moment::{
    Clock, date_after, decimal_days, decimal_time, format_moment, moment_after, parse_date_time,
};
use crate::expression::pattern::Pattern;
use crate::expression::value::Value;
use crate::expression::{decimal, strings};

pub struct Call<'c> {
    pub function: Function,
    pub arguments: &'c [Expression],
    pub scope: &'c dyn Scope,
    pub clock: Clock,
}

/// A pattern is compiled in about the time of so many steps.
const COMPILING_STEPS: usize = 1_000;

type Outcome = Result<Value, EvaluationFault>;

impl Call<'_> {
    pub fn value(&self, steps: &mut Steps) -> Outcome {
        use Function::*;
        match self.function {
            If | Coalesce | Once | Not | Boolean | BooleanFromString | True | False | Checklist
            | WeightedChecklist => self.logic(steps),
            Selected | SelectedAt | CountSelected | ChoiceName | Position | IndexedRepeat
            | Count | CountNonEmpty | Sum | Min | Max => self.answers(steps),
            String | StringLength | Substr | SubstringBefore | SubstringAfter | Contains
            | StartsWith | EndsWith | Concat | Join | NormalizeSpace | Translate | Regex
            | Digest | Uuid => self.text_function(steps),
            Number | Int | Round | Abs | Pow | Sqrt | Random => self.number_function(steps),
            Today | Now | Date | DateTime | DecimalDateTime | DecimalTime | FormatDate
            | FormatDateTime => self.date_function(steps),
        }
    }

    fn argument(&self, place: usize, steps: &mut Steps) -> Outcome {
        match self.arguments.get(place) {
            Some(argument) => evaluate(argument, self.scope, steps),
            None => Ok(self.scope.here()),
        }
    }

    fn text(&self, place: usize, steps: &mut Steps) -> Result<String, EvaluationFault> {
        Ok(self.argument(place, steps)?.text(&self.clock))
    }

    fn number(&self, place: usize, steps: &mut Steps) -> Result<f64, EvaluationFault> {
        Ok(self.argument(place, steps)?.number())
    }

    /// The values from one argument on, all answers of a question that is asked in a repeat.
    fn values(&self, from: usize, steps: &mut Steps) -> Result<Vec<Value>, EvaluationFault> {
        let mut values = Vec::new();
        for argument in self.arguments.iter().skip(from) {
            match argument {
                Expression::Answer(name) => values.extend(self.scope.answers(name, steps)?),
                other => {
                    let value = evaluate(other, self.scope, steps)?;
                    steps.take_value(&value)?;
                    values.push(value);
                }
            }
        }
        Ok(values)
    }

    fn logic(&self, steps: &mut Steps) -> Outcome {
        let truth = match self.function {
            Function::If => {
                let place = if self.argument(0, steps)?.truth() { 1 } else { 2 };
                return self.argument(place, steps);
            }
            Function::Coalesce => {
                let first = self.argument(0, steps)?;
                return if first.is_empty() { self.argument(1, steps) } else { Ok(first) };
            }
            Function::Once => {
                let here = self.scope.here();
                return if here.is_empty() { self.argument(0, steps) } else { Ok(here) };
            }
            Function::True => true,
            Function::False => false,
            Function::Not => !self.argument(0, steps)?.truth(),
            Function::BooleanFromString => {
                let text = self.text(0, steps)?;
                text.eq_ignore_ascii_case("true") || text == "1"
            }
            Function::Checklist => self.checklist(steps)?,
            Function::WeightedChecklist => self.weighted_checklist(steps)?,
            _ => self.argument(0, steps)?.truth(),
        };
        Ok(Value::Truth(truth))
    }

    fn checklist(&self, steps: &mut Steps) -> Result<bool, EvaluationFault> {
        let (least, most) = (self.number(0, steps)?, self.number(1, steps)?);
        let held = self.values(2, steps)?.iter().filter(|value| value.truth()).count();
        let held = f64::from(u32::try_from(held).unwrap_or(u32::MAX));
        Ok((least < 0.0 || held >= least) && (most < 0.0 || held <= most))
    }

    fn weighted_checklist(&self, steps: &mut Steps) -> Result<bool, EvaluationFault> {
        let (least, most) = (self.number(0, steps)?, self.number(1, steps)?);
        let mut sum = 0.0;
        for place in (2..self.arguments.len()).step_by(2) {
            if self.argument(place, steps)?.truth() {
                sum += self.number(place + 1, steps)?;
            }
        }
        Ok(sum >= least && sum <= most)
    }

    fn answers(&self, steps: &mut Steps) -> Outcome {
        match self.function {
            Function::Selected => {
                let (answer, choice) = (self.text(0, steps)?, self.text(1, steps)?);
                let choice = choice.trim();
                Ok(Value::Truth(strings::selected(&answer).any(|each| each == choice)))
            }
            Function::SelectedAt => {
                let answer = self.text(0, steps)?;
                let place = self.number(1, steps)?.trunc();
                let found = strings::selected(&answer)
                    .zip(0_u32..)
                    .find(|(_, at)| f64::from(*at) == place)
                    .map(|(choice, _)| choice.to_owned());
                Ok(Value::Text(found.unwrap_or_default()))
            }
            Function::CountSelected => {
                let answer = self.text(0, steps)?;
                Ok(count(strings::selected(&answer).count()))
            }
            Function::ChoiceName => {
                let choice = self.text(0, steps)?;
                let question = self.arguments[1].quoted_name().unwrap_or_default();
                Ok(Value::Text(self.scope.choice_label(question, &choice)))
            }
            Function::Position => match self.arguments[0] {
                Expression::Above(levels) => Ok(count(self.scope.position(levels))),
                _ => Ok(count(1)),
            },
            Function::IndexedRepeat => self.indexed_repeat(steps),
            _ => self.many(steps),
        }
    }

    fn indexed_repeat(&self, steps: &mut Steps) -> Outcome {
        let name = |expression: &Expression| match expression {
            Expression::Answer(name) => Ok(name.clone()),
            other => Err(EvaluationFault::Wrong(format!("{other} is no question or repeat"))),
        };
        let question = name(&self.arguments[0])?;
        let mut turns = Vec::new();
        for place in (1..self.arguments.len()).step_by(2) {
            let turn = self.number(place + 1, steps)?.trunc();
            // Below 1 there is no turn: ODK takes the first, and what is no number for 0.
            let turn = if turn >= 1.0 { turn } else { 1.0 };
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "at least 1; beyond all turns it saturates, and there is no answer"
            )]
            turns.push((name(&self.arguments[place])?, turn as usize));
        }
        let turns: Vec<(&str, usize)> = turns.iter().map(|(name, turn)| (&**name, *turn)).collect();
        Ok(self.scope.in_turns(&question, &turns))
    }

    /// Of no number at all, min() and max() are no number; empty answers do not count.
    fn many(&self, steps: &mut Steps) -> Outcome {
        let values = self.values(0, steps)?;
        let numbers = values.iter().map(Value::number).filter(|number| !number.is_nan());
        Ok(match self.function {
            Function::Count => count(values.len()),
            Function::CountNonEmpty => {
                count(values.iter().filter(|value| !value.text(&self.clock).is_empty()).count())
            }
            Function::Sum => Value::Number(numbers.fold(0.0, |sum, number| sum + number)),
            Function::Min => Value::Number(numbers.reduce(f64::min).unwrap_or(f64::NAN)),
            _ => Value::Number(numbers.reduce(f64::max).unwrap_or(f64::NAN)),
        })
    }

    fn text_function(&self, steps: &mut Steps) -> Outcome {
        if matches!(self.function, Function::Concat | Function::Join) {
            return self.joined(steps);
        }
        if self.function == Function::Uuid {
            return Ok(Value::Text(uuid(self.scope.chance())));
        }
        let text = self.text(0, steps)?;
        steps.take_text(&text)?;
        let value = match self.function {
            Function::StringLength => return Ok(count(text.chars().count())),
            Function::NormalizeSpace => strings::normalized(&text),
            Function::Substr => {
                let end =
                    if self.arguments.len() == 3 { Some(self.number(2, steps)?) } else { None };
                strings::substr(&text, self.number(1, steps)?, end)
            }
            Function::Translate => {
                let (from, to) = (self.text(1, steps)?, self.text(2, steps)?);
                steps.take(text.len().saturating_mul(from.len()) / 16)?;
                strings::translate(&text, &from, &to)
            }
            Function::SubstringBefore => {
                let other = self.text(1, steps)?;
                text.split_once(&other).map(|(before, _)| before.to_owned()).unwrap_or_default()
            }
            Function::SubstringAfter => {
                let other = self.text(1, steps)?;
                text.split_once(&other).map(|(_, after)| after.to_owned()).unwrap_or_default()
            }
            Function::Contains => return self.holds(steps, |other| text.contains(other)),
            Function::StartsWith => return self.holds(steps, |other| text.starts_with(other)),
            Function::EndsWith => return self.holds(steps, |other| text.ends_with(other)),
            Function::Regex => {
                return self.fits(&text, steps);
            }
            Function::Digest => {
                let kind = self.text(1, steps)?;
                let hex = self.arguments.len() == 3 && self.text(2, steps)? == "hex";
                digest(&text, &kind, hex).map_err(EvaluationFault::Wrong)?
            }
            _ => text,
        };
        Ok(Value::Text(value))
    }

    fn fits(&self, text: &str, steps: &mut Steps) -> Outcome {
        let wanted = self.text(1, steps)?;
        // The time of a match grows with both.
        steps.take(text.len().saturating_mul(wanted.len()) / 16)?;
        let pattern = match self.scope.pattern(&wanted) {
            Some(pattern) => pattern,
            None => {
                steps.take(COMPILING_STEPS)?;
                Pattern::new(&wanted).map_err(EvaluationFault::Wrong)?
            }
        };
        Ok(Value::Truth(pattern.fits(text)))
    }

    fn holds(&self, steps: &mut Steps, holds: impl Fn(&str) -> bool) -> Outcome {
        Ok(Value::Truth(holds(&self.text(1, steps)?)))
    }

    fn joined(&self, steps: &mut Steps) -> Outcome {
        let is_join = self.function == Function::Join;
        let between = if is_join { self.text(0, steps)? } else { String::new() };
        let mut text = String::new();
        for (place, value) in self.values(usize::from(is_join), steps)?.iter().enumerate() {
            if place > 0 {
                text.push_str(&between);
            }
            text.push_str(&value.text(&self.clock));
            if text.len() > TEXT_BYTES_MAX {
                return Err(EvaluationFault::TextTooLong);
            }
        }
        steps.take_text(&text)?;
        Ok(Value::Text(text))
    }

    fn number_function(&self, steps: &mut Steps) -> Outcome {
        if self.function == Function::Random {
            let [a, b, c, d, e, f, g, ..] = self.scope.chance();
            let bits = u64::from_be_bytes([0, a, b, c, d, e, f, g]) >> 3;
            #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
            let number = bits as f64 / (1_u64 << 53) as f64;
            return Ok(Value::Number(number));
        }
        let number = self.number(0, steps)?;
        Ok(Value::Number(match self.function {
            Function::Int => number.trunc(),
            Function::Abs => number.abs(),
            Function::Sqrt => number.sqrt(),
            Function::Pow => number.powf(self.number(1, steps)?),
            Function::Round => {
                let places = if self.arguments.len() == 2 { self.number(1, steps)? } else { 0.0 };
                decimal::round(number, places)
            }
            _ => number,
        }))
    }

    fn date_function(&self, steps: &mut Steps) -> Outcome {
        match self.function {
            Function::Today => return Ok(Value::Date(self.clock.now.date())),
            Function::Now => return Ok(Value::DateTime(self.clock.now)),
            _ => {}
        }
        let value = self.argument(0, steps)?;
        if value.is_empty() {
            return Ok(match self.function {
                Function::FormatDate | Function::FormatDateTime => Value::empty(),
                _ => value,
            });
        }
        if let (Function::DecimalTime, Value::Time(time)) = (self.function, &value) {
            return Ok(Value::Number(decimal_time(*time)));
        }
        let moment = self.moment(&value)?;
        Ok(match self.function {
            Function::Date => Value::Date(moment.date()),
            Function::DateTime => Value::DateTime(moment),
            Function::DecimalDateTime => match value {
                Value::Number(number) => Value::Number(number),
                _ => Value::Number(decimal_days(moment, &self.clock)),
            },
            Function::DecimalTime => Value::Number(decimal_time(moment.time())),
            _ => {
                let format = self.text(1, steps)?;
                Value::Text(format_moment(moment, &format).map_err(EvaluationFault::Wrong)?)
            }
        })
    }

    fn moment(&self, value: &Value) -> Result<chrono::NaiveDateTime, EvaluationFault> {
        let found = match value {
            Value::Date(date) => Some(date.and_time(chrono::NaiveTime::MIN)),
            Value::DateTime(moment) => Some(*moment),
            Value::Text(text) => parse_date_time(text, &self.clock),
            Value::Number(days) if self.function == Function::Date => {
                date_after(*days).map(|date| date.and_time(chrono::NaiveTime::MIN))
            }
            Value::Number(days) => moment_after(*days, &self.clock),
            Value::Time(time) => Some(self.clock.now.date().and_time(*time)),
            Value::Truth(_) => None,
        };
        found.ok_or_else(|| EvaluationFault::NoDate(value.text(&self.clock)))
    }
}

fn count(number: usize) -> Value {
    Value::Number(f64::from(u32::try_from(number).unwrap_or(u32::MAX)))
}

/// RFC 9562, version 4.
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}
