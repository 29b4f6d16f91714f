//! A device whose wall clock stands a year behind or ahead: the desk goes on, and says so on every
//! entry and slip until the clock is right again.

use tests::town::{Kind, Town};
use tests::{has_program, missing};

use super::steps::{HOUSE, card_payment, office_has_once};

#[test]
fn a_clock_a_year_behind_or_ahead_is_said_and_stops_nothing() {
    if !has_program("faketime") {
        return missing("faketime", "devices whose clocks stand wrong");
    }
    let town = Town::small().expect("a town");
    let equipped = town.equip(Kind::kiosk()).expect("a kiosk");
    let mut desk = equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    let right = card_payment(&mut desk, HOUSE, "10").expect("a receipt");
    assert!(right["unsure_since_ms"].is_null(), "{right}");
    office_has_once(&town, std::slice::from_ref(&right));
    desk.close().expect("the desk ends");
    let mut wrong = 0;
    for offset in ["-365d", "+365d"] {
        let mut desk = equipped.device.open_with_clock(offset).expect("its desk");
        let receipt = card_payment(&mut desk, HOUSE, "10").expect("a receipt all the same");
        assert!(receipt["unsure_since_ms"].is_i64(), "{offset}: {receipt}");
        desk.until_online(true).expect("the office believes its own clock");
        desk.close().expect("the desk ends");
        wrong += 1;
    }
    let mut desk = equipped.device.open().expect("its desk");
    let again = card_payment(&mut desk, HOUSE, "10").expect("a receipt");
    assert!(again["unsure_since_ms"].is_null(), "the clock is right again: {again}");
    let figures = town.centre.until("all of it is there", |figures| {
        let devices = figures["devices"][0]["entries"].as_u64();
        devices >= again["seq"].as_u64()
    });
    let figures = figures.expect("figures");
    // They said themselves that their clock is not to be believed: nothing was dated back unseen.
    assert_eq!(figures["misdated"].as_array().map(Vec::len), Some(0), "{wrong}: {figures}");
    assert_eq!(figures["quarantine"].as_array().map(Vec::len), Some(0), "{figures}");
    desk.close().expect("the desk ends");
    equipped.device.ask("verify").expect("the books are in order");
}
