//! Complaints in the books: entered with their applications, moved by what was done about them
//! wherever that was, and told by the feed of shared records to those whom they concern.

mod alike;
mod listed;
mod message;

use ledger::{
    ApartCause, Applied, Channel, CitizenSays, ComplaintAnswered, ComplaintDeed, ComplaintState,
    ComplaintWorked, Did, Entry, Fact, Filed, Pack, ReceiptNumber, StaffId, Work, Writer,
    check_code, date_of, stand,
};
use replica::{ApplicationFile, COMPLAINTS_BYTES_MAX, COMPLAINTS_MAX, ComplaintTold};

use super::facts::run;
use super::office::{self, Addressee};
use super::pages::all;
use super::{Trusted, enrol, records, signed, unsigned, wards};
use crate::complaints::ToWork;
use crate::intake::OwnRule;
use crate::remittance::Refusal;
use crate::store::sql::{OptionalExtension, Result as Read, Row, Transaction, params};
use crate::store::{Profile, StoreError};

pub use listed::{listed, one, open};

/// Whose a complaint is where its pack is not here any more.
const NOBODYS: &str = "";

/// What the office has against work on a complaint: only an officer's device does any.
pub fn strange(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
) -> Result<Option<OwnRule>, StoreError> {
    if !matches!(entry.fact, Fact::ComplaintWorked(_)) || is_officers(books, writer)? {
        return Ok(None);
    }
    let reason = "complaints are worked on at an officer's device, and this is none".to_owned();
    Ok(Some(OwnRule { reason, cause: ApartCause::Other }))
}

fn is_officers(books: &Transaction<'_>, writer: Writer) -> Result<bool, StoreError> {
    Ok(wards::profile(books, writer)? == Some(Profile::Officer))
}

/// Enters a complaint, after its application; nothing where that is none.
pub fn enter(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    entry: &Entry,
    applied: &Applied,
    number: &ReceiptNumber,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Some(complaint) = &applied.complaint else { return Ok(()) };
    let change = records::next_place(books)?;
    let (number, pack) = (number.to_string(), trusted.packs.version(applied.pack));
    let office = pack.as_deref().and_then(|pack| office_of(pack, &complaint.category));
    let sql = "INSERT INTO complaint (number, writer, seq, category, ward, asset, pack, day, \
               at_ms, due, code, state, office, reopened, change, channel) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, ?14, ?15) \
               ON CONFLICT DO NOTHING";
    let (day, at_ms) = (entry.at.day(), entry.at.wall_ms);
    let row = params![
        number,
        writer.0,
        signed(entry.seq),
        complaint.category,
        complaint.ward,
        complaint.asset,
        applied.pack,
        day,
        at_ms,
        applied.due,
        check_code(entry),
        ComplaintState::Open.code(),
        office.unwrap_or(NOBODYS),
        change,
        complaint.channel.map(Channel::code),
    ];
    run(books, sql, row)?;
    restand(books, trusted, &number, now_ms)
}

fn office_of<'a>(pack: &'a Pack, category: &str) -> Option<&'a str> {
    pack.complaints.category(category).map(|category| category.office.as_str())
}

/// Enters what was done about a complaint, whether that is here yet or not.
pub fn enter_work(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    entry: &Entry,
    word: &ComplaintWorked,
    now_ms: i64,
) -> Result<(), StoreError> {
    let (did, says, office) = match &word.work {
        Work::TakenUp => ("taken_up", None, None),
        Work::Resolved(remark) => ("resolved", Some(remark), None),
        Work::Reassigned(office, reason) => ("reassigned", Some(reason), Some(office)),
        Work::Rejected(reason) => ("rejected", Some(reason), None),
    };
    let row = DeedWritten { did, says, office, stars: None, code: None };
    enter_deed(books, trusted, (writer, entry), &word.number, (&row, now_ms))
}

pub fn enter_answer(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    entry: &Entry,
    word: &ComplaintAnswered,
    now_ms: i64,
) -> Result<(), StoreError> {
    let (did, stars) = match word.says {
        CitizenSays::Rated(stars) => ("rated", Some(stars)),
        CitizenSays::Reopened => ("reopened", None),
    };
    let row = DeedWritten { did, says: None, office: None, stars, code: Some(&word.code) };
    enter_deed(books, trusted, (writer, entry), &word.number, (&row, now_ms))
}

struct DeedWritten<'a> {
    did: &'a str,
    says: Option<&'a String>,
    office: Option<&'a String>,
    stars: Option<u8>,
    code: Option<&'a String>,
}

