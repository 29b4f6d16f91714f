//! The centre's copies of the chains, held against what the devices wrote, turn by turn.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{Entry, Fact, Head, Paise, Signer, Writer};
use node::DeviceKey;
use replica::{Batch, MessageError, Request, SignedRequest};

use super::device::{Device, plus};
use super::fault::{Checked, Fault, must};
use super::history::{Paid, Written};
use super::office::{Listed, Office};
use super::register::Register;
use super::street::Street;

#[derive(Default)]
pub struct Copies(BTreeMap<Writer, Copy>);

/// What the centre must have of one device.
pub struct Copy {
    /// The head after each entry, from before the first.
    heads: Vec<Head>,
    /// Two histories were found.
    pub forked: bool,
    pub receipts: u64,
    /// Receipts that do not stand any more: cancelled, or paid by a cheque that was dishonoured.
    fallen: BTreeSet<u64>,
    pub total: Paise,
}

impl Copy {
    fn new(writer: Writer) -> Self {
        Self {
            heads: vec![Head::before_first(writer)],
            forked: false,
            receipts: 0,
            fallen: BTreeSet::new(),
            total: Paise::ZERO,
        }
    }

    pub fn head(&self) -> Head {
        *self.heads.last().expect("there is a head before the first entry")
    }

    fn head_at(&self, seq: u64) -> Option<Head> {
        self.heads.get(usize::try_from(seq).ok()?).copied()
    }

    /// Whether a batch tells another history than the one that is here.
    fn differs(&self, batch: &Batch) -> bool {
        let mut theirs = batch.before;
        let mut entries = batch.entries.iter();
        loop {
            if self.head_at(theirs.seq).is_some_and(|ours| ours != theirs) {
                return true;
            }
            match entries.next() {
                Some(canonical) => theirs = theirs.after(canonical),
                None => return false,
            }
        }
    }

    pub fn falls(&mut self, receipt: u64) {
        self.fallen.insert(receipt);
    }

    /// Takes what is new in a batch, and says which receipts it cancels.
    fn extend(&mut self, batch: &Batch) -> Checked<Vec<u64>> {
        let mut head = batch.before;
        let mut cancelled = Vec::new();
        for canonical in &batch.entries {
            head = head.after(canonical);
            if head.seq != self.head().seq + 1 {
                continue;
            }
            self.heads.push(head);
            let entry = Entry::read(canonical).map_err(|error| Fault(error.to_string()))?;
            if let Fact::Voided(void) = &entry.fact {
                self.falls(void.receipt);
                cancelled.push(void.receipt);
            }
        }
        Ok(cancelled)
    }
}

impl Copies {
    pub fn of(&mut self, writer: Writer) -> &mut Copy {
        self.0.entry(writer).or_insert_with(|| Copy::new(writer))
    }

    /// The devices of which two histories were found.
    pub fn forked(&self) -> BTreeSet<Writer> {
        self.0.iter().filter(|(_, copy)| copy.forked).map(|(writer, _)| *writer).collect()
    }

    /// One turn of a device at the centre, and everything that must hold after it.
    pub fn turn(
        &mut self,
        packed: &[u8],
        office: &Office,
        now_ms: i64,
        devices: &[Device],
        register: &mut Register,
        street: &mut Street,
    ) -> Checked<Vec<u8>> {
        let signed = SignedRequest::read(packed).map_err(|error| Fault(error.to_string()))?;
        let writer = signed.writer;
        let copy = self.of(writer);
        let placed = opened(&signed, copy, devices)?;
        let answer = office.exchange(packed, now_ms)?;
        street.counts.delivered += 1;
        let listed_to = copy.head().seq;
        let mut cancelled = Vec::new();
        // Of what cannot be placed nothing is taken, and the device is asked for more of it.
        if let Some(Request { batch: Some(batch), .. }) = &placed {
            if copy.forked || copy.differs(batch) {
                copy.must_be_forked(writer, batch, office, street)?;
            } else if batch.before.seq <= copy.head().seq {
                cancelled = copy.extend(batch)?;
            }
        }
        let (found, known) = (office.head(writer)?, copy.head());
        must(found == known, || {
            format!("the centre has device {} up to {found:?}, not {known:?}", writer.0)
        })?;
        if known.seq > listed_to {
            let listed = office.receipts_after(writer, listed_to)?;
            copy.must_list(&listed, listed_to, writer, devices, street)?;
            street.counts.cancelled += cancelled.len() as u64;
            let mut anew = BTreeSet::new();
            for receipt in cancelled {
                anew.extend(office.house_of(writer, receipt)?);
            }
            register.follow(writer, listed_to, &anew, office, street)?;
        }
        Ok(answer)
    }

