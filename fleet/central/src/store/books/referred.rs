//! What entries of the office book point to: each close, deposit and receipt must be there, and be
//! what the entry says.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{
    Deposit, Entry, ExcessHeld, Fact, InstrumentSettled, PaidElsewhere, Paise, Realised, Receiving,
    Restored, Tender, Writer, sha256,
};

use super::pages::count;
use super::{
    apart, applications, complaints, deposits, elsewhere, forks, named, office, registrar,
    restoring, slots, wards,
};
use crate::store::StoreError;
use crate::store::sql::Transaction;

type Found = Result<Option<&'static str>, StoreError>;

/// What is wrong with an entry of the office book, if anything is.
pub fn fault(books: &Transaction<'_>, entry: &Entry) -> Found {
    match &entry.fact {
        Fact::Confirmed(_)
        | Fact::BookLeased(_)
        | Fact::DeviceEnrolled(_)
        | Fact::WardsAssigned(_) => Ok(None),
        Fact::SlotsLeased(leased) => slots::fault(books, entry, leased.lease.number),
        Fact::SlotsRecalled(word) => slots::fault(books, entry, word.lease),
        Fact::Received(word) => received(books, entry, word),
        Fact::Deposited(deposit) => deposited(books, deposit),
        Fact::Realised(realised) => self::realised(books, realised),
        Fact::InstrumentSettled(word) => settled(books, word),
        Fact::Restored(restored) => self::restored(books, restored),
        Fact::ForkSettled(word) => forks::fault(books, entry.staff, word),
        Fact::ApartSettled(word) => apart::fault(books, entry.staff, word),
        Fact::ExcessHeld(held) => excess(books, held),
        Fact::PaidElsewhere(paid) => paid_elsewhere(books, entry.seq, paid),
        Fact::ComplaintWorked(word) => complaints::fault(books, word),
        Fact::ApplicationErased(word) => applications::fault(books, word),
        Fact::Decided(word) => registrar::fault(books, word),
        Fact::ExtractIssued(word) => registrar::extract_fault(books, entry.seq, word),
        Fact::BookOpened(_)
        | Fact::BookReturned(_)
        | Fact::Receipt(_)
        | Fact::Print(_)
        | Fact::Intent(_)
        | Fact::IntentEnded(_)
        | Fact::Visit(_)
        | Fact::DayClosed(_)
        | Fact::SignedIn
        | Fact::SignedOut
        | Fact::Voided(_)
        | Fact::Certified(_)
        | Fact::FloatTaken(_)
        | Fact::Duplicated(_)
        | Fact::HandedIn(_)
        | Fact::NoticeWritten(_)
        | Fact::PackSaid(_)
        | Fact::SlotsOpened(_)
        | Fact::SlotsReturned(_)
        | Fact::Applied(_)
        | Fact::ComplaintAnswered(_) => Ok(Some("is no fact that the office writes")),
    }
}

fn received(books: &Transaction<'_>, entry: &Entry, word: &Receiving) -> Found {
    let Some((close, canonical)) = named::entry_of(books, word.of.writer, word.of.close)? else {
        return Ok(Some("receives the money of a close that is not here"));
    };
    let Fact::DayClosed(said) = &close.fact else {
        return Ok(Some("receives the money of an entry that is no close"));
    };
    for receipt in word.missing() {
        let found = named::entry_of(books, word.of.writer, *receipt)?;
        let by_instrument = found.is_some_and(|(entry, _)| {
            matches!(entry.fact, Fact::Receipt(it) if matches!(it.tender, Tender::Instrument(_)))
        });
        if !by_instrument {
            return Ok(Some("misses a cheque or draft that no receipt names"));
        }
    }
    let agrees = sha256(&canonical) == word.close_hash
        && close.staff == Some(word.collector)
        && (said.day, said.counted) == (word.day, word.claimed);
    Ok(match (agrees, entry.staff) {
        (false, _) => Some("receives the money of a close that says otherwise"),
        (true, None) => Some("receives money without an officer"),
        (true, Some(officer)) if officer == word.collector => {
            Some("receives the money of the same person")
        }
        (true, Some(_)) => None,
    })
}

fn deposited(books: &Transaction<'_>, deposit: &Deposit) -> Found {
    for of in &deposit.of {
        if !deposits::was_received(books, of.writer, of.close)? {
            return Ok(Some("deposits the money of a close that nobody received"));
        }
    }
    Ok(deposit.of.is_empty().then_some("deposits money of nobody"))
}