fn enter_deed(
    books: &Transaction<'_>,
    trusted: &Trusted,
    (writer, entry): (Writer, &Entry),
    number: &ReceiptNumber,
    (row, now_ms): (&DeedWritten<'_>, i64),
) -> Result<(), StoreError> {
    let number = number.to_string();
    let sql = "INSERT INTO complaint_deed (writer, seq, number, at_ms, day, staff, did, says, \
               office, stars, code, counts) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING";
    let staff = entry.staff.map(|staff| staff.0);
    let stars = row.stars.map(u32::from);
    let values = params![
        writer.0,
        signed(entry.seq),
        number,
        entry.at.wall_ms,
        entry.at.day(),
        staff,
        row.did,
        row.says.cloned(),
        row.office.cloned(),
        stars,
        row.code.cloned(),
        false,
    ];
    run(books, sql, values)?;
    restand(books, trusted, &number, now_ms)
}

/// Finds anew where a complaint stands, and tells it.
fn restand(
    books: &Transaction<'_>,
    trusted: &Trusted,
    number: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    // From here on nobody else changes complaints.
    let change = records::next_place(books)?;
    let sql = "SELECT category, pack, code, same_as, at_ms FROM complaint WHERE number = ?1";
    let found: Option<(String, u32, String, Option<String>, i64)> = books
        .query_row(sql, [number], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })
        .optional()
        .map_err(StoreError::Sqlite)?;
    let Some((category, version, code, same_as, at_ms)) = found else { return Ok(()) };
    let pack = trusted.packs.version(version);
    let office = pack.as_deref().and_then(|pack| office_of(pack, &category));
    let reopen_days = pack.as_deref().map_or(0, |pack| pack.complaints.reopen_days);
    let filed = Filed { office: office.unwrap_or(NOBODYS).to_owned(), code, reopen_days };
    let mut deeds = deeds(books, number)?;
    if let Some(first) = &same_as {
        deeds.extend(alike::work_on(books, first, at_ms)?);
    }
    let (standing, counted) = stand(&filed, &mut deeds);
    let mut remark = None;
    for (deed, counts) in deeds.iter().zip(counted) {
        // A deed about the first one counts there.
        let sql = "UPDATE complaint_deed SET counts = ?3 \
                   WHERE writer = ?1 AND seq = ?2 AND number = ?4";
        run(books, sql, params![deed.writer.0, signed(deed.seq), counts, number])?;
        match &deed.did {
            Did::Work(Work::Resolved(said) | Work::Rejected(said)) if counts => {
                remark = Some(said.clone());
            }
            Did::Answer { says: CitizenSays::Reopened, .. } if counts => remark = None,
            Did::Work(_) | Did::Answer { .. } => {}
        }
    }
    let sql = "UPDATE complaint SET state = ?2, office = ?3, staff = ?4, since_ms = ?5, \
               stars = ?6, reopened = ?7, remark = ?8, change = ?9 WHERE number = ?1";
    let values = params![
        number,
        standing.state.code(),
        standing.office,
        standing.by.map(|staff| staff.0),
        standing.since_ms,
        standing.stars.map(u32::from),
        u32::from(standing.reopened),
        remark,
        change,
    ];
    run(books, sql, values)?;
    message::queue(books, trusted, number, now_ms)?;
    // What is linked to it stands as it does, and nothing is linked to that.
    alike::linked(books, number)?
        .iter()
        .try_for_each(|number| restand(books, trusted, number, now_ms))
}

fn deeds(books: &Transaction<'_>, number: &str) -> Result<Vec<ComplaintDeed>, StoreError> {
    let sql = "SELECT writer, seq, at_ms, day, staff, did, says, office, stars, code \
               FROM complaint_deed WHERE number = ?1";
    all(books, sql, [number], |row| {
        let (did, says): (String, Option<String>) = (row.get(5)?, row.get(6)?);
        let says = says.unwrap_or_default();
        let office: Option<String> = row.get(7)?;
        let (stars, code): (Option<u32>, Option<String>) = (row.get(8)?, row.get(9)?);
        let stars = stars.and_then(|stars| u8::try_from(stars).ok()).unwrap_or_default();
        let answer = |says| Did::Answer { code: code.clone().unwrap_or_default(), says };
        let did = match did.as_str() {
            "resolved" => Did::Work(Work::Resolved(says)),
            "rejected" => Did::Work(Work::Rejected(says)),
            "reassigned" => Did::Work(Work::Reassigned(office.unwrap_or_default(), says)),
            "rated" => answer(CitizenSays::Rated(stars)),
            "reopened" => answer(CitizenSays::Reopened),
            _ => Did::Work(Work::TakenUp),
        };
        let staff: Option<u32> = row.get(4)?;
        Ok(ComplaintDeed {
            writer: Writer(row.get(0)?),
            seq: u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default(),
            at_ms: row.get(2)?,
            on: date_of(row.get(3)?),
            staff: staff.map(StaffId),
            did,
        })
    })
}

