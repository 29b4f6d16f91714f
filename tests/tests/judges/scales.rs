//! emupos plays two counter scales: what our driver reads of what lies on them.

use std::time::Duration;

use devices::{LineScale, Scale, ScaleGrammar};
use reqwest::Method;
use serde_json::json;
use tests::Trouble;
use tests::judges::emupos::Emupos;
use tests::judges::{Case, Verdict};
use tests::wait::until;

/// Each scale as emupos names it, and as our drivers do.
const SCALES: [(&str, &str, &str); 2] =
    [("deli", "toledo8217-15kg", "toledo-8217"), ("store", "sma-15kg", "sma")];

/// Longer than an answer takes on a machine that is busy.
const LIMIT: Duration = Duration::from_secs(20);

/// Grams that are placed, and what is read: both scales count by five grams up to fifteen
/// kilograms.
const LOADS: [(i64, &str); 8] = [
    (1_250, "1250"),
    (1_253, "1255"),
    (0, "empty"),
    (5, "5"),
    (-250, "under"),
    (15_000, "15000"),
    (15_001, "over"),
    (2_000, "2000"),
];

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            judge: "emupos 0.4.0",
            question: "scales: Toledo 8217 and SMA, weights and reasons",
            name: "emupos_weighs_what_we_read",
            ask: weighs,
        },
        Case {
            judge: "emupos 0.4.0",
            question: "scales: a load that moves, and a tare",
            name: "emupos_has_no_weight_while_a_load_moves",
            ask: moves,
        },
    ]
}

fn start() -> Result<Option<Emupos>, Trouble> {
    let device = |(id, profile, _): &(&str, &str, &str)| {
        format!(
            "  - id: {id}\n    type: scale\n    profile: {profile}\n    connections:\n      \
             - serial: {{ pty: true }}\n"
        )
    };
    Emupos::start(&SCALES.iter().map(device).collect::<String>())
}

fn driver(emupos: &Emupos, id: &str, model: &str) -> Result<LineScale, Trouble> {
    let address = emupos.port(id)?.parse();
    let address = address.map_err(|error| Trouble::caused("no address", error))?;
    Ok(LineScale::new(address, ScaleGrammar::named(model).expect("it is built in")))
}

fn place(emupos: &Emupos, id: &str, grams: i64, stable: bool) -> Result<(), Trouble> {
    let body = json!({ "grams": grams, "stable": stable });
    emupos.ask(Method::PUT, &format!("/devices/{id}/weight"), Some(&body)).map(drop)
}

fn read(scale: &mut LineScale) -> String {
    match scale.read(LIMIT) {
        Ok(weight) if weight.net => format!("{} net", weight.grams),
        Ok(weight) => weight.grams.to_string(),
        Err(reason) => reason.word().to_owned(),
    }
}

fn expect(id: &str, said: &str, expected: &str) -> Result<(), Trouble> {
    match said == expected {
        true => Ok(()),
        false => Err(Trouble::new(format!("{id}: {said} instead of {expected}"))),
    }
}

fn weighs() -> Result<Verdict, Trouble> {
    let Some(emupos) = start()? else { return Ok(Verdict::Missing) };
    for (id, _, model) in SCALES {
        let mut scale = driver(&emupos, id, model)?;
        for (grams, expected) in LOADS {
            place(&emupos, id, grams, true)?;
            expect(id, &read(&mut scale), expected)?;
        }
    }
    Ok(Verdict::Agrees(format!("{} loads on {} scales", LOADS.len(), SCALES.len())))
}

fn moves() -> Result<Verdict, Trouble> {
    let Some(emupos) = start()? else { return Ok(Verdict::Missing) };
    for (id, _, model) in SCALES {
        let mut scale = driver(&emupos, id, model)?;
        // It settles after half a second: a slow machine may be too late to see it move.
        until("a load is seen to move", || {
            place(&emupos, id, 2_000, false).ok()?;
            (read(&mut scale) == "moving").then_some(())
        })?;
        until("it lies still", || (read(&mut scale) == "2000").then_some(()))?;
        emupos.ask(Method::POST, &format!("/devices/{id}/tare"), None)?;
        expect(id, &read(&mut scale), "empty")?;
        place(&emupos, id, 2_750, true)?;
        expect(id, &read(&mut scale), "750 net")?;
        place(&emupos, id, 1_000, true)?;
        expect(id, &read(&mut scale), "under")?;
        emupos.ask(Method::POST, &format!("/devices/{id}/zero"), None)?;
        expect(id, &read(&mut scale), "empty")?;
    }
    Ok(Verdict::Agrees(format!("{} scales", SCALES.len())))
}
