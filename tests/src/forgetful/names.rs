//! Which name in which folder is which file: as programs see it, and as the disk would find it
//! after a power cut.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};

use crate::chance::Chance;

/// The number of a file or folder.
pub(super) type Node = u64;

/// The folder that is mounted.
pub(super) const ROOT: Node = 1;

/// By what a new name, or one that went, becomes durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// A journal: by a sync of the folder or of the file, and then all earlier ones with it.
    Journal,
    /// No more than POSIX says: by a sync of the folder, and only the names in it.
    Folder,
}

type Entries = BTreeMap<(Node, OsString), Node>;

#[derive(Clone, Debug)]
pub(super) struct Names {
    naming: Naming,
    now: Entries,
    kept: Entries,
    /// What was done to names and is not durable, oldest first.
    changes: Vec<Change>,
}

/// One thing done to names, whole or not at all: a name, its folder, and what it then names.
#[derive(Clone, Debug)]
struct Change {
    names: Vec<(Node, OsString, Option<Node>)>,
}

impl Change {
    fn concerns(&self, node: Node) -> bool {
        self.names.iter().any(|(folder, _, named)| *folder == node || *named == Some(node))
    }

    fn folders(&self) -> impl Iterator<Item = Node> {
        self.names.iter().map(|(folder, _, _)| *folder)
    }

    fn make(&self, entries: &mut Entries) {
        for (folder, name, named) in &self.names {
            match named {
                Some(node) => entries.insert((*folder, name.clone()), *node),
                None => entries.remove(&(*folder, name.clone())),
            };
        }
    }
}

impl Names {
    pub fn new(naming: Naming) -> Names {
        Names { naming, now: Entries::new(), kept: Entries::new(), changes: Vec::new() }
    }

    pub fn find(&self, folder: Node, name: &OsStr) -> Option<Node> {
        self.now.get(&(folder, name.to_owned())).copied()
    }

    /// The names in a folder, in order.
    pub fn listed(&self, folder: Node) -> impl Iterator<Item = (&OsStr, Node)> {
        let from = self.now.range((folder, OsString::new())..);
        let own = from.take_while(move |((of, _), _)| *of == folder);
        own.map(|((_, name), node)| (name.as_os_str(), *node))
    }

    /// The name of a node, for a person.
    pub fn name_of(&self, node: Node) -> Option<&OsStr> {
        let mut all = self.now.iter();
        all.find(|(_, named)| **named == node).map(|((_, name), _)| name.as_os_str())
    }

    pub fn set(&mut self, folder: Node, name: &OsStr, named: Option<Node>) {
        self.change(vec![(folder, name.to_owned(), named)]);
    }

    /// A name moves from one place to another; whatever had that name loses it.
    pub fn rename(&mut self, from: (Node, &OsStr), to: (Node, &OsStr), node: Node) {
        let gone = (from.0, from.1.to_owned(), None);
        self.change(vec![gone, (to.0, to.1.to_owned(), Some(node))]);
    }

    fn change(&mut self, names: Vec<(Node, OsString, Option<Node>)>) {
        let change = Change { names };
        change.make(&mut self.now);
        self.changes.push(change);
    }

    pub fn file_synced(&mut self, node: Node) {
        if self.naming == Naming::Journal {
            self.journal_upto(node);
        }
    }

    pub fn folder_synced(&mut self, folder: Node) {
        match self.naming {
            Naming::Journal => self.journal_upto(folder),
            Naming::Folder => self.keep_those_of(folder),
        }
    }

    pub fn settle(&mut self) {
        self.keep_first(self.changes.len());
    }

    /// The power is back: the names that the disk finds, and how many changes are gone.
    pub fn come_back(&mut self, percent: u64, chance: &mut Chance) -> u64 {
        let made = self.changes.iter().take_while(|_| chance.percent(percent)).count();
        self.keep_first(made);
        let lost = self.changes.len();
        self.changes.clear();
        self.now = self.kept.clone();
        lost as u64
    }

    /// Everything that a name leads to.
    pub fn reachable(&self) -> BTreeSet<Node> {
        let mut found = BTreeSet::from([ROOT]);
        let mut open = vec![ROOT];
        while let Some(folder) = open.pop() {
            let new = self.listed(folder).map(|(_, node)| node);
            open.extend(new.filter(|node| found.insert(*node)).collect::<Vec<_>>());
        }
        found
    }

    /// The journal is written up to the last change that concerns a node or a folder above it.
    fn journal_upto(&mut self, node: Node) {
        let mut above = BTreeSet::from([node]);
        while let Some(folder) = self.folder_above(&above) {
            above.insert(folder);
        }
        let concerns = |change: &Change| above.iter().any(|node| change.concerns(*node));
        let last = self.changes.iter().rposition(concerns);
        self.keep_first(last.map_or(0, |last| last + 1));
    }

    fn folder_above(&self, nodes: &BTreeSet<Node>) -> Option<Node> {
        let mut above = self.now.iter().filter(|(_, named)| nodes.contains(named));
        above.find(|((folder, _), _)| !nodes.contains(folder)).map(|((folder, _), _)| *folder)
    }

    /// Changes in a folder, and before each whatever was done earlier in the other folders that it
    /// touches: what was done later must not be undone by what was done before.
    fn keep_those_of(&mut self, folder: Node) {
        let mut folders = BTreeSet::from([folder]);
        let mut wanted = vec![false; self.changes.len()];
        for (change, wanted) in self.changes.iter().zip(&mut wanted).rev() {
            if change.folders().any(|folder| folders.contains(&folder)) {
                folders.extend(change.folders());
                *wanted = true;
            }
        }
        let changes = std::mem::take(&mut self.changes);
        for (change, wanted) in changes.into_iter().zip(wanted) {
            match wanted {
                true => change.make(&mut self.kept),
                false => self.changes.push(change),
            }
        }
    }

    fn keep_first(&mut self, count: usize) {
        for change in self.changes.drain(..count) {
            change.make(&mut self.kept);
        }
    }
}
