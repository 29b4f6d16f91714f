//! What the office book points to is there, or `central verify` names the entry.

use data_encoding::HEXUPPER;
use ledger::{
    Deposit, Entry, Fact, Head, InstrumentSettled, InstrumentState, Moment, Paise, Realised,
    ReceivingOf, StaffId, Writer,
};

use crate::database::Database;
use crate::device::cash;
use crate::office::{Office, now_ms, today};

/// Writes an entry as a hand does that knows the office book: the chain itself is whole.
fn append(books: &Database, fact: Fact) -> u64 {
    let last = "SELECT seq, hex(hash) FROM office_entry ORDER BY seq DESC LIMIT 1";
    let last = books.first(last);
    let hash = HEXUPPER.decode(last[1].as_bytes()).expect("bytes");
    let hash: [u8; 32] = hash.try_into().expect("a hash");
    let head = Head { seq: last[0].parse().expect("a sequence"), hash: hash.into() };
    let entry = Entry {
        seq: head.seq + 1,
        at: Moment { wall_ms: now_ms(), ..Moment::default() },
        staff: Some(StaffId(401)),
        countersigned: head.seq,
        fact,
        unsure_since_ms: None,
    };
    let canonical = entry.canonical();
    let hash = head.after(&canonical).hash;
    let (hash, canonical) = (Database::bytes(&hash[..]), Database::bytes(&canonical));
    let sql = format!(
        "INSERT INTO office_entry (seq, hash, canonical, addressee) \
         VALUES ({}, {hash}, {canonical}, 0)",
        entry.seq
    );
    books.run(&sql).expect("a hand that knows SQL");
    entry.seq
}

#[tokio::test]
async fn an_entry_that_points_to_nothing_is_named() {
    let office = Office::with_accountant();
    let mut collector = office.collector("collector-1");
    let receipt = collector.pay(Some(201), 1, 600, cash(600));
    let close = collector.close(201, today(), 600, "");
    collector.push_all(&office).await;
    let name = close.to_string();
    let words = ["--device", "collector-1", "--close", &name, "--counted", "600", "--by", "401"];
    office.good(&[&["receive"], &words[..]].concat());
    office.good(&["verify"]);

    let books = &office.books;
    let writer = collector.provision.writer;
    let (challan, amount, on) = ("7731".to_owned(), Paise::rupees(600), today());
    let of = |close| vec![ReceivingOf { writer, close }];
    let deposit = Deposit { challan: challan.clone(), on, amount, of: of(close) };
    let sound = append(books, Fact::Deposited(deposit.clone()));
    let realised = |deposit, amount| {
        let (challan, bank_reference) = (challan.clone(), "N1".to_owned());
        Fact::Realised(Realised { deposit, challan, amount, on, bank_reference })
    };
    let state = InstrumentState::Realised;
    let settled =
        InstrumentSettled { writer, receipt, state, said: "N1".to_owned(), on, second: None };
    let close_1 = collector.word_on(close, 600, "");
    let another = ledger::Receiving { claimed: Paise::rupees(500), ..close_1.clone() };
    let nowhere = ledger::Receiving { of: ReceivingOf { writer: Writer(9), close }, ..close_1 };
    let odd = [
        (Fact::Deposited(Deposit { of: of(receipt), ..deposit }), "a close that nobody received"),
        (realised(sound, Paise::rupees(1)), "realises a deposit that says otherwise"),
        (realised(1, amount), "realises a deposit that is not there"),
        (Fact::InstrumentSettled(settled), "a cheque or draft that no receipt names"),
        (Fact::Received(another), "the money of a close that says otherwise"),
        (Fact::Received(nowhere), "the money of a close that is not here"),
        (Fact::SignedIn, "is no fact that the office writes"),
    ];
    let odd = odd.map(|(fact, what)| (append(books, fact), what));
    let output = office.run(&["verify"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).expect("UTF-8");
    for (seq, what) in odd {
        let line = said.lines().find(|line| line.contains(&format!("entry {seq}: ")));
        assert!(line.is_some_and(|line| line.contains(what)), "entry {seq}, {what}: {said}");
    }
    assert!(!said.contains(&format!("entry {sound}: ")), "{said}");
    assert!(said.contains("the list of deposits is not what the entries make"), "{said}");
}
