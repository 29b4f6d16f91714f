//! Carrying the books where there is no line: on a stick, to a device nearby, as squares; and
//! carrying for others. The journey only shows how far it is: files, network and squares are the
//! desk's.

use ledger::{Moment, Writer};

use crate::books::{Books, Unreadable};
use crate::effect::Effect;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::remit::stamp;
use crate::screen::{
    Brought, CallState, CarryChoice, CarryPage, CarryStage, Door, ErrandRow, ErrandState,
    OthersPage, SquaresRead, SquaresShown, StickState, Way,
};
use crate::state::{Carry, CarryAt, State, Streaming};
use crate::touch::{Button, Touch};

/// What the desk keeps going while a page of carrying is shown, and ends when it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Nothing,
    /// A call that is under way goes on.
    Call,
    /// The door for devices nearby.
    Door,
    /// This device's parcel as squares, or the reply for another device.
    Squares(Option<Writer>),
}

/// What the desk reports of carrying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    Stick(Result<OnStick, CarryFault>),
    /// The square by which devices nearby come; none where this device is on no network.
    Door(Option<String>),
    /// A call has begun.
    Calling,
    /// The other device has the parcel.
    HandedOver,
    /// The call has ended; whether the office's reply to the parcel came with it.
    CallEnded(Result<bool, CarryFault>),
    /// The office's reply was taken.
    Brought(Brought),
    /// The parcel of another device was taken.
    Errand(Writer),
    /// The present square of a stream, and which of how many it is.
    Square {
        code: String,
        place: u32,
        of: u32,
    },
    /// So much of a stream was scanned.
    Read(SquaresRead),
    /// The squares that the page is about cannot be shown.
    NoSquares(CarryFault),
    Fault(CarryFault),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnStick {
    /// Parcels of other devices that were written beside this one's.
    pub others: u32,
    /// Those of so many could not be read or written.
    pub failed: u32,
    /// Nothing was left to carry.
    pub nothing_left: bool,
}

/// Why something was not carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CarryFault {
    /// The stick is not in, or is full or locked.
    StickAway,
    /// A reply is of another office or device, or damaged.
    NotTheOffice,
    /// The reply is to an older parcel, and brings nothing.
    OlderReply,
    /// The scanned square is of no device of this body.
    UnknownDevice,
    NotReached,
    GoneAway,
    /// The other device does not take the parcel.
    NotTaken,
    /// More than squares can show.
    TooMuch,
    /// The squares do not belong together.
    Torn,
    /// It is nothing that can be carried.
    Unreadable,
    /// The books of this device failed.
    Books,
}

impl Flow {
    /// What the desk is to keep going.
    pub fn wanted(&self) -> Wanted {
        let State::Carry(carry) = &self.state else { return Wanted::Nothing };
        match &carry.at {
            CarryAt::Nearby(CallState::Calling | CallState::HandedOver) => Wanted::Call,
            CarryAt::Squares(streaming) => Wanted::Squares(streaming.of),
            CarryAt::Others { .. } => Wanted::Door,
            CarryAt::Choose | CarryAt::Stick(_) | CarryAt::Nearby(_) | CarryAt::Remove(..) => {
                Wanted::Nothing
            }
        }
    }

    pub(crate) fn begin_carry(&mut self, turn: &Turn<'_>) -> Outcome {
        self.enter(State::Carry(Carry::new()), turn.now);
        Ok(())
    }

    pub(crate) fn carry_page(
        &self,
        carry: &Carry,
        books: &dyn Books,
    ) -> Result<CarryPage, Unreadable> {
        let can_scan = self.settings.has_scanner;
        let stage = match &carry.at {
            CarryAt::Choose => CarryStage::Choose(CarryChoice {
                to_send: books.day_book().head().seq.saturating_sub(books.acknowledged()),
                ways: self.ways(),
                others: u32::try_from(books.errands()?.len()).unwrap_or(u32::MAX),
                read: carry.read,
            }),
            CarryAt::Stick(state) => CarryStage::Stick(state.clone()),
            CarryAt::Nearby(state) => CarryStage::Nearby(*state),
            CarryAt::Squares(streaming) => CarryStage::Squares(SquaresShown {
                for_device: streaming.of.map(|writer| books.device_name(writer)),
                code: streaming.code.clone(),
                place: streaming.place,
                of: streaming.squares,
                can_scan: can_scan && streaming.of.is_none(),
                read: carry.read,
            }),
            CarryAt::Others { door, taken } => CarryStage::Others(OthersPage {
                door: door.clone(),
                can_scan,
                rows: errand_rows(books)?,
                read: carry.read,
                taken: taken.map(|writer| books.device_name(writer)),
            }),
            CarryAt::Remove(_, row) => CarryStage::Remove(row.clone()),
        };
        Ok(CarryPage { stage, brought: carry.brought })
    }

