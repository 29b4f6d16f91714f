//! What is done to an export, and what was harmed by it: the truth that every finding is held
//! against.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use ledger::{Entry, Fact, Hash, Head, Moment, Paise, Payer, PrintOutcome, Signer, Tender};
use replica::audit::SealedBy;
use serde_json::{Value, json};
use tests::chance::Chance;

use super::ledger::{DEVICE, Ledger, key};

/// A kind of alteration. Clumsy: bytes are changed and the hashes left. Clever: everything that
/// needs no key is made to agree again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    BitOfTheFile,
    BitOfAnEntry,
    FieldClumsy,
    BackDatedClumsy,
    HashClumsy,
    NumberClumsy,
    DeletedClumsy,
    SeveralDeletedClumsy,
    SwappedClumsy,
    DoubledClumsy,
    EntriesCutClumsy,
    LinesCut,
    BytesCut,
    FirstLine,
    HeadChanged,
    HeadDeleted,
    FieldClever,
    BackDatedClever,
    DeletedClever,
    DeletedAndRenumberedClever,
    InsertedClever,
    SwappedClever,
    FieldCleverWithForgedHeads,
    FieldCleverWithoutLaterHeads,
    FieldCleverWithoutAnyHead,
    TailCutClever,
    FieldCleverUnderAnotherKey,
}

impl Kind {
    pub const ALL: [Self; 27] = [
        Self::BitOfTheFile,
        Self::BitOfAnEntry,
        Self::FieldClumsy,
        Self::BackDatedClumsy,
        Self::HashClumsy,
        Self::NumberClumsy,
        Self::DeletedClumsy,
        Self::SeveralDeletedClumsy,
        Self::SwappedClumsy,
        Self::DoubledClumsy,
        Self::EntriesCutClumsy,
        Self::LinesCut,
        Self::BytesCut,
        Self::FirstLine,
        Self::HeadChanged,
        Self::HeadDeleted,
        Self::FieldClever,
        Self::BackDatedClever,
        Self::DeletedClever,
        Self::DeletedAndRenumberedClever,
        Self::InsertedClever,
        Self::SwappedClever,
        Self::FieldCleverWithForgedHeads,
        Self::FieldCleverWithoutLaterHeads,
        Self::FieldCleverWithoutAnyHead,
        Self::TailCutClever,
        Self::FieldCleverUnderAnotherKey,
    ];

    /// Whether the file itself shows which entries were harmed: all of them, and no others, must be
    /// named.
    pub fn is_exact(self) -> bool {
        matches!(
            self,
            Self::BitOfAnEntry
                | Self::FieldClumsy
                | Self::BackDatedClumsy
                | Self::HashClumsy
                | Self::NumberClumsy
                | Self::DeletedClumsy
                | Self::SeveralDeletedClumsy
                | Self::SwappedClumsy
                | Self::DoubledClumsy
                | Self::EntriesCutClumsy
        )
    }

    /// Whether only signed heads tell, and are all there: the interval between two of them must be
    /// named.
    pub fn is_between_heads(self) -> bool {
        matches!(
            self,
            Self::FieldClever | Self::BackDatedClever | Self::SwappedClever | Self::InsertedClever
        )
    }
}

/// What an alteration harmed.
#[derive(Clone, Debug, Default)]
pub struct Harm {
    pub entries: BTreeSet<u64>,
    /// The one of them that says something else now; the others only have another hash.
    pub changed: Option<u64>,
    /// The first line, a signed head, or the line that closes the file.
    pub others: bool,
    /// The end of the file is gone.
    pub tail: bool,
    /// In the words of whoever looks for the seed.
    pub what: String,
}

pub struct Altered {
    pub text: Vec<u8>,
    pub harm: Harm,
}

/// An export taken apart.
#[derive(Clone)]
struct File {
    first: Value,
    entries: Vec<Row>,
    /// The lines behind the entries: the device's key, signed heads, the end.
    others: Vec<Value>,
}

