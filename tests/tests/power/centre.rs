//! The office's books: what a device was told to be at the centre is there after a power cut of
//! the centre, whichever of its programs was writing.

use std::path::PathBuf;

use kiosk::config::Config;
use kiosk::setup::Setup;
use ledger::{Fact, Moment, StaffId};
use node::{Store, exchange_until_quiet};
use serde_json::Value;
use tests::centre::{Centre, PACK, Wire};
use tests::chance::Chance;
use tests::device::Device;
use tests::forgetful::{Forgetful, Loss, Naming, refused};
use tests::programs::workspace;
use tests::proof::counted;
use tests::town::{CASHIER, Kind, Member, Town, register};

use super::cuts::{Cuts, Seed};
use crate::common::receipt;

const CUTS: u64 = 16;
const CUTS_LONG: u64 = 60;

/// The power goes within so many changes and syncs: while the program starts, or after some
/// exchanges.
const STEPS: [u64; 3] = [20, 100, 400];

/// Buildings of the register: money for any of them will do.
const BUILDINGS: usize = 10;

#[test]
fn what_a_device_was_told_to_be_at_the_centre_is_there_after_every_power_cut() {
    if let Some(why) = refused() {
        tests::missing("fuse", &format!("the centre's books at power cuts ({why})"));
        return;
    }
    let count = if tests::long() { CUTS_LONG } else { CUTS };
    let mut cuts = Cuts::default();
    let mut told = 0;
    for (seed, naming) in [(1, Naming::Journal), (2, Naming::Folder)] {
        let _seed = Seed(seed);
        let mut office = Office::make(seed, naming);
        for _ in 0..count / 2 {
            office.until_the_power_goes();
            office.comes_back(&mut cuts);
        }
        told += office.acknowledged();
    }
    cuts.print("centre");
    counted(format!("power, centre: {told} entries acknowledged and all of them there"));
    assert!(cuts.count >= CUTS && told > cuts.count, "{} cuts, {told} entries", cuts.count);
}

/// Each command of the installer, and the power goes as soon as it has said that it is done.
#[test]
fn what_the_installer_has_done_is_there_after_a_power_cut() {
    if let Some(why) = refused() {
        tests::missing("fuse", &format!("the installer's commands at power cuts ({why})"));
        return;
    }
    for naming in [Naming::Journal, Naming::Folder] {
        let folder = tempfile::tempdir().expect("a folder");
        let [data, device] = ["centre", "device"].map(|name| made(folder.path().join(name)));
        let mut disk = Forgetful::mount(&data, naming).expect("a disk");
        let mut cut = || disk.power_cut(Loss::Everything, &mut Chance(1)).expect("it comes back");
        let pack = workspace().join(PACK);
        let mut centre = Centre::make(&data, Wire::Plain, &pack).expect("central init");
        cut();
        let Member { id, name, role, pin } = CASHIER;
        centre.staff(id, name, role, pin).expect("central staff");
        cut();
        let buildings = &register().expect("a register")[..BUILDINGS];
        centre.load(buildings).expect("central load");
        cut();
        let words = ["--device", "kiosk-1", "--profile", "kiosk", "--ward", "1"];
        let out = Device::provision_path(&device);
        centre.provision(&words.map(str::to_owned), &out).expect("central provision");
        cut();
        centre.serve().expect("it serves");
        let figures = centre.figures().expect("its figures");
        assert_eq!(figures["devices"][0]["name"], "kiosk-1", "{naming:?}: {figures}");
        centre.kill().expect("it has ended");
        cut();
        let verified = centre.ask(&["verify"]).expect("the books open");
        assert!(verified.starts_with("complete"), "{naming:?}: {verified}");
    }
}

/// The centre on a forgetful disk, and a device's books on a sound one.
struct Office {
    // Fields end in their order: the programs before the disk that they have open.
    town: Town,
    store: Store,
    setup: Setup,
    disk: Forgetful,
    chance: Chance,
    buildings: Vec<u32>,
    seconds: i64,
    _folder: tempfile::TempDir,
}

