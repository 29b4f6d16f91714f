//! The words of an expression.

use super::{EXPRESSION_CHARACTERS_MAX, ExpressionFault, Operator};

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Number(f64),
    Text(String),
    Answer(String),
    Name(String),
    Dot,
    Above,
    Stroke,
    Open,
    Close,
    Comma,
    Sign(Operator),
}

/// A token and the character, from 1, at which it begins.
pub type Placed = (Token, usize);

pub fn fault(at: usize, says: impl Into<String>) -> ExpressionFault {
    ExpressionFault { at, says: says.into() }
}

pub fn tokens(text: &str) -> Result<Vec<Placed>, ExpressionFault> {
    let letters: Vec<char> = text.chars().take(EXPRESSION_CHARACTERS_MAX + 1).collect();
    if letters.len() > EXPRESSION_CHARACTERS_MAX {
        let says = format!("an expression has at most {EXPRESSION_CHARACTERS_MAX} characters");
        return Err(fault(EXPRESSION_CHARACTERS_MAX, says));
    }
    let mut tokens: Vec<Placed> = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if letters[at].is_whitespace() {
            at += 1;
            continue;
        }
        let after_operand = tokens.last().is_some_and(|(token, _)| is_operand(token));
        let (token, length) =
            token(&letters[at..], after_operand).map_err(|says| fault(at + 1, says))?;
        tokens.push((token, at + 1));
        at += length;
    }
    Ok(tokens)
}

/// Whether an operator may follow: only there `and`, `or`, `div`, `mod` and `*` are operators.
fn is_operand(token: &Token) -> bool {
    matches!(
        token,
        Token::Number(_)
            | Token::Text(_)
            | Token::Answer(_)
            | Token::Name(_)
            | Token::Dot
            | Token::Above
            | Token::Close
    )
}

fn token(letters: &[char], after_operand: bool) -> Result<(Token, usize), String> {
    let next = letters.get(1).copied().unwrap_or(' ');
    let one = |token| Ok((token, 1));
    match letters[0] {
        '(' => one(Token::Open),
        ')' => one(Token::Close),
        ',' => one(Token::Comma),
        '/' => one(Token::Stroke),
        '+' => one(Token::Sign(Operator::Plus)),
        '-' => one(Token::Sign(Operator::Minus)),
        '=' => one(Token::Sign(Operator::Equal)),
        '*' => one(Token::Sign(Operator::Times)),
        '!' if next == '=' => Ok((Token::Sign(Operator::Unequal), 2)),
        '<' if next == '=' => Ok((Token::Sign(Operator::LessOrEqual), 2)),
        '<' => one(Token::Sign(Operator::Less)),
        '>' if next == '=' => Ok((Token::Sign(Operator::MoreOrEqual), 2)),
        '>' => one(Token::Sign(Operator::More)),
        '.' if next == '.' => Ok((Token::Above, 2)),
        '.' if !next.is_ascii_digit() => one(Token::Dot),
        '0'..='9' | '.' => number(letters),
        quote @ ('\'' | '"') => quoted(letters, quote),
        '$' => answer(letters),
        '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' => {
            Err("curly quotation marks are not understood: write ' or \"".to_owned())
        }
        letter if letter.is_alphabetic() || letter == '_' => word(letters, after_operand),
        '[' | ']' | '@' | '|' => Err(format!(
            "{} belongs to XPath paths, which are not understood: write ${{name}}",
            letters[0]
        )),
        other => Err(format!("the character {other} means nothing here: take it out")),
    }
}

fn number(letters: &[char]) -> Result<(Token, usize), String> {
    let mut seen_point = false;
    let length = letters
        .iter()
        .take_while(|letter| {
            let is_point = **letter == '.' && !seen_point;
            seen_point |= is_point;
            letter.is_ascii_digit() || is_point
        })
        .count();
    let text: String = letters[..length].iter().collect();
    let value: f64 = text.parse().map_err(|_| format!("{text} is no number: write it as 12.5"))?;
    match value.is_finite() {
        true => Ok((Token::Number(value), length)),
        false => Err(format!("the number of {length} digits is too large: write a smaller one")),
    }
}

fn quoted(letters: &[char], quote: char) -> Result<(Token, usize), String> {
    let end = letters[1..].iter().position(|letter| *letter == quote);
    let end = end.ok_or_else(|| format!("a text begins with {quote} and never ends: close it"))?;
    Ok((Token::Text(letters[1..=end].iter().collect()), end + 2))
}

fn answer(letters: &[char]) -> Result<(Token, usize), String> {
    let told = "write ${name} with the name of a question";
    if letters.get(1) != Some(&'{') {
        return Err(format!("$ stands alone: {told}"));
    }
    let end = letters.iter().position(|letter| *letter == '}');
    let end = end.ok_or_else(|| format!("${{ is never closed: {told}"))?;
    let name: String = letters[2..end].iter().collect();
    if name.starts_with("last-saved#") {
        return Err("last-saved# is not understood: no device keeps an earlier filling".to_owned());
    }
    match is_name(&name) {
        true => Ok((Token::Answer(name), end + 1)),
        false => Err(format!("{name:?} is no name of a question: {told}")),
    }
}

/// A name of XML without a colon, as XLSForm wants it of questions.
pub fn is_name(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(is_name_letter)
}

fn is_name_letter(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

fn word(letters: &[char], after_operand: bool) -> Result<(Token, usize), String> {
    if after_operand {
        return operator(letters);
    }
    let mut length = letters.iter().take_while(|letter| is_name_letter(**letter)).count();
    let after_colon = letters.get(length + 1).copied().unwrap_or(' ');
    if letters.get(length) == Some(&':') && after_colon.is_alphabetic() {
        let rest = letters[length + 1..].iter();
        length += 1 + rest.take_while(|letter| is_name_letter(**letter)).count();
    }
    Ok((Token::Name(letters[..length].iter().collect()), length))
}

fn operator(letters: &[char]) -> Result<(Token, usize), String> {
    let words = [
        ("and", Operator::And),
        ("or", Operator::Or),
        ("div", Operator::Divide),
        ("mod", Operator::Modulo),
    ];
    for (word, operator) in words {
        let fits = letters.iter().zip(word.chars()).filter(|(a, b)| **a == *b).count();
        let ends = !letters.get(word.len()).is_some_and(|next| next.is_alphanumeric());
        if fits == word.len() && ends {
            return Ok((Token::Sign(operator), word.len()));
        }
    }
    let word: String = letters.iter().take_while(|letter| is_name_letter(**letter)).collect();
    Err(format!("{word} stands where an operator belongs: write and, or, div, mod or a sign"))
}