#[derive(Clone)]
struct Row {
    seq: u64,
    hash: Hash,
    canonical: Vec<u8>,
}

/// Alters an export of these books by chance.
pub fn alter(kind: Kind, ledger: &Ledger, export: &[u8], chance: &mut Chance) -> Altered {
    let mut file = File::of(export);
    let mut harm = Harm::default();
    match kind {
        Kind::BitOfTheFile => return bit(export, chance),
        Kind::BytesCut => return bytes_cut(export, chance),
        Kind::LinesCut => return lines_cut(export, chance),
        Kind::BitOfAnEntry => {
            let row = file.row(chance, &mut harm);
            let place = index(chance, row.canonical.len());
            row.canonical[place] ^= 1 << chance.below(8);
        }
        Kind::FieldClumsy => change(file.row(chance, &mut harm), chance, &mut harm.what),
        Kind::BackDatedClumsy => back_date(file.row(chance, &mut harm), chance),
        Kind::HashClumsy => {
            let row = file.row(chance, &mut harm);
            let place = index(chance, 32);
            row.hash[place] ^= 1 << chance.below(8);
        }
        Kind::NumberClumsy => {
            let by = u64::from(chance.between(1, 500));
            file.row(chance, &mut harm).seq += by;
        }
        Kind::DeletedClumsy => file.delete(1, chance, &mut harm),
        Kind::SeveralDeletedClumsy => {
            let count = index(chance, 8) + 2;
            file.delete(count, chance, &mut harm);
        }
        Kind::SwappedClumsy => {
            let (one, other) = file.two(chance, &mut harm);
            file.entries.swap(one, other);
        }
        Kind::DoubledClumsy => {
            let row = file.row(chance, &mut harm).clone();
            let place = index(chance, file.entries.len());
            file.entries.insert(place, row);
        }
        Kind::EntriesCutClumsy => {
            let left = index(chance, file.entries.len());
            harm.entries.extend(file.entries.drain(left..).map(|row| row.seq));
        }
        Kind::FirstLine => first_line(&mut file, chance, &mut harm),
        Kind::HeadChanged => head_changed(&mut file, chance, &mut harm),
        Kind::HeadDeleted => {
            let place = index(chance, file.others.len());
            let is_end = file.others.remove(place).get("seal").is_some();
            (harm.others, harm.tail) = (true, is_end);
        }
        _ => clever(kind, ledger, &mut file, chance, &mut harm),
    }
    Altered { text: file.text(), harm }
}

fn clever(kind: Kind, ledger: &Ledger, file: &mut File, chance: &mut Chance, harm: &mut Harm) {
    let from = index(chance, file.entries.len());
    let at = from as u64 + 1;
    let end = file.entries.len() as u64;
    harm.entries.extend(at..=end);
    match kind {
        Kind::BackDatedClever => back_date(&mut file.entries[from], chance),
        Kind::DeletedClever => {
            file.entries.remove(from);
        }
        Kind::DeletedAndRenumberedClever => {
            file.entries.remove(from);
            file.renumber();
        }
        Kind::InsertedClever => {
            let mut row = file.entries[from].clone();
            change(&mut row, chance, &mut harm.what);
            file.entries.insert(from, row);
            file.renumber();
            harm.entries.insert(end + 1);
        }
        Kind::SwappedClever => {
            let other = (from + 1).min(file.entries.len() - 1);
            let from = other - 1;
            harm.entries.insert(from as u64 + 1);
            file.entries.swap(from, other);
            file.renumber();
        }
        Kind::TailCutClever => {
            file.entries.truncate(from);
            let kept = |line: &Value| seq_of(line).is_some_and(|seq| seq < at);
            file.others.retain(|line| line.get("enrolment").is_some() || kept(line));
            harm.tail = true;
        }
        _ => {
            change(&mut file.entries[from], chance, &mut harm.what);
            harm.changed = Some(at);
        }
    }
    file.recompute(from.min(file.entries.len()));
    match kind {
        Kind::FieldCleverWithForgedHeads => file.forge_heads(at, harm),
        Kind::FieldCleverWithoutLaterHeads => {
            let kept = |line: &Value| seq_of(line).is_none_or(|seq| seq < at);
            file.others.retain(|line| line.get("seal").is_some() || kept(line));
            harm.others = true;
        }
        Kind::FieldCleverWithoutAnyHead => {
            file.others.clear();
            (harm.others, harm.tail) = (true, true);
        }
        Kind::FieldCleverUnderAnotherKey => file.sign_anew(ledger, harm),
        _ => {}
    }
}