/// The answers of a complaint were erased: officers hear of it, and no message has them any more.
pub fn erased(books: &Transaction<'_>, trusted: &Trusted, number: &str) -> Result<(), StoreError> {
    message::forget(books, trusted, number)?;
    run(books, "UPDATE complaint SET place = NULL WHERE number = ?1", [number])?;
    tell_anew(books, number)
}

fn tell_anew(books: &Transaction<'_>, number: &str) -> Result<(), StoreError> {
    let sql = "UPDATE complaint SET change = ?2 WHERE number = ?1";
    run(books, sql, params![number, records::next_place(books)?])
}

/// A sealed file came: if it is of a complaint, its officers hear of it.
pub fn came(
    books: &Transaction<'_>,
    trusted: &Trusted,
    hash: &[u8],
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = "SELECT c.number FROM complaint c JOIN application a ON a.number = c.number \
               WHERE a.hash = ?1";
    let numbers: Vec<String> = all(books, sql, params![hash], |row| row.get(0))?;
    numbers.iter().try_for_each(|number| {
        tell_anew(books, number)?;
        alike::link(books, trusted, number, now_ms)?;
        message::queue(books, trusted, number, now_ms)
    })
}

/// The open complaints of a ward are told anew, which another device has from now on.
pub fn tell_ward_anew(books: &Transaction<'_>, ward: u16) -> Result<(), StoreError> {
    let sql = "SELECT number FROM complaint WHERE ward = ?1 AND state IN ('open', 'taken_up') \
               ORDER BY number";
    let numbers: Vec<String> = all(books, sql, [ward], |row| row.get(0))?;
    numbers.iter().try_for_each(|number| tell_anew(books, number))
}

/// What a device hears of complaints that changed after a place of the feed, up to another: an
/// officer's of those of its wards, any other of those that were filed at it. With the place up to
/// which all is told, and whether there is more.
pub fn told(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    (after, to, more): (u64, u64, bool),
) -> Result<(Vec<ComplaintTold>, u64, bool), StoreError> {
    if after == to {
        return Ok((Vec::new(), to, more));
    }
    let officers = is_officers(books, writer)?;
    let whose = match officers {
        true => "c.ward IN (SELECT ward FROM device_ward WHERE writer = ?3)",
        false => "c.writer = ?3",
    };
    let sql = format!(
        "SELECT c.change, c.number, c.category, c.ward, c.asset, c.at_ms, c.due, c.state, \
         c.office, c.stars, c.reopened, c.remark, c.pack, c.code, a.body, c.since_ms \
         FROM complaint c \
         LEFT JOIN application a ON a.number = c.number \
         WHERE c.change > ?1 AND c.change <= ?2 AND {whose} ORDER BY c.change LIMIT ?4"
    );
    let limit = signed(COMPLAINTS_MAX as u64 + 1);
    let key = params![signed(after), signed(to), writer.0, limit];
    let mut rows: Vec<Found> = all(books, &sql, key, found)?;
    let (mut to, mut more) = (to, more);
    if rows.len() > COMPLAINTS_MAX {
        rows.truncate(COMPLAINTS_MAX);
        let last = rows.last().map_or(0, |row| row.change);
        (to, more) = (unsigned(last, "the feed of complaints")?, true);
    }
    let (mut told, mut bytes, mut last) = (Vec::new(), 0, signed(after));
    for row in rows {
        let change = row.change;
        let one = row.told(trusted, officers);
        bytes += minicbor::to_vec(&one).expect("a Vec takes every byte").len();
        // Whatever long answers somebody sealed: a device refuses what is larger, and would hear of
        // none of them again.
        if bytes > COMPLAINTS_BYTES_MAX / 2 && !told.is_empty() {
            return Ok((told, unsigned(last, "the feed of complaints")?, true));
        }
        last = change;
        told.push(one);
    }
    Ok((told, to, more))
}

struct Found {
    change: i64,
    told: ComplaintTold,
    pack: u32,
    code: String,
    body: Option<Vec<u8>>,
    /// Since when it stands as it does.
    since_ms: Option<i64>,
}

