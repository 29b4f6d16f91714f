//! An extract of the register of births and deaths as a page of A4, in two languages side by side,
//! with the square by which any device of the body says whether it is genuine. It loads nothing.

use askama::Template;
use forms::Form;
use ledger::{Extract, Language, Pack, SignedExtract, Text, day_text};
use qrcode::types::QrError;

use crate::printed::Square;

#[derive(Template)]
#[template(path = "extract.html")]
struct Page {
    style: &'static str,
    language: &'static str,
    body_names: Vec<String>,
    note: Option<String>,
    titles: Vec<String>,
    says: Vec<String>,
    rows: Vec<Row>,
    square: Square,
    check: Vec<String>,
    registrar: String,
    nth: u32,
    pack: String,
}

/// One line: what it is in each language, and what stands there.
struct Row {
    labels: String,
    value: String,
}

/// The page in a language and in English.
///
/// # Errors
///
/// Where so much was answered that no square holds it.
pub fn page(
    pack: &Pack,
    form: &Form,
    language: Language,
    (extract, signed): (&Extract, &SignedExtract),
) -> Result<String, QrError> {
    let mut languages = vec![language];
    languages.extend((language != Language::En).then_some(Language::En));
    let each = |text: Text| -> Vec<String> {
        languages.iter().map(|it| pack.text(text, *it).to_owned()).collect()
    };
    let title = |it: &Language| {
        let service = pack.service_title(&extract.service, *it);
        format!("{service} · {}", pack.text(Text::ExtractTitle, *it))
    };
    let says = |it: &Language| {
        let body = pack.text(Text::BodyName, *it);
        pack.fill(Text::ExtractSays, *it, &[("body", body)])
    };
    let page = Page {
        style: include_str!("../templates/bills.css"),
        language: language.code(),
        body_names: each(Text::BodyName),
        note: pack.body.synthetic.then(|| pack.text(Text::BodyNote, language).to_owned()),
        titles: languages.iter().map(title).collect(),
        says: languages.iter().map(says).collect(),
        rows: rows(pack, form, &languages, extract),
        square: Square::of(signed.square(&pack.public_address))?,
        check: each(Text::ExtractCheck),
        registrar: each(Text::ExtractRegistrar).join(" · "),
        nth: extract.nth,
        pack: pack.name(),
    };
    Ok(page.render().expect("writing to memory does not fail"))
}

fn rows(pack: &Pack, form: &Form, languages: &[Language], extract: &Extract) -> Vec<Row> {
    let labels = |label: &dyn Fn(Language) -> String| {
        let mut labels: Vec<String> = languages.iter().map(|it| label(*it)).collect();
        labels.dedup();
        labels.join(" · ")
    };
    let fixed = |text: Text, value: String| Row {
        labels: labels(&|it| pack.text(text, it).to_owned()),
        value,
    };
    let first = fixed(Text::RegisterNumber, extract.register.clone());
    let registered = fixed(Text::RegisterDay, day_text(extract.registered));
    let answered = extract.particulars.iter().map(|answer| Row {
        labels: labels(&|it| form.question(&answer.name, it.code())),
        value: labels(&|it| form.said(&answer.name, &answer.value, it.code())),
    });
    let issued = fixed(Text::ExtractIssued, day_text(extract.issued));
    [first, registered].into_iter().chain(answered).chain([issued]).collect()
}