impl File {
    fn of(export: &[u8]) -> Self {
        let text = std::str::from_utf8(export).expect("JSON is text");
        let mut lines = text.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        let first = lines.next().expect("a first line");
        let (mut entries, mut others) = (Vec::new(), Vec::new());
        for line in lines {
            let line: Value = line;
            match line.get("entry") {
                Some(entry) => entries.push(Row::of(entry)),
                None => others.push(line),
            }
        }
        Self { first, entries, others }
    }

    fn text(&self) -> Vec<u8> {
        let entries = self.entries.iter().map(Row::line);
        let lines = [self.first.clone()].into_iter().chain(entries).chain(self.others.clone());
        lines.flat_map(|line| format!("{line}\n").into_bytes()).collect()
    }

    /// One entry that will be harmed.
    fn row(&mut self, chance: &mut Chance, harm: &mut Harm) -> &mut Row {
        let place = index(chance, self.entries.len());
        harm.entries.insert(self.entries[place].seq);
        &mut self.entries[place]
    }

    fn two(&self, chance: &mut Chance, harm: &mut Harm) -> (usize, usize) {
        let one = index(chance, self.entries.len());
        let other = (one + 1 + index(chance, self.entries.len() - 1)) % self.entries.len();
        harm.entries.extend([self.entries[one].seq, self.entries[other].seq]);
        (one, other)
    }

    fn delete(&mut self, count: usize, chance: &mut Chance, harm: &mut Harm) {
        let from = index(chance, self.entries.len() - count);
        harm.entries.extend(self.entries.drain(from..from + count).map(|row| row.seq));
    }

    fn renumber(&mut self) {
        for (seq, row) in (1..).zip(&mut self.entries) {
            row.seq = seq;
            let mut entry = Entry::read(&row.canonical).expect("an entry");
            entry.seq = seq;
            row.canonical = entry.canonical();
        }
    }

    /// Makes all hashes from a place on follow from the bytes.
    fn recompute(&mut self, from: usize) {
        let mut head = match from.checked_sub(1) {
            None => Head::before_first(DEVICE),
            Some(place) => Head { seq: from as u64, hash: self.entries[place].hash },
        };
        for row in &mut self.entries[from..] {
            head = head.after(&row.canonical);
            row.hash = head.hash;
        }
    }

    /// Writes the new hashes into the signed heads; nobody can sign them.
    fn forge_heads(&mut self, from: u64, harm: &mut Harm) {
        for line in &mut self.others {
            let Some(seq) = seq_of(line).filter(|seq| *seq >= from) else { continue };
            let row = self.entries.iter().find(|row| row.seq == seq).expect("it is there");
            for (_, head) in line.as_object_mut().expect("an object") {
                head["hash"] = HEXLOWER.encode(&row.hash[..]).into();
            }
        }
        harm.others = true;
    }

