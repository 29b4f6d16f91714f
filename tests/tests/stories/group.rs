//! Several buildings at once: one payment, and a receipt for each, in the books, on paper and at
//! the office; and what a centre that is not the body's own takes for it.

use ledger::Demand;
use serde_json::Value;
use tests::device::Desk;
use tests::sims::Sim;
use tests::town::{ACCOUNTANT, Equipped, Kind, Town, WARD};

use super::counter::{behind_the_counter, task};
use super::steps::{kiosk, number, office_has_once, pay_by};

/// So many houses of the ward that owe tax, by their numbers.
fn owing(houses: usize) -> Vec<String> {
    let pack = tests::town::pack().expect("the pack");
    let today = tests::town::today().expect("a day");
    let register = tests::town::register().expect("the register");
    let alone = |number: &str| {
        let same = register
            .iter()
            .filter(|it| it.number == number || it.old_number.as_deref() == Some(number));
        same.count() == 1
    };
    let owes = |house: &&ledger::Building| {
        let demand = Demand::of(&pack, house, today, &[]).expect("a demand");
        house.ward == WARD && !demand.is_nothing() && alone(&house.number)
    };
    let owing = register.iter().filter(owes).take(houses);
    owing.map(|house| house.number.clone()).collect()
}

fn find(desk: &mut Desk, number: &str) -> Value {
    desk.page("find").expect("which house");
    desk.fill("number", number).expect("typed");
    desk.press("next").expect("touched");
    desk.page("demand").expect("what is owed")
}

/// From the idle page to how three houses are paid for; answers what they come to, in paise.
fn list(desk: &mut Desk, houses: &[String]) -> i64 {
    desk.choose("property_tax").expect("touched");
    let mut sum = 0;
    for (place, house) in houses.iter().enumerate() {
        let page = find(desk, house);
        assert_eq!((&page["may_list"], &page["listed"]), (&true.into(), &place.into()));
        sum += page["total"].as_i64().expect("paise");
        let last = place + 1 == houses.len();
        desk.press(if last { "next" } else { "another_too" }).expect("touched");
    }
    let page = desk.page("group").expect("the list");
    assert_eq!((&page["total"], page["rows"].as_array().map(Vec::len)), (&sum.into(), Some(3)));
    desk.press("next").expect("touched");
    let page = desk.page("pay").expect("how");
    assert_eq!(page["amount"], sum);
    sum
}

/// Three receipts over the sum, at the office and in sound books.
fn assert_three(town: &Town, equipped: &Equipped, desk: Desk, sum: i64) -> Vec<Value> {
    let receipts = desk.entries_of("receipt", 3).expect("a receipt each");
    let amounts = receipts.iter().map(|receipt| receipt["amount"].as_i64().expect("paise"));
    assert_eq!(amounts.sum::<i64>(), sum);
    office_has_once(town, &receipts);
    desk.close().expect("it ends by itself");
    let verified = equipped.device.ask("verify").expect("the books can be read");
    assert!(verified.contains("complete"), "{verified}");
    let verified = town.centre.ask(&["verify"]).expect("the office's books can be read");
    assert!(verified.contains("3 the same, 0 otherwise"), "{verified}");
    receipts
}

#[test]
fn three_buildings_are_paid_in_cash_at_once_with_a_receipt_each() {
    let houses = owing(3);
    let (town, equipped, mut desk) = kiosk();
    behind_the_counter(&mut desk).expect("a cashier");
    let sum = list(&mut desk, &houses);
    pay_by(&mut desk, "cash").expect("in cash");
    desk.page("cash").expect("the counter");
    let tendered = sum / 100 + 50;
    desk.fill("tendered", &tendered.to_string()).expect("typed");
    desk.press("next").expect("touched");
    let page = desk.page("paid").expect("thanks");
    assert_eq!((&page["amount"], &page["receipts"]), (&sum.into(), &3.into()), "{page}");
    assert_eq!(page["change"], tendered * 100 - sum, "{page}");
    equipped.printer.slip(3).expect("the third paper");
    assert_eq!(equipped.printer.slips().len(), 3);
    assert_three(&town, &equipped, desk, sum);
}

#[test]
fn one_cards_approval_whose_answer_is_lost_becomes_three_receipts() {
    let houses = owing(3);
    let (town, equipped, mut desk) = kiosk();
    let terminal = &equipped.terminal;
    terminal.tell("mode manual").expect("told");
    let sum = list(&mut desk, &houses);
    let mark = terminal.mark();
    pay_by(&mut desk, "card").expect("by card");
    terminal.event(mark, "authorisation").expect("the terminal has the amount");
    terminal.tell("silence on").expect("told");
    terminal.tell("approve-then-drop").expect("told");
    desk.page_where("card", |page| page["state"] == "looking_up").expect("it is looked for");
    terminal.tell("silence off").expect("told");
    let page = desk.page("paid").expect("thanks");
    assert_eq!((&page["amount"], &page["receipts"]), (&sum.into(), &3.into()), "{page}");
    assert_eq!(terminal.state().expect("a state")["approved"], 1, "charged once");
    equipped.printer.slip(3).expect("the third paper");
    assert_three(&town, &equipped, desk, sum);
}

