//! What the world outside a device was told before the power went, held against its books after.

use ledger::Entry;
use node::Store;

use crate::common::Centre;

#[derive(Default)]
pub struct Told {
    /// Entries whose `append` had returned.
    pub entries: Vec<Entry>,
    /// How many of them are synced: after these there are only prints, which may be gone.
    pub durable: usize,
    /// How many prints were gone so far.
    pub forgotten: u64,
    /// How many facts were being appended when the power went: all of them, or none, may be there.
    pub in_flight: usize,
    /// How far an answer that was taken acknowledged the chain.
    pub acknowledged: u64,
    /// The last building of the register that an answer had brought.
    pub building: u32,
    /// How many notices of the office answers had brought.
    pub notices: u64,
}

impl Told {
    /// The books as they were opened after the cut have everything, and nothing beyond what was
    /// being written. What they have is from now on told.
    pub fn check(&mut self, store: &Store, centre: &Centre<'_>) {
        let verified = store.verify().expect("the books are complete");
        let there = store.entries_after(0, usize::MAX).expect("the books can be read");
        assert_eq!(verified.head, store.day_book().head());
        assert_eq!(verified.head.seq, there.len() as u64);
        assert!(there.len() >= self.durable, "an entry whose append had returned is gone");
        let kept = there.len().min(self.entries.len());
        assert!(there.starts_with(&self.entries[..kept]), "an entry was changed");
        self.forgotten += (self.entries.len() - kept) as u64;
        let beyond = there.len() - kept;
        assert!(
            beyond == 0 || beyond == self.in_flight,
            "{beyond} entries beyond what was told, {} were being written",
            self.in_flight
        );
        assert!(there.starts_with(&centre.entries), "the centre was sent what was not on the disk");
        let countersigned = store.checkpoint().map_or(0, |signed| signed.checkpoint.seq);
        assert!(countersigned >= self.acknowledged, "an acknowledgement that was taken is gone");
        assert!(store.to_send() <= verified.head.seq - self.acknowledged);
        assert!(verified.notices >= self.notices, "a notice of the office is gone");
        let building = store.building(self.building).expect("the register can be read");
        assert!(self.building == 0 || building.is_some(), "a part of the register is gone");
        self.durable = there.len();
        self.entries = there;
        self.in_flight = 0;
    }
}
