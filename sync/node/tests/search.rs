//! Finding buildings by what people know of them.

mod common;

use common::*;
use ledger::search::{Searched, is_found, readings};
use ledger::{Building, Language, LocalName, Paise};
use node::{Search, Store};
use proptest::prelude::*;
use rusqlite::Connection;

fn house(id: u32, street: &str, owner: &str, local: &str) -> Building {
    Building {
        street: street.to_owned(),
        owner: owner.to_owned(),
        owner_local: Some(LocalName { language: Language::Ml, name: local.to_owned() }),
        ..building(id, &format!("12/{id}"), None)
    }
}

fn houses() -> Vec<Building> {
    vec![
        house(345, "Temple Road", "Lakshmi R.", "ലക്ഷ്മി ആർ."),
        house(346, "Temple Road", "Radha Krishnan K.", "രാധാകൃഷ്ണൻ കെ."),
        house(347, "Market Lane", "Muhammed V.", "മുഹമ്മദ് വി."),
        Building { ward: 8, ..house(348, "Market Lane", "Laxmi R.", "लक्ष्मी") },
        house(349, "Mill Lane", "Lakshmanan R.", "ലക്ഷ്മണൻ ആർ."),
    ]
}

fn with_houses(story: &Story) -> Store {
    let mut store = story.open_with_book();
    store.put_buildings(houses(), 0).expect("rows of the register");
    store
}

fn found_in(store: &Store, typed: &str, with_names: bool, wards: &[u16]) -> Vec<u32> {
    let search = Search { typed, with_names, wards, limit: 9 };
    let found = store.search(&search).unwrap_or_else(|error| panic!("{typed:?}: {error:?}"));
    found.into_iter().map(|building| building.id).collect()
}

fn found(store: &Store, typed: &str) -> Vec<u32> {
    found_in(store, typed, true, &[7, 8])
}

#[test]
fn houses_are_found_by_number_street_initials_and_name() {
    let story = Story::new();
    let store = with_houses(&story);
    assert_eq!(found(&store, "12/345"), [345]);
    assert_eq!(found(&store, "347"), [347]);
    assert_eq!(found(&store, "34"), [0_u32; 0], "a number is whole");
    assert_eq!(found(&store, "lane"), [347, 348, 349]);
    assert_eq!(found(&store, "tempel"), [345, 346]);
    assert_eq!(found(&store, "L.R."), [345, 348, 349]);
    assert_eq!(found(&store, "lr mill"), [349]);
    for name in ["mohamed", "Muhammad V", "മുഹമ്മദ്", "मुहम्मद", "ମହମ୍ମଦ", "ಮುಹಮ್ಮದ್"]
    {
        assert_eq!(found(&store, name), [347], "{name}");
        assert_eq!(found_in(&store, name, false, &[7, 8]), [0_u32; 0], "{name}");
    }
    assert_eq!(found(&store, "radhakrisnan"), [346]);
    // As it is spelled, as it begins, as it sounds, as the sound begins.
    assert_eq!(found(&store, "Lakshmi"), [345, 348, 349]);
    assert_eq!(found(&store, "Laxmi"), [348, 345, 349]);
    assert_eq!(found_in(&store, "Laxmi", true, &[7]), [345, 349]);
    assert_eq!(found_in(&store, "Laxmi", true, &[]), [0_u32; 0]);
    let one = Search { typed: "Laxmi", with_names: true, wards: &[7, 8], limit: 1 };
    assert_eq!(store.search(&one).expect("readable")[0].id, 348);
}

#[test]
fn the_index_follows_the_register() {
    let story = Story::new();
    let mut store = with_houses(&story);
    let sold =
        Building { street: "Ferry Road".into(), ..house(345, "", "Suma P.", "സുമ പി.") };
    store.put_buildings(vec![sold], 0).expect("a new owner");
    assert_eq!(found(&store, "laxmi"), [348, 349]);
    assert_eq!(found(&store, "suma ferry"), [345]);
    let renumbered = Building {
        old_number: Some("12/346".into()),
        number: "14/9".into(),
        ..house(346, "Temple Road", "Radha Krishnan K.", "രാധാകൃഷ്ണൻ കെ.")
    };
    store.put_buildings(vec![renumbered], 0).expect("a new number");
    assert_eq!((found(&store, "14/9"), found(&store, "12/346")), (vec![346], vec![346]));
    let masked = houses().remove(2).without_names();
    store.put_buildings(vec![masked], 0).expect("a row without names");
    assert_eq!(found(&store, "muhammed"), [0_u32; 0]);
    assert_eq!(found(&store, "mv market"), [347]);
    drop(store);
    let store = story.open();
    assert_eq!(found(&store, "suma"), [345]);
    assert_eq!(indexed(&story, store), 5);
}

