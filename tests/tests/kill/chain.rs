//! The device's books as `kiosk export` writes them, read as an auditor would.

use std::collections::BTreeMap;

use ledger::{
    Entry, Fact, Lease, Paise, PrintOutcome, PrintWitness, PublicKey, Receipt, SignedClaim, Tender,
};
use serde_json::Value;

pub struct Chain {
    pub entries: Vec<Entry>,
    /// The canonical bytes of the entries, as they were exported.
    pub bytes: Vec<String>,
    pub countersigned: u64,
    device: PublicKey,
}

/// A receipt in the books with its printed number.
pub struct Numbered {
    pub number: String,
    pub entry: Entry,
    pub receipt: Receipt,
}

impl Chain {
    pub fn read(export: &str) -> Chain {
        let lines: Vec<Value> =
            export.lines().map(|line| serde_json::from_str(line).expect("JSON lines")).collect();
        let device = unhex(lines[0]["device"].as_str().expect("the device's key"));
        let device = PublicKey::new(device.try_into().expect("32 bytes"));
        let bytes = exported_entries(&lines);
        let read = |hex: &String| Entry::read(&unhex(hex)).expect("an entry");
        let entries = bytes.iter().map(read).collect();
        let last = lines.iter().find_map(|line| line["checkpoint"]["seq"].as_u64());
        Chain { entries, bytes, countersigned: last.unwrap_or_default(), device }
    }

    pub fn receipts(&self) -> Vec<Numbered> {
        let books: BTreeMap<String, Lease> = self
            .entries
            .iter()
            .filter_map(|entry| match &entry.fact {
                Fact::BookOpened(signed) => Some((signed.lease.book.clone(), signed.lease.clone())),
                _ => None,
            })
            .collect();
        let numbered = |entry: &Entry| match &entry.fact {
            Fact::Receipt(receipt) => {
                let lease = books.get(&receipt.book).expect("a receipt of an opened book");
                let number = lease.number(receipt.number).to_string();
                Some(Numbered { number, entry: entry.clone(), receipt: receipt.clone() })
            }
            _ => None,
        };
        self.entries.iter().filter_map(numbered).collect()
    }

    pub fn total(&self) -> i64 {
        let totals = self.receipts().into_iter().map(|numbered| numbered.receipt.total);
        totals.map(Paise::get).sum()
    }

    /// How many receipts were written for what a terminal or a bank was asked under a reference.
    pub fn receipts_of(&self, reference: &str) -> usize {
        let asked = self.entries.iter().find_map(|entry| match &entry.fact {
            Fact::Intent(intent) if intent.reference == reference => Some(entry.seq),
            _ => None,
        });
        let asked = asked.unwrap_or_else(|| panic!("{reference} was asked for and is no intent"));
        let intents = self.receipts().into_iter().map(|numbered| numbered.receipt.tender.intent());
        intents.filter(|intent| *intent == Some(asked)).count()
    }

    /// How many receipts were paid in this way.
    pub fn paid(&self, by: fn(&Tender) -> bool) -> usize {
        self.receipts().iter().filter(|numbered| by(&numbered.receipt.tender)).count()
    }

    /// The entries of which the printer itself said that a whole slip came out.
    pub fn printed(&self) -> Vec<u64> {
        let whole = |entry: &Entry| match &entry.fact {
            Fact::Print(print) => (print.outcome == PrintOutcome::Whole
                && print.witness == PrintWitness::Printer)
                .then_some(print.of),
            _ => None,
        };
        self.entries.iter().filter_map(whole).collect()
    }

    /// How many prints nobody could tell about when they were written down.
    pub fn uncertain(&self) -> usize {
        let uncertain = |entry: &&Entry| match &entry.fact {
            Fact::Print(print) => print.outcome == PrintOutcome::Uncertain,
            _ => false,
        };
        self.entries.iter().filter(uncertain).count()
    }

    /// The entry that a slip's square carries under the device's signature.
    pub fn claimed(&self, square: &str) -> Entry {
        let signed = SignedClaim::read(square).expect("the square of a slip");
        let claim = signed.checked(|_| Some(self.device)).expect("signed by the device");
        claim.entry().expect("a receipt").0
    }
}

/// The canonical bytes of the entries in an export, of a device's own or of the office's.
pub fn exported_entries(lines: &[Value]) -> Vec<String> {
    let canonical = |line: &Value| Some(line["entry"]["canonical"].as_str()?.to_owned());
    lines.iter().filter_map(canonical).collect()
}

fn unhex(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).expect("hex"), 16).expect("hex");
    digits.map(byte).collect()
}
