//! A birth: reported by a hospital's staff with no line, looked over and corrected by the parent in
//! Malayalam, reported once more at another kiosk, found by the office, registered, and certified
//! by a paper that proves itself.

use ledger::SignedExtract;
use serde_json::Value;
use tests::device::Desk;
use tests::town::{ACCOUNTANT, CASHIER, Equipped, Kind, Town};
use tests::wait::until;

use super::printed_bills::read_square;
use super::steps::{number, sign_in};

const HOSPITAL: &str = "ജനനി ആശുപത്രി";
const MOTHER: &str = "ലക്ഷ്മി കെ.";

fn next(desk: &mut Desk) {
    desk.press("next").expect("touched");
}

fn write(desk: &mut Desk, text: &str) {
    desk.page("form").expect("a question");
    if !text.is_empty() {
        desk.fill("answer", text).expect("typed");
    }
    next(desk);
}

fn pick(desk: &mut Desk, id: &str) {
    desk.page("form").expect("a question");
    desk.choose(id).expect("touched");
    next(desk);
}

/// The day before yesterday, as it is typed: a birth that is reported in time.
fn day() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let days = now.expect("a clock").as_secs() / 86_400;
    ledger::day_text(i64::try_from(days).expect("small") - 2)
}

/// All of Form 1 with its papers, up to the list of answers. The place is asked where it was not
/// filled in.
fn fill_in(desk: &mut Desk, mother: &str, place: Option<&str>) -> Value {
    desk.choose("birth").expect("touched");
    pick(desk, "ok");
    write(desk, &day());
    pick(desk, "female");
    for text in ["", mother, "രാജൻ", "അമ്പലം റോഡ് 12", "അമ്പലം റോഡ് 12"]
    {
        write(desk, text);
    }
    match place {
        Some(place) => {
            pick(desk, "hospital");
            write(desk, place);
        }
        None => {
            desk.page_where("form", |page| page["answer"]["one"][0]["chosen"] == true)
                .expect("a hospital");
            next(desk);
            desk.page_where("form", |page| page["answer"]["typed"]["text"] == HOSPITAL)
                .expect("this one");
            next(desk);
        }
    }
    pick(desk, "one");
    for text in ["സിസ്റ്റർ മേരി", HOSPITAL, "പടിപ്പുറം, കേരളം"]
    {
        write(desk, text);
    }
    for id in ["hindu", "graduate", "graduate", "farm", "service"] {
        pick(desk, id);
    }
    for text in ["28", "24", "1"] {
        write(desk, text);
    }
    pick(desk, "private");
    pick(desk, "natural");
    for text in ["3100", "39"] {
        write(desk, text);
    }
    desk.page_where("form", |page| page["answer"]["several"].is_array()).expect("the papers");
    desk.choose("hospital_report").expect("touched");
    pick(desk, "identity");
    desk.page("answers").expect("all of it")
}

fn row<'a>(page: &'a Value, id: &str) -> &'a str {
    let rows = page["rows"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["id"] == id).expect("a row");
    row["answer"].as_str().expect("an answer")
}

/// Reported by staff, previewed by the parent in Malayalam and corrected; answers its number.
fn report_at_the_hospital(desk: &mut Desk) -> String {
    desk.choose("birth").expect("touched");
    desk.page("sign_in").expect("a hospital's staff report");
    sign_in(desk, &CASHIER).expect("staff");
    let page = fill_in(desk, "Lakshni", None);
    assert_eq!(row(&page, "place"), HOSPITAL);
    next(desk);
    desk.page_where("form", |page| page["answer"]["one"].is_array()).expect("which language");
    pick(desk, "ml");
    let page = desk.page_where("answers", |page| page["title"] == "ജനനം").expect("in hers");
    assert_eq!(row(&page, "mother_name"), "Lakshni", "{page}");
    assert_eq!(row(&page, ":fee"), "ഫീസില്ല", "{page}");
    desk.choose("mother_name").expect("touched");
    write(desk, MOTHER);
    desk.page("answers").expect("all of it again");
    next(desk);
    let entry = desk.entry("applied").expect("on disk");
    desk.page("paid").expect("it is handed in");
    assert_eq!(desk.slip().expect("a slip")["outcome"], "whole");
    number(&entry).to_owned()
}

/// The same birth, by the father in English at the office's own kiosk; answers its number.
fn report_again(equipped: &Equipped) -> (Desk, String) {
    let mut desk = equipped.device.open().expect("its desk");
    let page = fill_in(&mut desk, "Laxmi", Some("Janani Hospital"));
    assert_eq!(page["submits"], true, "nobody asks a parent who looks over what: {page}");
    next(&mut desk);
    let entry = desk.entry("applied").expect("on disk");
    desk.page("paid").expect("it is handed in, and nothing was said of the other");
    (desk, number(&entry).to_owned())
}

fn until_said(town: &Town, words: &[&str], holds: &str) -> String {
    until("the office says it", || {
        let told = town.centre.ask(words).ok()?;
        told.contains(holds).then_some(told)
    })
    .expect("told")
}

/// What the status page says of a number to whoever has its check code.
fn status(town: &Town, number: &str, code: &str) -> (u16, String) {
    let path = format!("/A/{number}");
    let answer = town.centre.post_form(&path, &format!("code={code}")).expect("a page");
    (answer.status, answer.text)
}

fn decide(town: &Town, deed: &str, number: &str, more: &[&str]) -> Result<String, tests::Trouble> {
    let by = ACCOUNTANT.id.to_string();
    town.centre.ask_nested("registrar", deed, &[&[number, "--by", &by], more].concat())
}

