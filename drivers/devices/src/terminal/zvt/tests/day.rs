//! What is done besides sales: payments taken back, money given back, the terminal's day.

use super::*;

fn day(call: fn(&mut ZvtTerminal) -> Result<Settlement, Fault>, instruction: u8) -> Settlement {
    let mut bench = start(call);
    bench.hears(0x06, instruction);
    bench.says(&ACK);
    let totals = StatusInformation {
        amount: Some(120_000),
        result_code: Some(0),
        single_amounts: Some(SingleAmounts {
            receipt_no_start: 40,
            receipt_no_end: 42,
            others: NumAndTotal { num: 3, total: 120_000 },
            ..SingleAmounts::default()
        }),
        ..StatusInformation::default()
    };
    bench.tells(&totals.zvt_serialize());
    bench.completes();
    bench.ends().unwrap()
}

#[test]
fn the_day_ends_with_the_terminals_totals() {
    let expected = Settlement {
        total_paise: 120_000,
        count: 3,
        receipt_first: Some(40),
        receipt_last: Some(42),
    };
    let settled = day(|terminal| terminal.settles().expect("it can").settle(), 0x50);
    assert_eq!(settled, expected);
    let so_far = day(|terminal| terminal.settles().expect("it can").totals(), 0x10);
    assert_eq!(so_far, expected);
}

fn approval(receipt_number: &str) -> Approval {
    Approval {
        amount_paise: 118_400,
        last_four: None,
        authorisation_code: String::new(),
        bank_reference: "77".to_owned(),
        terminal_id: String::new(),
        receipt_number: receipt_number.to_owned(),
        card_name: String::new(),
        reference: None,
    }
}

#[test]
fn a_payment_is_taken_back_by_its_receipt_number() {
    let voided = |answer: fn(&mut Bench<Reversal>)| {
        let mut bench = start(|terminal| terminal.voids().expect("it can").void(&approval("42")));
        assert_eq!(bench.hears(0x06, 0x30), [0, 0, 0, 0x87, 0x00, 0x42]);
        bench.says(&ACK);
        answer(&mut bench);
        bench.ends()
    };
    let done = voided(|bench| {
        bench.tells(&payment(118_400, 43, None));
        bench.completes();
    });
    assert!(matches!(done, Reversal::Done), "{done:?}");
    let before = voided(|bench| bench.aborts(0xb4));
    assert!(matches!(before, Reversal::Done), "taken back before: {before:?}");
    let refused = voided(|bench| bench.aborts(0xb5));
    assert!(matches!(refused, Reversal::Refused { code: 0xb5, .. }), "{refused:?}");
    let lost = voided(|_| {});
    assert!(matches!(lost, Reversal::Unknown(Fault::Unplugged)), "{lost:?}");
    let mut terminal =
        ZvtTerminal::new("tcp://127.0.0.1:1".parse().unwrap(), ZvtSettings::default());
    for number in ["", "0", "10000", "4Z"] {
        let refused = terminal.voids().unwrap().void(&approval(number));
        assert!(matches!(refused, Reversal::NotStarted(Fault::Protocol(_))), "{number}");
    }
}

#[test]
fn money_goes_back_to_a_card_that_is_put_in_for_it() {
    let refund: fn(&mut ZvtTerminal) -> SaleOutcome =
        |terminal| terminal.refunds().expect("it can").refund(&intent(), &mut |_| {});
    let mut bench = start_charge(refund, None, 0x31);
    assert_eq!(bench.asked[..10], [0, 0, 0, 0x04, 0, 0, 0, 0x11, 0x84, 0x00]);
    bench.says(&ACK);
    bench.tells(&payment(118_400, 43, Some("#K7-000123#")));
    bench.completes();
    assert!(matches!(bench.ends(), SaleOutcome::Approved(_)));
    let mut bench = start_charge(refund, None, 0x31);
    bench.says(&ACK);
    bench.aborts(0xc5);
    assert!(matches!(bench.ends(), SaleOutcome::Declined { code: 0xc5, .. }));
}
