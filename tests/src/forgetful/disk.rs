//! The disk itself, without the kernel: files and folders, the steps that change them, and the
//! power that goes at one of them.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use super::cut::{Loss, Remains};
use super::file::File;
use super::names::{Names, Naming, Node, ROOT};
use crate::chance::Chance;

/// A file that is larger is a mistake of the test: everything here is held in memory.
const FILE_BYTES_MAX: usize = 256 << 20;

/// What is done to the disk and can be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Write,
    Sync,
    /// A file was made shorter or longer.
    Length,
    /// A name was made, moved or removed.
    Name,
}

/// One step, with the name of the file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub deed: Deed,
    pub name: String,
}

/// Why the disk says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum No {
    NotThere,
    Exists,
    NotEmpty,
    IsFolder,
    NoFolder,
    TooLarge,
    PowerOff,
}

#[derive(Clone, Debug)]
enum Thing {
    File(File),
    Folder,
}

/// What a program may ask of a file or folder before it opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct About {
    pub node: Node,
    pub is_folder: bool,
    pub bytes: u64,
}

pub struct Disk {
    things: BTreeMap<Node, Thing>,
    names: Names,
    next: Node,
    steps: u64,
    off_at: Option<u64>,
    is_off: bool,
    last_step: Option<Step>,
}

impl Disk {
    pub fn new(naming: Naming) -> Disk {
        Disk {
            things: BTreeMap::from([(ROOT, Thing::Folder)]),
            names: Names::new(naming),
            next: ROOT + 1,
            steps: 0,
            off_at: None,
            is_off: false,
            last_step: None,
        }
    }

    pub fn cut_after(&mut self, steps: u64) {
        self.off_at = Some(self.steps + steps);
    }

    pub fn power_off(&mut self) {
        self.is_off = true;
    }

    pub fn is_off(&self) -> bool {
        self.is_off
    }

    pub fn steps(&self) -> u64 {
        self.steps
    }

    pub fn last_step(&self) -> Option<&Step> {
        self.last_step.as_ref()
    }

    pub fn settle(&mut self) {
        self.names.settle();
        for thing in self.things.values_mut() {
            if let Thing::File(file) = thing {
                file.sync();
            }
        }
    }

    /// The power comes back, to what the disk kept.
    pub fn come_back(&mut self, loss: Loss, chance: &mut Chance) -> Remains {
        let percent = loss.percent_kept(chance);
        let names_lost = self.names.come_back(percent, chance);
        let reachable = self.names.reachable();
        self.things.retain(|node, _| reachable.contains(node));
        let mut remains = Remains { names_lost, ..Remains::default() };
        for thing in self.things.values_mut() {
            if let Thing::File(file) = thing {
                let pages = file.come_back(percent, chance);
                remains.pages_lost += pages.lost;
                remains.pages_kept += pages.kept;
                remains.pages_torn += pages.torn;
            }
        }
        (self.off_at, self.is_off, self.last_step) = (None, false, None);
        remains
    }

    pub(super) fn look_up(&self, folder: Node, name: &OsStr) -> Result<About, No> {
        self.powered()?;
        self.about(self.names.find(folder, name).ok_or(No::NotThere)?)
    }

    pub(super) fn about(&self, node: Node) -> Result<About, No> {
        self.powered()?;
        let (is_folder, bytes) = match self.things.get(&node).ok_or(No::NotThere)? {
            Thing::Folder => (true, 0),
            Thing::File(file) => (false, file.len() as u64),
        };
        Ok(About { node, is_folder, bytes })
    }

    pub(super) fn list(&self, folder: Node) -> Result<Vec<(String, About)>, No> {
        self.powered()?;
        let listed = self.names.listed(folder);
        listed
            .map(|(name, node)| Ok((name.to_string_lossy().into_owned(), self.about(node)?)))
            .collect()
    }

