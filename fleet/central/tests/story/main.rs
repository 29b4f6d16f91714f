//! Stories of the centre, told through its real program and its real port: devices push their
//! chains, the bank speaks, officers and citizens look.

mod apart;
mod badges;
mod bills;
mod carried;
mod clocks;
mod collection;
mod complaints;
mod database;
mod deposits;
mod device;
mod devices_turn;
mod earlier;
mod excess;
mod fees;
mod full_page;
mod garbage;
mod groups;
mod instruments;
mod losses;
mod names;
mod office;
mod operator;
mod packs;
mod pages;
mod photos;
mod receiving;
mod referred;
mod registrar;
mod restoring;
mod settlement;
mod short;
mod slots;
mod two_histories;
mod upi;
mod wards;
