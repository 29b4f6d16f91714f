//! How readers, cameras, scales and receivers are tried: all of them talk by themselves, so that
//! each is listened to for some seconds.

use std::error::Error;
use std::time::{Duration, Instant};

use devices::{
    Fault, Gnss, Gpsd, LineScale, NmeaReceiver, NoPosition, NoWeight, PortAddress, Scale,
    WedgeLines,
};

use super::Trouble;
use crate::config::DeviceConfig;
use crate::desk::around::grammar;
use crate::desk::looking;
use crate::desk::readers::{card_reader, file};

/// Two readings of the slowest scale; a receiver speaks once a second.
const LISTEN: Duration = Duration::from_secs(4);

/// A reader that types is grabbed and given back at once.
const AT_ONCE: Duration = Duration::from_millis(50);

/// A scanner or a card reader that takes itself for a keyboard.
pub fn keyboard(_: &DeviceConfig, port: PortAddress) -> Result<String, Trouble> {
    WedgeLines::new(file(&port)).next(AT_ONCE).map_err(Trouble::Fault)?;
    let said = "is grabbed, so that nothing else gets what it types. Whether it reads, only a code \
                or a card shows.";
    Ok(said.to_owned())
}

pub fn cards(_: &DeviceConfig, port: PortAddress) -> Result<String, Trouble> {
    devices::open(&port).map_err(Trouble::Fault)?;
    Ok("can be listened to. Whether it reads, only a card shows that is laid on it.".to_owned())
}

pub fn chip_cards(device: &DeviceConfig, _: PortAddress) -> Result<String, Trouble> {
    let reader = card_reader(device).map_err(|error| {
        Trouble::Said("not_built", format!("cannot be used: {}.", chain(&error)))
    })?;
    let Some(mut reader) = reader else { return Err(Trouble::Fault(Fault::Unsupported)) };
    reader.wait(AT_ONCE).map_err(Trouble::Fault)?;
    Ok("is known to the service for chip cards.".to_owned())
}

pub fn camera(device: &DeviceConfig, port: PortAddress) -> Result<String, Trouble> {
    let at_place = DeviceConfig { port, ..device.clone() };
    let Some(mut camera) = looking::camera(&at_place) else {
        let said = "cannot be used: this program was built without cameras of V4L2.";
        return Err(Trouble::Said("not_built", said.to_owned()));
    };
    let until = Instant::now() + LISTEN;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Trouble::Fault(Fault::Timeout));
        }
        if let Some(frame) = camera.next(left).map_err(Trouble::Fault)? {
            let (width, height) = (frame.width(), frame.height());
            return Ok(format!("shows what is before it, in {width} x {height} dots."));
        }
    }
}

pub fn scale(device: &DeviceConfig, port: PortAddress) -> Result<String, Trouble> {
    let grammar = grammar(device)
        .map_err(|error| Trouble::Said("model", format!("cannot be used: {}.", chain(&error))))?;
    match LineScale::new(port, grammar).read(LISTEN) {
        Ok(weight) => Ok(format!("says that {} g lie on it.", weight.grams)),
        Err(NoWeight::Away(fault)) => Err(Trouble::Fault(fault)),
        // It speaks, and as its model does: that nothing can be weighed now is no fault of it.
        Err(
            why @ (NoWeight::Moving
            | NoWeight::Over
            | NoWeight::Under
            | NoWeight::Empty
            | NoWeight::Gross),
        ) => Ok(format!("answers: {why}.")),
        Err(why) => Err(Trouble::Said(why.word(), format!("gives no weight: {why}."))),
    }
}

pub fn nmea(_: &DeviceConfig, port: PortAddress) -> Result<String, Trouble> {
    position(&mut NmeaReceiver::new(port))
}

pub fn gpsd(_: &DeviceConfig, port: PortAddress) -> Result<String, Trouble> {
    position(&mut Gpsd::new(port))
}

/// The first sentence need not be the one that says how far off it may be.
fn position(gnss: &mut dyn Gnss) -> Result<String, Trouble> {
    let until = Instant::now() + LISTEN;
    loop {
        let left = until.saturating_duration_since(Instant::now()).max(AT_ONCE);
        match gnss.next(left) {
            Ok(position) => {
                return Ok(format!("knows where it is, within {} m.", position.fix.accuracy_m));
            }
            Err(NoPosition::Away(fault)) => return Err(Trouble::Fault(fault)),
            Err(_) if Instant::now() < until => {}
            // Indoors that is usual: it speaks, and as a receiver does.
            Err(why @ (NoPosition::NoFix | NoPosition::NoAccuracy | NoPosition::Jumped)) => {
                return Ok(format!("answers: {why}."));
            }
            Err(why) => {
                return Err(Trouble::Said(why.word(), format!("gives no position: {why}.")));
            }
        }
    }
}

fn chain(error: &dyn Error) -> String {
    crate::chain(error)
}
