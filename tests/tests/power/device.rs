//! A device's books: appended to, sent, answered, closed and opened while the power goes.

use std::path::PathBuf;

use ledger::{
    Enrolment, Entry, Fact, Moment, Print, PrintOutcome, PrintWitness, Signer, VisitOutcome, Writer,
};
use node::{AppendError, Store};
use tests::chance::Chance;
use tests::forgetful::{Forgetful, Loss, Naming, refused};
use tests::proof::counted;

use super::cuts::{Cuts, Seed};
use super::told::Told;
use crate::common::{CASHIER, Centre, MORNING_MS, Story, building, receipt, visit};

/// How often the power goes on one disk.
const CUTS_A_DISK: u64 = 10;

/// Disks in the suite, and in the long run.
const DISKS: u64 = 12;
const DISKS_LONG: u64 = 60;

/// Seeds that once failed, run every time.
const FAILED_ONCE: &[u64] = &[];

/// Rows of the register that one answer brings at most: as many as fill some dozen pages.
const BUILDINGS_MAX: u32 = 120;

/// About as many changes and syncs as a close of the books makes.
const CLOSE_STEPS: u64 = 30;

#[test]
fn what_was_told_is_there_after_every_power_cut() {
    if let Some(why) = refused() {
        tests::missing("fuse", &format!("a device's books at power cuts ({why})"));
        return;
    }
    let disks = if tests::long() { DISKS_LONG } else { DISKS };
    let mut cuts = Cuts::default();
    let (mut entries, mut forgotten) = (0, 0);
    for seed in (1..=disks).chain(FAILED_ONCE.iter().copied()) {
        let _seed = Seed(seed);
        let told = live(seed, &mut cuts);
        entries += told.entries.len() as u64;
        forgotten += told.forgotten;
    }
    cuts.print("device");
    counted(format!(
        "power, device: {entries} entries appended and all of them there, but for {forgotten} \
         prints that staff are asked about"
    ));
    assert!(forgotten > 0, "no print was lost: nothing shows that losing one does no harm");
    assert!(cuts.count >= if tests::long() { 200 } else { 60 });
    assert!(entries > cuts.count * 5, "the power goes so early that nothing is written");
    let places = ["Write books.sqlite3-wal", "Sync books.sqlite3-wal", "Write books.sqlite3"];
    for place in places {
        assert!(cuts.at(place) >= 3, "hardly ever cut at {place}");
    }
}

/// Through several power cuts on one disk, up to what is there in the end.
fn live(seed: u64, cuts: &mut Cuts) -> Told {
    let story = Story::with_numbers(90_000);
    let mut life = Life::begin(seed, &story);
    for _ in 0..CUTS_A_DISK {
        life.until_the_power_goes();
        let step = life.disk.last_step();
        let loss = Loss::by_chance(&mut life.chance);
        let remains = life.disk.power_cut(loss, &mut life.chance).expect("the disk comes back");
        cuts.note(step, remains);
        let store = life.open().expect("the books open without a repair");
        life.told.check(&store, &life.centre);
    }
    life.told
}

fn is_whole_print(entry: &Entry) -> bool {
    matches!(&entry.fact, Fact::Print(print) if print.outcome == PrintOutcome::Whole)
}

/// A device on a disk of its own.
struct Life<'a> {
    story: &'a Story,
    centre: Centre<'a>,
    chance: Chance,
    disk: Forgetful,
    books: PathBuf,
    told: Told,
    seconds: i64,
}

