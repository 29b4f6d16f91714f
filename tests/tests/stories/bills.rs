//! Bills of water and electricity: they come from the utility's file, are shown with a year of use,
//! paid at a kiosk without a line, and handed over to the utility; what the body has no licence for
//! is shown with the place where it is paid.

use ledger::{BillCode, Period};
use serde_json::Value;
use tests::sims::Sim;
use tests::town::{Kind, Town};

use super::steps::{HOUSE, number, office_has_once, pay_by};

/// The twelve months before this one, oldest first.
fn year() -> Vec<Period> {
    let today = tests::town::today().expect("a clock");
    let last = Period::month_of(today).previous();
    let mut months: Vec<Period> =
        std::iter::successors(Some(last), |month| Some(month.previous())).take(12).collect();
    months.reverse();
    months
}

fn code(month: Period) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

/// A utility's file for the pictured house: a year of use, of which the last two months are owed
/// and not late.
fn file(town: &Town, name: &str, account: &str) -> String {
    let due = tests::town::today().expect("a clock") + chrono::Days::new(9);
    let mut text = String::from("account,building,month,due,units,amount,late\n");
    for (place, month) in year().into_iter().enumerate() {
        let amount = if place < 10 { "0" } else { "325.50" };
        let units = 10 + place;
        text += &format!("{account},{HOUSE},{},{due},{units},{amount},16\n", code(month));
    }
    let path = town.folder().join(name);
    std::fs::write(&path, text).expect("the file is written");
    path.to_str().expect("UTF-8").to_owned()
}

fn units(page: &Value) -> Vec<i64> {
    let bars = page["bill"]["bars"].as_array().expect("bars");
    bars.iter().map(|bar| bar["units"].as_i64().expect("a month with a bill")).collect()
}

