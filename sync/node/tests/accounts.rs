//! A utility's account finds its building.

mod common;

use common::{Story, building};
use ledger::{Building, Connection, Paise};

fn drawing(id: u32, accounts: &[(&str, &str)]) -> Building {
    let connection = |(service, account): &(&str, &str)| Connection {
        service: (*service).to_owned(),
        account: (*account).to_owned(),
        months: Vec::new(),
        held: Paise::ZERO,
    };
    let connections = accounts.iter().map(connection).collect();
    Building { connections, ..building(id, "12/345", None) }
}

#[test]
fn an_account_is_found_however_it_is_written_and_no_longer_than_it_stands() {
    let story = Story::new();
    let mut store = story.open_with_book();
    let rows = vec![
        drawing(345, &[("water_bill", "W-00345"), ("electricity_bill", "77/12")]),
        drawing(346, &[("electricity_bill", "W-00345")]),
        drawing(347, &[]),
    ];
    store.put_buildings(rows, 0).expect("rows of the register");
    let found = |store: &node::Store, service, account| {
        let found = store.buildings_by_account(service, account).expect("readable");
        found.into_iter().map(|building| building.id).collect::<Vec<_>>()
    };
    assert_eq!(found(&store, Some("water_bill"), "w-00345"), [345]);
    assert_eq!(found(&store, None, "W00345"), [345, 346]);
    assert_eq!(found(&store, None, "7712"), [345]);
    assert_eq!(found(&store, Some("water_bill"), "7712"), [0_u32; 0]);
    assert_eq!(found(&store, None, "-/-"), [0_u32; 0]);
    let moved = vec![drawing(345, &[("water_bill", "W-9")])];
    store.put_buildings(moved, 0).expect("a row of the register");
    assert_eq!(found(&store, None, "W00345"), [346]);
    assert_eq!(found(&store, None, "W-9"), [345]);
    drop(store);
    let store = story.open();
    assert_eq!(found(&store, None, "W-9"), [345]);
}