impl<'a> Life<'a> {
    /// Disks of either kind take turns. A folder of the books' own is new on every other disk.
    fn begin(seed: u64, story: &'a Story) -> Life<'a> {
        let naming = if seed % 2 == 0 { Naming::Journal } else { Naming::Folder };
        let disk = Forgetful::mount(story.folder.path(), naming).expect("a disk");
        let books = match naming {
            Naming::Journal => story.folder.path().join("data"),
            Naming::Folder => story.folder.path().to_owned(),
        };
        let (centre, chance) = (Centre::new(story), Chance(seed));
        Life { story, centre, chance, disk, books, told: Told::default(), seconds: 0 }
    }

    /// The books, unless the power goes while they are opened.
    fn open(&self) -> Option<Store> {
        let opened = Store::open(&self.books, &self.story.provision);
        match opened {
            _ if self.disk.is_off() => None,
            Ok(store) => Some(store),
            Err(error) => panic!("the books do not open: {error:?}"),
        }
    }

    fn until_the_power_goes(&mut self) {
        let steps = *self.chance.pick(&[15, 60, 400, 1_500]);
        self.disk.cut_after(1 + self.chance.below(steps));
        let mut open = self.open();
        while let Some(store) = open {
            open = self.does_something(store);
        }
    }

    fn does_something(&mut self, mut store: Store) -> Option<Store> {
        if store.day_book().next_number(CASHIER).is_err() {
            let lease = self.story.provision.book.clone();
            return self.append(store, vec![Fact::BookOpened(lease)]);
        }
        let house = 1 + self.chance.between(0, 4);
        match self.chance.below(20) {
            0..10 => {
                let fact = receipt(&store, house, 100);
                self.append(store, vec![fact])
            }
            10..12 => {
                let facts = vec![visit(house, VisitOutcome::NoWaste), receipt(&store, house, 50)];
                self.append(store, facts)
            }
            12..16 => {
                let outcome = *self.chance.pick(&[PrintOutcome::Uncertain, PrintOutcome::Whole]);
                let (of, witness) = (store.day_book().head().seq, PrintWitness::Printer);
                self.append(store, vec![Fact::Print(Print { of, outcome, witness })])
            }
            16..19 => self.exchanges(&mut store).then_some(store),
            _ => {
                // A close moves the log into the books: a good moment to be cut off.
                if self.chance.percent(40) {
                    self.disk.cut_after(1 + self.chance.below(CLOSE_STEPS));
                }
                drop(store);
                self.open()
            }
        }
    }

    fn now(&self, store: &Store) -> Moment {
        Moment {
            wall_ms: MORNING_MS + self.seconds * 1_000,
            mono_ms: self.seconds.unsigned_abs() * 1_000,
            boot: store.boot(),
        }
    }

    /// What was appended when the power had gone was not heard of by anybody.
    fn append(&mut self, mut store: Store, facts: Vec<Fact>) -> Option<Store> {
        self.seconds += 1;
        let now = self.now(&store);
        self.told.in_flight = facts.len();
        let appended = store.append(now, CASHIER, facts);
        if self.disk.is_off() {
            return None;
        }
        self.told.in_flight = 0;
        match appended {
            Ok(entries) => {
                self.told.entries.extend(entries);
                // Whatever is no print of a whole slip syncs all before it.
                let whole = self.told.entries.last().is_some_and(is_whole_print);
                if !whole {
                    self.told.durable = self.told.entries.len();
                }
            }
            // Not every entry has a slip.
            Err(AppendError::Breach(_)) => {}
            Err(error) => panic!("not appended while the power was on: {error:?}"),
        }
        Some(store)
    }

    /// One request and its answer; false where the power goes.
    fn exchanges(&mut self, store: &mut Store) -> bool {
        let now = self.now(store);
        let request = store.next_request(now);
        if self.disk.is_off() {
            return false;
        }
        let request = request.expect("a request");
        self.told.durable = self.told.entries.len();
        if self.chance.percent(20) {
            self.enrols_a_sister();
        }
        let mut answer = self.centre.answer(&request);
        let mut last = self.told.building;
        if self.chance.percent(40) {
            last += self.chance.between(1, BUILDINGS_MAX);
            let new = self.told.building + 1..=last;
            answer.buildings = new.map(|id| building(id, &format!("1/{id}"), None)).collect();
            answer.register_to = last.into();
        }
        let taken = store.take_answer(&answer.sealed(), self.now(store));
        if self.disk.is_off() {
            return false;
        }
        self.told.acknowledged = taken.expect("an honest answer").acknowledged;
        self.told.building = last;
        self.told.notices = self.centre.notices.len() as u64;
        true
    }

    fn enrols_a_sister(&mut self) {
        let seq = self.centre.notices.len() as u64 + 1;
        let sister = Enrolment {
            writer: Writer(100 + u32::try_from(seq).expect("few")),
            name: format!("collector-{seq}"),
            key: self.story.office.public_key(),
        };
        self.centre.notices.push(self.story.notice(seq, Fact::DeviceEnrolled(sister)));
    }
}
