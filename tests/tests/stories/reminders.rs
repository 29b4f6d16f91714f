//! Reminders by SMS: each number once, in its owner's language, by a gateway that may be silent,
//! out of order, or hang up.

use std::path::Path;
use std::process::Command;

use ledger::{Building, Demand};
use serde_json::Value;
use tests::programs::program;
use tests::sims::Sim;
use tests::town::{ACCOUNTANT, Town, WARD, pack, register, today};
use tests::{has_program, missing};

/// The gateway's own token.
const TOKEN: &str = "simulated-token";

/// `central outbox --once`, on a machine whose clock may be so much ahead; answers the counts.
fn send(town: &Town, gateway: &Sim, ahead: Option<&str>) -> Value {
    let central = program("central").expect("it was built");
    let mut command = match ahead {
        None => Command::new(central),
        Some(ahead) => {
            let mut command = Command::new("faketime");
            command.args(["-m", "-f", ahead]).arg(central);
            command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            command
        }
    };
    command.arg("outbox").arg("--data").arg(town.centre.folder());
    if let Some(uri) = town.centre.database() {
        command.args(["--db", uri]);
    }
    command.args(["--once", "--json", "--sms", gateway.port()]).env("PADI_SMS_TOKEN", TOKEN);
    let output = command.output().expect("it runs");
    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(said.trim()).expect("JSON")
}

/// Houses of the ward that owe property tax today.
fn owing(count: usize) -> Vec<u32> {
    let (pack, on) = (pack().expect("the pack"), today().expect("today"));
    let houses = register().expect("the register").into_iter();
    let owes = |house: &Building| {
        house.ward == WARD
            && Demand::of(&pack, house, on, &[]).is_ok_and(|demand| !demand.is_nothing())
    };
    houses.filter(owes).take(count).map(|house| house.id).collect()
}

/// What went out, in the order in which it did.
fn went_out(folder: &Path) -> Vec<Value> {
    let mut files: Vec<_> = std::fs::read_dir(folder.join("sms"))
        .expect("the gateway's folder")
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    let read = |path| std::fs::read_to_string(path).expect("a message");
    files.into_iter().map(|path| serde_json::from_str(&read(path)).expect("JSON")).collect()
}

#[test]
fn each_number_is_reminded_once_and_the_gateway_is_asked_with_patience() {
    let town = Town::small().expect("a town");
    let gateway = Sim::sms(town.folder()).expect("a gateway");
    let owing = owing(3);
    let [one, two, three] = owing[..] else { panic!("three houses owe: {owing:?}") };
    let file = town.folder().join("numbers.csv");
    let import = |rows: &str| {
        let text = format!("building,mobile,language,consent\n{rows}");
        std::fs::write(&file, text).expect("written");
        town.centre.ask(&["phones", "--file", file.to_str().expect("UTF-8")])
    };
    let refused = import("7,12,ml,yes\n").expect_err("it is no number").to_string();
    assert!(refused.contains("line 2: a mobile number has ten digits"), "{refused}");
    let rows = format!(
        "{one},+91 98460 12345,ml,yes\n{two},9846012346,en,yes\n{three},9846012347,hi,yes\n"
    );
    assert!(import(&rows).expect("numbers").starts_with("3 numbers are kept"));

    let officer = ACCOUNTANT.id.to_string();
    let remind = || town.centre.ask(&["remind", "--ward", "7", "--by", &officer]).expect("queued");
    let said = remind();
    assert!(said.starts_with("3 messages wait to go out"), "{said}");
    let again = remind();
    assert!(again.starts_with("0 messages wait") && again.contains("3 were reminded"), "{again}");

    // The owner of one wants none any more, before it went out.
    import(&format!("{three},9846012347,hi,no\n")).expect("taken out");
    // One is taken, and its sender never hears of it: the same message is not sent twice.
    gateway.tell("drop-next").expect("told");
    let counts = send(&town, &gateway, None);
    assert_eq!((&counts["sent"], &counts["failed"]), (&1.into(), &1.into()), "{counts}");
    assert_eq!(counts["given_up"], 1, "{counts}");
    let messages = went_out(town.folder());
    assert_eq!(messages.len(), 2, "the gateway has both: {messages:?}");
    let texts: Vec<&str> = messages.iter().filter_map(|it| it["text"].as_str()).collect();
    let malayalam = texts.iter().find(|text| text.contains("പടിപ്പുറം")).expect("in its language");
    assert!(malayalam.contains('₹') && malayalam.contains("നികുതി"), "{malayalam}");
    assert!(texts.iter().any(|text| text.contains("Padippuram")), "{texts:?}");
    assert!(messages.iter().all(|it| it["to"].as_str().is_some_and(|to| to.starts_with("+91"))));
    assert!(messages.iter().all(|it| it["parts"].as_u64().is_some_and(|parts| parts >= 1)));

    // Nothing is tried before its time, whatever the gateway would say.
    let counts = send(&town, &gateway, None);
    assert_eq!((&counts["sent"], &counts["failed"]), (&1.into(), &1.into()), "{counts}");
    if !has_program("faketime") {
        return missing("faketime", "a message that is tried again after its pause");
    }
    let counts = send(&town, &gateway, Some("+90s"));
    assert_eq!((&counts["sent"], &counts["failed"]), (&2.into(), &0.into()), "{counts}");
    assert_eq!(went_out(town.folder()).len(), 2, "it knew the message by its id");
}

#[test]
fn what_a_gateway_refuses_is_given_up_and_what_it_cannot_do_now_waits() {
    let town = Town::small().expect("a town");
    let gateway = Sim::sms(town.folder()).expect("a gateway");
    let owing = owing(1);
    let file = town.folder().join("numbers.csv");
    let rows = ["9846012341", "9846012342", "9846012343"]
        .map(|mobile| format!("{},{mobile},en,yes\n", owing[0]));
    let text = format!("building,mobile,language,consent\n{}", rows.concat());
    std::fs::write(&file, text).expect("written");
    town.centre.ask(&["phones", "--file", file.to_str().expect("UTF-8")]).expect("numbers");
    let officer = ACCOUNTANT.id.to_string();
    town.centre.ask(&["remind", "--ward", "7", "--by", &officer]).expect("queued");
    gateway.tell("refuse on").expect("told");
    let counts = send(&town, &gateway, None);
    assert_eq!((&counts["given_up"], &counts["sent"]), (&3.into(), &0.into()), "{counts}");
    let trouble = &counts["troubles"][0];
    assert!(trouble["why"].as_str().is_some_and(|why| why.starts_with("422")), "{counts}");
    let shown = trouble["mobile"].as_str().expect("a number");
    assert!(!shown.contains("98460"), "no whole number is shown: {shown}");
    let said = town.centre.ask(&["outbox"]).expect("counts");
    assert!(said.contains("3 were given up"), "{said}");
}
