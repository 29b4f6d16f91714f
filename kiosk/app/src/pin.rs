//! A PIN as the device's file has it: an argon2id hash in PHC form, whose costs a small device can
//! pay. The file is carried by hand, and one that asks for more would stop the desk at every try.

use argon2::{Argon2, Params, PasswordHash, PasswordVerifier};
use thiserror::Error;

/// The centre hashes with 19,456 KiB, two passes and one lane; whoever raises its costs has some
/// room.
const MEMORY_KIB_MAX: u32 = 65_536;
const PASSES_MAX: u32 = 10;
const LANES_MAX: u32 = 4;

pub struct PinHash(PasswordHash);

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PinHashError {
    #[error("it is no argon2 hash in PHC form: {0}")]
    Form(String),
    #[error("it asks for {memory_kib} KiB, {passes} passes and {lanes} lanes, which is too much")]
    Costs { memory_kib: u32, passes: u32, lanes: u32 },
}

impl PinHash {
    pub fn read(text: &str) -> Result<Self, PinHashError> {
        let form = |error: argon2::password_hash::Error| PinHashError::Form(error.to_string());
        let hash =
            PasswordHash::new(text).map_err(|error| PinHashError::Form(error.to_string()))?;
        let params = Params::try_from(&hash).map_err(form)?;
        let (memory_kib, passes, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
        match memory_kib <= MEMORY_KIB_MAX && passes <= PASSES_MAX && lanes <= LANES_MAX {
            true => Ok(Self(hash)),
            false => Err(PinHashError::Costs { memory_kib, passes, lanes }),
        }
    }

    pub fn is_of(&self, pin: &str) -> bool {
        Argon2::default().verify_password(pin.as_bytes(), &self.0).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the centre writes it; the costs are as low as they go.
    const HASH: &str = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$";

    #[test]
    fn costs_that_no_device_can_pay_are_refused_before_they_are_paid() {
        let of = |costs: &str| {
            let text = HASH.replace("m=8,t=1,p=1", costs);
            PinHash::read(&format!("{text}aGFzaGhhc2hoYXNo")).map(|_| ())
        };
        assert_eq!(of("m=19456,t=2,p=1"), Ok(()));
        for (memory_kib, passes, lanes) in [(4_194_304, 1, 1), (64, 1_000_000, 1), (640, 1, 64)] {
            let costs = format!("m={memory_kib},t={passes},p={lanes}");
            assert_eq!(of(&costs), Err(PinHashError::Costs { memory_kib, passes, lanes }));
        }
        assert!(matches!(PinHash::read("2580"), Err(PinHashError::Form(_))));
    }
}
