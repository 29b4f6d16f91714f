//! The crate zvt, which others wrote for chargers: it reads what our terminal says and our till
//! writes, and our till and terminal read what it writes.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use devices::terminal::zvt::apdu::{self, Decoded};
use devices::terminal::zvt::commands;
use devices::terminal::zvt::messages::{Message, parse};
use serde_json::Value;
use tests::Trouble;
use tests::chance::Chance;
use tests::judges::{Case, Verdict};
use tests::sims::{Cable, Sim};
use tests::wait::PATIENCE;
use zvt::packets::{
    Abort, CompletionData, EndOfDay, Registration, Reservation, StatusEnquiry, StatusInformation,
};
use zvt::{ZvtSerializer, packets};

const JUDGE: &str = "zvt 0.1.0";
const RUPEE: usize = 356;
const ACKNOWLEDGED: [u8; 3] = [0x80, 0, 0];
/// How many messages of random figures are compared.
const MESSAGES: u64 = 500;

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            judge: JUDGE,
            question: "till: its commands, byte by byte",
            name: "zvt_writes_our_commands_alike",
            ask: commands_alike,
        },
        Case {
            judge: JUDGE,
            question: "till: status, completion and abort, field by field",
            name: "zvt_writes_what_our_till_reads_alike",
            ask: read_alike,
        },
        Case {
            judge: JUDGE,
            question: "terminal simulator: a sale and a day, field by field",
            name: "zvt_reads_our_terminal_and_is_understood_by_it",
            ask: simulator,
        },
    ]
}

fn must(holds: bool, what: impl FnOnce() -> String) -> Result<(), Trouble> {
    match holds {
        true => Ok(()),
        false => Err(Trouble::new(what())),
    }
}

fn commands_alike() -> Result<Verdict, Trouble> {
    let mut chance = Chance(20_261_127);
    for _ in 0..MESSAGES {
        let password = chance.below(1_000_000);
        let (small, large) = (u32::try_from(password).expect("six digits"), password as usize);
        let ours = commands::registration(small, 356);
        let config_byte = ours.body[3];
        let theirs =
            Registration { password: large, config_byte, currency: Some(RUPEE), tlv: None };
        must(ours.encode() == theirs.zvt_serialize(), || format!("registration: {theirs:?}"))?;
        let theirs = EndOfDay { password: large };
        must(commands::end_of_day(small).encode() == theirs.zvt_serialize(), || {
            format!("end of day: {theirs:?}")
        })?;
        let theirs = StatusEnquiry { password: Some(large), service_byte: None, tlv: None };
        must(commands::status_enquiry(small).encode() == theirs.zvt_serialize(), || {
            format!("status enquiry: {theirs:?}")
        })?;
        // An authorisation has the body of a reservation (06 22) under another instruction.
        let amount = 1 + chance.below(999_999_999_999);
        let reference = format!("W{:04}S{:08}", chance.below(10_000), chance.below(100_000_000));
        let mut ours = commands::authorisation(amount, 356, &reference).encode();
        ours[1] = 0x22;
        let (theirs, rest) = Reservation::zvt_deserialize(&ours)
            .map_err(|error| Trouble::new(format!("it does not read ours: {error:?}")))?;
        let text = theirs.additional_text.as_deref().and_then(commands::reference_in);
        let alike = theirs.amount == Some(amount as usize)
            && theirs.currency == Some(RUPEE)
            && text.as_deref() == Some(&reference)
            && rest.is_empty();
        must(alike, || format!("authorisation: {theirs:?}"))?;
    }
    Ok(Verdict::Agrees(format!("4 commands, {MESSAGES} times")))
}

fn message(bytes: &[u8]) -> Result<Message, Trouble> {
    match apdu::decode(bytes) {
        Decoded::Whole { apdu, used } if used == bytes.len() => Ok(parse(&apdu)),
        other => Err(Trouble::new(format!("not one message: {other:?}"))),
    }
}

