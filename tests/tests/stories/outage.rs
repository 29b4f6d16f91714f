//! The centre goes away and comes back.

use std::process::ExitStatus;

use super::steps::{HOUSE, card_payment, kiosk, number, office_has_once, times, to_pay};

#[test]
fn a_receipt_taken_while_the_centre_is_down_is_on_the_dashboard_once() {
    let (mut town, _equipped, mut desk) = kiosk();
    let status: ExitStatus = town.centre.stop().expect("it ends on SIGTERM");
    assert!(status.success(), "{status}");
    let receipt = card_payment(&mut desk, HOUSE, "120").expect("a receipt without the centre");
    // UPI needs the line.
    desk.until_online(false).expect("the line is down");
    to_pay(&mut desk, HOUSE).expect("how much and how");
    desk.choose("upi").expect("touched");
    assert_eq!(desk.refusal().expect("no").0, "line_down");
    desk.press("finish").expect("left");
    town.centre.serve().expect("it serves again");
    office_has_once(&town, std::slice::from_ref(&receipt));
    // Once more, with everything begun anew on both sides: nothing is sent twice.
    desk.close().expect("it ends by itself");
    town.centre.kill().expect("cut");
    town.centre.serve().expect("it serves again");
    let mut desk = _equipped.device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    let figures = town.centre.figures().expect("figures");
    assert_eq!(times(&figures, number(&receipt)), 1, "{figures}");
}

#[test]
fn over_tls_the_device_believes_its_own_centre_only() {
    let town = tests::town::Town::small_by(tests::centre::Wire::Tls).expect("a town");
    let other = tests::town::Town::small_by(tests::centre::Wire::Tls).expect("another town");
    let equipped = town.equip(tests::town::Kind::kiosk()).expect("a kiosk");
    let attached = tests::town::attached(
        tests::town::Kind::kiosk(),
        &equipped.printer,
        &equipped.terminal,
        &equipped.scanner,
    );
    let device = &equipped.device;
    let at_other = other.centre.url();
    device.configure("kiosk", &at_other, Some("en"), &attached).expect("another centre");
    assert!(device.ask("sync").is_err(), "a centre with another certificate was believed");
    device.configure("kiosk", &town.centre.url(), Some("en"), &attached).expect("its own again");
    let mut desk = device.open().expect("its desk");
    desk.until_online(true).expect("a line");
    let receipt = card_payment(&mut desk, HOUSE, "75").expect("a receipt");
    office_has_once(&town, &[receipt]);
    assert_eq!(other.centre.figures().expect("figures")["total"]["count"], 0);
}
