//! The journeys of everybody who stands at a device, as state machines: an [`Event`] goes in, a
//! [`Screen`] and [`Effect`]s come out. It must never know a clock, a disk, a socket, a thread, a
//! printer's bytes or a pixel: time and answers come in as events.

mod apart;
mod applying;
mod around;
mod ask_paper;
mod assets;
mod bill;
mod booking;
mod books;
mod card;
mod carry;
mod complaint;
mod day_end;
mod deadline;
mod details;
mod earlier;
mod effect;
mod elsewhere;
mod event;
mod find;
mod flow;
mod form;
mod frame;
mod group;
mod idle;
mod instrument;
mod intent;
mod menu;
mod notices;
mod number;
mod paper;
mod pay;
mod payment;
mod presented;
mod printer;
mod rates;
mod receipts;
mod refusal;
mod remit;
mod reporting;
mod round;
mod scan;
mod screen;
mod settings;
mod settlement;
mod sign_in;
mod slips;
mod state;
mod touch;
mod upi;
mod viewfinder;
mod visit;

pub use books::{
    Books, Checked, CheckedApplication, CheckedRemittance, ComplaintHere, Deed, Detail,
    DetailRefused, DetailSaid, Done, Errand, Noted, OfficeNotice, OfficeWord, Unreadable,
};
pub use carry::{Carried, CarryFault, OnStick, Wanted};
pub use effect::{CardAsked, Effect, Purpose, RatesSlip, SaidDetail, TestSlip, Ticket};
pub use event::{
    Approval, Event, NoPicture, NotRecorded, OfficeReceipt, PaperEnding, Position, PowerState,
    Sight, TerminalDay, TerminalEnding, World,
};
pub use flow::Flow;
pub use form::{PICTURES_BYTES_MAX, Picture};
pub use number::lease_of;
pub use refusal::{Refusal, RefusalCode};
pub use screen::*;
pub use settings::{BatteryLimits, Member, Settings};
pub use touch::{Button, Field, TEXT_CHARACTERS_MAX, Touch};
