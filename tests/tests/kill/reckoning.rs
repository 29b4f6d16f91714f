//! At the end: paper, books, terminal, bank and office are held against each other.

use std::collections::{BTreeMap, BTreeSet};

use ledger::Tender;
use serde_json::Value;
use tests::Trouble;

use super::booth::{Booth, number_of};
use super::chain::{Chain, Numbered};

/// Stands on both sides of a reference in the text that goes to the terminal.
const REFERENCE_MARK: char = '#';

/// What was found, for whoever reads the run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    pub entries: u64,
    pub receipts: u64,
    pub by_card: u64,
    pub by_cash: u64,
    pub by_upi: u64,
    pub slips: u64,
    pub uncertain: u64,
}

/// The desk is closed and the centre serves; `paid` are the references that the bank was paid
/// under.
pub fn reckon(booth: &mut Booth, paid: &BTreeSet<String>) -> Result<Found, Trouble> {
    let verified = booth.equipped.device.ask("verify")?;
    assert!(verified.contains("complete"), "{verified}");
    let verified = booth.town.centre.ask(&["verify"])?;
    assert!(verified.contains("complete"), "{verified}");
    let chain = Chain::read(&booth.equipped.device.ask("export")?);
    let receipts = chain.receipts();
    let slips = paper(booth, &chain, &receipts)?;
    terminal(booth, &chain);
    for reference in paid {
        assert_eq!(chain.receipts_of(reference), 1, "the bank was paid under {reference}");
    }
    office(booth, &chain, &receipts)?;
    Ok(Found {
        entries: chain.entries.len() as u64,
        receipts: receipts.len() as u64,
        by_card: chain.paid(|tender| matches!(tender, Tender::Card(_))) as u64,
        by_cash: chain.paid(|tender| matches!(tender, Tender::Cash(_))) as u64,
        by_upi: chain.paid(|tender| matches!(tender, Tender::Upi(_))) as u64,
        slips,
        uncertain: chain.uncertain() as u64,
    })
}

/// Every finished slip is a receipt of the books, every number is there once, and what the printer
/// said to be whole lies in the tray.
fn paper(booth: &mut Booth, chain: &Chain, receipts: &[Numbered]) -> Result<u64, Trouble> {
    let mut by_number: BTreeMap<&str, &Numbered> = BTreeMap::new();
    for numbered in receipts {
        let twice = by_number.insert(&numbered.number, numbered);
        assert!(twice.is_none(), "{} was given twice", numbered.number);
    }
    booth.printer_rests()?;
    let squares = booth.squares()?;
    let mut on_paper = BTreeSet::new();
    for square in &squares {
        let number = number_of(square);
        let numbered = by_number.get(number);
        let numbered = numbered.unwrap_or_else(|| panic!("slip {number} is not in the books"));
        assert_eq!(chain.claimed(square), numbered.entry, "slip {number} says something else");
        on_paper.insert(numbered.entry.seq);
    }
    let has_slip: BTreeSet<u64> = receipts.iter().map(|numbered| numbered.entry.seq).collect();
    for seq in chain.printed().into_iter().filter(|seq| has_slip.contains(seq)) {
        assert!(on_paper.contains(&seq), "entry {seq} is said to be printed and lies nowhere");
    }
    Ok(squares.len() as u64)
}

/// Every charge that the terminal approved has one receipt of its sum, and no other has any.
fn terminal(booth: &Booth, chain: &Chain) {
    let path = booth.equipped.device.folder().join("terminal/terminal.json");
    let journal = std::fs::read(path).unwrap_or_else(|_| b"[]".to_vec());
    let journal: Vec<Value> = serde_json::from_slice(&journal).expect("the terminal's journal");
    let mut approved = 0;
    for charge in &journal {
        let reference = charge["text"].as_str().expect("a text").trim_matches(REFERENCE_MARK);
        let receipts = usize::from(charge["fate"] == "approved");
        approved += receipts;
        assert_eq!(chain.receipts_of(reference), receipts, "the terminal has {charge}");
    }
    let receipts = chain.paid(|tender| matches!(tender, Tender::Card(_)));
    assert_eq!(receipts, approved, "receipts by card, and charges that were approved");
}

/// The office has the very same chain, and its figures are the device's.
fn office(booth: &Booth, chain: &Chain, receipts: &[Numbered]) -> Result<(), Trouble> {
    let there = booth.office_chain()?;
    assert_eq!(there.len(), chain.bytes.len(), "entries at the office");
    assert!(there == chain.bytes, "the office has other entries");
    let figures = booth.town.centre.figures()?;
    assert_eq!(figures["total"]["count"], receipts.len(), "{figures}");
    assert_eq!(figures["total"]["amount_paise"], chain.total(), "{figures}");
    for trouble in ["quarantine", "forks", "bank"] {
        assert_eq!(figures[trouble].as_array().map(Vec::len), Some(0), "{trouble}: {figures}");
    }
    Ok(())
}