    /// A new file or folder of this name.
    pub(super) fn make(
        &mut self,
        folder: Node,
        name: &OsStr,
        is_folder: bool,
    ) -> Result<About, No> {
        self.powered()?;
        if !matches!(self.things.get(&folder), Some(Thing::Folder)) {
            return Err(No::NoFolder);
        }
        if self.names.find(folder, name).is_some() {
            return Err(No::Exists);
        }
        let node = self.next;
        self.next += 1;
        let thing = if is_folder { Thing::Folder } else { Thing::File(File::default()) };
        self.things.insert(node, thing);
        self.names.set(folder, name, Some(node));
        self.step(Deed::Name, node)?;
        self.about(node)
    }

    /// What was open stays readable until the power goes.
    pub(super) fn remove(&mut self, folder: Node, name: &OsStr, is_folder: bool) -> Result<(), No> {
        let about = self.look_up(folder, name)?;
        match (about.is_folder, is_folder) {
            (true, false) => return Err(No::IsFolder),
            (false, true) => return Err(No::NoFolder),
            (true, true) if self.names.listed(about.node).next().is_some() => {
                return Err(No::NotEmpty);
            }
            _ => {}
        }
        self.names.set(folder, name, None);
        self.step(Deed::Name, about.node)
    }

    pub(super) fn rename(&mut self, from: (Node, &OsStr), to: (Node, &OsStr)) -> Result<(), No> {
        let about = self.look_up(from.0, from.1)?;
        if let Ok(there) = self.look_up(to.0, to.1)
            && there.is_folder
        {
            return Err(No::Exists);
        }
        self.names.rename(from, to, about.node);
        self.step(Deed::Name, about.node)
    }

    pub(super) fn read(&self, node: Node, offset: u64, size: u32) -> Result<&[u8], No> {
        self.powered()?;
        match self.things.get(&node).ok_or(No::NotThere)? {
            Thing::File(file) => Ok(file.read(place(offset)?, size as usize)),
            Thing::Folder => Err(No::IsFolder),
        }
    }

    pub(super) fn write(&mut self, node: Node, offset: u64, bytes: &[u8]) -> Result<(), No> {
        self.powered()?;
        let offset = place(offset)?;
        place((offset + bytes.len()) as u64)?;
        self.file(node)?.write(offset, bytes);
        self.step(Deed::Write, node)
    }

    pub(super) fn set_len(&mut self, node: Node, bytes: u64) -> Result<(), No> {
        self.powered()?;
        let bytes = place(bytes)?;
        self.file(node)?.set_len(bytes);
        self.step(Deed::Length, node)
    }

    /// A sync at which the power goes has kept nothing for certain.
    pub(super) fn sync(&mut self, node: Node) -> Result<(), No> {
        self.step(Deed::Sync, node)?;
        match self.things.get_mut(&node).ok_or(No::NotThere)? {
            Thing::File(file) => {
                file.sync();
                self.names.file_synced(node);
            }
            Thing::Folder => self.names.folder_synced(node),
        }
        Ok(())
    }

    fn file(&mut self, node: Node) -> Result<&mut File, No> {
        match self.things.get_mut(&node).ok_or(No::NotThere)? {
            Thing::File(file) => Ok(file),
            Thing::Folder => Err(No::IsFolder),
        }
    }

    fn powered(&self) -> Result<(), No> {
        if self.is_off { Err(No::PowerOff) } else { Ok(()) }
    }

    /// Counts a step; the one at which the power goes is not known to be done.
    fn step(&mut self, deed: Deed, node: Node) -> Result<(), No> {
        self.powered()?;
        self.steps += 1;
        if self.off_at.is_some_and(|at| self.steps >= at) {
            self.is_off = true;
            let name = self.names.name_of(node).unwrap_or(OsStr::new("/")).to_string_lossy();
            self.last_step = Some(Step { deed, name: name.into_owned() });
        }
        self.powered()
    }
}

fn place(bytes: u64) -> Result<usize, No> {
    let place = usize::try_from(bytes).map_err(|_| No::TooLarge)?;
    if place > FILE_BYTES_MAX { Err(No::TooLarge) } else { Ok(place) }
}
