//! The statement of receipts, read from what the entries made.

use data_encoding::HEXLOWER;
use ledger::{Language, Paise};

use super::pages::{all, whole};
use super::{Trusted, office, unsigned};
use crate::collection::money::{Deposited, Instruments, Sum, cash_days, instrument_days};
use crate::collection::{
    CANCELLED_MAX, ChannelTotal, Collection, HeadTotal, ModeTotal, NotStanding, RestsOn, Taker,
};
use crate::store::StoreError;
use crate::store::sql::{self, Row, Transaction, params};

/// The Indian day of an entry's clock, as SQL; `Moment::day` says the same.
const RECEIVED_DAY: &str = "(m.at_ms + 19800000) / 86400000";

pub fn collection(
    books: &Transaction<'_>,
    trusted: &Trusted,
    (from, to): (i64, i64),
) -> Result<Collection, StoreError> {
    let modes = modes(books, from, to)?;
    let (cancelled, cancelled_receipts, cancelled_amount) = cancelled(books, from, to)?;
    let it = Collection {
        from,
        to,
        receipts: modes.iter().map(|mode| mode.receipts).sum(),
        amount: crate::collection::total(modes.iter().map(|mode| mode.amount)),
        heads: heads(books, trusted, from, to)?,
        modes,
        takers: takers(books, from, to)?,
        channels: channels(books, from, to)?,
        cancelled,
        cancelled_receipts,
        cancelled_amount,
        cash: cash_days((from, to), &cash(books, to)?, &closes(books)?, &deposits(books)?),
        instruments: instrument_days((from, to), &instruments(books, to)?),
        differences: Vec::new(),
        rests_on: rests_on(books)?,
    };
    Ok(it.checked())
}

fn modes(books: &Transaction<'_>, from: i64, to: i64) -> Result<Vec<ModeTotal>, StoreError> {
    let sql = "SELECT mode, count(*), sum(amount) FROM receipt \
               WHERE day BETWEEN ?1 AND ?2 AND stands GROUP BY mode ORDER BY mode";
    all(books, sql, params![from, to], |row| {
        let amount = Paise::new(row.get(2)?);
        Ok(ModeTotal { mode: row.get(0)?, receipts: whole(row, 1)?, amount })
    })
}

/// The lines of receipts that stand; those of others are gone from the table.
fn heads(
    books: &Transaction<'_>,
    trusted: &Trusted,
    from: i64,
    to: i64,
) -> Result<Vec<HeadTotal>, StoreError> {
    let sql = "SELECT head, count(*), sum(amount) FROM receipt_line \
               WHERE day BETWEEN ?1 AND ?2 GROUP BY head ORDER BY head";
    let pack = trusted.packs.on(ledger::date_of(to));
    all(books, sql, params![from, to], |row| {
        let head: String = row.get(0)?;
        let known = pack.head(&head);
        Ok(HeadTotal {
            account: known.map(|known| known.account.clone()).unwrap_or_default(),
            label: known
                .map_or_else(String::new, |_| pack.head_label(&head, Language::En).to_owned()),
            lines: whole(row, 1)?,
            amount: Paise::new(row.get(2)?),
            head,
        })
    })
}

fn takers(books: &Transaction<'_>, from: i64, to: i64) -> Result<Vec<Taker>, StoreError> {
    let sql = "SELECT coalesce(d.name, 'another channel'), r.staff, coalesce(s.name, ''), \
               count(*), sum(r.amount), sum(CASE r.mode WHEN 'cash' THEN r.amount ELSE 0 END) \
               FROM receipt r LEFT JOIN device d ON d.writer = coalesce(r.of_writer, r.writer) \
               LEFT JOIN staff s ON s.id = r.staff \
               WHERE r.day BETWEEN ?1 AND ?2 AND r.stands \
               GROUP BY d.name, r.staff, s.name \
               ORDER BY coalesce(d.name, 'another channel'), r.staff";
    all(books, sql, params![from, to], |row| {
        Ok(Taker {
            device: row.get(0)?,
            staff: row.get(1)?,
            person: row.get(2)?,
            receipts: whole(row, 3)?,
            amount: Paise::new(row.get(4)?),
            cash: Paise::new(row.get(5)?),
        })
    })
}

fn channels(books: &Transaction<'_>, from: i64, to: i64) -> Result<Vec<ChannelTotal>, StoreError> {
    let sql = "SELECT s.channel, count(*), sum(r.amount), sum(s.fee) FROM receipt r \
               JOIN settlement_row s ON s.office_seq = r.seq \
               WHERE r.writer = 0 AND r.mode = 'elsewhere' AND r.day BETWEEN ?1 AND ?2 \
               AND r.stands GROUP BY s.channel ORDER BY s.channel";
    all(books, sql, params![from, to], |row| {
        let (amount, fees) = (Paise::new(row.get(2)?), Paise::new(row.get(3)?));
        Ok(ChannelTotal { channel: row.get(0)?, payments: whole(row, 1)?, amount, fees })
    })
}

