//! Shared records: what two people find out about one house, apart from each other and from the
//! office.

use std::time::SystemTime;

use ledger::{FieldValue, Moment, RecordId, RecordKind, StaffId};
use node::{EditError, Provision, Store};
use replica::Field;
use serde_json::Value;
use tests::town::{Backup, COLLECTOR, Kind, Town, WARD, WORKER, register};

/// The books of a handheld, and who works with it.
struct Handheld {
    store: Store,
    staff: StaffId,
    asked: u64,
}

impl Handheld {
    fn new(town: &Town, kind: Kind<'_>) -> Self {
        let folder = town.folder().join(kind.name);
        std::fs::create_dir_all(&folder).expect("a folder");
        town.provision(&folder, kind).expect("a device");
        let file = std::fs::read(folder.join("device.padi")).expect("the file");
        let provision = Provision::read(&file).expect("what makes the device");
        let store = Store::open(&folder.join("data"), &provision).expect("the books");
        let mut handheld =
            Self { store, staff: StaffId(kind.operator.unwrap_or_default()), asked: 0 };
        handheld.talks(town);
        handheld
    }

    fn now(&mut self) -> Moment {
        self.asked += 1;
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("later");
        let wall_ms = i64::try_from(since.as_millis()).expect("a time of this age");
        Moment { wall_ms, mono_ms: self.asked, boot: self.store.boot() }
    }

    /// Talks with the office until neither has anything to say.
    fn talks(&mut self, town: &Town) {
        loop {
            let now = self.now();
            let request = self.store.next_request(now).expect("a request");
            let answer = town.centre.exchange(request).expect("an answer");
            let taken = self.store.take_answer(&answer, now).expect("taken");
            assert_eq!(taken.rejection, None);
            if !taken.more && self.store.edits_to_send() == 0 {
                return;
            }
        }
    }

    fn says(&mut self, id: RecordId, field: &str, value: FieldValue) -> Result<(), EditError> {
        let (staff, now) = (Some(self.staff), self.now());
        self.store.edit_record(id, (field, &value), staff, now)
    }

    fn knows(&self, id: RecordId, name: &str) -> Vec<(FieldValue, u32)> {
        let fields = self.store.record(id).expect("a record");
        let found: Option<Field> = fields.into_iter().find(|field| field.name == name);
        let said = found.map(|field| field.said).unwrap_or_default();
        let author = |by: replica::Editor| by.staff.map_or(0, |staff| staff.0);
        said.into_iter().map(|said| (said.value, author(said.by))).collect()
    }
}

fn people(count: u32) -> FieldValue {
    FieldValue::Count(count)
}

fn gate(choice: &str) -> FieldValue {
    FieldValue::Choice(choice.into())
}

fn household() -> RecordId {
    let house = register().expect("a register").into_iter().find(|house| house.ward == WARD);
    RecordId { kind: RecordKind::Household, number: house.expect("a house").id }
}

fn two() -> (Town, Handheld, Handheld, RecordId) {
    let town = Town::small().expect("a town");
    let worker = Handheld::new(&town, Kind::karmasena());
    let collector = Handheld::new(&town, Kind::collector());
    let house = household();
    (town, worker, collector, house)
}

fn undecided(town: &Town) -> Vec<Value> {
    let figures = town.centre.figures().expect("figures");
    figures["undecided"].as_array().expect("a list").clone()
}

#[test]
fn two_people_who_edit_different_fields_lose_nothing() {
    let (town, mut worker, mut collector, house) = two();
    worker.says(house, "people", people(5)).expect("said");
    collector.says(house, "gate", gate("dog")).expect("said");
    assert_eq!((worker.store.edits_to_send(), collector.store.edits_to_send()), (1, 1));
    worker.talks(&town);
    collector.talks(&town);
    worker.talks(&town);
    for handheld in [&worker, &collector] {
        assert_eq!(handheld.knows(house, "people"), [(people(5), WORKER.id)]);
        assert_eq!(handheld.knows(house, "gate"), [(gate("dog"), COLLECTOR.id)]);
    }
    assert_eq!(undecided(&town), Vec::<Value>::new());
    let said = town.centre.ask(&["record", &house.to_string()]).expect("the record");
    for line in [
        format!("people: 5, said by sena-1, staff {}", WORKER.id),
        format!("gate: dog, said by collector-1, staff {}", COLLECTOR.id),
    ] {
        assert!(said.contains(&line), "{line} not in {said}");
    }
}

