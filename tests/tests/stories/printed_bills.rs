//! A bill on paper: its squares are read as a scanner reads them. One opens the demand of that very
//! sum at a kiosk; the other is paid through a channel of others, whose settlement comes off it.

use std::path::Path;
use std::process::Command;

use devices::Frame;
use serde_json::Value;
use tests::device::Desk;
use tests::programs::program;
use tests::town::{ACCOUNTANT, house_code};

use super::steps::{HOUSE, card_payment, kiosk};

/// Pixels a module, as a printer of 300 dots an inch draws a square of 42 mm.
const MODULE_PX: usize = 8;

/// The page of a building, from its section's beginning to its end.
fn bill_of<'a>(page: &'a str, code: &str) -> &'a str {
    let sections = page.split("<section class=\"bill\"").skip(1);
    let mut of = sections.filter(|section| section.contains(&format!("aria-label=\"{code}\"")));
    of.next().expect("a bill of the house")
}

/// Draws a square of a bill by its own path, and reads it with the readers of the camera.
pub fn read_square(bill: &str, class: &str) -> String {
    let from = bill.find(&format!("<svg class=\"{class}\"")).expect("a square");
    let svg = &bill[from..from + bill[from..].find("</svg>").expect("its end")];
    let attribute = |name: &str| {
        let from = svg.find(&format!("{name}=\"")).expect("an attribute") + name.len() + 2;
        &svg[from..from + svg[from..].find('"').expect("its end")]
    };
    let side: usize = attribute("viewBox").rsplit(' ').next().expect("a side").parse().expect("px");
    let px = side * MODULE_PX;
    let mut luma = vec![255; px * px];
    for module in attribute(" d").split('M').skip(1) {
        let at = module.strip_suffix("h1v1h-1z").expect("one module");
        let (x, y) = at.split_once(' ').expect("a place");
        let (x, y): (usize, usize) = (x.parse().expect("x"), y.parse().expect("y"));
        for row in y * MODULE_PX..(y + 1) * MODULE_PX {
            luma[row * px + x * MODULE_PX..row * px + (x + 1) * MODULE_PX].fill(0);
        }
    }
    let side = u32::try_from(px).expect("small");
    let frame = Frame::new(side, side, luma).expect("a picture");
    let codes = devices::codes(&frame);
    assert_eq!(codes.len(), 1, "one square: {codes:?}");
    codes[0].text.clone()
}

/// What the bill asks for, in paise.
fn total(bill: &str) -> i64 {
    let from = bill.find("<tr class=\"total\">").expect("a total");
    let sum = bill[from..].split('₹').nth(1).expect("a sum");
    let sum = sum[..sum.find('<').expect("its end")].replace([',', '.'], "");
    sum.parse().expect("paise")
}

fn print_bills(town: &tests::town::Town, out: &Path) -> String {
    let path = out.to_str().expect("UTF-8");
    let words = ["print-bills", "--ward", "7", "--language", "ml", "--out", path];
    town.centre.ask(&words).expect("bills");
    std::fs::read_to_string(out).expect("the page")
}

/// Shows a square to the idle page; the demand follows.
fn show(desk: &mut Desk, square: &str) -> Value {
    desk.scan(square).expect("scanned");
    desk.page("demand").expect("what is owed")
}

