//! A collector's wards change: houses come and go, and money that was taken before reaches the
//! office. Money of another ward is kept apart, and two officers accept it. A kiosk has no names.

use std::time::{SystemTime, UNIX_EPOCH};

use ledger::{
    Building, CashTender, Fact, Language, Moment, Paise, Payer, Print, PrintOutcome, PrintWitness,
    Receipt, ReceiptLine, StaffId, Tender,
};
use node::{BOOKS_FILE, Provision, Store};
use serde_json::Value;
use tests::device::{Desk, Device};
use tests::town::{ACCOUNTANT, CASHIER, COLLECTOR, Kind, Town, WARD, attached, register};

use super::steps::{HOUSE, number, pay_by, sign_in, times};

/// The ward beside the one that the town has.
const OTHER: u16 = WARD + 1;

/// Where nobody listens.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A town of two wards.
fn two_wards() -> (Town, Vec<Building>) {
    let town = Town::small().expect("a town");
    let mut others = register().expect("the register");
    others.retain(|building| building.ward == OTHER);
    town.centre.load(&others).expect("the other ward");
    (town, others)
}

fn assign(town: &Town, ward: u16) -> String {
    let (ward, by) = (ward.to_string(), ACCOUNTANT.id.to_string());
    let of = ["assign", "--device", "collector-1", "--ward", &ward, "--by", &by];
    town.centre.ask(&of).expect("assigned")
}

/// The next house of the round pays in cash; its row, and the receipt.
fn cash_at_the_next_house(desk: &mut Desk) -> (Value, Value) {
    let round = desk.page_where("round", |page| page["rows"][0].is_object()).expect("the round");
    let rows = round["rows"].as_array().expect("houses");
    let next = rows.iter().find(|row| row["state"] == "next").expect("a next house").clone();
    desk.choose(next["id"].as_str().expect("an id")).expect("touched");
    let demand = desk.page("demand").expect("what is owed");
    let due = demand["total"].as_i64().expect("paise");
    desk.press("next").expect("touched");
    desk.page("pay").expect("how much and how");
    pay_by(desk, "cash").expect("in cash");
    desk.page("cash").expect("the counter");
    desk.fill("tendered", &format!("{}.{:02}", due / 100, due % 100)).expect("typed");
    desk.press("next").expect("touched");
    let receipt = desk.entry("receipt").expect("a receipt");
    desk.page("paid").expect("thanks");
    desk.press("next").expect("touched");
    desk.page("round").expect("the round");
    (next, receipt)
}

#[test]
fn unsent_receipts_of_a_ward_that_was_assigned_away_are_good_and_its_houses_leave() {
    let (town, others) = two_wards();
    let kind = Kind::collector();
    let equipped = town.equip(kind).expect("a handheld");
    let wires = attached(kind, &equipped.printer, &equipped.terminal, &equipped.scanner);
    equipped.device.ask("sync").expect("the first fill");
    equipped.device.configure(kind.profile, NOWHERE, Some("en"), &wires).expect("no line");
    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &COLLECTOR).expect("the collector");
    let (house, receipt) = cash_at_the_next_house(&mut desk);
    desk.close().expect("it ends by itself");

    let said = assign(&town, OTHER);
    let houses = format!("the wards {OTHER} with {} houses", others.len());
    assert!(said.contains(&houses), "{said}");
    let url = town.centre.url();
    equipped.device.configure(kind.profile, &url, Some("en"), &wires).expect("a line");
    equipped.device.ask("sync").expect("sent");
    let figures = town.centre.figures().expect("figures");
    assert_eq!(times(&figures, number(&receipt)), 1, "{figures}");
    assert_eq!(figures["quarantine"].as_array().map(Vec::len), Some(0), "{figures}");

    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &COLLECTOR).expect("the collector");
    let round = desk.page_where("round", |page| page["rows"][0].is_object()).expect("the round");
    let of_the_other = |row: &Value| {
        let id: u32 = row["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        others.iter().any(|building| building.id == id)
    };
    assert!(round["rows"].as_array().expect("houses").iter().all(of_the_other), "{round}");
    // The receipt is the device's own, and says its house still.
    desk.press("menu").expect("touched");
    desk.page("menu").expect("the menu");
    desk.choose("receipts").expect("touched");
    let found = desk.page("receipts").expect("its receipts");
    assert_eq!(found["receipts"][0]["place"], house["number"], "{found}");
    assert_eq!(found["receipts"][0]["at_office"], "there", "{found}");
    desk.close().expect("it ends by itself");
    let said = town.centre.ask(&["verify"]).expect("sound");
    assert!(said.contains("complete"), "{said}");
}

