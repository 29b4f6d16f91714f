//! The README's guide to a service that takes money, followed to the letter: the pack is made of
//! the blocks that stand there, and the office has the money of a device that had no line.

use ledger::{Entry, Fact, Language, Named, Payer, Receipt};
use replica::audit::Book;
use serde_json::Value;
use tests::device::Desk;
use tests::town::{COLLECTOR, Kind, Town};

use super::steps::{office_has_once, pay_by, sign_in};

const README: &str = include_str!("../../../README.md");
const GUIDE: &str = "### A service that takes money, step by step";

/// The guide's blocks: the file that the sentence before each names, and what stands in it.
fn blocks() -> Vec<(String, String)> {
    let (_, guide) = README.split_once(GUIDE).expect("the guide is there");
    let guide = guide.split("\n## ").next().expect("its section");
    let parts: Vec<&str> = guide.split("```").collect();
    let pairs = parts.chunks_exact(2);
    let block = |pair: &[&str]| {
        let named = pair[0].trim_end().strip_suffix("`:").expect("a file before each block");
        let file = named.rsplit('`').next().expect("in quotes");
        let (_, text) = pair[1].split_once('\n').expect("the block's language first");
        (file.to_owned(), format!("\n{text}").trim_start_matches('\n').to_owned())
    };
    pairs.map(block).collect()
}

/// The only receipt that the office has of the device.
fn at_the_office(town: &Town) -> Receipt {
    let export = town.centre.ask(&["export", "--writer", "1"]).expect("the centre's export");
    let book = Book::read(export.as_bytes()).expect("an export");
    let entries = book.entries.iter().map(|entry| minicbor::decode::<Entry>(&entry.canonical));
    let mut receipts = entries.filter_map(|entry| match entry.expect("an entry").fact {
        Fact::Receipt(receipt) => Some(receipt),
        _ => None,
    });
    receipts.next().expect("a receipt")
}

/// The label of the question on the glass, in a language.
fn asked_in(desk: &mut Desk, language: Language) -> String {
    desk.language(language.code()).expect("chosen");
    let spoken = |screen: &Value| screen["frame"]["language"] == language.code();
    let screen = desk.screen_where("the language", spoken).expect("the page");
    screen["page"]["form"]["label"].as_str().expect("a question").to_owned()
}

fn answered(desk: &mut Desk, text: &str, next: &str) {
    desk.fill("answer", text).expect("typed");
    desk.press("next").expect("touched");
    desk.page_where("form", |page| page["label"] == next).expect(next);
}

#[test]
fn a_service_is_added_by_the_guides_files_alone() {
    let mut town = Town::small_adding(&blocks()).expect("a town with the guide's pack");
    let checked = town.check_pack().expect("the pack has no fault");
    assert!(checked.contains("no fault"), "{checked}");
    let equipped = town.equip(Kind::collector()).expect("a handheld");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    sign_in(&mut desk, &COLLECTOR).expect("the collector");
    desk.page("round").expect("the round");
    town.centre.kill().expect("the line is gone");
    desk.until_online(false).expect("a device by itself");

    desk.press("menu").expect("touched");
    let menu = desk.page("menu").expect("the menu").to_string();
    assert!(menu.contains("Pay for standing at the bus stand"), "{menu}");
    desk.choose("bus_stand").expect("touched");
    desk.page("form").expect("the first question");
    // English stands there already.
    let languages = [Language::Ml, Language::Hi, Language::Mr, Language::Or, Language::En];
    let words = languages.map(|language| asked_in(&mut desk, language));
    let (survey, _) = README.split_once("text,reference,yes").expect("the survey");
    let named = survey.rsplit_once("text,payer_name,yes").expect("its row").1;
    assert!(words.iter().all(|word| named.contains(&format!(",{word},"))), "{words:?}");

    asked_in(&mut desk, Language::Ml);
    answered(&mut desk, "Suma P.", "വാഹനത്തിന്റെ നമ്പർ");
    answered(&mut desk, "KL 07 1234", "ഏത് വാഹനം?");
    desk.choose("bus").expect("touched");
    desk.press("next").expect("touched");
    desk.page_where("form", |page| page["label"] == "എത്ര ദിവസത്തേക്ക്?").expect("days");
    desk.fill("answer", "40").expect("typed");
    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "answer_not_taken");
    desk.page_where("form", |page| page["wrong"] == "1 മുതൽ 31 വരെ").expect("the form's words");
    desk.fill("answer", "3").expect("typed");
    desk.press("next").expect("touched");
    let answers = desk.page("answers").expect("all answers");
    assert_eq!(answers["rows"][2]["answer"], "ബസ്", "{answers}");
    desk.press("next").expect("touched");
    let demand = desk.page("demand").expect("what is owed");
    assert_eq!(demand["total"], 15_000, "{demand}");
    assert_eq!(demand["periods"][0]["lines"][0]["label"], "നിർത്തുന്നതിനുള്ള ഫീസ്", "{demand}");
    desk.press("next").expect("touched");
    desk.page("pay").expect("how");
    pay_by(&mut desk, "cash").expect("in cash");
    desk.page("cash").expect("the counter");
    desk.fill("tendered", "150").expect("typed");
    desk.press("next").expect("touched");
    let paper = desk.entry("receipt").expect("on disk");
    desk.page("paid").expect("thanks");
    assert_eq!(desk.slip().expect("a slip")["outcome"], "whole");

    town.centre.serve().expect("the line is back");
    desk.until_online(true).expect("a line");
    office_has_once(&town, std::slice::from_ref(&paper));
    let receipt = at_the_office(&town);
    let named = Named { name: "Suma P.".to_owned(), reference: "KL 07 1234".to_owned() };
    assert_eq!(receipt.payer, Payer::Named(named));
    let lines =
        receipt.lines.iter().map(|line| format!("{} {}", line.head, line.amount.on_glass()));
    assert_eq!(lines.collect::<Vec<_>>(), ["BUS 150"]);
    let kept = receipt.answers.iter().map(|answer| format!("{} {}", answer.name, answer.value));
    assert_eq!(kept.collect::<Vec<_>>(), ["vehicle bus", "days 3"], "what the rules look at");
    let dashboard = town.centre.get("/").expect("the dashboard").text;
    for words in ["Fee for standing", "130100102", "150.00"] {
        assert!(dashboard.contains(words), "{words} is not on the dashboard");
    }
}