    /// The lists of the centre, as a whole.
    pub fn check_totals(&self, office: &Office) -> Checked {
        for (writer, copy) in &self.0 {
            let standing = copy.receipts - copy.fallen.len() as u64;
            let found = office.total(*writer)?;
            let known = (copy.receipts, standing, copy.total);
            must(found == known, || {
                format!(
                    "the centre lists {found:?} receipts of device {}, it was sent {known:?}",
                    writer.0
                )
            })?;
        }
        Ok(())
    }
}

impl Copy {
    /// A second history is reported at its first contact, its device frozen, and its entries kept.
    fn must_be_forked(
        &mut self,
        writer: Writer,
        batch: &Batch,
        office: &Office,
        street: &mut Street,
    ) -> Checked {
        must(street.account.is_planted(writer), || {
            format!("device {} has two histories, and nobody planted it", writer.0)
        })?;
        let first_contact = !std::mem::replace(&mut self.forked, true);
        street.counts.forks += u64::from(first_contact);
        must(office.knows_fork(writer)?, || {
            format!("the centre does not report the second history of device {}", writer.0)
        })?;
        let mut head = batch.before;
        for canonical in &batch.entries {
            head = head.after(canonical);
            let kept = office.holds(writer, head)?;
            must(kept, || format!("entry {} of the second history is not kept", head.seq))?;
            street.counts.held += u64::from(first_contact);
        }
        Ok(())
    }

    /// The centre lists the receipts that came, and no others.
    fn must_list(
        &mut self,
        listed: &[Listed],
        after: u64,
        writer: Writer,
        devices: &[Device],
        street: &Street,
    ) -> Checked {
        for receipt in listed {
            self.receipts += 1;
            self.total = plus(self.total, receipt.amount);
        }
        let head = self.head();
        let source = devices
            .iter()
            .find(|device| device.writer() == writer && has(device, head))
            .map(|device| device.history.receipts_between(after, head.seq));
        match source {
            Some(written) => must(same(written, listed), || {
                format!("the centre lists other receipts of device {} than it wrote", writer.0)
            }),
            // What was sent before a disk was put back is on no disk any more.
            None if street.account.is_planted(writer) => Ok(()),
            None => Err(Fault(format!("nobody wrote what the centre has of {}", writer.0))),
        }
    }
}

fn has(device: &Device, head: Head) -> bool {
    device.history.head_at(head.seq) == Some(head)
}

fn same(written: &[Written], listed: &[Listed]) -> bool {
    written.len() == listed.len()
        && written.iter().zip(listed).all(|(written, listed)| {
            let mode = match written.paid {
                Paid::Cash => "cash",
                Paid::Instrument(kind) => kind.code(),
                Paid::Card { .. } => "card",
                Paid::Upi { .. } => "upi",
            };
            let (_, book, number) = &written.number;
            (written.seq, written.amount, mode) == (listed.seq, listed.amount, &*listed.mode)
                && listed.number.contains(book.as_str())
                && listed.number.contains(&number.to_string())
        })
}

/// What a device sent, if it follows the copy here or says what it follows. Copies of a device have
/// its key as well.
fn opened(signed: &SignedRequest, copy: &Copy, devices: &[Device]) -> Checked<Option<Request>> {
    let device = devices.iter().find(|device| device.writer() == signed.writer);
    let device = device.ok_or_else(|| Fault("a request of nobody".to_owned()))?;
    let key = DeviceKey::from_pkcs8(&device.provision.key);
    let key = key.map_err(|error| Fault(error.to_string()))?.public_key();
    let before = signed.follows().and_then(|seq| copy.head_at(seq)).map(|head| head.hash);
    let opened = match signed.opened_after(&key, before) {
        Err(MessageError::Unplaced) => return Ok(None),
        opened => opened.map_err(|error| Fault(error.to_string()))?,
    };
    must(opened.damaged.is_none(), || format!("columns cannot be read: {:?}", opened.damaged))?;
    Ok(Some(opened.request))
}