    /// A thief's own key in the first line, and his signature at the end.
    fn sign_anew(&mut self, ledger: &Ledger, harm: &mut Harm) {
        let own = key(ledger.closed_ms.unsigned_abs());
        self.first["device"] = HEXLOWER.encode(own.public_key().bytes()).into();
        let first = replica::audit::First {
            body: super::ledger::BODY.to_owned(),
            writer: DEVICE,
            name: "kiosk-1".to_owned(),
            device: own.public_key(),
            office: ledger.office.public_key(),
        };
        let mut export = replica::audit::Export::begin(Vec::new(), &first).expect("memory");
        for row in &self.entries {
            export.entry(row.seq, &row.hash[..], &row.canonical).expect("memory");
        }
        let last = self.entries.last().expect("entries");
        let head = Head { seq: last.seq, hash: last.hash };
        let by = (SealedBy::Device, &own as &dyn Signer);
        let text = export.seal(by, DEVICE, head, ledger.closed_ms).expect("memory");
        let end = File::of(&text).others;
        self.others.retain(|line| line.get("enrolment").is_some());
        self.others.extend(end);
        harm.others = true;
    }
}

impl Row {
    fn of(entry: &Value) -> Self {
        let bytes = |name: &str| {
            let hex = entry[name].as_str().expect("hexadecimal figures");
            HEXLOWER.decode(hex.as_bytes()).expect("hexadecimal figures")
        };
        let hash: [u8; 32] = bytes("hash").try_into().expect("32 bytes");
        let seq = entry["seq"].as_u64().expect("a number");
        Self { seq, hash: hash.into(), canonical: bytes("canonical") }
    }

    fn line(&self) -> Value {
        let hash = HEXLOWER.encode(&self.hash[..]);
        let canonical = HEXLOWER.encode(&self.canonical);
        json!({ "entry": { "seq": self.seq, "hash": hash, "canonical": canonical } })
    }
}

/// One bit anywhere.
fn bit(export: &[u8], chance: &mut Chance) -> Altered {
    let mut text = export.to_vec();
    let place = index(chance, text.len());
    text[place] ^= 1 << chance.below(8);
    let line = export[..place].iter().filter(|byte| **byte == b'\n').count();
    let what = format!("byte {place} in line {}", line + 1);
    let mut harm = Harm { what, ..Harm::default() };
    harm_line(export, line, &mut harm);
    if export[place] == b'\n' {
        // The next line hangs on this one now.
        harm_line(export, line + 1, &mut harm);
    }
    Altered { text, harm }
}

/// Notes that a line, counted from 0, is not what it was.
fn harm_line(export: &[u8], line: usize, harm: &mut Harm) {
    let lines: Vec<&[u8]> = export.split(|byte| *byte == b'\n').collect();
    let entry = lines.get(line).and_then(|line| serde_json::from_slice::<Value>(line).ok());
    match entry.as_ref().and_then(|line| line["entry"]["seq"].as_u64()) {
        Some(seq) => {
            harm.entries.insert(seq);
        }
        None => harm.others = true,
    }
    harm.tail |= line + 2 >= lines.len();
}

/// The file ends within a line, or after one.
fn bytes_cut(export: &[u8], chance: &mut Chance) -> Altered {
    // Without its last sign, the end of the last line, a file is whole.
    let left = index(chance, export.len() - 1);
    cut(export, left)
}

/// The last lines are gone: one, or up to all but the first.
fn lines_cut(export: &[u8], chance: &mut Chance) -> Altered {
    let ends: Vec<usize> =
        export.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at).collect();
    let few = chance.percent(50);
    let count = index(chance, if few { 4 } else { ends.len() - 1 }) + 1;
    cut(export, ends[ends.len() - 1 - count] + 1)
}

fn cut(export: &[u8], left: usize) -> Altered {
    let text = export[..left].to_vec();
    let mut harm = Harm { tail: true, what: format!("{left} bytes left"), ..Harm::default() };
    let whole = text.iter().filter(|byte| **byte == b'\n').count();
    let lines = export.iter().filter(|byte| **byte == b'\n').count();
    (whole..lines).for_each(|line| harm_line(export, line, &mut harm));
    Altered { text, harm }
}