#[test]
fn a_water_bill_is_read_shown_paid_without_a_line_and_handed_over_once() {
    let mut town = Town::small().expect("a town");
    let bills = file(&town, "water.csv", "W-00345");
    let said = town.centre.ask(&["bills", "--service", "water_bill", &bills]).expect("taken");
    assert!(said.contains("12 bills of water_bill read; 1 buildings changed."), "{said}");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    town.centre.kill().expect("the line is gone");
    desk.until_online(false).expect("a kiosk by itself");

    desk.choose("water_bill").expect("touched");
    desk.page("find").expect("which house");
    desk.fill("number", "w00345").expect("typed");
    desk.press("next").expect("touched");
    let page = desk.page("demand").expect("what is owed");
    assert_eq!(units(&page), (10..22).collect::<Vec<i64>>(), "{page}");
    let why = page["periods"][1]["lines"][0]["why"].as_str().expect("a reason");
    assert_eq!(why, "21 kL, account W-00345, billed by Padippuram Water Supply");
    assert_eq!(page["bill"]["elsewhere"], Value::Null);
    let whole = page["total"].as_i64().expect("paise");
    desk.press("next").expect("touched");
    desk.page("pay").expect("how much and how");
    pay_by(&mut desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    assert_eq!(receipt["amount"], whole);
    desk.page("paid").expect("thanks");
    assert_eq!(desk.slip().expect("a slip")["outcome"], "whole");
    desk.press("next").expect("touched");
    desk.page("home").expect("the idle page");
    // The square of the bill opens it: nothing is owed any more.
    let square = BillCode {
        body: "G0802".to_owned(),
        service: "water_bill".to_owned(),
        account: "W-00345".to_owned(),
    };
    desk.scan(&square.to_string()).expect("shown");
    let page = desk.page("demand").expect("the bill");
    assert_eq!((&page["total"], page["place"]["number"].as_str()), (&Value::from(0), Some(HOUSE)));

    town.centre.serve().expect("the line is back");
    desk.until_online(true).expect("a line");
    office_has_once(&town, std::slice::from_ref(&receipt));
    let out = town.folder().join("payments.csv");
    let words = ["payments", "--service", "water_bill", "--out", out.to_str().expect("UTF-8")];
    let said = town.centre.ask(&words).expect("handed over");
    assert!(said.contains("1 payment over ₹651.00"), "{said}");
    let text = std::fs::read_to_string(&out).expect("the file");
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(lines.len(), 2, "a line for each month: {text}");
    for (line, month) in lines.iter().zip(&year()[10..]) {
        let begins =
            format!("1,payment,{},W-00345,{HOUSE},{},325.50", number(&receipt), code(*month));
        assert!(line.starts_with(&begins), "{line}");
    }
    let said = town.centre.ask(&words).expect("asked again");
    assert!(said.contains("Nothing of water_bill"), "{said}");
    let verified = town.centre.ask(&["verify"]).expect("the office's books can be read");
    assert!(verified.contains("complete"), "{verified}");
}

/// Another utility, for which the body has no licence, as files of the pack.
fn electricity() -> Vec<(String, String)> {
    let service = "[[service]]\nid = \"electricity_bill\"\nkind = \"bill\"\nhead = \"EBL\"\n\
                   late_head = \"EBP\"\nagency = false\naddress = \"https://power.example\"\n\
                   picture = \"card\"\nbadge = \"rupee\"\n";
    let head = |code: &str| {
        format!(
            "[[head]]\ncode = \"{code}\"\naccount = \"350300301\"\n\
             certainty = \"unverified\"\nsource = \"Invented for a story\"\n"
        )
    };
    let mut files =
        vec![("pack.toml".to_owned(), format!("{service}{}{}", head("EBL"), head("EBP")))];
    for language in ["en", "ml", "hi", "mr", "or"] {
        let text = "[services.electricity_bill]\ntitle = \"Electricity\"\nhelp = \"Your use\"\n\
                    biller = \"Power Company\"\nunit = \"kWh\"\n\
                    [heads.EBL]\nlabel = \"Electricity\"\nbrief = \"Electricity\"\n\
                    [heads.EBP]\nlabel = \"Late charge\"\nbrief = \"Late charge\"\n";
        files.push((format!("texts.{language}.toml"), text.to_owned()));
    }
    files
}

#[test]
fn an_electricity_bill_without_a_licence_is_shown_with_a_year_and_where_it_is_paid() {
    let town = Town::small_adding(&electricity()).expect("a town with another utility");
    let bills = file(&town, "power.csv", "77/0012");
    let words = ["bills", "--service", "electricity_bill", &bills];
    let said = town.centre.ask(&words).expect("taken");
    assert!(said.contains("12 bills of electricity_bill read"), "{said}");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.page("home").expect("the idle page");
    // The number of the account, as a bill of the utility's own has it in its code.
    desk.scan("77/0012").expect("shown");
    let page = desk.page("demand").expect("the bill");
    assert_eq!(units(&page), (10..22).collect::<Vec<i64>>(), "{page}");
    assert_eq!((&page["total"], &page["charge"]), (&Value::from(65_100), &Value::from(0)));
    assert_eq!(page["bill"]["elsewhere"], "https://power.example");
    assert_eq!(page["bill"]["unit"], "kWh");
    desk.press("next").expect("touched");
    assert_eq!(desk.refusal().expect("no money is taken").0, "not_here");
    desk.press("finish").expect("left");
    desk.page("home").expect("the idle page");
    // The tax of the same house is what it was.
    desk.choose("property_tax").expect("touched");
    desk.page("find").expect("which house");
    desk.fill("number", HOUSE).expect("typed");
    desk.press("next").expect("touched");
    let tax = desk.page("demand").expect("the tax");
    assert!(!tax.to_string().contains("Electricity"), "{tax}");
}

/// A receipt of ₹651 for both bills, paid by card at a kiosk and known to the office.
fn paid(town: &Town) -> Value {
    let bills = file(town, "water.csv", "W-00345");
    town.centre.ask(&["bills", "--service", "water_bill", &bills]).expect("taken");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    desk.scan("W-00345").expect("shown");
    desk.page("demand").expect("the bill");
    desk.press("next").expect("touched");
    desk.page("pay").expect("how much and how");
    pay_by(&mut desk, "card").expect("by card");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("paid").expect("thanks");
    office_has_once(town, std::slice::from_ref(&receipt));
    receipt
}

#[test]
fn a_platform_like_upyog_gets_each_receipt_once_whatever_its_answers_do() {
    let town = Town::small().expect("a town");
    let receipt = paid(&town);
    let platform = Sim::upyog(town.folder()).expect("a platform");
    let words = ["upyog", "--service", "water_bill", "--url", platform.port(), "--once"];
    let refused = |why: &str| {
        let said = town.centre.ask(&words).expect_err("it stays in the queue").to_string();
        assert!(said.contains(why), "{why}: {said}");
    };
    let taken = || {
        let said = platform.tell("payments").expect("a list");
        serde_json::from_str::<Value>(&said).expect("JSON").as_array().expect("a list").clone()
    };
    // Its own bill is not there yet; it refuses; it says nothing; it talks nonsense.
    refused("it has no open bill of W-00345");
    platform.tell("bill W-00345 651").expect("told");
    platform.tell("refuse on").expect("told");
    refused("EG_CL_REFUSED");
    platform.tell("refuse off").expect("told");
    platform.tell("silence on").expect("told");
    refused("cannot be reached");
    platform.tell("silence off").expect("told");
    platform.tell("garbage on").expect("told");
    refused("it is no JSON");
    platform.tell("garbage off").expect("told");
    assert!(taken().is_empty());
    // It took the payment, and its answer was lost: it is looked for, and not made twice.
    platform.tell("drop-create").expect("told");
    refused("cannot be reached");
    assert_eq!(taken().len(), 1);
    let said = town.centre.ask(&words).expect("it is there");
    assert!(said.contains("1 of 1 are at the platform; 0 wait."), "{said}");
    let payments = taken();
    assert_eq!(payments.len(), 1);
    assert_eq!(payments[0]["transactionNumber"], number(&receipt));
    assert_eq!(payments[0]["totalAmountPaid"].as_f64(), Some(651.0));
    let said = town.centre.ask(&words).expect("nothing waits");
    assert!(said.contains("0 of 0 are at the platform"), "{said}");
}
