//! The same stories of the centre, with its books in PostgreSQL; and those that only a database
//! that several centres share can tell.

#[path = "../story/apart.rs"]
mod apart;
#[path = "../story/badges.rs"]
mod badges;
#[path = "../story/clocks.rs"]
mod clocks;
#[path = "../story/collection.rs"]
mod collection;
#[path = "../story/complaints.rs"]
mod complaints;
mod database;
#[path = "../story/deposits.rs"]
mod deposits;
#[path = "../story/device.rs"]
mod device;
#[path = "../story/devices_turn.rs"]
mod devices_turn;
#[path = "../story/earlier.rs"]
mod earlier;
#[path = "../story/excess.rs"]
mod excess;
#[path = "../story/fees.rs"]
mod fees;
#[path = "../story/full_page.rs"]
mod full_page;
#[path = "../story/garbage.rs"]
mod garbage;
#[path = "../story/instruments.rs"]
mod instruments;
#[path = "../story/losses.rs"]
mod losses;
#[path = "../story/names.rs"]
mod names;
#[path = "../story/office.rs"]
mod office;
#[path = "../story/operator.rs"]
mod operator;
#[path = "../story/packs.rs"]
mod packs;
#[path = "../story/pages.rs"]
mod pages;
#[path = "../story/photos.rs"]
mod photos;
#[path = "../story/receiving.rs"]
mod receiving;
#[path = "../story/referred.rs"]
mod referred;
#[path = "../story/registrar.rs"]
mod registrar;
#[path = "../story/restoring.rs"]
mod restoring;
mod server;
#[path = "../story/settlement.rs"]
mod settlement;
mod shared;
#[path = "../story/short.rs"]
mod short;
#[path = "../story/two_histories.rs"]
mod two_histories;
#[path = "../story/upi.rs"]
mod upi;
#[path = "../story/wards.rs"]
mod wards;