/// Those that do not stand, how many they are, and their sum. One that gave way to its device's own
/// is none of them: it is among those that stand.
fn cancelled(
    books: &Transaction<'_>,
    from: i64,
    to: i64,
) -> Result<(Vec<NotStanding>, u64, Paise), StoreError> {
    let of = "FROM receipt r LEFT JOIN device d ON d.writer = coalesce(r.of_writer, r.writer) \
              LEFT JOIN instrument i ON i.writer = r.writer AND i.seq = r.seq \
              LEFT JOIN apart_settled a ON a.writer = r.writer AND a.seq = r.seq \
              WHERE r.day BETWEEN ?1 AND ?2 AND NOT r.stands AND r.state <> 'superseded'";
    let sql = format!("SELECT count(*), coalesce(sum(r.amount), 0) {of}");
    let read = |row: &Row<'_>| Ok((whole(row, 0)?, Paise::new(row.get(1)?)));
    let (count, sum) =
        books.query_row(&sql, params![from, to], read).map_err(StoreError::Sqlite)?;
    let sql = format!(
        "SELECT r.number, r.day, coalesce(d.name, ''), r.mode, r.amount, r.state, \
         coalesce(r.void_reason, i.said, a.reason, '') {of} \
         ORDER BY r.day, r.writer, r.seq LIMIT {CANCELLED_MAX}"
    );
    let rows = all(books, &sql, params![from, to], |row| {
        Ok(NotStanding {
            number: row.get(0)?,
            day: row.get(1)?,
            device: row.get(2)?,
            mode: row.get(3)?,
            amount: Paise::new(row.get(4)?),
            state: row.get(5)?,
            reason: row.get(6)?,
        })
    })?;
    Ok((rows, count, sum))
}

/// Receipts in cash that stand, by their days.
fn cash(books: &Transaction<'_>, to: i64) -> Result<Vec<Sum>, StoreError> {
    let sql = format!(
        "SELECT r.day, {RECEIVED_DAY} AS received, p.day, sum(r.amount) FROM receipt r \
         LEFT JOIN receiving m ON m.close_writer = r.writer AND m.close_seq = r.close_seq \
         AND m.state = 'matched' \
         LEFT JOIN deposit_close x ON x.writer = r.writer AND x.seq = r.close_seq \
         LEFT JOIN deposit p ON p.office_seq = x.deposit \
         WHERE r.mode = 'cash' AND r.stands AND r.day <= ?1 \
         GROUP BY r.day, {RECEIVED_DAY}, p.day"
    );
    all(books, &sql, [to], sum)
}

/// What officers received of closes in payers' cash.
fn closes(books: &Transaction<'_>) -> Result<Vec<Sum>, StoreError> {
    let sql = format!(
        "SELECT {RECEIVED_DAY} AS day, {RECEIVED_DAY} AS received, p.day, \
         sum(m.counted - c.float) FROM receiving m \
         JOIN day_close c ON c.writer = m.close_writer AND c.seq = m.close_seq \
         LEFT JOIN deposit_close x ON x.writer = c.writer AND x.seq = c.seq \
         LEFT JOIN deposit p ON p.office_seq = x.deposit \
         WHERE m.state = 'matched' GROUP BY {RECEIVED_DAY}, p.day"
    );
    all(books, &sql, [], sum)
}

fn sum(row: &Row<'_>) -> sql::Result<Sum> {
    let amount = Paise::new(row.get(3)?);
    Ok(Sum { day: row.get(0)?, received: row.get(1)?, deposited: row.get(2)?, amount })
}

fn deposits(books: &Transaction<'_>) -> Result<Vec<Deposited>, StoreError> {
    let sql = "SELECT day, realised_day, sum(amount) FROM deposit GROUP BY day, realised_day";
    all(books, sql, [], |row| {
        let amount = Paise::new(row.get(2)?);
        Ok(Deposited { day: row.get(0)?, realised: row.get(1)?, amount })
    })
}

/// A cheque that did not come with the rest of its close is with whoever took it still.
fn instruments(books: &Transaction<'_>, to: i64) -> Result<Vec<Instruments>, StoreError> {
    let sql = format!(
        "SELECT r.day, CASE WHEN g.seq IS NULL THEN {RECEIVED_DAY} END AS received, \
         i.settled_day, i.state = 'dishonoured', sum(r.amount) FROM receipt r \
         JOIN instrument i ON i.writer = r.writer AND i.seq = r.seq \
         LEFT JOIN receiving m ON m.close_writer = r.writer AND m.close_seq = r.close_seq \
         AND m.state = 'matched' \
         LEFT JOIN receiving_missing g ON g.writer = m.writer AND g.seq = m.seq \
         AND g.receipt = r.seq \
         WHERE (r.stands OR r.state = 'dishonoured') AND r.day <= ?1 \
         GROUP BY r.day, CASE WHEN g.seq IS NULL THEN {RECEIVED_DAY} END, i.settled_day, \
         i.state = 'dishonoured'"
    );
    all(books, &sql, [to], |row| {
        Ok(Instruments {
            day: row.get(0)?,
            received: row.get(1)?,
            settled: row.get(2)?,
            dishonoured: row.get(3)?,
            amount: Paise::new(row.get(4)?),
        })
    })
}

fn rests_on(books: &Transaction<'_>) -> Result<Vec<RestsOn>, StoreError> {
    let head = office::head(books)?;
    let book = RestsOn {
        chain: "office".to_owned(),
        seq: head.seq,
        hash: HEXLOWER.encode(&head.hash[..]),
        last_contact_ms: None,
    };
    let sql = "SELECT d.name, h.seq, h.hash, d.last_contact_ms FROM device d \
               JOIN device_head h ON h.writer = d.writer ORDER BY d.writer";
    let rows = all(books, sql, [], |row| {
        let (name, seq): (String, i64) = (row.get(0)?, row.get(1)?);
        let (hash, contact): (Vec<u8>, Option<i64>) = (row.get(2)?, row.get(3)?);
        Ok((name, seq, hash, contact))
    })?;
    let device = |(chain, seq, hash, last_contact_ms): (String, i64, Vec<u8>, Option<i64>)| {
        let seq = unsigned(seq, "a device's head")?;
        Ok(RestsOn { chain, seq, hash: HEXLOWER.encode(&hash), last_contact_ms })
    };
    let devices: Vec<RestsOn> = rows.into_iter().map(device).collect::<Result<_, StoreError>>()?;
    Ok([book].into_iter().chain(devices).collect())
}
