//! What people live through at a device, told through `Flow::handle` and `Flow::screen` alone: real
//! day books, the shipped rule pack, a clock that the story moves, and a desk that performs
//! effects.

mod amounts;
mod apart;
mod applying;
mod around;
mod books;
mod buttons;
mod card;
mod cards;
mod carry;
mod cash;
mod collector;
mod details;
mod disk;
mod finding;
mod form;
mod frozen;
mod idle;
mod karmasena;
mod monkey;
mod numbers;
mod office;
mod packs;
mod paper;
mod printer;
mod searched;
mod settlement;
mod teller;
mod upi;
mod viewfinder;
