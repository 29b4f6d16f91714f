//! An export taken apart and put together again, with all that can be done to it without a key.

use data_encoding::HEXLOWER;
use ledger::{Entry, Hash, Head, Signer};
use replica::audit::{Export, First, SealedBy};
use serde_json::{Value, json};
use tests::books::{BODY, DEVICE, Ledger, key};
use tests::chance::Chance;

use super::alter::{Harm, index};

/// An export taken apart.
#[derive(Clone)]
pub struct File {
    pub first: Value,
    pub entries: Vec<Row>,
    /// The lines behind the entries: the device's key, signed heads, the end.
    pub others: Vec<Value>,
}

#[derive(Clone)]
pub struct Row {
    pub seq: u64,
    pub hash: Hash,
    pub canonical: Vec<u8>,
}

impl File {
    pub fn of(export: &[u8]) -> Self {
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

    pub fn text(&self) -> Vec<u8> {
        let entries = self.entries.iter().map(Row::line);
        let lines = [self.first.clone()].into_iter().chain(entries).chain(self.others.clone());
        lines.flat_map(|line| format!("{line}\n").into_bytes()).collect()
    }

    /// One entry that will be harmed.
    pub fn row(&mut self, chance: &mut Chance, harm: &mut Harm) -> &mut Row {
        let place = index(chance, self.entries.len());
        harm.entries.insert(self.entries[place].seq);
        &mut self.entries[place]
    }

    pub fn two(&self, chance: &mut Chance, harm: &mut Harm) -> (usize, usize) {
        let one = index(chance, self.entries.len());
        let other = (one + 1 + index(chance, self.entries.len() - 1)) % self.entries.len();
        harm.entries.extend([self.entries[one].seq, self.entries[other].seq]);
        (one, other)
    }

    pub fn delete(&mut self, count: usize, chance: &mut Chance, harm: &mut Harm) {
        let from = index(chance, self.entries.len() - count);
        harm.entries.extend(self.entries.drain(from..from + count).map(|row| row.seq));
    }

    pub fn renumber(&mut self) {
        for (seq, row) in (1..).zip(&mut self.entries) {
            row.seq = seq;
            let mut entry = Entry::read(&row.canonical).expect("an entry");
            entry.seq = seq;
            row.canonical = entry.canonical();
        }
    }

    /// Makes all hashes from a place on follow from the bytes.
    pub fn recompute(&mut self, from: usize) {
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
    pub fn forge_heads(&mut self, from: u64, harm: &mut Harm) {
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
    pub fn sign_anew(&mut self, ledger: &Ledger, harm: &mut Harm) {
        let own = key(ledger.closed_ms.unsigned_abs());
        self.first["device"] = HEXLOWER.encode(own.public_key().bytes()).into();
        let first = First {
            body: BODY.to_owned(),
            writer: DEVICE,
            name: "kiosk-1".to_owned(),
            device: own.public_key(),
            office: ledger.office.public_key(),
        };
        let mut export = Export::begin(Vec::new(), &first).expect("memory");
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
    pub fn of(entry: &Value) -> Self {
        let bytes = |name: &str| {
            let hex = entry[name].as_str().expect("hexadecimal figures");
            HEXLOWER.decode(hex.as_bytes()).expect("hexadecimal figures")
        };
        let hash: [u8; 32] = bytes("hash").try_into().expect("32 bytes");
        let seq = entry["seq"].as_u64().expect("a number");
        Self { seq, hash: hash.into(), canonical: bytes("canonical") }
    }

    pub fn line(&self) -> Value {
        let hash = HEXLOWER.encode(&self.hash[..]);
        let canonical = HEXLOWER.encode(&self.canonical);
        json!({ "entry": { "seq": self.seq, "hash": hash, "canonical": canonical } })
    }
}

/// The sequence that a signed head is of.
pub fn seq_of(line: &Value) -> Option<u64> {
    let (_, fields) = line.as_object()?.iter().next()?;
    fields.get("seq")?.as_u64()
}
