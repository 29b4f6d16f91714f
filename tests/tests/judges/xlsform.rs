//! pyxform and ODK's engine judge `forms`: our forms, pyxform's examples, and what some
//! hundred expressions come to.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use forms::{Around, Clock, Expression, Fault, Filling, Form, Sheets, Spot};
use tests::Trouble;
use tests::chance::Chance;
use tests::judges::xlsform::{OFFSET_MINUTES, Xlsform, examples};
use tests::judges::{Case, Verdict};

#[path = "xlsform/table.rs"]
mod table;

const PYXFORM: &str = "pyxform 4.5.0";
/// What comes of each example of pyxform, as it was looked at; `UPDATE_EXPECT=1` writes it anew.
const EXAMPLES: &str = "tests/judges/xlsform/examples.txt";

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            judge: PYXFORM,
            question: "all shipped and sample forms become XForms",
            name: "pyxform_makes_xforms_of_our_forms",
            ask: converted,
        },
        Case {
            judge: "ODK Validate",
            question: "all shipped and sample forms are valid",
            name: "odk_validate_accepts_our_forms",
            ask: validated,
        },
        Case {
            judge: "pyxform 1.3.3",
            question: "its examples load, or say why not",
            name: "pyxforms_examples_load_or_say_why_not",
            ask: examples_load,
        },
        Case {
            judge: "ODK's engine",
            question: "values of expressions",
            name: "odks_engine_computes_the_same_values",
            ask: values,
        },
    ]
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The folders of the sample forms and of every form of every pack, each by a name of its own.
fn shipped() -> Result<Vec<(String, PathBuf)>, Trouble> {
    let named = |of: &str, folders: Vec<PathBuf>| {
        let name = |folder: &Path| format!("{of}-{}", name_of(folder));
        folders.into_iter().map(|folder| (name(&folder), folder)).collect::<Vec<_>>()
    };
    let mut forms = named("sample", folders_of(&here("../sync/forms/tests/forms"))?);
    for pack in folders_of(&here("../fleet/packs"))? {
        forms.extend(named(&name_of(&pack), folders_of(&pack.join("forms"))?));
    }
    Ok(forms)
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn folders_of(parent: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(parent).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn read(error: std::io::Error) -> Trouble {
    Trouble::caused("a sheet cannot be read", error)
}

/// The form of a folder of CSV sheets, or all that is wrong with it.
fn form(folder: &Path) -> Result<Result<Form, Vec<Fault>>, Trouble> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(read)? {
        paths.push(entry.map_err(read)?.path());
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((name, fs::read(&path).map_err(read)?));
    }
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let name = name_of(folder);
    Ok(Sheets::from_csv(&files).and_then(|sheets| Form::read(&name, &sheets)))
}

fn made(judge: &Xlsform, folders: &[(String, PathBuf)]) -> Result<(), Trouble> {
    let said = judge.xforms(folders)?;
    if let Some((name, said)) = said.iter().find(|(_, said)| said != "made") {
        return Err(Trouble::new(format!("pyxform says of {name}: {said}")));
    }
    match said.len() == folders.len() {
        true => Ok(()),
        false => Err(Trouble::new(format!("{} forms instead of {}", said.len(), folders.len()))),
    }
}

fn converted() -> Result<Verdict, Trouble> {
    let Some(judge) = Xlsform::here("converted")? else { return Ok(Verdict::Missing) };
    let folders = shipped()?;
    made(&judge, &folders)?;
    Ok(Verdict::Agrees(format!("{} forms", folders.len())))
}

fn validated() -> Result<Verdict, Trouble> {
    let Some(judge) = Xlsform::here("validated")? else { return Ok(Verdict::Missing) };
    if !Xlsform::has_java(false) {
        return Ok(Verdict::Missing);
    }
    let folders = shipped()?;
    made(&judge, &folders)?;
    judge.validated(folders.iter().map(|(name, _)| name.as_str()))?;
    Ok(Verdict::Agrees(format!("{} forms", folders.len())))
}

fn examples_load() -> Result<Verdict, Trouble> {
    let (Some(judge), Some(workbooks)) = (Xlsform::here("examples")?, examples()) else {
        return Ok(Verdict::Missing);
    };
    let mut told = String::new();
    let mut loaded = 0;
    for (name, said) in judge.as_csv(&workbooks)? {
        let folder = judge.work.join(name.replace('.', "_"));
        let came = match form(&folder) {
            _ if said != "made" => said,
            Err(_) => "refused: it has no sheet".to_owned(),
            Ok(Ok(_)) => {
                loaded += 1;
                "loaded".to_owned()
            }
            Ok(Err(faults)) => {
                let first = faults.first().map(ToString::to_string).unwrap_or_default();
                let first: String = first.split_whitespace().collect::<Vec<_>>().join(" ");
                format!("refused, {} faults: {first}", faults.len())
            }
        };
        told.push_str(&format!("{name}: {came}\n"));
    }
    let path = here(EXAMPLES);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &told).map_err(read)?;
    }
    let expected = fs::read_to_string(&path).map_err(read)?;
    let other = told.lines().zip(expected.lines()).find(|(told, expected)| told != expected);
    if let Some((told, expected)) = other {
        return Err(Trouble::new(format!("{told} (expected: {expected})")));
    }
    let count = told.lines().count();
    match count == expected.lines().count() {
        true => Ok(Verdict::Agrees(format!("{loaded} of {count} load, all others say why not"))),
        false => Err(Trouble::new(format!("{count} examples are here, others are expected"))),
    }
}