#[test]
fn a_birth_is_reported_offline_corrected_duplicated_found_and_certified() {
    let mut town = Town::small().expect("a town");
    let hospital = Kind { hospital: Some(HOSPITAL), language: Some("en"), ..Kind::kiosk() };
    let hospital = town.equip(hospital).expect("a kiosk in the hospital");
    let office = town.equip(Kind { name: "kiosk-2", ..Kind::kiosk() }).expect("another kiosk");
    town.centre.kill().expect("the line is gone");

    let mut desk = hospital.device.open().expect("its desk");
    let first = report_at_the_hospital(&mut desk);
    let paper = hospital.printer.slip(1).expect("paper");
    let codes = tests::picture::read(&paper).expect("a picture").codes();
    assert!(codes.iter().any(|code| code.contains("/A/")), "its square is read: {codes:?}");
    let (other, second) = report_again(&office);

    // Both come: the office finds that they are of one birth, however it was spelled.
    town.centre.serve().expect("the line is back");
    let told = until_said(&town, &["application", &second], "mother_name: Laxmi");
    assert!(told.contains("place: Janani Hospital"), "{told}");
    let told = until_said(&town, &["application", &first], &format!("mother_name: {MOTHER}"));
    assert!(!told.contains("Lakshni"), "as the parent corrected it: {told}");
    let list = town.centre.ask_nested("registrar", "list", &["--open"]).expect("a list");
    for other in [&first, &second] {
        assert!(list.contains(&format!("looks like {other}")), "{list}");
    }
    let refused = decide(&town, "register", &first, &[]).expect_err("it looks like another");
    assert!(refused.to_string().contains(&second), "{refused}");

    decide(&town, "return", &second, &["--reason", "which paper is first"]).expect("returned");
    let told = decide(&town, "duplicate", &second, &["--of", &first]).expect("a duplicate");
    assert!(told.contains("is a duplicate of"), "{told}");
    let told = decide(&town, "register", &first, &[]).expect("registered");
    let register = told.split_whitespace().last().expect("a number").trim_end_matches('.');
    assert!(register.starts_with("B-20") && register.ends_with("-00001"), "{told}");
    let twice = decide(&town, "register", &first, &[]).expect_err("once");
    assert!(twice.to_string().contains("is decided"), "{twice}");
    decide(&town, "register", &second, &[]).expect_err("no duplicate is registered");
    ask_what_became_of_them(&town, (&first, register), &second);
    certify(&town, (&first, register), desk, &hospital);
    other.close().expect("it ends by itself");
    let verified = town.centre.ask(&["verify"]).expect("the office's books can be read");
    assert!(verified.contains("complete"), "{verified}");
}

/// The status page answers whoever holds the slip, and names nobody.
fn ask_what_became_of_them(town: &Town, (first, register): (&str, &str), second: &str) {
    let (wrong, page) = status(town, first, "AAAAAA");
    assert_eq!(wrong, 403, "{page}");
    let code = |number: &str| {
        let told = town.centre.ask(&["application", number]).expect("told");
        let code = told.lines().find_map(|line| line.strip_prefix("check code: "));
        code.expect("a code").to_owned()
    };
    let (ok, page) = status(town, first, &code(first));
    assert!(ok == 200 && page.contains(&format!("Registered as {register}")), "{page}");
    let (_, other) = status(town, second, &code(second));
    assert!(other.contains(&format!("reported before, with the number {first}")), "{other}");
    for page in [page, other] {
        assert!(!page.contains("Laxmi") && !page.contains(MOTHER), "{page}");
    }
}

/// The extract has what the parent corrected, and its square proves itself at the hospital.
fn certify(town: &Town, (first, register): (&str, &str), mut desk: Desk, at: &Equipped) {
    let out = town.folder().join("extract.html");
    let path = out.to_str().expect("UTF-8");
    let told =
        decide(town, "extract", first, &["--language", "ml", "--out", path]).expect("a page");
    assert!(told.contains(&format!("Extract 1 of {register}")), "{told}");
    let page = std::fs::read_to_string(&out).expect("the page");
    assert!(!page.contains("src=") && !page.contains("href="), "it loads nothing");
    for part in [MOTHER, register, "അമ്മയുടെ പേര്", "Mother&#39;s name", "പെൺ"]
    {
        let plain = part.replace("&#39;", "'");
        assert!(page.contains(part) || page.contains(&plain), "{part}: {page}");
    }
    let square = read_square(&page, "kiosk");
    SignedExtract::read(&square).expect("an extract");
    desk.press("finish").expect("touched");
    desk.page("home").expect("the idle page");
    desk.scan(&square).expect("scanned");
    let checked = desk.page("checked").expect("it is genuine");
    assert_eq!((&checked["number"], &checked["extract"]), (&register.into(), &true.into()));
    assert!(checked["place"].as_str().is_some_and(|it| it.contains(MOTHER)), "{checked}");
    // One sign of it changed, and it is no paper of this office.
    let mut torn = square.into_bytes();
    let last = torn.len() - 1;
    torn[last] = if torn[last] == b'A' { b'B' } else { b'A' };
    desk.press("finish").expect("touched");
    desk.page("home").expect("the idle page");
    desk.scan(std::str::from_utf8(&torn).expect("ASCII")).expect("scanned");
    let (code, _) = desk.refusal().expect("it is not believed");
    assert!(["forged_slip", "unreadable_code"].contains(&code.as_str()), "{code}");
    desk.close().expect("it ends by itself");
    let verified = at.device.ask("verify").expect("the books can be read");
    assert!(verified.contains("complete"), "{verified}");
    let again = decide(town, "extract", first, &["--out", path]).expect("another one");
    assert!(again.contains("Extract 2"), "{again}");
}
