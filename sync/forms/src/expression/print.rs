//! An expression as text again, with no bracket more than it needs.

use std::fmt;

use super::Expression;

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expression::Number(value) => write!(f, "{value}"),
            Expression::Text(text) if text.contains('\'') => write!(f, "\"{text}\""),
            Expression::Text(text) => write!(f, "'{text}'"),
            Expression::Answer(name) => write!(f, "${{{name}}}"),
            Expression::Column(name) => f.write_str(name),
            Expression::Here => f.write_str("."),
            Expression::Above(levels) => {
                f.write_str("..")?;
                (1..*levels).try_for_each(|_| f.write_str("/.."))
            }
            Expression::Negated(inner) => {
                f.write_str("-")?;
                within(f, inner, 7)
            }
            Expression::Binary(operator, left, right) => {
                within(f, left, operator.strength())?;
                write!(f, " {} ", operator.sign())?;
                within(f, right, operator.strength() + 1)
            }
            Expression::Call(function, arguments) => {
                write!(f, "{}(", function.name())?;
                for (place, argument) in arguments.iter().enumerate() {
                    if place > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{argument}")?;
                }
                f.write_str(")")
            }
        }
    }
}

/// In brackets where it binds less than what stands around it.
fn within(f: &mut fmt::Formatter<'_>, inner: &Expression, strength: u8) -> fmt::Result {
    let own = match inner {
        Expression::Binary(operator, ..) => operator.strength(),
        _ => 7,
    };
    match own < strength {
        true => write!(f, "({inner})"),
        false => write!(f, "{inner}"),
    }
}
