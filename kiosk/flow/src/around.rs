//! What things around say by themselves: the scale, the receiver of positions, and what feeds the
//! device. The last word of each counts for as long as it is fresh.

use ledger::Moment;

use crate::event::{Position, PowerState, World};
use crate::flow::{Flow, Outcome};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{Battery, NoPosition, NoWeight, OnScale, Whereabouts};
use crate::settings::BatteryLimits;
use crate::state::State;
use crate::touch::{Button, Touch};

/// A scale is heard every second; what it said before this lies there no more.
const WEIGHT_MS_MAX: u64 = 3_000;

/// Receivers speak once a second; after so long a position is said to be old, and then it is none.
const POSITION_FRESH_MS_MAX: u64 = 10_000;
const POSITION_MS_MAX: u64 = 60_000;

/// A position that may be further off than the next house but one proves nothing, in metres.
const ACCURACY_GOOD_M: u32 = 50;

/// Once nothing new is begun, a battery must have so many parts of a hundred more before it is,
/// where no power came back: the last one comes and goes.
const AGAIN_PERCENT: u8 = 5;

#[derive(Clone, Debug, Default)]
pub(crate) struct Around {
    weight: Option<(Result<u32, NoWeight>, u64)>,
    position: Option<(Position, u64)>,
    no_position: Option<NoPosition>,
    power: Option<PowerState>,
    stopped: bool,
}

impl Around {
    pub fn hear(&mut self, world: &World, now: Moment, limits: BatteryLimits) {
        match world {
            World::Weight(said) => self.weight = Some((*said, now.mono_ms)),
            World::Position(Ok(position)) => {
                self.position = Some((*position, now.mono_ms));
                self.no_position = None;
            }
            World::Position(Err(why)) => self.no_position = Some(*why),
            World::Power(power) => {
                self.power = Some(*power);
                self.stopped = match power.percent {
                    Some(percent) if power.draining => {
                        let again = limits.stop_percent.saturating_add(AGAIN_PERCENT);
                        percent < limits.stop_percent || self.stopped && percent < again
                    }
                    _ => false,
                };
            }
            _ => {}
        }
    }

    /// The battery is so low that nothing new is begun.
    pub const fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// What lies on the scale now.
    pub fn weight(&self, now: Moment) -> Result<u32, NoWeight> {
        match self.weight {
            None => Err(NoWeight::Silent),
            Some((_, at)) if now.mono_ms.saturating_sub(at) > WEIGHT_MS_MAX => Err(NoWeight::Old),
            Some((said, _)) => said,
        }
    }

    pub fn on_scale(&self, now: Moment) -> OnScale {
        match self.weight(now) {
            Ok(grams) => OnScale::Grams(grams),
            Err(why) => OnScale::Nothing(why),
        }
    }

    /// Where the device stands, as far as that is known now.
    pub fn position(&self, now: Moment) -> Option<Position> {
        let (position, at) = self.position?;
        (now.mono_ms.saturating_sub(at) <= POSITION_MS_MAX).then_some(position)
    }

    pub fn whereabouts(&self, now: Moment) -> Whereabouts {
        let none = |why: NoPosition| Whereabouts::Unknown(self.no_position.unwrap_or(why));
        let Some((position, at)) = self.position else { return none(NoPosition::Silent) };
        let age_ms = now.mono_ms.saturating_sub(at);
        if age_ms > POSITION_MS_MAX {
            return none(NoPosition::Old);
        }
        let old = age_ms > POSITION_FRESH_MS_MAX;
        Whereabouts::Known {
            place: position.text(),
            accuracy_m: position.accuracy_m,
            old_s: old.then(|| u32::try_from(age_ms / 1_000).unwrap_or(u32::MAX)),
            good: !old && position.accuracy_m <= ACCURACY_GOOD_M,
        }
    }

    pub fn battery(&self, limits: BatteryLimits) -> Option<Battery> {
        let power = self.power?;
        let percent = power.percent?;
        Some(Battery {
            percent,
            plugged: !power.draining,
            low: power.draining && percent < limits.low_percent,
            stopped: self.stopped,
        })
    }
}

impl Position {
    /// As forms write a place: latitude, longitude, height and accuracy. A receiver says no height.
    pub(crate) fn answer(self) -> String {
        let degrees = |udeg: i32| {
            let (sign, whole) = (if udeg < 0 { "-" } else { "" }, udeg.unsigned_abs());
            format!("{sign}{}.{:06}", whole / 1_000_000, whole % 1_000_000)
        };
        let (north, east) = (degrees(self.latitude_udeg), degrees(self.longitude_udeg));
        format!("{north} {east} 0 {}", self.accuracy_m)
    }

    /// A place that a form has, whoever wrote it; none where it is no place.
    pub(crate) fn of_answer(text: &str) -> Option<Self> {
        let mut parts = text.split_whitespace().map(|part| part.parse::<f64>().ok());
        let (north, east) = (parts.next()??, parts.next()??);
        let accuracy = parts.nth(1).flatten().unwrap_or(0.0);
        #[expect(clippy::cast_possible_truncation, reason = "a float's cast stops at the ends")]
        let udeg = |degrees: f64| (degrees * 1e6).round() as i32;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a float's cast stops at the ends"
        )]
        let accuracy_m = accuracy.ceil() as u32;
        Some(Self { latitude_udeg: udeg(north), longitude_udeg: udeg(east), accuracy_m })
    }

    /// "10.2521° N, 76.2095° E, 5 m".
    pub(crate) fn with_accuracy(self) -> String {
        match self.accuracy_m {
            0 => self.text(),
            within => format!("{}, {within} m", self.text()),
        }
    }

    /// "10.2521° N, 76.2095° E": to about ten metres.
    fn text(self) -> String {
        let degrees = |udeg: i32, plus, minus| {
            let hundreds = (udeg.unsigned_abs() + 50) / 100;
            let side = if udeg < 0 { minus } else { plus };
            format!("{}.{:04}° {side}", hundreds / 10_000, hundreds % 10_000)
        };
        let north = degrees(self.latitude_udeg, 'N', 'S');
        format!("{north}, {}", degrees(self.longitude_udeg, 'E', 'W'))
    }
}

impl Flow {
    /// With an empty battery nothing new is begun; whatever was begun goes on to its end.
    pub(crate) fn check_battery(&self, touch: &Touch) -> Outcome {
        use Touch::{Choose, Press, Scan};
        let begins = match &self.state {
            State::Home => matches!(touch, Choose(_) | Scan(_)),
            State::Round(_) => {
                matches!(touch, Choose(_) | Scan(_) | Press(Button::Next | Button::Suspense))
            }
            _ => false,
        };
        match begins && self.around.stopped {
            true => Err(Refusal::new(RefusalCode::BatteryEmpty)),
            false => Ok(()),
        }
    }
}
