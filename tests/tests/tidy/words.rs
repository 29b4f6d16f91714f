//! Words that are not used, each with the one that is; and files that nothing reads.

use proc_macro2::TokenTree;

use super::folder::{Finding, Source, is_test_file, report, sources};
use super::tokens::{inner, is_word, paths, tokens, without_tests};

/// Where a word is banned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Everywhere,
    /// Not in tests, which may fall over.
    Product,
    /// In the crates whose folder this is, tests too.
    Folder(&'static str),
}

/// Macros, by name.
const MACROS: &[(&str, In, &str)] = &[
    ("todo", In::Everywhere, "write it, or leave it out and file an issue"),
    ("unimplemented", In::Everywhere, "write it, or leave it out and file an issue"),
    ("dbg", In::Everywhere, "tracing::debug! with a sentence, or nothing"),
];

/// Paths, by their last words.
const PATHS: &[(&str, In, &str)] = &[
    ("thread::sleep", In::Folder("tests/"), "tests::wait: wait for what is to happen"),
    ("time::sleep", In::Folder("tests/"), "tests::wait: wait for what is to happen"),
    ("f32", In::Folder("sync/ledger/"), "Paise, Grams, or thousandths: a sum is an integer"),
    ("f64", In::Folder("sync/ledger/"), "Paise, Grams, or thousandths: a sum is an integer"),
    ("f64", In::Folder("sync/replica/"), "an integer: an entry's bytes are the same everywhere"),
    ("mem::forget", In::Everywhere, "give it an owner that drops it"),
    ("Box::leak", In::Product, "give it an owner that drops it"),
];

/// What stands in comments and strings, letter for letter.
fn marks() -> [(String, &'static str); 4] {
    let told = "say it in an issue, or mend it now";
    [
        (["FIX", "ME"].concat(), told),
        (["TO", "DO"].concat(), told),
        (["X", "XX"].concat(), told),
        (["HA", "CK"].concat(), "say in a sentence why it must be so"),
    ]
}

/// File names that answer no question.
const FILES: &[(&str, &str)] = &[
    ("utils", "name the file by what it is about"),
    ("util", "name the file by what it is about"),
    ("helpers", "name the file by what it is about"),
    ("helper", "name the file by what it is about"),
    ("manager", "name the file by what it does"),
    ("misc", "give each thing its own file"),
    ("info", "name what it tells"),
    ("data", "name what it holds"),
];

/// Where waiting by the clock is the point: one place that the tests wait at, and the simulators.
const WAITS: &[&str] = &["tests/src/wait.rs"];

#[test]
fn the_banned_words_are_not_used() {
    let sources = sources(".rs");
    let mut findings: Vec<Finding> = sources.iter().flat_map(words).collect();
    findings.extend(super::folder::sources(".slint").iter().flat_map(marked));
    report("words that are not used here", &findings);
}

#[test]
fn every_file_is_read_by_another() {
    let sources = sources(".rs");
    let findings: Vec<Finding> = sources.iter().filter_map(|file| unread(file, &sources)).collect();
    report("files that nothing reads", &findings);
}

fn words(source: &Source) -> Vec<Finding> {
    let mut findings = marked(source);
    findings.extend(file_name(source));
    let all = tokens(&source.text).unwrap_or_default();
    let product = if is_test_file(&source.path) { Vec::new() } else { without_tests(&all) };
    for (name, place, instead) in MACROS {
        let lines = macros(choose(*place, source, &all, &product), name);
        findings.extend(said(source, lines, &format!("{name}!"), instead));
    }
    for (path, place, instead) in PATHS {
        let named = paths(choose(*place, source, &all, &product));
        let lines = named.iter().filter(|named| ends(&named.path, path)).map(|named| named.line);
        let is_wait = path.ends_with("sleep") && WAITS.contains(&source.path.as_str());
        if !is_wait {
            findings.extend(said(source, lines.collect(), path, instead));
        }
    }
    let unwraps = calls(&product, "unwrap");
    findings.extend(said(source, unwraps, "unwrap()", "expect(\"why this cannot be\")"));
    let ignored = attributes(&all, "ignore");
    findings.extend(said(source, ignored, "#[ignore]", "a test runs, or is not there"));
    findings
}

fn choose<'t>(
    place: In,
    source: &Source,
    all: &'t [TokenTree],
    product: &'t [TokenTree],
) -> &'t [TokenTree] {
    match place {
        In::Everywhere => all,
        In::Product => product,
        In::Folder(folder) if source.path.starts_with(folder) => all,
        In::Folder(_) => &[],
    }
}

fn said(source: &Source, lines: Vec<usize>, word: &str, instead: &str) -> Vec<Finding> {
    let says = format!("{word}: {instead}");
    lines.into_iter().map(|line| Finding::new(&source.path, line, says.clone())).collect()
}

fn ends(found: &str, path: &str) -> bool {
    found == path || found.ends_with(&format!("::{path}"))
}

/// The lines of `name!`.
fn macros(tokens: &[TokenTree], name: &str) -> Vec<usize> {
    every(tokens, &|pair| {
        is_word(&pair[0], name) && pair.get(1).is_some_and(|next| is_sign(next, '!'))
    })
}