#[test]
fn a_bill_on_paper_is_paid_at_a_kiosk_and_through_another_channel() {
    let (town, equipped, mut desk) = kiosk();
    let out = town.folder().join("bills.html");
    let page = print_bills(&town, &out);
    assert!(!page.contains("http:") && !page.contains("https:"), "it loads nothing");
    let code = house_code(HOUSE).expect("its code");
    let bill = bill_of(&page, &code);
    assert!(bill.contains("%") && bill.contains(HOUSE), "the lines are explained: {bill}");
    assert_eq!(read_square(bill, "kiosk"), code);
    let owed = total(bill);
    let demand = show(&mut desk, &code);
    assert_eq!(demand["total"], owed, "the kiosk asks for the same: {demand}");
    desk.press("finish").expect("touched");
    desk.page("home").expect("the idle page");

    // Some of it is paid at the kiosk; the next bill asks for the rest.
    let paid = card_payment(&mut desk, HOUSE, "100").expect("a receipt");
    assert_eq!(paid["amount"], 10_000);
    town.centre.until("it is there", |figures| figures["total"]["count"] == 1).expect("figures");
    let page = print_bills(&town, &out);
    let bill = bill_of(&page, &code);
    let rest = total(bill);
    assert!(rest < owed, "{rest} of {owed}");
    let demand = show(&mut desk, &code);
    assert_eq!(demand["total"], rest, "{demand}");

    // The rest is paid by the other square, elsewhere.
    let upi = read_square(bill, "upi");
    let file = town.folder().join("settlement.csv");
    let mut sim = Command::new(program("sim").expect("it was built"));
    let status = sim.arg("settlement").arg("--out").arg(&file).arg(&upi).status();
    assert!(status.expect("it runs").success());
    let (file, officer) = (file.to_str().expect("UTF-8"), ACCOUNTANT.id.to_string());
    let words = ["settlement", "--file", file, "--by", &officer];
    let said = town.centre.ask(&words).expect("it is taken up");
    assert!(said.contains("1 payments: 1 booked"), "{said}");
    assert!(said.contains("₹0.00 was not owed"), "{said}");
    let again = town.centre.ask(&words).expect("the same file");
    assert!(again.contains("0 booked") && again.contains("1 known before"), "{again}");
    assert!(!print_bills(&town, &out).contains(&format!("aria-label=\"{code}\"")), "none is due");
    desk.close().expect("the desk ends");
    equipped.device.ask("sync").expect("the register comes");
    let mut desk = equipped.device.open().expect("its desk");
    let demand = show(&mut desk, &code);
    assert_eq!(demand["total"], 0, "every device hears of it: {demand}");
    let verified = town.centre.ask(&["verify"]).expect("the books are in order");
    assert!(verified.starts_with("complete"), "{verified}");
    desk.close().expect("the desk ends");
    equipped.device.ask("verify").expect("the books are in order");
}

#[test]
fn a_settlement_with_faults_is_listed_with_its_reasons() {
    let (town, _equipped, desk) = kiosk();
    let file = town.folder().join("settlement.json");
    let write = |fault: &str| {
        let mut sim = Command::new(program("sim").expect("it was built"));
        sim.args(["settlement", "--json", "--fault", fault, "--out"]).arg(&file);
        let status = sim.arg(format!("{HOUSE}=100")).arg(format!("{HOUSE}=50.50")).status();
        assert!(status.expect("it runs").success(), "{fault}");
    };
    let path = file.to_str().expect("UTF-8").to_owned();
    let officer = ACCOUNTANT.id.to_string();
    let take_up = || town.centre.ask(&["settlement", "--file", &path, "--by", &officer]);
    write("unknown");
    let said = take_up().expect("it is taken up");
    assert!(said.contains("7001 over ₹100.00 for 99/99999: the account is of no"), "{said}");
    assert!(said.contains("1 booked over ₹50.50"), "{said}");
    write("wrong-sum");
    let said = take_up().expect("it is taken up");
    assert!(said.contains("do not fit together") && said.contains("1 known before"), "{said}");
    write("double");
    let said = take_up().expect("it is taken up");
    assert!(said.contains("2 payments: 1 booked over ₹100.00"), "{said}");
    write("garbage");
    let refused = take_up().expect_err("it cannot be read").to_string();
    assert!(refused.contains("line 1: the amount:"), "{refused}");
    let figures = town.centre.figures().expect("figures");
    assert_eq!(figures["total"]["amount_paise"], 15_050, "{figures}");
    desk.close().expect("the desk ends");
}