/// Cash for a building, written into the books of a collector as the desk writes it.
fn takes_for(device: &Device, building: u32) -> u64 {
    let file = std::fs::read(Device::provision_path(device.folder())).expect("a provision file");
    let provision = Provision::read(&file).expect("a provision file");
    let mut store = Store::open(&device.folder().join("data"), &provision).expect("its books");
    let staff = Some(StaffId(COLLECTOR.id));
    let (book, number) = store.day_book().next_number(staff).expect("a number");
    let total = Paise::rupees(100);
    let line = ReceiptLine {
        period: "2026-04/6".parse().expect("a half-year"),
        head: "PT".to_owned(),
        amount: total,
    };
    let receipt = Fact::Receipt(Receipt {
        book,
        number,
        service: "property_tax".to_owned(),
        payer: Payer::Building(building),
        lines: vec![line],
        total,
        tender: Tender::Cash(CashTender { tendered: total }),
        pack: 1,
        language: Language::En,
        answers: Vec::new(),
        group: None,
    });
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let wall_ms = i64::try_from(since.as_millis()).expect("a clock of this age");
    let at = Moment { wall_ms, mono_ms: 1_000, boot: store.boot() };
    let of = store.append(at, staff, vec![receipt]).expect("a receipt")[0].seq;
    let print = Print { of, outcome: PrintOutcome::Whole, witness: PrintWitness::Printer };
    store.append(at, staff, vec![Fact::Print(print)]).expect("its paper is out");
    of
}

#[test]
fn money_of_another_ward_waits_apart_until_two_officers_accept_it() {
    let (town, others) = two_wards();
    let equipped = town.equip(Kind::collector()).expect("a handheld");
    let mut desk = equipped.device.open().expect("its desk");
    sign_in(&mut desk, &COLLECTOR).expect("the collector");
    desk.close().expect("it ends by itself");
    let seq = takes_for(&equipped.device, others[0].id);
    equipped.device.ask("sync").expect("the rest goes on");
    let figures = town.centre.figures().expect("figures");
    let apart = &figures["quarantine"][0];
    assert_eq!((&apart["cause"], &apart["kind"]), (&"ward".into(), &"receipt".into()), "{apart}");
    let why = format!("is of ward {OTHER}, which is not among this device's wards");
    assert!(apart["reason"].as_str().is_some_and(|reason| reason.contains(&why)), "{apart}");
    assert_eq!(figures["total"]["count"], 0, "{figures}");
    sees(&equipped.device, "open");

    let (entry, by, second) = (seq.to_string(), ACCOUNTANT.id.to_string(), CASHIER.id.to_string());
    let of = ["settle-entry", "--device", "collector-1", "--entry", &entry, "--accept"];
    let two = ["--reason", "Sent over to help", "--by", &by, "--second", &second];
    let said = town.centre.ask(&[&of[..], &two[..]].concat()).expect("settled");
    assert!(said.contains("is accepted and counts"), "{said}");
    equipped.device.ask("sync").expect("told");
    let figures = town.centre.figures().expect("figures");
    assert_eq!(figures["total"]["amount_paise"], 10_000, "{figures}");
    assert_eq!(figures["on_the_way"][0]["amount_paise"], 10_000, "{figures}");
    let page = town.centre.get("/").expect("the page").text;
    assert!(page.contains("Sent over to help") && page.contains("Accepted"), "{page}");
    sees(&equipped.device, "accepted");
    let said = town.centre.ask(&["verify"]).expect("sound");
    assert!(said.contains("complete"), "{said}");
}

/// What the person at the device is shown of its entry that is apart.
fn sees(device: &Device, came_of_it: &str) {
    let mut desk = device.open().expect("its desk");
    sign_in(&mut desk, &COLLECTOR).expect("the collector");
    desk.page("round").expect("the round");
    desk.press("menu").expect("touched");
    desk.page("menu").expect("the menu");
    desk.choose("apart").expect("it is offered");
    let page = desk.page("apart").expect("what is apart");
    assert_eq!(page["rows"][0]["cause"], "ward", "{page}");
    assert_eq!(page["rows"][0]["came_of_it"], came_of_it, "{page}");
    desk.close().expect("it ends by itself");
}

#[test]
fn a_kiosk_has_no_names_on_its_glass_and_none_on_its_disk() {
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    equipped.device.ask("sync").expect("the first fill");
    let house = register().expect("the register");
    let house = house.iter().find(|building| building.number == HOUSE).expect("the house");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    desk.press("sign_in").expect("touched");
    desk.page("sign_in").expect("who");
    sign_in(&mut desk, &CASHIER).expect("a cashier, who is no stranger");
    desk.page("home").expect("the services");
    desk.choose("property_tax").expect("touched");
    desk.page("find").expect("which house");
    desk.fill("number", HOUSE).expect("typed");
    desk.press("next").expect("touched");
    let demand = desk.page("demand").expect("what is owed");
    assert_eq!(demand["place"]["owner"], ledger::masked(&house.owner), "{demand}");
    desk.close().expect("it ends by itself");
    for file in [BOOKS_FILE.to_owned(), format!("{BOOKS_FILE}-wal")] {
        let path = equipped.device.folder().join("data").join(file);
        let Ok(bytes) = std::fs::read(path) else { continue };
        let name = house.owner.as_bytes();
        assert!(!bytes.windows(name.len()).any(|part| part == name), "a name is on the disk");
    }
}
