//! One file: what programs read of it, and what the platter has.

use std::collections::BTreeMap;

use crate::chance::Chance;

/// What the system writes to the disk at once.
pub(super) const PAGE_BYTES: usize = 4_096;

/// What the disk itself never tears.
pub(super) const SECTOR_BYTES: usize = 512;

/// Earlier forms of one page that may have gone to the disk before its last one; older ones are
/// as if they never had.
const EARLIER_MAX: usize = 4;

#[derive(Clone, Debug, Default)]
pub(super) struct File {
    now: Vec<u8>,
    kept: Vec<u8>,
    /// Pages that were written since the last sync, each with what stood there before each write.
    unsynced: BTreeMap<usize, Vec<Vec<u8>>>,
    /// The shortest that the file was since the last sync.
    shortest: Option<usize>,
}

/// What became of the unsynced pages of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pages {
    pub lost: u64,
    pub kept: u64,
    pub torn: u64,
}

impl File {
    pub fn len(&self) -> usize {
        self.now.len()
    }

    pub fn read(&self, offset: usize, size: usize) -> &[u8] {
        let from = offset.min(self.now.len());
        &self.now[from..from.saturating_add(size).min(self.now.len())]
    }

    pub fn write(&mut self, offset: usize, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let end = offset + bytes.len();
        for page in offset / PAGE_BYTES..=(end - 1) / PAGE_BYTES {
            let before = page_of(&self.now, page);
            let earlier = self.unsynced.entry(page).or_default();
            earlier.push(before);
            if earlier.len() > EARLIER_MAX {
                earlier.remove(0);
            }
        }
        if self.now.len() < end {
            self.now.resize(end, 0);
        }
        self.now[offset..end].copy_from_slice(bytes);
    }

    pub fn set_len(&mut self, len: usize) {
        if len < self.now.len() {
            self.shortest = Some(self.shortest.map_or(len, |shortest| shortest.min(len)));
        }
        self.now.resize(len, 0);
    }

    pub fn sync(&mut self) {
        self.kept.truncate(self.shortest.unwrap_or(usize::MAX));
        self.kept.resize(self.now.len(), 0);
        for page in self.unsynced.keys() {
            let (from, to) = span(*page, self.now.len());
            self.kept[from..to].copy_from_slice(&self.now[from..to]);
        }
        self.unsynced.clear();
        self.shortest = None;
    }

    /// The power is back. Of what was not synced everything is gone, or each page stays with a
    /// chance of so many in a hundred, whole, in an earlier form, or torn between its sectors.
    pub fn come_back(&mut self, percent: u64, chance: &mut Chance) -> Pages {
        let mut pages = Pages::default();
        let mut survivors = Vec::new();
        for (page, earlier) in std::mem::take(&mut self.unsynced) {
            if !chance.percent(percent) {
                pages.lost += 1;
                continue;
            }
            let last = page_of(&self.now, page);
            let forms = earlier.len().saturating_sub(1);
            let form = match chance.percent(75) {
                true => last,
                // The first form is what stood there at the last sync.
                false if forms > 0 => chance.pick(&earlier[1..]).clone(),
                false => last,
            };
            survivors.push((page, form));
        }
        self.take_survivors(percent, survivors, &mut pages, chance);
        self.now = self.kept.clone();
        self.shortest = None;
        pages
    }

    /// A page beyond what the disk knows as the file's end is there only where the new length is
    /// there too.
    fn take_survivors(
        &mut self,
        percent: u64,
        survivors: Vec<(usize, Vec<u8>)>,
        pages: &mut Pages,
        chance: &mut Chance,
    ) {
        let length_kept = chance.percent(percent);
        if length_kept {
            self.kept.truncate(self.shortest.unwrap_or(usize::MAX));
            let ends = survivors.iter().map(|(page, form)| page * PAGE_BYTES + form.len());
            let end = ends.max().unwrap_or(0).min(self.now.len());
            let whole = chance.percent(50);
            self.kept.resize(self.kept.len().max(if whole { self.now.len() } else { end }), 0);
        }
        for (page, form) in survivors {
            let (from, to) = span(page, self.kept.len());
            let beyond = !length_kept && self.shortest.is_some_and(|shortest| shortest < to);
            if from == to || beyond {
                pages.lost += 1;
                continue;
            }
            match lay(&mut self.kept[from..to], &form, chance) {
                true => pages.torn += 1,
                false => pages.kept += 1,
            }
        }
    }
}

/// Lays a page over what stood there; true where only some of its sectors came through.
fn lay(over: &mut [u8], form: &[u8], chance: &mut Chance) -> bool {
    let torn = chance.percent(25);
    let mut lost = false;
    for (old, new) in over.chunks_mut(SECTOR_BYTES).zip(form.chunks(SECTOR_BYTES)) {
        if torn && chance.percent(50) {
            lost = true;
            continue;
        }
        let length = old.len().min(new.len());
        old[..length].copy_from_slice(&new[..length]);
    }
    lost
}

fn page_of(bytes: &[u8], page: usize) -> Vec<u8> {
    let (from, to) = span(page, bytes.len());
    bytes[from..to].to_vec()
}

/// Where a page begins and ends in a file of this length.
fn span(page: usize, len: usize) -> (usize, usize) {
    let from = (page * PAGE_BYTES).min(len);
    (from, (from + PAGE_BYTES).min(len))
}
