//! Rust text as its own lexer sees it, so that a rule never trips over a comment or a string.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A path such as `std::fs::read`, written out also where it stands in a `use` with braces.
pub struct Named {
    pub path: String,
    pub line: usize,
}

/// A function with a body.
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

/// The text's tokens. `None` where the text is no Rust, which the compiler will say better.
pub fn tokens(text: &str) -> Option<Vec<TokenTree>> {
    let stream: TokenStream = text.parse().ok()?;
    Some(stream.into_iter().collect())
}

/// Leaves out what exists for tests only: `#[cfg(test)]` and `#[test]` items.
pub fn without_tests(tokens: &[TokenTree]) -> Vec<TokenTree> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if is_test_mark(&tokens[at..]) {
            at = after_item(tokens, at + 2);
            continue;
        }
        kept.push(match &tokens[at] {
            TokenTree::Group(group) => TokenTree::Group(cleared(group)),
            other => other.clone(),
        });
        at += 1;
    }
    kept
}

fn cleared(group: &Group) -> Group {
    let inner: Vec<TokenTree> = group.stream().into_iter().collect();
    let mut cleared = Group::new(group.delimiter(), without_tests(&inner).into_iter().collect());
    cleared.set_span(group.span());
    cleared
}

fn is_test_mark(tokens: &[TokenTree]) -> bool {
    let [TokenTree::Punct(hash), TokenTree::Group(mark), ..] = tokens else { return false };
    let mark = mark.stream().to_string().replace(' ', "");
    hash.as_char() == '#' && ["test", "cfg(test)"].contains(&mark.as_str())
}

/// The place after the item that begins here: its body in braces, or its semicolon.
fn after_item(tokens: &[TokenTree], from: usize) -> usize {
    let end = tokens[from..].iter().position(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    });
    end.map_or(tokens.len(), |end| from + end + 1)
}

/// Every function that has a body, also those inside others.
pub fn functions(tokens: &[TokenTree]) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if let TokenTree::Group(group) = token {
            found.extend(functions(&inner(group)));
        }
        if !is_word(token, "fn") {
            continue;
        }
        let Some(TokenTree::Ident(name)) = tokens.get(at + 1) else { continue };
        let Some(TokenTree::Group(body)) = tokens.get(after_item(tokens, at) - 1) else { continue };
        let (first, last) = (token.span().start().line, body.span_close().end().line);
        found.push(Function { name: name.to_string(), line: first, lines: last - first + 1 });
    }
    found
}

/// Every path of at least one word, `use` trees unfolded.
pub fn paths(tokens: &[TokenTree]) -> Vec<Named> {
    let mut found = Vec::new();
    collect(tokens, "", &mut found);
    found
}

fn collect(tokens: &[TokenTree], before: &str, found: &mut Vec<Named>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => collect(&inner(group), before, found),
            TokenTree::Ident(_) => at = follow(tokens, at, before, found),
            _ => {}
        }
        at += 1;
    }
}

/// Follows one path from its first word; answers the place of its last token.
fn follow(tokens: &[TokenTree], from: usize, before: &str, found: &mut Vec<Named>) -> usize {
    let (mut path, mut at) = (before.to_owned(), from);
    let line = tokens[from].span().start().line;
    loop {
        path.push_str(tokens[at].to_string().trim_start_matches("r#"));
        if !is_colons(&tokens[at + 1..]) {
            break;
        }
        match tokens.get(at + 3) {
            Some(TokenTree::Ident(_)) => {
                path.push_str("::");
                at += 3;
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                collect(&inner(group), &format!("{path}::"), found);
                return at + 3;
            }
            _ => break,
        }
    }
    found.push(Named { path, line });
    at
}

fn is_colons(tokens: &[TokenTree]) -> bool {
    tokens.len() >= 2
        && tokens[..2]
            .iter()
            .all(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':'))
}

pub fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if *ident == word)
}

pub fn inner(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

#[test]
fn paths_are_seen_through_braces_and_not_in_strings_and_comments() {
    let text = "use std::{fs, net::{TcpStream as T, self}}; // std::env\nfn f() { g(\"std::x\") }";
    let found = paths(&tokens(text).expect("Rust"));
    let found: Vec<String> = found.into_iter().map(|named| named.path).collect();
    for path in ["std::fs", "std::net::TcpStream", "std::net::self"] {
        assert!(found.iter().any(|other| other == path), "{path} is not in {found:?}");
    }
    assert!(!found.iter().any(|path| path.contains("env") || path.contains("std::x")), "{found:?}");
}

#[test]
fn a_function_is_measured_from_its_name_to_its_last_brace() {
    let text = "struct S;\nimpl S {\n  fn long(\n    &self,\n  ) -> u8\n  {\n    1\n  }\n}\ntrait T { fn none(); }";
    let found = functions(&tokens(text).expect("Rust"));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].name.as_str(), found[0].line, found[0].lines), ("long", 3, 6));
}