#[test]
fn a_card_for_three_that_was_charged_while_the_kiosk_died_gets_its_receipts() {
    let houses = owing(3);
    let (town, equipped, mut desk) = kiosk();
    equipped.terminal.tell("mode manual").expect("told");
    let sum = list(&mut desk, &houses);
    let mark = equipped.terminal.mark();
    pay_by(&mut desk, "card").expect("by card");
    equipped.terminal.event(mark, "authorisation").expect("the terminal was asked");
    desk.kill().expect("cut");
    equipped.terminal.tell("approve").expect("the card is charged");
    equipped.terminal.tell("mode auto").expect("told");
    let desk = equipped.device.open().expect("its desk again");
    assert_three(&town, &equipped, desk, sum);
}

#[test]
fn one_word_of_the_bank_becomes_three_receipts() {
    let houses = owing(3);
    let (town, equipped, mut desk) = kiosk();
    let bank = Sim::upi(town.folder(), &town.centre).expect("a bank");
    let sum = list(&mut desk, &houses);
    pay_by(&mut desk, "upi").expect("by UPI");
    let page = desk.page("upi").expect("the square");
    assert_eq!(page["amount"], sum);
    let code = page["code"].as_str().expect("the square's text");
    bank.tell("twice on").expect("told");
    bank.tell(&format!("pay {code}")).expect("the bank heard it");
    let page = desk.page("paid").expect("thanks");
    assert_eq!((&page["mode"], &page["receipts"]), (&"upi".into(), &3.into()));
    assert_three(&town, &equipped, desk, sum);
}

#[test]
fn a_power_cut_after_the_write_loses_none_of_the_receipts() {
    let houses = owing(3);
    let (town, equipped, mut desk) = kiosk();
    equipped.printer.tell("slow 400").expect("told");
    let sum = list(&mut desk, &houses);
    pay_by(&mut desk, "card").expect("by card");
    let first = desk.entry("receipt").expect("a receipt");
    desk.kill().expect("cut");
    equipped.printer.tell("slow 0").expect("told");
    let mut desk = equipped.device.open().expect("its desk again");
    let figures =
        town.centre.until("all three are there", |figures| figures["total"]["count"] == 3);
    assert_eq!(figures.expect("figures")["total"]["amount_paise"], sum);
    assert_ne!(first["amount"], sum, "a part of it each");
    // Nobody knows which paper came out: staff are asked about all of them.
    desk.press("sign_in").expect("touched");
    desk.page("sign_in").expect("who");
    super::steps::sign_in(&mut desk, &tests::town::CASHIER).expect("the cashier");
    let page = desk.page("ask_paper").expect("what became of the paper");
    assert_eq!(page["left"], 3, "{page}");
    desk.kill().expect("cut again");
    let verified = equipped.device.ask("verify").expect("the books can be read");
    assert!(verified.contains("complete"), "{verified}");
}

#[test]
fn a_cheque_for_three_that_is_not_honoured_is_owed_again_for_all() {
    let houses = owing(3);
    let (town, equipped, mut desk) = kiosk();
    behind_the_counter(&mut desk).expect("a cashier");
    let sum = list(&mut desk, &houses);
    pay_by(&mut desk, "cheque").expect("by cheque");
    desk.page("instrument").expect("which cheque");
    let today = tests::town::today().expect("a day");
    let dated = ledger::date_text(today);
    for (field, text) in
        [("instrument_number", "004217"), ("bank", "SBI, Kollam"), ("dated", &dated)]
    {
        desk.fill(field, text).expect("typed");
    }
    desk.press("next").expect("touched");
    desk.page("paid").expect("thanks");
    desk.press("next").expect("touched");
    desk.page("home").expect("the counter");
    let receipts = desk.entries_of("receipt", 3).expect("a receipt each");
    office_has_once(&town, &receipts);
    task(&mut desk, "end_day").expect("the count");
    desk.page("day_end").expect("the count");
    desk.press("next").expect("touched");
    let close = desk.entry("day_closed").expect("the day is closed")["seq"].to_string();
    town.centre
        .until("the close is there", |figures| figures["on_the_way"][0]["instruments"] == 1)
        .expect("one paper is on its way");
    let officer = ACCOUNTANT.id.to_string();
    let words = ["receive", "--device", "kiosk-1", "--close", &close, "--counted", "0"];
    town.centre.ask(&[&words[..], &["--by", &officer]].concat()).expect("received");
    let cashier = tests::town::CASHIER.id.to_string();
    let on = today.to_string();
    let words = ["instrument", "--receipt", number(&receipts[1]), "--dishonoured", &on];
    let why = ["--reason", "Funds insufficient", "--by", &officer, "--second", &cashier];
    town.centre.ask(&[&words[..], &why].concat()).expect("the bank's word");
    let figures = town.centre.figures().expect("figures");
    assert_eq!(figures["total"]["count"], 0, "{figures}");
    let states = figures["receipts"].as_array().expect("a list").iter();
    assert!(states.clone().all(|it| it["state"] == "dishonoured"), "{figures}");
    desk.page_where("day_closed", |page| page["paper"] == "printed").expect("its slip");
    desk.press("next").expect("touched");
    desk.close().expect("it ends by itself");
    equipped.device.ask("sync").expect("a line");
    // The house owes what it owed before.
    let mut desk = equipped.device.open().expect("its desk again");
    let mut owed = 0;
    for house in &houses {
        desk.choose("property_tax").expect("touched");
        owed += find(&mut desk, house)["total"].as_i64().expect("paise");
        desk.press("finish").expect("touched");
        desk.page("home").expect("the idle page");
    }
    assert_eq!(owed, sum);
}