impl Office {
    /// Whatever the installer's commands wrote was synced long before the first cut.
    fn make(seed: u64, naming: Naming) -> Office {
        let folder = tempfile::tempdir().expect("a folder");
        let [data, device] = ["centre", "device"].map(|name| made(folder.path().join(name)));
        let disk = Forgetful::mount(&data, naming).expect("a disk");
        let mut buildings = register().expect("a register");
        buildings.truncate(BUILDINGS);
        let pack = workspace().join(PACK);
        let town = Town::make(folder.path(), Wire::Plain, &buildings, &pack).expect("a town");
        town.provision(&device, Kind::kiosk()).expect("a device");
        let made = Device::make(&device, &pack);
        made.configure("kiosk", &town.centre.url(), None, &[]).expect("its kiosk.toml");
        let setup = Config::load(&made.config()).expect("its kiosk.toml");
        let setup = Setup::load(setup).expect("what it needs");
        let store = Store::open(&setup.config.data, &setup.provision).expect("its books");
        disk.settle();
        let buildings = buildings.iter().map(|building| building.id).collect();
        let chance = Chance(seed);
        Office { town, store, setup, disk, chance, buildings, seconds: 0, _folder: folder }
    }

    /// The last entry that the device was told to be at the centre.
    fn acknowledged(&self) -> u64 {
        self.store.day_book().head().seq - self.store.to_send()
    }

    fn until_the_power_goes(&mut self) {
        let steps = *self.chance.pick(&STEPS);
        self.disk.cut_after(1 + self.chance.below(steps));
        if !self.town.centre.is_running() {
            let served = self.town.centre.serve();
            assert!(served.is_ok() || self.disk.is_off(), "the centre does not serve: {served:?}");
        }
        while !self.disk.is_off() {
            for _ in 0..self.chance.between(1, 4) {
                self.pay();
            }
            let now = self.now();
            let exchanged =
                exchange_until_quiet(&mut self.store, self.setup.link_options(), || now);
            assert!(exchanged.is_ok() || self.disk.is_off(), "no exchange: {exchanged:?}");
        }
    }

    fn now(&self) -> Moment {
        Moment {
            wall_ms: now_ms() + self.seconds,
            mono_ms: self.seconds.unsigned_abs(),
            boot: self.store.boot(),
        }
    }

    fn pay(&mut self) {
        self.seconds += 1;
        let at = self.now();
        let fact = match self.store.day_book().next_number(Some(StaffId(CASHIER.id))) {
            Ok(_) => receipt(&self.store, *self.chance.pick(&self.buildings), 10),
            Err(_) => Fact::BookOpened(self.setup.provision.book.clone()),
        };
        self.store.append(at, Some(StaffId(CASHIER.id)), vec![fact]).expect("a sound disk");
    }

    fn comes_back(&mut self, cuts: &mut Cuts) {
        self.town.centre.kill().expect("it has ended");
        let step = self.disk.last_step();
        let loss = Loss::by_chance(&mut self.chance);
        let remains = self.disk.power_cut(loss, &mut self.chance).expect("the disk comes back");
        cuts.note(step, remains);
        let verified = self.town.centre.ask(&["verify"]).expect("the books open");
        assert!(verified.starts_with("complete"), "{verified}");
        let writer = self.setup.provision.writer.0.to_string();
        let exported = self.town.centre.ask(&["export", "--writer", &writer]).expect("an export");
        let there: Vec<String> = exported.lines().filter_map(canonical).collect();
        let ours = self.store.entries_after(0, usize::MAX).expect("a sound disk");
        let ours: Vec<String> = ours.iter().map(|entry| hex(&entry.canonical())).collect();
        assert!(ours.starts_with(&there), "the centre has what no device wrote");
        let acknowledged = self.acknowledged();
        let count = there.len() as u64;
        assert!(count >= acknowledged, "{acknowledged} acknowledged, {count} there");
    }
}

fn made(folder: PathBuf) -> PathBuf {
    std::fs::create_dir(&folder).expect("a new folder");
    folder
}

fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.expect("after 1970").as_millis()).expect("far from the end of time")
}

fn canonical(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).expect("a line of JSON");
    Some(line["entry"]["canonical"].as_str()?.to_owned())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
