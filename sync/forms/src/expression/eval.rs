//! What an expression comes to, seen from one question of a filling.

mod call;
mod digest;

use super::moment::Clock;
use super::pattern::Pattern;
use super::value::Value;
use super::{Expression, Operator};

/// The most steps of one task (an answer and all that follows from it): one a value or function,
/// one an answer that is looked up. Hostile forms end here instead of hanging.
pub const STEPS_MAX: u32 = 2_000_000;

/// The longest text that a function may make, in bytes.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;

/// What an expression may ask of the filling around it.
pub trait Scope {
    /// The answers to a question that are seen from here: one, or one a turn of a repeat that is
    /// not around this place. Of a group or repeat, one empty text a turn. Takes a step for each
    /// place that it looks at, and those of the texts, before it has any.
    fn answers(&self, name: &str, steps: &mut Steps) -> Result<Vec<Value>, EvaluationFault>;
    /// The question's own answer.
    fn here(&self) -> Value;
    /// Which turn of its repeat, from 1, the group is so many levels above.
    fn position(&self, levels: u8) -> usize;
    /// The answer to a question in these turns, from 1, of the repeats of these names.
    fn in_turns(&self, name: &str, turns: &[(&str, usize)]) -> Value;
    /// The label of a choice of that question, in the person's language.
    fn choice_label(&self, question: &str, choice: &str) -> String;
    /// A column of the choice that a choice_filter looks at.
    fn column(&self, name: &str) -> Value;
    /// A pattern of regex() that was compiled before; none makes it be compiled anew.
    fn pattern(&self, text: &str) -> Option<Pattern>;
    fn clock(&self) -> Clock;
    /// Sixteen bytes of chance, others at every call.
    fn chance(&self) -> [u8; 16];
}

/// Why an expression has no value, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluationFault {
    #[error("it would take too long on a device")]
    TooLong,
    #[error("it makes a text that is too long")]
    TextTooLong,
    #[error("{0:?} is no date")]
    NoDate(String),
    #[error("{0}")]
    Wrong(String),
}

/// How many steps are left.
#[derive(Debug)]
pub struct Steps(u32);

impl Steps {
    pub fn new(most: u32) -> Steps {
        Steps(most)
    }

    /// What is refused uses up the rest: a task that is too long ends, and does not go on with
    /// whatever is cheaper.
    pub fn take(&mut self, count: usize) -> Result<(), EvaluationFault> {
        let left = u32::try_from(count).ok().and_then(|count| self.0.checked_sub(count));
        self.0 = left.unwrap_or(0);
        left.map(|_| ()).ok_or(EvaluationFault::TooLong)
    }

    /// A text is one step for each sixteen bytes, so that memory is limited by the steps as well.
    pub fn take_text(&mut self, text: &str) -> Result<(), EvaluationFault> {
        self.take(text.len() / 16)
    }

    pub fn take_value(&mut self, value: &Value) -> Result<(), EvaluationFault> {
        self.take(1)?;
        match value {
            Value::Text(text) => self.take_text(text),
            _ => Ok(()),
        }
    }
}

/// Deep expressions are refused by the parser, so that this cannot overflow the stack.
pub fn evaluate(
    expression: &Expression,
    scope: &dyn Scope,
    steps: &mut Steps,
) -> Result<Value, EvaluationFault> {
    steps.take(1)?;
    match expression {
        Expression::Number(number) => Ok(Value::Number(*number)),
        Expression::Text(text) => Ok(Value::Text(text.clone())),
        Expression::Answer(name) => {
            let answers = scope.answers(name, steps)?;
            Ok(answers.into_iter().next().unwrap_or_else(Value::empty))
        }
        Expression::Column(name) => Ok(scope.column(name)),
        Expression::Here => Ok(scope.here()),
        Expression::Above(_) => Ok(Value::empty()),
        Expression::Negated(inner) => Ok(Value::Number(-evaluate(inner, scope, steps)?.number())),
        Expression::Binary(operator, left, right) => binary(*operator, left, right, scope, steps),
        Expression::Call(function, arguments) => {
            call::Call { function: *function, arguments, scope, clock: scope.clock() }.value(steps)
        }
    }
}

fn binary(
    operator: Operator,
    left: &Expression,
    right: &Expression,
    scope: &dyn Scope,
    steps: &mut Steps,
) -> Result<Value, EvaluationFault> {
    let left = evaluate(left, scope, steps)?;
    match operator {
        Operator::Or if left.truth() => return Ok(Value::Truth(true)),
        Operator::And if !left.truth() => return Ok(Value::Truth(false)),
        _ => {}
    }
    let right = evaluate(right, scope, steps)?;
    let (one, other) = (left.number(), right.number());
    Ok(match operator {
        Operator::Or | Operator::And => Value::Truth(right.truth()),
        Operator::Equal => Value::Truth(left.equals(&right, &scope.clock())),
        Operator::Unequal => Value::Truth(!left.equals(&right, &scope.clock())),
        Operator::Less => Value::Truth(one < other),
        Operator::LessOrEqual => Value::Truth(one <= other),
        Operator::More => Value::Truth(one > other),
        Operator::MoreOrEqual => Value::Truth(one >= other),
        Operator::Plus => Value::Number(one + other),
        Operator::Minus => Value::Number(one - other),
        Operator::Times => Value::Number(one * other),
        Operator::Divide => Value::Number(one / other),
        Operator::Modulo => Value::Number(one % other),
    })
}