fn values() -> Result<Verdict, Trouble> {
    let Some(judge) = Xlsform::here("values")? else { return Ok(Verdict::Missing) };
    if !Xlsform::has_java(true) {
        return Ok(Verdict::Missing);
    }
    let given = ("given".to_owned(), here("tests/judges/xlsform/given"));
    made(&judge, std::slice::from_ref(&given))?;
    let form = form(&given.1)?.map_err(|faults| Trouble::new(format!("{faults:?}")))?;
    let clock = clock();
    let around = Around { clock, device: "judge".to_owned(), seed: [1; 16] };
    let filling = Filling::begin(Arc::new(form), &around);
    let mut expressions = table::same();
    let mut chance = Chance(6_002);
    expressions.extend((0..400).map(|_| table::any(&mut chance, 3)));
    let same = expressions.len();
    expressions.extend(table::DIFFERENT.iter().map(|row| row.expression.to_owned()));
    let paths: Vec<String> = expressions.iter().map(|text| table::with_paths(text)).collect();
    let theirs = judge.values("given", &paths)?;
    if theirs.len() != expressions.len() {
        return Err(Trouble::new(format!("{} values of {}", theirs.len(), expressions.len())));
    }
    let mut wrong = Vec::new();
    for (at, (expression, theirs)) in expressions.iter().zip(&theirs).enumerate() {
        let ours = ours(&filling, expression, &clock);
        let holds = match at.checked_sub(same).map(|at| &table::DIFFERENT[at]) {
            None => table::are_one(&ours, theirs),
            Some(row) => ours.starts_with(row.ours) && theirs.starts_with(row.theirs),
        };
        if !holds {
            let because = at.checked_sub(same).map_or("", |at| table::DIFFERENT[at].because);
            wrong.push(format!("{expression}: ours {ours}, theirs {theirs} {because}"));
        }
    }
    match wrong.len() {
        0 => Ok(Verdict::Agrees(format!(
            "{same} values; {} differ, as the reference has them",
            table::DIFFERENT.len()
        ))),
        count => Err(Trouble::new(format!("{count} differ: {}", wrong.join("\n")))),
    }
}

/// "= value" or "! why there is none".
fn ours(filling: &Filling, text: &str, clock: &Clock) -> String {
    let at = Spot { item: 0, turns: Vec::new() };
    match Expression::parse(text) {
        Err(fault) => format!("? {fault}"),
        Ok(expression) => match filling.look(&expression, &at) {
            Ok(value) => format!("= {}", value.text(clock)),
            Err(fault) => format!("! {fault}"),
        },
    }
}

fn clock() -> Clock {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    let seconds = i64::try_from(since.as_secs()).expect("a time of this age");
    let utc = chrono::DateTime::from_timestamp(seconds, 0).expect("a time of this age");
    let now = utc.naive_utc() + chrono::TimeDelta::minutes(i64::from(OFFSET_MINUTES));
    Clock { now, offset_minutes: OFFSET_MINUTES }
}
