//! Receipts of fees: the office computes what was answered once more, by the version of the pack
//! that the receipt names.

use std::fs;

use ledger::{
    Answer, ApartCause, CardTender, Demand, Fact, Intent, IntentMode, Moment, Named, Pack, Paise,
    Payer, Receipt, Tender, apportion,
};

use crate::device::{Device, cash};
use crate::office::{Office, PACK, now_ms};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

pub fn pack() -> Pack {
    let mut files = Vec::new();
    for entry in fs::read_dir(PACK).expect("the pack is there") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            files.push((name, fs::read_to_string(&path).expect("a text")));
        }
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    Pack::parse(&files).expect("the shipped pack is sound")
}

/// What a device writes for a service's answers, if it is asked for on this day and paid by this.
fn paid(
    device: &Device,
    service: &str,
    given: &[(&str, &str)],
    asked: Moment,
    tender: impl Fn(Paise) -> Tender,
) -> Receipt {
    let pack = pack();
    let answer =
        |(name, value): &(&str, &str)| Answer { name: (*name).into(), value: (*value).into() };
    let answers: Vec<Answer> = given.iter().map(answer).collect();
    let of = pack.service(service).expect("a service of the pack");
    let demand = Demand::of_fees(&pack, of, &answers, asked.date()).expect("a demand");
    let payer = Payer::Named(Named { name: "Ammini".into(), reference: "PT/7/112".into() });
    Receipt {
        service: service.into(),
        payer,
        lines: apportion(&demand, demand.total).expect("the whole is paid"),
        total: demand.total,
        tender: tender(demand.total),
        pack: pack.body.version,
        answers,
        ..device.receipt(1, 1, cash(1))
    }
}

fn by_cash(total: Paise) -> Tender {
    cash(total.get() / 100)
}

fn now() -> Moment {
    Moment { wall_ms: now_ms(), ..Moment::default() }
}

const INCOME: [(&str, &str); 2] = [("half_year", "this"), ("half_year_income", "25000")];

#[tokio::test]
async fn what_was_answered_must_give_the_lines() {
    let office = Office::with_accountant();
    assert!(office.staff("402", "accountant", "2580").status.success());
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let sound = paid(&kiosk, "profession_tax", &INCOME, now(), by_cash);
    assert_eq!(sound.total, Paise::rupees(450));
    kiosk.take(Some(101), sound.clone());
    // Less than the slab asks for, in lines that add up.
    let mut less = Receipt { total: Paise::rupees(320), ..kiosk.numbered(sound.clone()) };
    less.lines[0].amount = less.total;
    let less = kiosk.take(Some(101), less);
    // The office has no version 1: what cannot be computed again is believed.
    let old = Receipt { pack: 1, total: Paise::rupees(320), ..kiosk.numbered(sound) };
    let mut old = old;
    old.lines[0].amount = old.total;
    kiosk.take(Some(101), old);
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.quarantined.len(), 1, "{:?}", answer.quarantined);
    let apart = &answer.quarantined[0];
    assert_eq!((apart.seq, apart.cause), (less, Some(ApartCause::Sum)));
    let version = pack().body.version;
    let why =
        format!("its answers give 450.00 by the pack's version {version}, the receipt says 320.00");
    assert_eq!(apart.reason, why);
    let page = office.dashboard().await;
    assert_eq!(page["total"]["count"], 2);
    assert_eq!(page["receipts"][0]["place"], "PT/7/112");
    assert_eq!(page["receipts"][0]["suspense"], false);
    // Its cash is in the bag all the same.
    assert_eq!(page["devices"][0]["cash_paise"], 45_000 + 2 * 32_000);
    let entry = less.to_string();
    let of = ["settle-entry", "--device", "kiosk-1", "--entry", &entry, "--accept"];
    let by = ["--reason", "The office's own mistake", "--by", "401", "--second", "402"];
    office.good(&[&of[..], &by[..]].concat());
    assert_eq!(office.dashboard().await["total"]["count"], 3);
    assert!(office.good(&["verify"]).starts_with("complete"));
}

#[tokio::test]
async fn what_a_terminal_was_asked_for_was_owed_on_the_day_on_which_it_was_asked() {
    let office = Office::open(1);
    let mut kiosk = office.kiosk("kiosk-1", 500);
    // In another month, so that the receipt is for another period than its own day's.
    let asked = Moment { wall_ms: now_ms() - 32 * DAY_MS, ..Moment::default() };
    let given = [("what", "stall"), ("month", "this"), ("stalls", "2"), ("days", "10")];
    let intent = |amount| Intent {
        amount,
        by: IntentMode::Card,
        reference: "T1".into(),
        building: None,
        service: "market_rent".into(),
    };
    let card = |intent: u64| {
        move |_: Paise| {
            Tender::Card(CardTender {
                intent,
                last_four: "4242".into(),
                authorisation: "A1".into(),
                terminal: "TID1".into(),
                terminal_receipt: "1".into(),
            })
        }
    };
    let first = kiosk.write(None, Fact::Intent(intent(Paise::rupees(400))));
    let entry = kiosk.entries.last_mut().expect("it was just written");
    entry.at.wall_ms = asked.wall_ms;
    let receipt = paid(&kiosk, "market_rent", &given, asked, card(first));
    kiosk.take(None, receipt.clone());
    let answer = kiosk.push_all(&office).await;
    assert_eq!(answer.quarantined, [], "in one turn");
    // And where the intent came long before.
    let second = kiosk.write(None, Fact::Intent(intent(Paise::rupees(400))));
    let entry = kiosk.entries.last_mut().expect("it was just written");
    entry.at.wall_ms = asked.wall_ms;
    kiosk.push_all(&office).await;
    let again = Receipt { tender: card(second)(Paise::ZERO), ..kiosk.numbered(receipt.clone()) };
    kiosk.take(None, again);
    assert_eq!(kiosk.push_all(&office).await.quarantined, []);
    // In cash, today, nobody owes that month.
    let cash = Receipt { tender: by_cash(receipt.total), ..kiosk.numbered(receipt) };
    kiosk.take(Some(101), cash);
    let answer = kiosk.push_all(&office).await;
    let version = pack().body.version;
    let why = format!("its answers give other lines by the pack's version {version}");
    assert_eq!(answer.quarantined[0].reason, why);
}
