//! Stories of the centre, told through its real program and its real port: devices push their
//! chains, the bank speaks, officers and citizens look.

mod apart;
mod badges;
mod carried;
mod clocks;
mod database;
mod deposits;
mod device;
mod devices_turn;
mod excess;
mod fees;
mod full_page;
mod garbage;
mod instruments;
mod losses;
mod office;
mod operator;
mod packs;
mod pages;
mod photos;
mod receiving;
mod referred;
mod restoring;
mod short;
mod slots;
mod two_histories;
mod upi;
mod wards;