/// The lines of `.name()` without arguments.
fn calls(tokens: &[TokenTree], name: &str) -> Vec<usize> {
    every(tokens, &|three| {
        is_sign(&three[0], '.')
            && three.get(1).is_some_and(|next| is_word(next, name))
            && three.get(2).is_some_and(
                |next| matches!(next, TokenTree::Group(group) if group.stream().is_empty()),
            )
    })
}

/// The lines of `#[name …]`.
fn attributes(tokens: &[TokenTree], name: &str) -> Vec<usize> {
    every(tokens, &|pair| {
        is_sign(&pair[0], '#')
            && pair.get(1).is_some_and(|next| {
                matches!(next, TokenTree::Group(group)
                    if inner(group).first().is_some_and(|word| is_word(word, name)))
            })
    })
}

fn every(tokens: &[TokenTree], holds: &dyn Fn(&[TokenTree]) -> bool) -> Vec<usize> {
    let mut lines = Vec::new();
    for at in 0..tokens.len() {
        if holds(&tokens[at..]) {
            lines.push(tokens[at].span().start().line);
        }
        if let TokenTree::Group(group) = &tokens[at] {
            lines.extend(every(&inner(group), holds));
        }
    }
    lines
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn marked(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in source.text.lines().enumerate() {
        for (mark, instead) in marks() {
            let mut words = line.split(|letter: char| !letter.is_alphanumeric());
            if words.any(|word| word == mark) {
                findings.push(Finding::new(&source.path, at + 1, format!("{mark}: {instead}")));
            }
        }
    }
    findings
}

fn file_name(source: &Source) -> Option<Finding> {
    let stem = stem(&source.path);
    let (name, instead) = FILES.iter().find(|(name, _)| *name == stem)?;
    Some(Finding::new(&source.path, 1, format!("a file called {name}: {instead}")))
}

fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".rs").unwrap_or(name)
}

/// Files that cargo finds by itself.
fn is_root(path: &str) -> bool {
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    ["lib", "main", "build"].contains(&stem(path))
        || ["bin", "benches", "examples"].contains(&folder)
        || (folder == "tests" && !path.contains("/src/"))
}

/// A module file that no file of its crate declares.
fn unread(file: &Source, sources: &[Source]) -> Option<Finding> {
    if is_root(&file.path) {
        return None;
    }
    let (folder, name) = file.path.rsplit_once('/')?;
    let module = match name {
        "mod.rs" => folder.rsplit('/').next()?,
        _ => stem(&file.path),
    };
    let home = if name == "mod.rs" { folder.rsplit_once('/')?.0 } else { folder };
    let near = sources.iter().filter(|other| {
        let beside = other.path.rsplit_once('/').map(|(folder, _)| folder);
        beside == Some(home) || home.rsplit_once('/').map(|(above, _)| above) == beside
    });
    let mut near = near.filter(|other| other.path != file.path);
    let declared = format!("mod {module};");
    let says = format!("nothing says `{declared}`: use the file or take it away");
    let is_read = near.any(|other| other.text.contains(&declared));
    (!is_read).then(|| Finding::new(&file.path, 1, says))
}

fn check(path: &str, text: &str, expected: &[&str]) {
    let found = words(&Source { path: path.to_owned(), text: text.to_owned() });
    let found: Vec<String> = found.into_iter().map(|finding| finding.says).collect();
    assert_eq!(found.len(), expected.len(), "{text}: {found:?}");
    for (says, word) in found.iter().zip(expected) {
        assert!(says.starts_with(word), "{says:?} is not about {word}");
    }
}

#[test]
fn the_words_bite() {
    let unfinished = ["to", "do!()"].concat();
    check("sync/node/src/a.rs", &format!("fn f() {{ {unfinished} }}"), &["todo!"]);
    check("sync/node/src/a.rs", &format!("// {} later", ["FIX", "ME"].concat()), &["FIX"]);
    check("sync/node/src/a.rs", "fn f() { g().unwrap(); }", &["unwrap()"]);
    check("sync/node/src/a.rs", "#[cfg(test)] mod tests { fn f() { g().unwrap(); } }", &[]);
    check("sync/node/src/a.rs", "#[test] fn f() { g().unwrap(); } fn p() {}", &[]);
    check("sync/node/tests/a.rs", "fn f() { g().unwrap(); }", &[]);
    check("sync/node/tests/a.rs", "#[test] #[ignore] fn f() {}", &["#[ignore]"]);
    check("sync/node/tests/a.rs", "#[ignore = \"slow\"] fn f() {}", &["#[ignore]"]);
    check("sync/node/src/utils.rs", "", &["a file called utils"]);
    check("tests/tests/a.rs", "fn f() { std::thread::sleep(long); }", &["thread::sleep"]);
    check("tests/src/wait.rs", "fn f() { std::thread::sleep(long); }", &[]);
    check("sync/ledger/src/a.rs", "fn f(sum: f64) {}", &["f64"]);
    check("sync/node/src/a.rs", "fn f() { g().unwrap_or(1); \"x.unwrap()\"; }", &[]);
}
