//! Stories of the centre, told through its real program and its real port: devices push their
//! chains, the bank speaks, officers and citizens look.

mod clocks;
mod device;
mod devices_turn;
mod full_page;
mod garbage;
mod losses;
mod office;
mod operator;
mod pages;
mod two_histories;
mod upi;
