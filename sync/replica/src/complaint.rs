//! What the office tells a device of a complaint: to the officers of its ward what is wrong and
//! where, to the device that it was filed at how it stands, and to nobody else anything.

use ledger::{Answer, ComplaintState};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::message::encoded;
use crate::packing::{pack, unpack};
use crate::record::EditsError;

/// The most complaints of one answer.
pub const COMPLAINTS_MAX: usize = 64;

/// The most bytes of them: each has at most the answers that officers read, of 400 characters.
pub const COMPLAINTS_BYTES_MAX: usize = 512 * 1_024;

/// One complaint as it stands at the office.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ComplaintTold {
    /// The acknowledgement's number as it is printed.
    #[n(0)]
    pub number: String,
    #[n(1)]
    pub category: String,
    #[n(2)]
    pub ward: u16,
    #[n(3)]
    pub asset: Option<String>,
    /// When it was filed, milliseconds since 1970.
    #[n(4)]
    pub at_ms: i64,
    /// Days since 1970-01-01.
    #[n(5)]
    pub due: i64,
    #[n(6)]
    pub state: ComplaintState,
    /// Whose it is, as the rule pack names it.
    #[n(7)]
    pub office: String,
    /// How it was rated.
    #[n(8)]
    pub stars: Option<u8>,
    #[n(9)]
    pub reopened: u16,
    /// The answers that officers read. Empty where it is nobody's to work on any more, where the
    /// answers were erased or have not come to the office yet, and for the device that filed it.
    #[n(10)]
    pub says: Vec<Answer>,
    /// By which the slip proves itself, for the device that filed it: an officer who had it could
    /// rate their own work.
    #[n(11)]
    pub code: Option<String>,
    /// The office's last words on it: what was done, or why not.
    #[n(12)]
    pub remark: Option<String>,
    /// The last day on which the citizen may say that it is not solved, where it has ended; days
    /// since 1970-01-01.
    #[n(13)]
    pub reopen_to: Option<i64>,
}

/// Complaints as they travel, packed together.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub(crate) struct Complaints(#[n(0)] ByteVec);

impl Complaints {
    pub(crate) fn of(told: &[ComplaintTold]) -> Self {
        Self(pack(&encoded(&told)).into())
    }

    pub(crate) fn read(&self) -> Result<Vec<ComplaintTold>, EditsError> {
        let unpacked = unpack(&self.0, COMPLAINTS_BYTES_MAX).map_err(EditsError::Packing)?;
        let told: Vec<ComplaintTold> = minicbor::decode(&unpacked).map_err(EditsError::Shape)?;
        match told.len() {
            1..=COMPLAINTS_MAX => Ok(told),
            count => Err(EditsError::Count(count)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RecordsAnswer;

    fn told(number: usize) -> ComplaintTold {
        let answer = |name: &str, value: &str| Answer { name: name.into(), value: value.into() };
        ComplaintTold {
            number: format!("G0802-26-A1-{number:05}-X"),
            category: "garbage".into(),
            ward: 7,
            asset: None,
            at_ms: 1_785_727_900_000,
            due: 20_694,
            state: ComplaintState::Open,
            office: "health_inspector".into(),
            stars: None,
            reopened: 0,
            says: vec![answer("words", "ചന്തയ്ക്കു പിന്നിൽ"), answer("matter", "heap")],
            code: None,
            remark: None,
            reopen_to: None,
        }
    }

    #[test]
    fn complaints_travel_with_what_is_said_of_records_and_make_an_answer_loud() {
        let quiet = RecordsAnswer::new(3, Vec::new(), 9, &[]);
        assert!(quiet.is_quiet() && quiet.complaints().expect("none").is_empty());
        let all: Vec<ComplaintTold> = (1..=COMPLAINTS_MAX).map(told).collect();
        let loud = RecordsAnswer::new(3, Vec::new(), 9, &[]).with_complaints(&all);
        let read: RecordsAnswer = minicbor::decode(&encoded(&loud)).expect("as it was written");
        assert!(!read.is_quiet());
        assert_eq!(read.complaints().ok(), Some(all.clone()));
        let many: Vec<ComplaintTold> = (1..=COMPLAINTS_MAX + 1).map(told).collect();
        let many = RecordsAnswer::new(3, Vec::new(), 9, &[]).with_complaints(&many);
        assert!(matches!(many.complaints(), Err(EditsError::Count(65))));
    }
}
