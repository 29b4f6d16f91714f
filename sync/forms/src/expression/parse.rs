//! From words to an expression, by how strongly each operator binds.

use super::function::Function;
use super::token::{Placed, Token, fault, tokens};
use super::{DEPTH_MAX, Expression, ExpressionFault, Operator};

struct Reader {
    tokens: Vec<Placed>,
    at: usize,
}

/// An expression with the depth of its tree.
type Deep = (Expression, usize);

pub fn parse(text: &str) -> Result<Expression, ExpressionFault> {
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(fault(1, "an expression is empty: write one, or leave the cell empty"));
    }
    let mut reader = Reader { tokens, at: 0 };
    let (expression, _) = reader.chain(1, 1)?;
    match reader.peek() {
        None => Ok(expression),
        Some(Token::Close) => Err(reader.fault("a bracket is closed that was never opened")),
        Some(_) => Err(reader.fault("two values stand side by side: put an operator between")),
    }
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn fault(&self, says: impl Into<String>) -> ExpressionFault {
        let place = self.tokens.get(self.at).or(self.tokens.last());
        fault(place.map_or(1, |(_, at)| *at), says)
    }

    fn deep(&self, depth: usize) -> Result<usize, ExpressionFault> {
        match depth > DEPTH_MAX {
            true => Err(self.fault(format!(
                "it is nested more than {DEPTH_MAX} deep: divide it among several calculations"
            ))),
            false => Ok(depth),
        }
    }

    /// Operands joined by operators that bind at least as strongly as `strength`. `level` counts
    /// what is open around it.
    fn chain(&mut self, strength: u8, level: usize) -> Result<Deep, ExpressionFault> {
        self.deep(level)?;
        let (mut left, mut depth) = self.signed(level)?;
        while let Some(Token::Sign(operator)) = self.peek() {
            let operator = *operator;
            if operator.strength() < strength {
                break;
            }
            self.at += 1;
            let (right, right_depth) = self.chain(operator.strength() + 1, level + 1)?;
            depth = self.deep(depth.max(right_depth) + 1)?;
            left = Expression::Binary(operator, Box::new(left), Box::new(right));
        }
        Ok((left, depth))
    }

    fn signed(&mut self, level: usize) -> Result<Deep, ExpressionFault> {
        if self.peek() != Some(&Token::Sign(Operator::Minus)) {
            return self.operand(level);
        }
        self.at += 1;
        self.deep(level + 1)?;
        let (inner, depth) = self.signed(level + 1)?;
        let depth = self.deep(depth + 1)?;
        Ok((Expression::Negated(Box::new(inner)), depth))
    }

    fn operand(&mut self, level: usize) -> Result<Deep, ExpressionFault> {
        let Some(token) = self.peek().cloned() else {
            return Err(self.fault("it ends where a value belongs: finish it"));
        };
        let leaf = match token {
            Token::Number(value) => Expression::Number(value),
            Token::Text(text) => Expression::Text(text),
            Token::Answer(name) => Expression::Answer(name),
            Token::Dot => Expression::Here,
            Token::Above => return self.above(),
            Token::Open => return self.bracket(level),
            Token::Name(name) => return self.named(&name, level),
            Token::Stroke => {
                return Err(self.fault("paths are not understood: write ${name} of the question"));
            }
            Token::Close | Token::Comma => {
                return Err(self.fault("a value is missing before this sign: put one there"));
            }
            Token::Sign(sign) => {
                let says = format!("{} has no value before it: put one there", sign.sign());
                return Err(self.fault(says));
            }
        };
        self.at += 1;
        self.no_path()?;
        Ok((leaf, 1))
    }

    fn no_path(&self) -> Result<(), ExpressionFault> {
        match self.peek() {
            Some(Token::Stroke) => Err(self.fault(
                "paths are not understood: write ${name} of the question, or indexed-repeat()",
            )),
            _ => Ok(()),
        }
    }

    fn above(&mut self) -> Result<Deep, ExpressionFault> {
        self.at += 1;
        let mut levels: u8 = 1;
        while self.peek() == Some(&Token::Stroke) {
            self.at += 1;
            if self.peek() != Some(&Token::Above) || levels > 30 {
                return Err(self.fault("after ../ only .. may come: write ${name} for a question"));
            }
            self.at += 1;
            levels += 1;
        }
        Ok((Expression::Above(levels), 1))
    }

    fn bracket(&mut self, level: usize) -> Result<Deep, ExpressionFault> {
        self.at += 1;
        let (inner, depth) = self.chain(1, level + 1)?;
        if self.peek() != Some(&Token::Close) {
            return Err(self.fault("a bracket is never closed: close it"));
        }
        self.at += 1;
        self.no_path()?;
        Ok((inner, depth))
    }

    fn named(&mut self, name: &str, level: usize) -> Result<Deep, ExpressionFault> {
        let is_call = matches!(self.tokens.get(self.at + 1), Some((Token::Open, _)));
        if !is_call {
            self.at += 1;
            self.no_path()?;
            return Ok((Expression::Column(name.to_owned()), 1));
        }
        let function = Function::named(name).map_err(|says| self.fault(says))?;
        let at = self.at;
        self.at += 2;
        let (arguments, depth) = self.arguments(level)?;
        if let Some(says) = function.counts_wrong(arguments.len()) {
            self.at = at;
            return Err(self.fault(says));
        }
        self.no_path()?;
        Ok((Expression::Call(function, arguments), self.deep(depth + 1)?))
    }

    fn arguments(&mut self, level: usize) -> Result<(Vec<Expression>, usize), ExpressionFault> {
        let mut arguments = Vec::new();
        let mut deepest = 0;
        if self.peek() == Some(&Token::Close) {
            self.at += 1;
            return Ok((arguments, deepest));
        }
        loop {
            let (argument, depth) = self.chain(1, level + 1)?;
            arguments.push(argument);
            deepest = deepest.max(depth);
            match self.peek() {
                Some(Token::Comma) => self.at += 1,
                Some(Token::Close) => {
                    self.at += 1;
                    return Ok((arguments, deepest));
                }
                _ => return Err(self.fault("the bracket of a function is never closed: close it")),
            }
        }
    }
}