    fn ways(&self) -> Vec<Way> {
        let ways = [
            self.settings.has_stick.then_some(Way::Stick),
            self.settings.has_scanner.then_some(Way::Nearby),
            Some(Way::Squares),
            Some(Way::Others),
        ];
        ways.into_iter().flatten().collect()
    }

    pub(crate) fn touched_carry(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let ways = self.ways();
        let State::Carry(carry) = &mut self.state else { return Err(not_here()) };
        match (&mut carry.at, touch) {
            (_, Touch::Scan(text)) => {
                turn.effects.push(Effect::CarryScan(text));
                Ok(())
            }
            (CarryAt::Choose, Touch::Choose(id)) => {
                let way = ways.into_iter().find(|way| way.id() == id).ok_or_else(not_here)?;
                carry.at = CarryAt::of(way);
                carry.brought = None;
                if way == Way::Stick {
                    turn.effects.push(Effect::CarryToStick);
                }
                Ok(())
            }
            (CarryAt::Stick(state), Touch::Press(Button::Next))
                if *state != StickState::Writing =>
            {
                *state = StickState::Writing;
                turn.effects.push(Effect::CarryToStick);
                Ok(())
            }
            (CarryAt::Others { .. }, Touch::Choose(id)) => {
                let row = errand_rows(turn.books)?.into_iter().find(|row| row.id == id);
                let row = row.ok_or_else(not_here)?;
                let of = Writer(row.id.parse().map_err(|_| not_here())?);
                carry.at = match &row.state {
                    ErrandState::Waiting => return Err(not_here()),
                    ErrandState::Answered => {
                        CarryAt::Squares(Streaming { of: Some(of), ..Streaming::default() })
                    }
                    ErrandState::Refused(_) => CarryAt::Remove(of, row),
                };
                carry.read = None;
                Ok(())
            }
            (CarryAt::Remove(of, _), Touch::Press(Button::Next)) => {
                turn.effects.push(Effect::RemoveErrand(*of));
                carry.at = CarryAt::of(Way::Others);
                Ok(())
            }
            _ => Err(not_here()),
        }
    }

    /// One step back: to where the way was chosen, or to what is carried for others.
    pub(crate) fn back_from_carry(carry: Carry) -> State {
        match carry.at {
            CarryAt::Choose => State::Menu,
            CarryAt::Squares(Streaming { of: Some(_), .. }) | CarryAt::Remove(..) => {
                State::Carry(Carry { at: CarryAt::of(Way::Others), ..Carry::new() })
            }
            _ => State::Carry(Carry::new()),
        }
    }