fn first_line(file: &mut File, chance: &mut Chance, harm: &mut Harm) {
    harm.others = true;
    let first = &mut file.first;
    match chance.below(5) {
        0 => first["writer"] = json!(chance.between(8, 90)),
        1 => first["body"] = json!("G0803"),
        2 => first["name"] = json!("kiosk-2"),
        3 => first["device"] = json!(HEXLOWER.encode(key(chance.next()).public_key().bytes())),
        _ => first["office"] = json!(HEXLOWER.encode(key(chance.next()).public_key().bytes())),
    }
    harm.what = first.to_string();
}

fn head_changed(file: &mut File, chance: &mut Chance, harm: &mut Harm) {
    harm.others = true;
    let place = index(chance, file.others.len());
    let line = file.others[place].as_object_mut().expect("an object");
    let (kind, fields) = line.iter_mut().next().expect("one kind");
    let names = ["seq", "at_ms", "hash", "signature", "covers", "notice", "by"];
    let there: Vec<&str> = names.into_iter().filter(|name| fields.get(*name).is_some()).collect();
    let name = *chance.pick(&there);
    harm.what = format!("{name} of a {kind}");
    let field = &mut fields[name];
    *field = match field.as_i64() {
        Some(number) => json!(number + i64::from(chance.between(1, 9))),
        None if name == "by" => json!(if *field == "device" { "office" } else { "device" }),
        None => {
            let mut hex = field.as_str().expect("a text").as_bytes().to_vec();
            let place = index(chance, hex.len());
            hex[place] = if hex[place] == b'0' { b'1' } else { b'0' };
            json!(String::from_utf8(hex).expect("figures"))
        }
    };
}

/// Changes one field of an entry that means something.
fn change(row: &mut Row, chance: &mut Chance, what: &mut String) {
    let before = Entry::read(&row.canonical).expect("an entry");
    let mut entry = before.clone();
    match (chance.below(8), &mut entry.fact) {
        (0, _) => entry.at.mono_ms += u64::from(chance.between(1, 900_000)),
        (1, _) => entry.at.wall_ms += i64::from(chance.between(1, 900_000)),
        (2, _) => entry.at.boot += 1,
        (3, _) => entry.staff = Some(ledger::StaffId(chance.between(500, 900))),
        (4, _) => entry.countersigned += 1,
        (5, Fact::Receipt(receipt)) => receipt.payer = Payer::Building(chance.between(901, 999)),
        (6, Fact::Receipt(receipt)) => receipt.number += 1,
        (_, Fact::Receipt(receipt)) => {
            let less = Paise::new(receipt.total.get() - 100);
            receipt.total = less;
            receipt.lines[0].amount = less;
            if let Tender::Cash(cash) = &mut receipt.tender {
                cash.tendered = less;
            }
        }
        (_, Fact::Print(print)) => {
            print.outcome = match print.outcome {
                PrintOutcome::Whole => PrintOutcome::Failed,
                _ => PrintOutcome::Whole,
            }
        }
        (_, Fact::Visit(visit)) => visit.building += 1_000,
        (_, Fact::Intent(intent)) => intent.reference.push('X'),
        (_, Fact::DayClosed(close)) => close.counted = Paise::ZERO,
        _ => entry.at.wall_ms += 1,
    }
    if entry == before {
        entry.at.wall_ms -= 1;
    }
    *what = format!("{before:?} became {entry:?}");
    row.canonical = entry.canonical();
}

/// Sets an entry's wall clock back by hours or months.
fn back_date(row: &mut Row, chance: &mut Chance) {
    let mut entry = Entry::read(&row.canonical).expect("an entry");
    let hours = i64::from(chance.between(1, 24 * 90));
    entry.at = Moment { wall_ms: entry.at.wall_ms - hours * 3_600_000, ..entry.at };
    row.canonical = entry.canonical();
}

/// The sequence that a signed head is of.
fn seq_of(line: &Value) -> Option<u64> {
    let (_, fields) = line.as_object()?.iter().next()?;
    fields.get("seq")?.as_u64()
}

fn index(chance: &mut Chance, below: usize) -> usize {
    usize::try_from(chance.below(below as u64)).expect("a place in memory")
}
