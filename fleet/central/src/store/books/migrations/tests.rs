//! Databases as older programs left them.

use ledger::{
    CashTender, Entry, Fact, Head, Language, Moment, Paise, Payer, Receipt, ReceiptLine, StaffId,
    Tender, Writer,
};
use rusqlite::params;

use super::*;
use crate::store::books::held::tests::trusted;

const WRITER: Writer = Writer(1);
const MORNING_MS: i64 = 1_786_684_320_000;
const HOUR_MS: i64 = 60 * 60 * 1_000;

fn entry(seq: u64, wall_ms: i64, countersigned: u64, fact: Fact) -> Entry {
    let at = Moment { wall_ms, mono_ms: seq, boot: 1 };
    Entry { seq, at, staff: Some(StaffId(4)), countersigned, fact, unsure_since_ms: None }
}

fn receipt(number: u32, rupees: i64) -> Fact {
    let amount = Paise::rupees(rupees);
    let period = "2026-04/6".parse().expect("a half-year");
    Fact::Receipt(Receipt {
        book: "K1".to_owned(),
        number,
        service: "property_tax".to_owned(),
        payer: Payer::Building(1),
        lines: vec![ReceiptLine { head: "PT".to_owned(), period, amount }],
        total: amount,
        tender: Tender::Cash(CashTender { tendered: amount }),
        pack: 1,
        language: Language::En,
        answers: Vec::new(),
        group: None,
    })
}

/// A database as it was after so many migrations, with one device.
fn older(count: usize) -> Connection {
    let connection = Connection::open_in_memory().expect("memory");
    migrate_to(count, &connection, &trusted()).expect("a new database");
    let sql = "INSERT INTO device (writer, name, profile, public_key, book_numbers, enrolled_ms) \
               VALUES (1, 'kiosk-1', 'kiosk', zeroblob(32), 500, 0)";
    connection.execute(sql, []).expect("a device");
    connection
}

/// Puts entries that came at a time into a table, each after the other.
fn put(connection: &Connection, table: &str, entries: &[Entry], received_ms: i64) {
    let mut head = Head::before_first(WRITER);
    for entry in entries {
        let canonical = entry.canonical();
        head = Head { seq: entry.seq, hash: head.after(&canonical).hash };
        let sql = format!(
            "INSERT INTO {table} (writer, seq, hash, canonical, received_ms) \
             VALUES (1, ?1, ?2, ?3, ?4)"
        );
        let seq = i64::try_from(entry.seq).expect("few");
        let row = params![seq, &head.hash[..], canonical, received_ms];
        connection.execute(&sql, row).expect("an entry");
    }
}

#[test]
fn receipts_that_were_held_before_they_were_listed_are_listed() {
    let connection = older(4);
    let held = [
        entry(2, MORNING_MS, 0, Fact::SignedIn),
        entry(3, MORNING_MS + 1, 0, receipt(7, 300)),
        entry(4, MORNING_MS + 2, 0, receipt(8, 50)),
    ];
    put(&connection, "held_entry", &held, MORNING_MS + HOUR_MS);
    migrate(&connection, &trusted()).expect("brought forward");
    let mut statement = connection
        .prepare("SELECT seq, number, amount, at_ms FROM held_receipt ORDER BY seq")
        .expect("the list");
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    let rows: Vec<(i64, String, i64, i64)> =
        rows.and_then(Iterator::collect).expect("rows of the list");
    let found: Vec<(i64, &str, i64, i64)> = rows
        .iter()
        .map(|(seq, number, amount, at_ms)| {
            // What stands before the check character.
            let number = number.rsplit_once('-').expect("a number").0;
            (*seq, number, *amount, *at_ms)
        })
        .collect();
    let expected = [
        (3, "G0802-26-K1-00007", 30_000, MORNING_MS + 1),
        (4, "G0802-26-K1-00008", 5_000, MORNING_MS + 2),
    ];
    assert_eq!(found, expected);
}

#[test]
fn entries_that_came_before_their_times_were_judged_are_judged() {
    let connection = older(4);
    let countersigned = "INSERT INTO signed_head (writer, seq, hash, sent_ms, request, signature, \
                         received_ms, countersignature) VALUES (1, 1, zeroblob(32), 0, \
                         zeroblob(32), zeroblob(64), ?1, zeroblob(64))";
    connection.execute(countersigned, [MORNING_MS]).expect("a countersigned head");
    let came = [
        entry(1, MORNING_MS, 0, Fact::SignedIn),
        entry(2, MORNING_MS + 1, 1, receipt(1, 300)),
        // Before the office countersigned what it names, and after it arrived.
        entry(3, MORNING_MS - HOUR_MS, 1, receipt(2, 300)),
        entry(4, MORNING_MS + 9 * HOUR_MS, 1, receipt(3, 300)),
    ];
    put(&connection, "entry", &came, MORNING_MS + HOUR_MS);
    migrate(&connection, &trusted()).expect("brought forward");
    let mut statement = connection
        .prepare("SELECT seq, at_ms, since_ms, until_ms FROM misdated ORDER BY seq")
        .expect("the list");
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
    let rows: Vec<(i64, i64, Option<i64>, i64)> =
        rows.and_then(Iterator::collect).expect("rows of the list");
    let (since, until) = (Some(MORNING_MS), MORNING_MS + HOUR_MS);
    let expected =
        [(3, MORNING_MS - HOUR_MS, since, until), (4, MORNING_MS + 9 * HOUR_MS, since, until)];
    assert_eq!(rows, expected);
    // Once is enough.
    migrate(&connection, &trusted()).expect("nothing is left to do");
}

#[test]
fn a_kiosk_that_has_names_is_sent_its_houses_again() {
    let connection = older(9);
    let handheld = "INSERT INTO device (writer, name, profile, public_key, book_numbers, \
                    enrolled_ms) VALUES (2, 'collector-1', 'collector', zeroblob(32), 500, 0)";
    connection.execute(handheld, []).expect("a handheld");
    let wards = "INSERT INTO device_ward (writer, ward) VALUES (1, 7), (1, 8), (2, 7)";
    connection.execute(wards, []).expect("their wards");
    let houses = "INSERT INTO building (id, ward, number, change, row) VALUES \
                  (1, 7, '7/1', 1, x'00'), (2, 8, '8/1', 2, x'00'), (3, 9, '9/1', 3, x'00')";
    connection.execute(houses, []).expect("houses");
    connection.execute("UPDATE register_head SET change = 3", []).expect("the register");
    migrate(&connection, &trusted()).expect("brought forward");
    let mut statement = connection
        .prepare("SELECT writer, change, building FROM device_refill ORDER BY writer, change")
        .expect("the list");
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let rows: Vec<(u32, i64, u32)> = rows.and_then(Iterator::collect).expect("rows");
    assert_eq!(rows, [(1, 4, 1), (1, 5, 2)], "the kiosk alone, and its own wards");
    let head = connection.query_row("SELECT change FROM register_head", [], |row| row.get(0));
    assert_eq!(head, Ok(5_i64));
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    let connection = older(MIGRATIONS.len());
    connection.pragma_update(None, "user_version", 99).expect("a write");
    assert!(matches!(migrate(&connection, &trusted()), Err(StoreError::Newer)));
}
