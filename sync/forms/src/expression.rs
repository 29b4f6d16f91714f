//! What stands in the columns relevant, constraint, calculation, choice_filter and others: the part
//! of XPath 1.0 that XLSForm documents, with ODK's own functions. An expression is read whole or
//! not at all, and its size and depth are limited, so that no form can hang or overflow a device.

mod decimal;
mod eval;
mod function;
mod moment;
mod parse;
mod pattern;
mod print;
mod strings;
#[cfg(test)]
mod tests;
mod token;
mod value;

pub use eval::{EvaluationFault, STEPS_MAX, Scope, Steps, evaluate};
pub use function::Function;
pub use moment::{Clock, format_moment, parse_date, parse_date_time, parse_time};
pub use pattern::{PATTERN_CHARACTERS_MAX, Pattern};
pub(crate) use token::is_name;
pub use value::Value;

/// The longest expression that is read. The longest of pyxform's examples has some 1,500.
pub const EXPRESSION_CHARACTERS_MAX: usize = 8_192;
/// How deep an expression may be nested; a chain of one operator counts too, one a link.
pub const DEPTH_MAX: usize = 200;

/// An expression that was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// Never negative: a minus is `Negated`.
    Number(f64),
    Text(String),
    /// `${name}`: the answer to the question of that name.
    Answer(String),
    /// A bare name: a column of the choices sheet. Only a choice_filter may use it.
    Column(String),
    /// `.`: the answer to the question itself.
    Here,
    /// `..`, `../..`: the group that many levels above.
    Above(u8),
    Negated(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    Call(Function, Vec<Expression>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    More,
    MoreOrEqual,
    Plus,
    Minus,
    Times,
    Divide,
    Modulo,
}

impl Operator {
    /// How strongly it binds: `or` least.
    fn strength(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Equal | Operator::Unequal => 3,
            Operator::Less | Operator::LessOrEqual | Operator::More | Operator::MoreOrEqual => 4,
            Operator::Plus | Operator::Minus => 5,
            Operator::Times | Operator::Divide | Operator::Modulo => 6,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Operator::Or => "or",
            Operator::And => "and",
            Operator::Equal => "=",
            Operator::Unequal => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::More => ">",
            Operator::MoreOrEqual => ">=",
            Operator::Plus => "+",
            Operator::Minus => "-",
            Operator::Times => "*",
            Operator::Divide => "div",
            Operator::Modulo => "mod",
        }
    }
}

/// Why a text is no expression: a whole sentence, and the character (from 1) where it went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{says} (character {at})")]
pub struct ExpressionFault {
    pub at: usize,
    pub says: String,
}

impl Expression {
    pub fn parse(text: &str) -> Result<Expression, ExpressionFault> {
        parse::parse(text)
    }

    /// Each expression in it, itself first.
    pub fn walk<'e>(&'e self, see: &mut dyn FnMut(&'e Expression)) {
        see(self);
        match self {
            Expression::Negated(inner) => inner.walk(see),
            Expression::Binary(_, left, right) => {
                left.walk(see);
                right.walk(see);
            }
            Expression::Call(_, arguments) => {
                for argument in arguments {
                    argument.walk(see);
                }
            }
            Expression::Number(_)
            | Expression::Text(_)
            | Expression::Answer(_)
            | Expression::Column(_)
            | Expression::Here
            | Expression::Above(_) => {}
        }
    }

    /// The question that `jr:choice-name(…, '${question}')` names.
    pub fn quoted_name(&self) -> Option<&str> {
        match self {
            Expression::Text(text) => text.strip_prefix("${")?.strip_suffix('}'),
            Expression::Answer(name) => Some(name),
            _ => None,
        }
    }
}