/// Figures as a terminal may send them; each field may be missing.
fn random(chance: &mut Chance) -> StatusInformation {
    let mut maybe = |below: u64| {
        (chance.below(5) > 0).then(|| usize::try_from(chance.below(below)).expect("fits"))
    };
    let (amount, trace_number) = (maybe(1_000_000_000_000), maybe(1_000_000));
    let (receipt_no, terminal_id) = (maybe(10_000), maybe(100_000_000));
    let (time, date, card) = (maybe(235_959), maybe(1_231), maybe(10_000_000_000_000_000));
    let code = maybe(256).map(|code| u8::try_from(code).expect("a byte"));
    let text = maybe(1_000_000).map(|number| format!("#W7S{number}#"));
    StatusInformation {
        amount,
        trace_number,
        receipt_no,
        terminal_id,
        time,
        date,
        card_number: card,
        result_code: code,
        additional_text: text,
        currency: Some(RUPEE),
        card_name: Some("RuPay".to_owned()),
        aid_authorization_attribute: Some("AB1234  ".to_owned()),
        ..StatusInformation::default()
    }
}

fn read_alike() -> Result<Verdict, Trouble> {
    let mut chance = Chance(4_711);
    for _ in 0..MESSAGES {
        let theirs = random(&mut chance);
        let Message::Status(ours) = message(&theirs.zvt_serialize())? else {
            return Err(Trouble::new("its status information is none for us"));
        };
        let four = theirs.card_number.map(|number| format!("{:04}", number % 10_000));
        let terminal_id = theirs.terminal_id.map(|id| format!("{id:08}")).unwrap_or_default();
        let alike = ours.amount_paise == theirs.amount.map(|amount| amount as u64)
            && ours.trace_number == theirs.trace_number.map(|number| number as u32)
            && ours.receipt_number == theirs.receipt_no.map(|number| number as u16)
            && ours.result_code == theirs.result_code
            && ours.terminal_id == terminal_id
            && ours.additional_text == theirs.additional_text.clone().unwrap_or_default()
            && ours.card_name == "RuPay"
            && ours.authorisation_code == "AB1234"
            // A number of fewer than four digits has no last four.
            && ours.last_four.map(|four| four.to_string()).filter(|_| ours.last_four.is_some())
                == four.filter(|_| ours.last_four.is_some());
        must(alike, || format!("{ours:?} is not {theirs:?}"))?;
        let error = u8::try_from(chance.below(256)).expect("a byte");
        let read = message(&Abort { error }.zvt_serialize())?;
        must(read == Message::Aborted(error), || format!("abort {error:02x}: {read:?}"))?;
    }
    let completed = message(&CompletionData::default().zvt_serialize())?;
    must(completed == Message::Completed, || format!("completion: {completed:?}"))?;
    Ok(Verdict::Agrees(format!("{MESSAGES} messages of 8 fields")))
}

/// The field of the till's own text.
const TEXT: u8 = 0x3c;

/// A till that is made of the judge.
struct Till(TcpStream);

impl Till {
    fn at(sim: &Sim) -> Result<Till, Trouble> {
        let failed = |error| Trouble::caused("the terminal cannot be reached", error);
        let address = sim.port().trim_start_matches("tcp://");
        let stream = TcpStream::connect(address).map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
        Ok(Till(stream))
    }

    fn asks(&mut self, command: &[u8]) -> Result<(), Trouble> {
        let failed = |error| Trouble::caused("the terminal hung up", error);
        self.0.write_all(command).map_err(failed)?;
        let answer = self.hears()?;
        must(answer == ACKNOWLEDGED, || format!("it was answered by {answer:02x?}"))
    }

    /// The next message, whole.
    fn hears(&mut self) -> Result<Vec<u8>, Trouble> {
        let failed = |error| Trouble::caused("the terminal hung up", error);
        let mut bytes = vec![0; 3];
        self.0.read_exact(&mut bytes).map_err(failed)?;
        let mut body = vec![0; usize::from(bytes[2])];
        self.0.read_exact(&mut body).map_err(failed)?;
        bytes.extend(body);
        Ok(bytes)
    }