fn realised(books: &Transaction<'_>, realised: &Realised) -> Found {
    let fact = office::entry(books, realised.deposit)?.map(|entry| entry.fact);
    Ok(match fact {
        Some(Fact::Deposited(deposit))
            if deposit.challan == realised.challan && deposit.amount == realised.amount =>
        {
            None
        }
        Some(Fact::Deposited(_)) => Some("realises a deposit that says otherwise"),
        _ => Some("realises a deposit that is not there"),
    })
}

fn settled(books: &Transaction<'_>, word: &InstrumentSettled) -> Found {
    let receipt = named::entry_of(books, word.writer, word.receipt)?;
    Ok(match receipt.map(|(entry, _)| entry.fact) {
        Some(Fact::Receipt(receipt)) if matches!(receipt.tender, Tender::Instrument(_)) => None,
        _ => Some("settles a cheque or draft that no receipt names"),
    })
}

fn restored(books: &Transaction<'_>, restored: &Restored) -> Found {
    let Some((_, entry, _)) = restoring::slip(books, restored)? else {
        return Ok(Some("restores a slip that is not of a device of this body"));
    };
    let same = sha256(&entry.canonical())[..] == restored.entry_hash[..];
    Ok((!same).then_some("restores another receipt than its slip's"))
}

/// The receipt may be in its device's chain, or restored from its slip.
fn excess(books: &Transaction<'_>, held: &ExcessHeld) -> Found {
    let sent = named::entry_of(books, held.writer, held.receipt)?;
    let sent = sent.is_some_and(|(entry, _)| matches!(entry.fact, Fact::Receipt(_)));
    let is_receipt = sent
        || restoring::is_restored(books, held.writer, held.receipt)?
        || elsewhere::is_payment(books, held.writer, held.receipt)?;
    Ok((!is_receipt || held.amount <= Paise::ZERO).then_some("holds money of no receipt"))
}

fn paid_elsewhere(books: &Transaction<'_>, seq: u64, paid: &PaidElsewhere) -> Found {
    if paid.check().is_err() {
        return Ok(Some("takes a payment of another channel that does not add up"));
    }
    let listed = elsewhere::is_listed(books, seq, paid)?;
    Ok((!listed).then_some("takes a payment of another channel that is listed otherwise"))
}

/// Whether what is listed of the office's own facts is as many as the facts.
pub fn listed(books: &Transaction<'_>) -> Result<Vec<&'static str>, StoreError> {
    let mut counts = [0_u64; 8];
    let mut decided = BTreeSet::new();
    let mut assigned = BTreeMap::new();
    for (canonical, _) in super::chain::whole(books, Writer::OFFICE)? {
        let Ok(entry) = Entry::read(&canonical) else { continue };
        match entry.fact {
            Fact::Received(_) => counts[0] += 1,
            Fact::Deposited(_) => counts[1] += 1,
            Fact::Restored(_) | Fact::PaidElsewhere(_) => counts[2] += 1,
            Fact::ForkSettled(_) => counts[3] += 1,
            Fact::ApartSettled(_) => counts[4] += 1,
            Fact::ApplicationErased(_) => counts[5] += 1,
            // The list has the last decision of each.
            Fact::Decided(word) => {
                counts[6] += u64::from(decided.insert((word.writer, word.application)));
            }
            Fact::ExtractIssued(_) => counts[7] += 1,
            Fact::WardsAssigned(word) => {
                assigned.insert(word.writer, word.wards);
            }
            _ => {}
        }
    }
    let lists = [
        ("receiving WHERE writer = 0", "the list of receivings is not what the entries make"),
        ("deposit", "the list of deposits is not what the entries make"),
        ("receipt WHERE writer = 0", "the office's list of receipts is not what the entries make"),
        ("fork_settled", "the list of the settled cases is not what the entries make"),
        ("apart_settled", "the list of what left quarantine is not what the entries make"),
        (
            "application WHERE erased_seq IS NOT NULL",
            "the list of what was erased is not what the entries make",
        ),
        (
            "report WHERE decision IS NOT NULL",
            "the list of what the Registrar decided is not what the entries make",
        ),
        ("extract", "the list of extracts is not what the entries make"),
    ];
    let mut faults = Vec::new();
    for (counted, (list, what)) in counts.into_iter().zip(lists) {
        if count(books, &format!("SELECT count(*) FROM {list}"))? != counted {
            faults.push(what);
        }
    }
    for (writer, wards) in assigned {
        if wards::of_device(books, writer)? != wards.into_iter().collect() {
            faults.push("a device has other wards than it was assigned last");
        }
    }
    Ok(faults)
}