fn found(row: &Row<'_>) -> Read<Found> {
    let state: String = row.get(7)?;
    let (stars, reopened): (Option<u32>, u32) = (row.get(9)?, row.get(10)?);
    let told = ComplaintTold {
        number: row.get(1)?,
        category: row.get(2)?,
        ward: row.get(3)?,
        asset: row.get(4)?,
        at_ms: row.get(5)?,
        due: row.get(6)?,
        state: ComplaintState::from_code(&state).unwrap_or(ComplaintState::Open),
        office: row.get(8)?,
        stars: stars.and_then(|stars| u8::try_from(stars).ok()),
        reopened: u16::try_from(reopened).unwrap_or(u16::MAX),
        says: Vec::new(),
        code: None,
        remark: row.get(11)?,
        reopen_to: None,
    };
    let (change, pack, code, body) = (row.get(0)?, row.get(12)?, row.get(13)?, row.get(14)?);
    Ok(Found { change, told, pack, code, body, since_ms: row.get(15)? })
}

impl Found {
    fn told(self, trusted: &Trusted, officers: bool) -> ComplaintTold {
        let Self { mut told, pack, code, body, since_ms, .. } = self;
        if let (false, Some(since_ms)) = (told.state.is_open(), since_ms) {
            let rules = trusted.packs.version(pack);
            let days = rules.map_or(0, |rules| rules.complaints.reopen_days);
            told.reopen_to = Some(crate::time::moment(since_ms).day() + i64::from(days));
        }
        if !officers {
            told.code = Some(code);
        } else if let (true, Some(body)) = (told.state.is_open(), body) {
            told.says = read(trusted, &told.number, (pack, &body));
        }
        told
    }
}

/// The most answers of a complaint that an officer is told, and the most characters of one: a form
/// asks no more, and whatever else was sealed is not spread.
const ANSWERS_TOLD_MAX: usize = 12;
const ANSWER_TOLD_MAX: usize = 400;

/// Those of the answers that officers may read. A file that cannot be opened has none, and holds
/// nothing up.
fn read(trusted: &Trusted, number: &str, (pack, body): (u32, &[u8])) -> Vec<ledger::Answer> {
    let Some(pack) = trusted.packs.version(pack) else { return Vec::new() };
    match ApplicationFile::open(body, trusted.office.opening()) {
        Ok(file) if file.number == number => {
            let mut answers = file.answers;
            answers.retain(|answer| pack.complaints.officers_read.contains(&answer.name));
            answers.truncate(ANSWERS_TOLD_MAX);
            for answer in &mut answers {
                // No database takes that sign, and no form gives it.
                answer.value.retain(|sign| sign != '\0');
                if let Some((end, _)) = answer.value.char_indices().nth(ANSWER_TOLD_MAX) {
                    answer.value.truncate(end);
                }
            }
            answers
        }
        Ok(_) => Vec::new(),
        Err(error) => {
            tracing::warn!(%error, number, "the answers of a complaint cannot be read");
            Vec::new()
        }
    }
}

/// The office itself works on a complaint, by which entry of its book.
pub fn work(books: &Transaction<'_>, trusted: &Trusted, deed: &ToWork) -> Result<u64, StoreError> {
    enrol::check_staff(books, deed.by)?;
    let Some(kept) = one(books, &deed.number)? else {
        return Err(Refusal::NoSuchComplaint(deed.number.clone()).into());
    };
    if !kept.row.state.is_open() {
        return Err(Refusal::ComplaintEnded(deed.number.clone()).into());
    }
    let number = ReceiptNumber::parse(&deed.number);
    let number = number.map_err(|_| StoreError::Damaged("a complaint's number"))?;
    if let Work::Reassigned(to, _) = &deed.work {
        let pack = trusted.packs.version(kept.row.pack);
        if !pack.is_some_and(|pack| pack.complaints.offices.contains(to)) {
            return Err(Refusal::NoSuchOffice(to.clone()).into());
        }
    }
    let word = ComplaintWorked { number, work: deed.work.clone() };
    word.check(true).map_err(Refusal::Complaint)?;
    let fact = Fact::ComplaintWorked(word.clone());
    let seq = office::add_by(books, fact, Some(deed.by), Addressee::Nobody, deed.now_ms)?;
    let entry = office::entry(books, seq)?.ok_or(StoreError::Damaged("the office book"))?;
    enter_work(books, trusted, Writer::OFFICE, &entry, &word, deed.now_ms)?;
    Ok(seq)
}

/// What is wrong with work on a complaint in the office book, if anything is.
pub fn fault(
    books: &Transaction<'_>,
    word: &ComplaintWorked,
) -> Result<Option<&'static str>, StoreError> {
    let found = one(books, &word.number.to_string())?;
    Ok(found.is_none().then_some("works on a complaint that is not here"))
}