#[test]
fn two_who_say_different_things_of_one_field_are_both_heard_until_the_office_decides() {
    let (town, mut worker, mut collector, house) = two();
    worker.says(house, "people", people(5)).expect("said");
    collector.says(house, "people", people(6)).expect("said");
    worker.talks(&town);
    collector.talks(&town);
    worker.talks(&town);
    let both = worker.knows(house, "people");
    assert_eq!(both, collector.knows(house, "people"), "all copies show the same value first");
    assert_eq!(both.len(), 2);
    for said in [(people(5), WORKER.id), (people(6), COLLECTOR.id)] {
        assert!(both.contains(&said), "{both:?}");
    }
    let refused = worker.says(house, "people", people(7)).expect_err("it is for the office");
    assert!(matches!(refused, EditError::Undecided(_)), "{refused}");
    worker.says(house, "gate", gate("open")).expect("another field may be edited");

    let listed = undecided(&town);
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!(
        (&listed[0]["record"], &listed[0]["field"]),
        (&house.to_string().into(), &"people".into())
    );
    let said = listed[0]["said"].as_array().expect("both").iter();
    let mut said: Vec<_> =
        said.map(|said| (said["value"].clone(), said["staff"].clone())).collect();
    said.sort_by_key(|said| said.0.to_string());
    assert_eq!(said, [("5".into(), WORKER.id.into()), ("6".into(), COLLECTOR.id.into())]);
    let page = town.centre.get("/").expect("the page").text;
    assert!(page.contains("<b>5</b> by sena-1"), "{page}");

    let words = |value: &'static str| {
        let record = house.to_string();
        [
            "decide".to_owned(),
            record,
            "--field=people".into(),
            format!("--value={value}"),
            "--by=41".into(),
        ]
    };
    let ask = |value| {
        let words = words(value);
        town.centre.ask(&words.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let refused = ask("many").expect_err("no count").to_string();
    assert!(refused.contains("people holds a whole number, not many"), "{refused}");
    let decided = ask("6").expect("decided");
    assert!(decided.contains("says staff 41"), "{decided}");
    assert!(ask("6").expect("known").contains("already"), "{decided}");
    assert_eq!(undecided(&town), Vec::<Value>::new());
    worker.talks(&town);
    collector.talks(&town);
    for handheld in [&worker, &collector] {
        let one = handheld.knows(house, "people");
        assert_eq!(one.iter().map(|said| &said.0).collect::<Vec<_>>(), [&people(6)]);
        assert_eq!(handheld.knows(house, "gate"), [(gate("open"), WORKER.id)]);
    }
    worker.says(house, "people", people(7)).expect("it may be edited again");
}

#[test]
fn what_breaks_a_rule_is_kept_apart_and_what_was_made_upon_it_is_said_anew() {
    let (town, mut worker, _, house) = two();
    let elsewhere = RecordId { number: 4_000_000, ..house };
    worker.says(house, "people", people(61)).expect("the books do not know the pack");
    worker.says(house, "gate", gate("dog")).expect("said");
    worker.says(elsewhere, "people", people(2)).expect("the books do not know the office");
    worker.talks(&town);
    let refused = worker.store.refused_edits(None, 9).expect("a list");
    let reasons: Vec<&str> = refused.iter().map(|refused| refused.reason.as_str()).collect();
    let nowhere = "the register has no building 4000000";
    assert_eq!(reasons, [nowhere, "people is 61: the most is 60"]);
    assert_eq!(worker.knows(house, "people"), [], "what was refused is not believed here either");
    assert_eq!(worker.knows(house, "gate"), [(gate("dog"), WORKER.id)]);
    assert_eq!(worker.store.edits_to_send(), 0);
    let said = town.centre.ask(&["record", &house.to_string()]).expect("the record");
    assert!(said.contains("gate: dog, said by sena-1"), "{said}");
    assert!(said.contains("people: 61: people is 61: the most is 60"), "{said}");
    let figures = town.centre.figures().expect("figures");
    let apart = figures["refused_edits"].as_array().expect("a list");
    assert_eq!(apart.len(), 3, "two rules, and one edit made upon another: {apart:?}");
    worker.says(house, "people", people(6)).expect("said");
    worker.talks(&town);
    assert_eq!(worker.knows(house, "people"), [(people(6), WORKER.id)]);
}

#[test]
fn a_kiosk_and_a_device_of_another_ward_neither_hear_nor_say_anything_of_a_house() {
    let (town, mut worker, _, house) = two();
    worker.says(house, "people", people(5)).expect("said");
    worker.talks(&town);
    let other = Kind { name: "sena-8", wards: &[8], ..Kind::karmasena() };
    let mut other = Handheld::new(&town, other);
    let mut kiosk = Handheld::new(&town, Kind::kiosk());
    for device in [&mut other, &mut kiosk] {
        assert_eq!(device.knows(house, "people"), []);
        device.says(house, "gate", gate("open")).expect("the books do not know the office");
        device.talks(&town);
        assert_eq!(device.knows(house, "gate"), []);
    }
    let reason =
        |device: &Handheld| device.store.refused_edits(None, 1).expect("a list").remove(0).reason;
    let ward = format!(
        "building {} is of ward {WARD}, which is not among this device's wards",
        house.number
    );
    assert_eq!(reason(&other), ward);
    assert_eq!(reason(&kiosk), "a kiosk has no records of houses");

    // The house is counted to ward 8 now: its devices hear what was said before.
    let mut moved = register().expect("a register").into_iter().find(|row| row.id == house.number);
    let row = moved.as_mut().expect("the house");
    row.ward = 8;
    town.centre.load(std::slice::from_ref(row)).expect("loaded");
    other.talks(&town);
    assert_eq!(other.knows(house, "people"), [(people(5), WORKER.id)]);
}

#[test]
fn lost_doubled_and_late_messages_change_nothing() {
    let (town, mut worker, mut collector, house) = two();
    worker.says(house, "people", people(5)).expect("said");
    let now = worker.now();
    let first = worker.store.next_request(now).expect("a request");
    let late = town.centre.exchange(first.clone()).expect("an answer that is lost");
    worker.says(house, "gate", gate("dog")).expect("said");
    let again = worker.store.next_request(now).expect("a request");
    town.centre.exchange(again).expect("an answer that is lost too");
    town.centre.exchange(first).expect("a request that came twice");
    worker.talks(&town);
    worker.store.take_answer(&late, now).expect("an answer that was kept back");
    assert_eq!(worker.store.edits_to_send(), 0, "it moves nothing");
    collector.talks(&town);
    assert_eq!(collector.knows(house, "people"), [(people(5), WORKER.id)]);
    assert_eq!(collector.knows(house, "gate"), [(gate("dog"), WORKER.id)]);
    let said = town.centre.ask(&["record", &house.to_string()]).expect("the record");
    assert_eq!(said.matches("people: 5").count(), 2, "once as it stands, once as an edit: {said}");
}

/// What an office that put an older backup back has lost comes again, from whoever said it; what
/// others had made upon it waits until then.
#[test]
fn an_office_with_an_older_backup_hears_again_what_it_lost() {
    let (mut town, mut worker, mut collector, house) = two();
    town.centre.stop().expect("it stops");
    let backup = Backup::of(&town.centre).expect("a backup");
    town.centre.serve().expect("it serves");
    worker.says(house, "people", people(5)).expect("said");
    worker.talks(&town);
    collector.talks(&town);
    collector.says(house, "people", people(6)).expect("said upon what the worker said");
    town.centre.stop().expect("it stops");
    backup.put_back(&town.centre).expect("the backup is put back");
    town.centre.serve().expect("it serves");

    collector.talks(&town);
    let said = town.centre.ask(&["record", &house.to_string()]).expect("the record");
    assert!(said.contains("it waits for an edit that it was made upon"), "{said}");
    worker.talks(&town);
    let said = town.centre.ask(&["record", &house.to_string()]).expect("the record");
    assert!(!said.contains("it waits"), "{said}");
    assert!(said.contains("people: 6, said by collector-1"), "{said}");
    worker.talks(&town);
    assert_eq!(worker.knows(house, "people"), [(people(6), COLLECTOR.id)]);
    assert_eq!(undecided(&town), Vec::<Value>::new());
}
