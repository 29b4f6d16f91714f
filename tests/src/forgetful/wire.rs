//! What the kernel asks, answered from the disk. Locks are the kernel's own business: it keeps
//! them itself where a file system does not speak of them.

use std::ffi::OsStr;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use fuser::{
    AccessFlags, BsdFileFlags, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags,
    Generation, INodeNo, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData,
    ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyWrite, Request, TimeOrNow, WriteFlags,
};

use super::disk::{About, Disk, No};
use super::lock;

/// How long the kernel may believe an answer: not at all, so that every question is heard.
const BELIEVED: Duration = Duration::ZERO;

const FIRST_LIFE: Generation = Generation(0);
const ANY_HANDLE: FileHandle = FileHandle(0);

pub(super) struct Wire {
    disk: Arc<Mutex<Disk>>,
    user: u32,
    group: u32,
}

impl Wire {
    /// Everything belongs to whoever has the folder that it is mounted in place of.
    pub fn new(folder: &Path, disk: Arc<Mutex<Disk>>) -> io::Result<Wire> {
        let owner = std::fs::metadata(folder)?;
        Ok(Wire { disk, user: owner.uid(), group: owner.gid() })
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        lock(&self.disk)
    }

    fn attributes(&self, about: About) -> FileAttr {
        let (kind, perm) = match about.is_folder {
            true => (FileType::Directory, 0o755),
            false => (FileType::RegularFile, 0o644),
        };
        let never = SystemTime::UNIX_EPOCH;
        FileAttr {
            ino: INodeNo(about.node),
            size: about.bytes,
            blocks: about.bytes.div_ceil(512),
            atime: never,
            mtime: never,
            ctime: never,
            crtime: never,
            kind,
            perm,
            nlink: 1,
            uid: self.user,
            gid: self.group,
            rdev: 0,
            blksize: 4_096,
            flags: 0,
        }
    }

    fn entry(&self, found: Result<About, No>, reply: ReplyEntry) {
        match found {
            Ok(about) => reply.entry(&BELIEVED, &self.attributes(about), FIRST_LIFE),
            Err(no) => reply.error(number(no)),
        }
    }
}

fn number(no: No) -> Errno {
    match no {
        No::NotThere => Errno::ENOENT,
        No::Exists => Errno::EEXIST,
        No::NotEmpty => Errno::ENOTEMPTY,
        No::IsFolder => Errno::EISDIR,
        No::NoFolder => Errno::ENOTDIR,
        No::TooLarge => Errno::EFBIG,
        No::PowerOff => Errno::EIO,
    }
}

fn done(result: Result<(), No>, reply: ReplyEmpty) {
    match result {
        Ok(()) => reply.ok(),
        Err(no) => reply.error(number(no)),
    }
}

impl Filesystem for Wire {
    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        let found = self.disk().look_up(parent.0, name);
        self.entry(found, reply);
    }

    fn getattr(&self, _: &Request, node: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        let found = self.disk().about(node.0);
        match found {
            Ok(about) => reply.attr(&BELIEVED, &self.attributes(about)),
            Err(no) => reply.error(number(no)),
        }
    }

    /// Of all that can be set only the length is kept; owners, modes and times are as they are.
    fn setattr(
        &self,
        _: &Request,
        node: INodeNo,
        _mode: Option<u32>,
        _user: Option<u32>,
        _group: Option<u32>,
        bytes: Option<u64>,
        _read_at: Option<TimeOrNow>,
        _written_at: Option<TimeOrNow>,
        _changed_at: Option<SystemTime>,
        _: Option<FileHandle>,
        _made_at: Option<SystemTime>,
        _mode_changed_at: Option<SystemTime>,
        _saved_at: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let mut disk = self.disk();
        let set = bytes.map_or(Ok(()), |bytes| disk.set_len(node.0, bytes));
        match set.and_then(|()| disk.about(node.0)) {
            Ok(about) => reply.attr(&BELIEVED, &self.attributes(about)),
            Err(no) => reply.error(number(no)),
        }
    }

    fn mkdir(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        reply: ReplyEntry,
    ) {
        let made = self.disk().make(parent.0, name, true);
        self.entry(made, reply);
    }

    fn create(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        _mode: u32,
        _umask: u32,
        _flags: i32,
        reply: ReplyCreate,
    ) {
        let made = self.disk().make(parent.0, name, false);
        match made {
            Ok(about) => reply.created(
                &BELIEVED,
                &self.attributes(about),
                FIRST_LIFE,
                ANY_HANDLE,
                FopenFlags::empty(),
            ),
            Err(no) => reply.error(number(no)),
        }
    }

    fn unlink(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        done(self.disk().remove(parent.0, name, false), reply);
    }

    fn rmdir(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        done(self.disk().remove(parent.0, name, true), reply);
    }

    fn rename(
        &self,
        _: &Request,
        parent: INodeNo,
        name: &OsStr,
        new_parent: INodeNo,
        new_name: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        if !flags.is_empty() {
            reply.error(Errno::EINVAL);
            return;
        }
        done(self.disk().rename((parent.0, name), (new_parent.0, new_name)), reply);
    }

    fn read(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match self.disk().read(node.0, offset, size) {
            Ok(bytes) => reply.data(bytes),
            Err(no) => reply.error(number(no)),
        }
    }

    fn write(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        offset: u64,
        bytes: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        let written = self.disk().write(node.0, offset, bytes);
        match written {
            Ok(()) => reply.written(u32::try_from(bytes.len()).expect("the kernel counts so")),
            Err(no) => reply.error(number(no)),
        }
    }

    /// A close syncs nothing.
    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.ok();
    }

    fn fsync(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        _contents_only: bool,
        reply: ReplyEmpty,
    ) {
        done(self.disk().sync(node.0), reply);
    }

    fn fsyncdir(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        _contents_only: bool,
        reply: ReplyEmpty,
    ) {
        done(self.disk().sync(node.0), reply);
    }

    fn readdir(
        &self,
        _: &Request,
        node: INodeNo,
        _: FileHandle,
        offset: u64,
        mut reply: ReplyDirectory,
    ) {
        let listed = match self.disk().list(node.0) {
            Ok(listed) => listed,
            Err(no) => return reply.error(number(no)),
        };
        let already = usize::try_from(offset).unwrap_or(usize::MAX);
        for (place, (name, about)) in (1..).zip(listed).skip(already) {
            let kind = self.attributes(about).kind;
            if reply.add(INodeNo(about.node), place, kind, name) {
                break;
            }
        }
        reply.ok();
    }

    fn access(&self, _: &Request, _: INodeNo, _: AccessFlags, reply: ReplyEmpty) {
        reply.ok();
    }
}
