//! What is forgotten and what is not, first on the disk alone, then through the kernel.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::names::{Node, ROOT};
use super::{Deed, Disk, Forgetful, Loss, Naming, Step, refused};
use crate::chance::Chance;

/// Seeds that each rule is tried with.
const SEEDS: u64 = 200;

fn file(disk: &mut Disk, name: &str) -> Node {
    disk.make(ROOT, OsStr::new(name), false).expect("a new name").node
}

fn names(disk: &Disk) -> Vec<String> {
    disk.list(ROOT).expect("powered").into_iter().map(|(name, _)| name).collect()
}

fn bytes(disk: &Disk, name: &str) -> Vec<u8> {
    let about = disk.look_up(ROOT, OsStr::new(name)).expect("it is there");
    disk.read(about.node, 0, u32::MAX).expect("powered").to_vec()
}

fn cut(disk: &mut Disk, loss: Loss, seed: u64) -> super::Remains {
    disk.power_off();
    disk.come_back(loss, &mut Chance(seed))
}

#[test]
fn what_was_not_synced_is_gone_and_what_was_stays() {
    for naming in [Naming::Journal, Naming::Folder] {
        let mut disk = Disk::new(naming);
        let kept = file(&mut disk, "kept");
        file(&mut disk, "gone");
        disk.write(kept, 0, b"first").expect("written");
        disk.sync(kept).expect("synced");
        disk.sync(ROOT).expect("synced");
        disk.write(kept, 0, b"second").expect("written");
        let late = file(&mut disk, "late");
        disk.write(late, 0, b"late").expect("written");
        let remains = cut(&mut disk, Loss::Everything, 1);
        assert_eq!(names(&disk), ["gone", "kept"], "the folder was synced with both");
        assert_eq!((bytes(&disk, "kept"), bytes(&disk, "gone")), (b"first".to_vec(), vec![]));
        assert_eq!((remains.names_lost, remains.pages_lost), (1, 1));
    }
}

#[test]
fn a_name_is_kept_by_its_folders_sync_and_in_a_journal_by_its_files() {
    for (naming, expected) in [(Naming::Journal, vec!["new"]), (Naming::Folder, vec![])] {
        let mut disk = Disk::new(naming);
        let new = file(&mut disk, "new");
        disk.sync(new).expect("synced");
        cut(&mut disk, Loss::Everything, 1);
        assert_eq!(names(&disk), expected, "{naming:?}");
    }
}

#[test]
fn a_rename_without_a_sync_of_the_folder_is_undone() {
    let mut disk = Disk::new(Naming::Folder);
    let old = file(&mut disk, "old");
    disk.write(old, 0, b"old").expect("written");
    let part = file(&mut disk, "part");
    disk.write(part, 0, b"new").expect("written");
    for node in [old, part, ROOT] {
        disk.sync(node).expect("synced");
    }
    let rename = |disk: &mut Disk| {
        disk.rename((ROOT, OsStr::new("part")), (ROOT, OsStr::new("old"))).expect("renamed");
        assert_eq!(bytes(disk, "old"), b"new");
    };
    rename(&mut disk);
    cut(&mut disk, Loss::Everything, 1);
    assert_eq!((names(&disk).len(), bytes(&disk, "old")), (2, b"old".to_vec()));
    rename(&mut disk);
    disk.sync(ROOT).expect("synced");
    cut(&mut disk, Loss::Everything, 1);
    assert_eq!((names(&disk).len(), bytes(&disk, "old")), (1, b"new".to_vec()));
}

#[test]
fn a_removal_without_a_sync_of_the_folder_is_undone() {
    let mut disk = Disk::new(Naming::Folder);
    let node = file(&mut disk, "log");
    disk.write(node, 0, b"log").expect("written");
    disk.sync(node).expect("synced");
    disk.sync(ROOT).expect("synced");
    disk.remove(ROOT, OsStr::new("log"), false).expect("removed");
    assert!(names(&disk).is_empty());
    cut(&mut disk, Loss::Everything, 1);
    assert_eq!(bytes(&disk, "log"), b"log");
}

#[test]
fn whatever_comes_through_by_itself_synced_sectors_stay_and_others_are_old_or_new() {
    let (mut torn, mut kept, mut lost) = (0, 0, 0);
    for seed in 0..SEEDS {
        let mut disk = Disk::new(Naming::Journal);
        let node = file(&mut disk, "books");
        disk.write(node, 0, &[1; 4 * 4_096]).expect("written");
        disk.sync(node).expect("synced");
        disk.write(node, 4_096, &[2; 8_192]).expect("written");
        disk.write(node, 8_192, &[3; 512]).expect("written");
        let remains = cut(&mut disk, Loss::Some, seed);
        torn += remains.pages_torn;
        kept += remains.pages_kept;
        lost += remains.pages_lost;
        let after = bytes(&disk, "books");
        assert_eq!(after.len(), 4 * 4_096, "seed {seed}");
        for (place, sector) in after.chunks(512).enumerate() {
            let may: &[u8] = match place {
                8..16 | 17..24 => &[1, 2],
                16 => &[1, 2, 3],
                _ => &[1],
            };
            let one = sector.iter().all(|byte| *byte == sector[0]);
            assert!(one && may.contains(&sector[0]), "seed {seed}: sector {place}");
        }
    }
    assert!(torn > 20 && kept > 20 && lost > 20, "{torn} torn, {kept} kept, {lost} lost");
}

