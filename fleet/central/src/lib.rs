//! The office of one local body: it takes the devices' chains into its books, tells each device
//! what it lacks, and shows the officers and the public what the books say. It must never know a
//! screen, a printer or a driver, and it never changes an entry: what breaks a rule is kept apart,
//! with the reason, for a person.

pub mod apart;
pub mod api;
pub mod applications;
pub mod bills;
pub mod collection;
pub mod command;
pub mod complaints;
mod extract;
pub mod folder;
pub mod forks;
mod intake;
pub mod keys;
mod lines;
pub mod losses;
mod names;
pub mod overview;
pub mod packs;
mod parcel;
mod photos;
pub mod printed;
pub mod records;
pub mod register_file;
pub mod registrar;
pub mod reminders;
pub mod remittance;
mod settle;
pub mod settlement;
pub mod slots;
pub mod sms;
pub mod statement;
pub mod store;
mod time;
pub mod upyog;
pub mod verdict;
pub mod way;