/// The steps of the order, at the end of the shipped rates.
const STEPS: &str = r#"
[[centre_charge]]
step = [
    { to = "1000", rupees = "10" },
    { to = "5000", rupees = "20" },
    { basis_points = 50, at_most = "100" },
]
from = 2025-08-01
certainty = "press"
source = "The order"
"#;

#[test]
fn a_centre_takes_its_charge_and_the_bodys_own_kiosk_none() {
    let added = [("rates.toml".to_owned(), STEPS.to_owned())];
    let town = Town::small_adding(&added).expect("a town");
    let house = owing(1).remove(0);
    let owed = |equipped: &Equipped| {
        let mut desk = equipped.device.open().expect("its desk");
        desk.until_online(true).expect("a line");
        desk.choose("property_tax").expect("touched");
        let page = find(&mut desk, &house);
        (desk, page)
    };
    let own = town.equip(Kind::kiosk()).expect("a kiosk");
    let (desk, page) = owed(&own);
    assert_eq!((&page["charge"], page["charge_why"].is_null()), (&0.into(), true), "{page}");
    let net = page["total"].as_i64().expect("paise");
    desk.close().expect("it ends by itself");
    let centre = town.equip(Kind::centre()).expect("a centre");
    let (mut desk, page) = owed(&centre);
    let charge = page["charge"].as_i64().expect("paise");
    assert!([1_000, 2_000].contains(&charge) || (2_500..=10_000).contains(&charge), "{page}");
    assert_eq!(page["total"], net + charge, "{page}");
    assert!(page["charge_why"].is_string(), "{page}");
    desk.press("next").expect("touched");
    desk.page("pay").expect("how");
    super::steps::another_sum(&mut desk, "110").expect("a part");
    pay_by(&mut desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("paid").expect("thanks");
    office_has_once(&town, &[receipt]);
    let by_head = town.centre.figures().expect("figures")["by_head"].clone();
    let heads = by_head.as_array().expect("a list").iter();
    let charged = heads.filter(|row| row["of"] == "SC").map(|row| row["amount_paise"].clone());
    assert_eq!(charged.collect::<Vec<_>>(), [1_000], "its own head: {by_head}");
    let verified = town.centre.ask(&["verify"]).expect("the office's books can be read");
    assert!(verified.contains("1 the same, 0 otherwise"), "{verified}");
}

#[test]
fn the_rates_of_today_are_shown_and_printed() {
    let (_town, equipped, mut desk) = kiosk();
    desk.press("rates").expect("touched");
    let page = desk.page("rates").expect("the board");
    let rates = page["parts"].as_array().expect("services").iter();
    let rates: Vec<&Value> =
        rates.flat_map(|part| part["rates"].as_array().expect("rates")).collect();
    assert!(rates.iter().any(|rate| rate["takes"] == "5 %"), "{page}");
    desk.press("next").expect("touched");
    desk.page_where("rates", |page| page["paper"] == "printed").expect("on paper");
    equipped.printer.slip(1).expect("the board's paper");
    for language in ["ml", "hi", "mr", "or"] {
        desk.language(language).expect("touched");
        let there = |other: &Value| other["parts"][0]["title"] != page["parts"][0]["title"];
        desk.page_where("rates", there).expect("in another language");
    }
    desk.press("back").expect("touched");
    desk.page("home").expect("the idle page");
}