/// How many rows the index has, once the books are closed.
fn indexed(story: &Story, store: Store) -> u32 {
    drop(store);
    let sql = "SELECT count(*) FROM search_docsize";
    story.database().query_row(sql, [], |row| row.get(0)).expect("an index")
}

#[test]
fn what_leaves_the_register_leaves_the_index() {
    let story = Story::new();
    let mut store = with_houses(&story);
    let mut centre = Centre::new(&story);
    let fact = receipt(&store, 345, 100);
    store.append(at(1), CASHIER, vec![fact]).expect("it keeps the rules");
    let mut answer = centre.answer(&store.next_request(at(0)).expect("a request"));
    answer.gone = Some(vec![345, 347]);
    answer.register_to = 41;
    store.take_answer(&answer.sealed(), at(0)).expect("an honest answer");
    assert!(store.building(345).expect("readable").is_some(), "its receipt names it");
    assert_eq!(found(&store, "temple"), [346]);
    assert_eq!(found(&store, "12/345"), [0_u32; 0]);
    assert_eq!(indexed(&story, store), 3);
}

/// Everything that is in the index.
fn content(story: &Story) -> Vec<(i64, Vec<u8>)> {
    let database = story.database();
    let mut query = database.prepare("SELECT id, block FROM search_data").expect("an index");
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("readable");
    rows.collect::<Result<_, _>>().expect("readable")
}

#[test]
fn a_payment_writes_nothing_to_the_index() {
    let story = Story::new();
    drop(with_houses(&story));
    let before = content(&story);
    let mut store = story.open();
    let paid = houses().into_iter().map(|mut row| {
        row.demands[0].paid = Paise::rupees(600);
        row
    });
    store.put_buildings(paid.collect(), 9).expect("rows of the register");
    assert_eq!(
        store.building(345).expect("readable").map(|row| row.demands[0].paid.is_zero()),
        Some(false)
    );
    drop(store);
    assert_eq!(content(&story), before);
}

/// Takes the index away, as if a program before had written the books.
fn as_before(story: &Story) -> Connection {
    let database = story.database();
    let sql = "DROP TRIGGER search_leaves; DROP TABLE search; DROP TABLE search_made;
        DROP TRIGGER accounts_leave; DROP TABLE accounts; DROP TABLE sealed;
        DROP TABLE marks; DROP TABLE complaint; DROP TABLE complaint_deed;";
    database.execute_batch(sql).expect("they are there");
    // The form before the index came.
    database.pragma_update(None, "user_version", 16).expect("written");
    database
}

#[test]
fn books_from_before_are_indexed_when_they_are_opened() {
    let story = Story::new();
    drop(with_houses(&story));
    drop(as_before(&story));
    let mut store = story.open();
    assert_eq!(found(&store, "लक्ष्मी market"), [348]);
    let moved = house(345, "Ferry Road", "Lakshmi R.", "ലക്ഷ്മി ആർ.");
    store.put_buildings(vec![moved], 0).expect("a row of the register");
    assert_eq!(found(&store, "ferry"), [345]);
    assert_eq!(indexed(&story, store), 5);
}

#[test]
fn an_index_of_another_program_is_made_anew() {
    let story = Story::new();
    drop(with_houses(&story));
    let database = story.database();
    let sql = "UPDATE search_made SET form = 'another';
        INSERT INTO search (search) VALUES ('delete-all');
        INSERT INTO search (rowid, ward, street) VALUES (345, '7', 'elsewhere');
        UPDATE buildings SET body = x'ff' WHERE id = 346;";
    database.execute_batch(sql).expect("written");
    drop(database);
    let store = story.open();
    assert_eq!(found(&store, "elsewhere"), [0_u32; 0]);
    assert_eq!(found(&store, "temple"), [345], "a damaged row is left out");
}

