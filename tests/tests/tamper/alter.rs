//! What is done to an export, and what was harmed by it: the truth that every finding is held
//! against.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use ledger::{Entry, Fact, Moment, Paise, Payer, PrintOutcome, Signer, Tender};
use serde_json::{Value, json};
use tests::books::{Ledger, key};
use tests::chance::Chance;

use super::file::{File, Row, seq_of};
use super::kind::Kind;

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

/// An export as it lies in a file, and taken apart.
pub struct Text {
    pub bytes: Vec<u8>,
    pub file: File,
}

/// Alters an export of these books by chance.
pub fn alter(kind: Kind, ledger: &Ledger, exported: &Text, chance: &mut Chance) -> Altered {
    let (export, mut file) = (&exported.bytes[..], exported.file.clone());
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
        Kind::MovedClumsy => {
            let from = index(chance, file.entries.len());
            let row = file.entries.remove(from);
            harm.entries.insert(row.seq);
            // Beyond its neighbours: with one of them it would be a swap.
            let to = (from + 2 + index(chance, file.entries.len() - 3)) % file.entries.len();
            let to = if to.abs_diff(from) < 2 { (from + 100) % file.entries.len() } else { to };
            file.entries.insert(to, row);
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

/// A place in a list.
pub fn index(chance: &mut Chance, below: usize) -> usize {
    usize::try_from(chance.below(below as u64)).expect("a place in memory")
}