    /// The next message of this kind, acknowledged with all that come before it.
    fn hears_one<T: ZvtSerializer>(&mut self) -> Result<T, Trouble>
    where
        zvt::encoding::Default: zvt::encoding::Encoding<T>,
    {
        loop {
            let bytes = self.hears()?;
            let failed = |error| Trouble::caused("the terminal hung up", error);
            self.0.write_all(&ACKNOWLEDGED).map_err(failed)?;
            if let Ok((read, rest)) = T::zvt_deserialize(&bytes) {
                must(rest.is_empty(), || format!("more than a message: {rest:02x?}"))?;
                return Ok(read);
            }
        }
    }
}

fn simulator() -> Result<Verdict, Trouble> {
    let folder =
        tempfile::tempdir().map_err(|error| Trouble::caused("no folder can be made", error))?;
    let sim = Sim::terminal(folder.path(), Cable::Tcp, "auto")?;
    let mut till = Till::at(&sim)?;
    // Steps are wanted, lines for the paper are not.
    let registration =
        Registration { password: 0, config_byte: 0x1a, currency: Some(RUPEE), tlv: None };
    till.asks(&registration.zvt_serialize())?;
    let completed: CompletionData = till.hears_one()?;
    must(completed.currency == Some(RUPEE), || format!("{completed:?}"))?;
    let amounts = [118_400usize, 25_000, 1];
    for amount in amounts {
        let reservation = packets::Reservation {
            amount: Some(amount),
            currency: Some(RUPEE),
            additional_text: Some("#P7#".to_owned()),
            ..packets::Reservation::default()
        };
        let mut authorisation = reservation.zvt_serialize();
        authorisation[1] = 0x01;
        // It writes the digits of a text's length without the F before each that ZVT has there.
        let text = authorisation.iter().position(|byte| *byte == TEXT);
        let text = text.ok_or_else(|| Trouble::new("its command has no text"))?;
        authorisation[text + 1..text + 4].iter_mut().for_each(|digit| *digit |= 0xf0);
        till.asks(&authorisation)?;
        let status: StatusInformation = till.hears_one()?;
        let kept = last_kept(folder.path())?;
        let alike = status.amount == Some(amount)
            && status.receipt_no == kept["receipt"].as_u64().map(|number| number as usize)
            && status.trace_number == kept["trace"].as_u64().map(|number| number as usize)
            && status.additional_text.as_deref() == Some("#P7#");
        must(alike, || format!("{status:?} is not {kept}"))?;
        let _: CompletionData = till.hears_one()?;
    }
    till.asks(&EndOfDay { password: 0 }.zvt_serialize())?;
    let day: StatusInformation = till.hears_one()?;
    let _: CompletionData = till.hears_one()?;
    let total: usize = amounts.iter().sum();
    must(day.amount == Some(total), || format!("{day:?}"))?;
    let single = day.single_amounts.ok_or_else(|| Trouble::new("the day has no totals"))?;
    let range = (single.receipt_no_start, single.receipt_no_end);
    must(range == (1, 3) && usize::from(single.others.num) == amounts.len(), || {
        format!("{single:?}")
    })?;
    Ok(Verdict::Agrees(format!("{} sales, their day", amounts.len())))
}

/// The last payment in the terminal's own journal.
fn last_kept(folder: &Path) -> Result<Value, Trouble> {
    let path = folder.join("terminal").join("terminal.json");
    let bytes = std::fs::read(path).map_err(|error| Trouble::caused("no journal", error))?;
    let journal: Vec<Value> = serde_json::from_slice(&bytes)
        .map_err(|error| Trouble::caused("the journal is no JSON", error))?;
    journal.last().cloned().ok_or_else(|| Trouble::new("the journal is empty"))
}