    /// What came of carrying. Where the page was left meanwhile, only the books know.
    pub(crate) fn carried(&mut self, word: Carried, turn: &mut Turn<'_>) -> Outcome {
        let State::Carry(carry) = &mut self.state else { return Ok(()) };
        // Whoever holds a scanner before the screen touches nothing.
        if !matches!(word, Carried::Square { .. } | Carried::Door(_)) {
            self.touched_ms = turn.now.mono_ms;
        }
        match word {
            Carried::Stick(told) => return carry.stick(told),
            Carried::Door(square) => {
                if let CarryAt::Others { door, .. } = &mut carry.at {
                    *door = square.map_or(Door::NoNetwork, Door::Open);
                }
            }
            Carried::Calling => carry.at = CarryAt::Nearby(CallState::Calling),
            Carried::HandedOver => carry.at = CarryAt::Nearby(CallState::HandedOver),
            Carried::CallEnded(Ok(answered)) => {
                carry.at = CarryAt::Nearby(match answered {
                    true => CallState::Answered,
                    false => CallState::LeftThere,
                });
            }
            Carried::CallEnded(Err(fault)) => {
                carry.at = CarryAt::Nearby(CallState::Scan);
                return Err(fault.into());
            }
            Carried::Brought(brought) => {
                carry.brought = Some(brought);
                carry.read = None;
            }
            Carried::Errand(writer) => {
                carry.read = None;
                match &mut carry.at {
                    CarryAt::Others { taken, .. } => *taken = Some(writer),
                    at @ CarryAt::Choose => {
                        *at = CarryAt::Others { door: Door::Opening, taken: Some(writer) };
                    }
                    // Whatever is going on here goes on: the list has it.
                    CarryAt::Stick(_)
                    | CarryAt::Nearby(_)
                    | CarryAt::Squares(_)
                    | CarryAt::Remove(..) => {}
                }
            }
            Carried::Square { code, place, of } => {
                if let CarryAt::Squares(streaming) = &mut carry.at {
                    streaming.code = Some(code);
                    (streaming.place, streaming.squares) = (place, of);
                }
            }
            Carried::Read(read) => carry.read = Some(read),
            Carried::NoSquares(fault) => {
                let others = matches!(carry.at, CarryAt::Squares(Streaming { of: Some(_), .. }));
                carry.at = if others { CarryAt::of(Way::Others) } else { CarryAt::Choose };
                return Err(fault.into());
            }
            Carried::Fault(fault) => {
                carry.read = None;
                return Err(fault.into());
            }
        }
        Ok(())
    }
}

impl Carry {
    /// What came of the stick. It may have been left while it was being written: its page says it,
    /// and no other is disturbed.
    fn stick(&mut self, told: Result<OnStick, CarryFault>) -> Outcome {
        let CarryAt::Stick(state) = &mut self.at else { return Ok(()) };
        match told {
            Ok(on) if on.nothing_left => *state = StickState::NothingLeft,
            Ok(on) => *state = StickState::Written { others: on.others, failed: on.failed },
            Err(fault) => {
                *state = StickState::Failed;
                return Err(fault.into());
            }
        }
        Ok(())
    }

    pub(crate) fn new() -> Self {
        Self { at: CarryAt::Choose, brought: None, read: None }
    }
}

impl CarryAt {
    fn of(way: Way) -> Self {
        match way {
            Way::Stick => Self::Stick(StickState::Writing),
            Way::Nearby => Self::Nearby(CallState::Scan),
            Way::Squares => Self::Squares(Streaming::default()),
            Way::Others => Self::Others { door: Door::Opening, taken: None },
        }
    }
}

impl Way {
    /// The id to `choose`.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Stick => "stick",
            Self::Nearby => "nearby",
            Self::Squares => "squares",
            Self::Others => "others",
        }
    }
}

impl From<CarryFault> for Refusal {
    fn from(fault: CarryFault) -> Self {
        Self::new(match fault {
            CarryFault::StickAway => RefusalCode::StickAway,
            CarryFault::NotTheOffice => RefusalCode::ReplyNotOurs,
            CarryFault::OlderReply => RefusalCode::ReplyOlder,
            CarryFault::UnknownDevice => RefusalCode::UnknownDevice,
            CarryFault::NotReached => RefusalCode::OtherNotReached,
            CarryFault::GoneAway => RefusalCode::OtherGone,
            CarryFault::NotTaken => RefusalCode::NotCarried,
            CarryFault::TooMuch => RefusalCode::TooMuchForSquares,
            CarryFault::Torn => RefusalCode::SquaresTorn,
            CarryFault::Unreadable => RefusalCode::UnreadableCode,
            CarryFault::Books => RefusalCode::StoreFailed,
        })
    }
}

fn errand_rows(books: &dyn Books) -> Result<Vec<ErrandRow>, Unreadable> {
    let row = |errand: crate::books::Errand| ErrandRow {
        id: errand.of.0.to_string(),
        device: books.device_name(errand.of),
        at: stamp(Moment { wall_ms: errand.at_ms, ..Moment::default() }),
        state: errand.state,
    };
    Ok(books.errands()?.into_iter().map(row).collect())
}