#[test]
fn books_open_where_the_disk_has_no_room_for_an_index() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let rows = (1..2_000).map(|id| house(id, &format!("Road {id}"), "Lakshmi R.", "ലക്ഷ്മി"));
    store.put_buildings(rows.collect(), 0).expect("rows of the register");
    drop(store);
    let database = as_before(&story);
    database.execute_batch("VACUUM").expect("it has room for now");
    let pages: u32 =
        database.pragma_query_value(None, "page_count", |row| row.get(0)).expect("a number");
    let limit = |pages: u32| {
        let set = database.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()));
        set.expect("a limit");
    };
    // Room for the tables, and not for what is in them.
    limit(pages + 16);
    let store = Store::on(database, &story.provision).expect("the books open");
    assert_eq!(found(&store, "12/345"), [0_u32; 0]);
    assert_eq!(store.buildings_by_number("12/345").expect("readable").len(), 1);
    drop(store);
    assert_eq!(found(&story.open(), "12/345"), [345], "once there is room");
}

/// Houses of a town, with names as they come.
fn town() -> Vec<Building> {
    let streets = ["Temple Road", "Market Lane", "4th Cross", "കടവ് റോഡ്", "Ferry-Road 12"];
    let owners = [
        ("Lakshmi R.", "ലക്ഷ്മി ആർ."),
        ("Laxmi Devi", "लक्ष्मी देवी"),
        ("Radha Krishnan K.P.", "രാധാകൃഷ്ണൻ"),
        ("Muhammed", "മുഹമ്മദ്"),
        ("M•••••• V.", "മ•••••• വി."),
        ("Bijay Das", "ବିଜୟ ଦାସ"),
        ("O'Neil \"Max\" AND", "NEAR(*)"),
    ];
    let all = streets.iter().flat_map(|street| owners.iter().map(move |owner| (street, owner)));
    let rows = (100..).zip(all).map(|(id, (street, (owner, local)))| Building {
        ward: if id % 5 == 0 { 8 } else { 7 },
        ..house(id, street, owner, local)
    });
    rows.collect()
}

const WORDS: &str = "lakshmi laxmi temple ലക്ഷ്മി देवी ବିଜୟ 12/101 101 12 kp lr vijay rod 4th \
                     radha krisnan m റോഡ് mohamed ferry";

fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        proptest::sample::select(WORDS.split(' ').collect::<Vec<_>>()).prop_map(str::to_owned),
        "[a-z]{1,3}",
        "[\"*():^+{}\\-AND OR NOT NEAR,.']{1,8}",
        any::<String>().prop_map(|text| text.chars().take(20).collect()),
    ];
    proptest::collection::vec(word, 0..4).prop_map(|words| words.join(" "))
}

/// Every building, looked at one after the other.
fn one_by_one(typed: &str, with_names: bool, wards: &[u16], limit: usize) -> Vec<u32> {
    let mut found = Vec::new();
    for reading in readings(typed, with_names) {
        for row in town().iter().filter(|row| wards.contains(&row.ward)) {
            if !found.contains(&row.id) && is_found(&Searched::of(row), &reading) {
                found.push(row.id);
            }
        }
    }
    found.truncate(limit);
    found
}

#[test]
fn whatever_is_typed_finds_what_a_look_at_every_house_finds() {
    let story = Story::new();
    let mut store = story.open_with_book();
    store.put_buildings(town(), 0).expect("rows of the register");
    let wards = proptest::sample::select(vec![&[7_u16][..], &[7, 8], &[8, 8, 9], &[]]);
    let mut runner = proptest::test_runner::TestRunner::default();
    let ran = runner.run(&(words(), any::<bool>(), wards), |(typed, with_names, wards)| {
        let limit = 9;
        let search = Search { typed: &typed, with_names, wards, limit };
        let found = store.search(&search);
        prop_assert!(found.is_ok(), "{typed:?}: {found:?}");
        let ids: Vec<u32> = found.into_iter().flatten().map(|row| row.id).collect();
        prop_assert_eq!(ids, one_by_one(&typed, with_names, wards, limit), "{:?}", typed);
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
}