#[test]
fn a_new_end_comes_with_its_pages_or_not_at_all() {
    let (mut shorter, mut whole) = (0, 0);
    for seed in 0..SEEDS {
        let mut disk = Disk::new(Naming::Journal);
        let node = file(&mut disk, "log");
        disk.write(node, 0, &[1; 100]).expect("written");
        disk.sync(node).expect("synced");
        disk.write(node, 100, &[2; 9_000]).expect("written");
        cut(&mut disk, Loss::Some, seed);
        let after = bytes(&disk, "log");
        assert_eq!(after[..100], [1; 100], "seed {seed}");
        assert!(after.len() >= 100 && after.len() <= 9_100, "seed {seed}: {}", after.len());
        assert!(after[100..].iter().all(|byte| matches!(byte, 0 | 2)), "seed {seed}");
        shorter += u64::from(after.len() < 9_100);
        whole += u64::from(after.len() == 9_100);
    }
    assert!(shorter > 20 && whole > 20, "{shorter} shorter, {whole} whole");
}

#[test]
fn a_file_that_was_cut_short_has_its_old_end_or_the_new_one() {
    for seed in 0..SEEDS {
        let mut disk = Disk::new(Naming::Journal);
        let node = file(&mut disk, "log");
        disk.write(node, 0, &[1; 10_000]).expect("written");
        disk.sync(node).expect("synced");
        disk.set_len(node, 0).expect("cut short");
        disk.write(node, 0, &[2; 3_000]).expect("written");
        cut(&mut disk, Loss::Some, seed);
        let after = bytes(&disk, "log");
        match after.len() {
            10_000 => assert!(after.iter().all(|byte| *byte == 1), "seed {seed}"),
            0 | 3_000 => assert!(after.iter().all(|byte| matches!(byte, 0 | 2)), "seed {seed}"),
            other => panic!("seed {seed}: {other} bytes"),
        }
    }
}

#[test]
fn the_power_goes_at_the_step_that_was_asked_for() {
    let mut disk = Disk::new(Naming::Journal);
    let node = file(&mut disk, "books");
    disk.cut_after(3);
    disk.write(node, 0, b"one").expect("written");
    disk.write(node, 0, b"two").expect("written");
    assert!(disk.sync(node).is_err() && disk.is_off());
    assert_eq!(disk.last_step(), Some(&Step { deed: Deed::Sync, name: "books".into() }));
    assert!(disk.write(node, 0, b"four").is_err() && disk.read(node, 0, 1).is_err());
    disk.come_back(Loss::Everything, &mut Chance(1));
    assert!(names(&disk).is_empty(), "the sync that the power went at kept nothing");
}

#[test]
fn through_the_kernel_it_forgets_in_the_same_way() {
    if let Some(why) = refused() {
        crate::missing("fuse", &format!("a file system that forgets ({why})"));
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut disk = Forgetful::mount(folder.path(), Naming::Folder).expect("mounted");
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("sub")).expect("made");
    fs::write(path("sub/kept"), b"kept").expect("written");
    File::open(path("sub/kept")).and_then(|file| file.sync_all()).expect("synced");
    for name in ["sub", ""] {
        File::open(path(name)).and_then(|folder| folder.sync_all()).expect("synced");
    }
    fs::write(path("sub/gone"), b"gone").expect("written");
    fs::rename(path("sub/kept"), path("sub/moved")).expect("renamed");
    append(&path("sub/moved"), b" and more");
    assert_eq!(fs::read(path("sub/moved")).expect("read"), b"kept and more");
    assert_eq!(fs::read_dir(path("sub")).expect("listed").count(), 2);
    disk.power_cut(Loss::Everything, &mut Chance(1)).expect("cut");
    assert_eq!(fs::read(path("sub/kept")).expect("read"), b"kept");
    assert_eq!(fs::read_dir(path("sub")).expect("listed").count(), 1);
    disk.cut_after(1);
    let failed = fs::write(path("late"), b"late").expect_err("the power is gone");
    assert_eq!(failed.raw_os_error(), Some(5), "{failed}");
    assert!(disk.is_off() && fs::read(path("sub/kept")).is_err());
    disk.power_cut(Loss::Everything, &mut Chance(1)).expect("cut");
    assert_eq!(fs::read(path("sub/kept")).expect("read"), b"kept");
    fs::remove_file(path("sub/kept")).expect("removed");
    fs::remove_dir(path("sub")).expect("removed");
}

fn append(path: &Path, bytes: &[u8]) {
    let mut file = OpenOptions::new().read(true).write(true).open(path).expect("opened");
    file.seek(SeekFrom::End(0)).expect("found its end");
    file.write_all(bytes).expect("written");
    file.set_len(13).expect("as long as it is");
    let mut first = [0; 4];
    file.seek(SeekFrom::Start(0)).expect("found its beginning");
    file.read_exact(&mut first).expect("read");
    assert_eq!(&first, b"kept");
}
