//! What a building draws from a utility: its connection, the units of its last months, and the text
//! of the square that is printed on its bills: "PADI:B:G0802:water_bill:W-00345:K".

use std::fmt;

use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::money::Paise;
use crate::number::check_character;
use crate::period::Period;

/// The most connections of one building, each of another service.
pub const CONNECTIONS_MAX: usize = 8;

/// How many months of use a connection keeps: a year, as its bars show it.
pub const BILLED_MONTHS_MAX: usize = 12;

/// The days on which a bill can be due, counted from 1970-01-01: to the year 2200, as periods go.
pub const DUE_DAYS: std::ops::RangeInclusive<i64> = 0..=84_000;

/// The longest number of an account.
pub const ACCOUNT_CHARACTERS_MAX: usize = 32;

/// One connection of a building. What is billed for it are demands of the building, under the
/// service's head and by months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The service, as the rule pack names it.
    #[n(0)]
    pub service: String,
    /// The number under which the utility has its consumer.
    #[n(1)]
    pub account: String,
    /// The last months that were billed, oldest first.
    #[n(2)]
    pub months: Vec<BilledMonth>,
    /// Money of this connection that was paid twice, and waits for its next bill. It is the
    /// utility's consumer's, and no advance on a tax.
    #[n(3)]
    pub held: Paise,
}

/// One month as it was billed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct BilledMonth {
    #[n(0)]
    pub month: Period,
    /// Kilolitres, kilowatt-hours: as the rule pack's texts name them.
    #[n(1)]
    pub units: u32,
    /// The last day to pay without more, counted from 1970-01-01; none where the bill names none.
    #[n(2)]
    pub due: Option<i64>,
    /// What the bill itself says is added after that day.
    #[n(3)]
    pub late: Paise,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConnectionFault {
    #[error("the account has no number of at most {ACCOUNT_CHARACTERS_MAX} letters, digits, - / .")]
    Account,
    #[error("it names no service")]
    Service,
    #[error("more than {BILLED_MONTHS_MAX} months are billed")]
    TooManyMonths,
    #[error("a bill is for one month, and months rise")]
    Months,
    #[error("a bill is due on no day of these two centuries")]
    Due,
    #[error("a sum is negative")]
    Negative,
}

impl Connection {
    pub fn check(&self) -> Result<(), ConnectionFault> {
        if self.service.is_empty() || self.service.len() > 40 {
            return Err(ConnectionFault::Service);
        }
        if !is_account(&self.account) {
            return Err(ConnectionFault::Account);
        }
        if self.months.len() > BILLED_MONTHS_MAX {
            return Err(ConnectionFault::TooManyMonths);
        }
        let single = self.months.iter().all(|billed| billed.month.months() == 1);
        if !single || !self.months.windows(2).all(|pair| pair[0].month < pair[1].month) {
            return Err(ConnectionFault::Months);
        }
        let mut dues = self.months.iter().filter_map(|billed| billed.due);
        if dues.any(|day| !DUE_DAYS.contains(&day)) {
            return Err(ConnectionFault::Due);
        }
        let sums = self.months.iter().map(|billed| billed.late).chain([self.held]);
        match sums.into_iter().any(|sum| sum < Paise::ZERO) {
            true => Err(ConnectionFault::Negative),
            false => Ok(()),
        }
    }

    pub fn billed(&self, month: Period) -> Option<&BilledMonth> {
        self.months.iter().find(|billed| billed.month == month)
    }

    /// The number as it is looked for: in capitals and without the signs that a bill puts between.
    pub fn sought(account: &str) -> String {
        account
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|sign| sign.to_ascii_uppercase())
            .collect()
    }
}

/// Whether a text may be the number of an account.
pub fn is_account(text: &str) -> bool {
    let signs = |sign: u8| sign.is_ascii_alphanumeric() || b"-/.".contains(&sign);
    text.len() <= ACCOUNT_CHARACTERS_MAX
        && text.bytes().all(signs)
        && text.bytes().any(|sign| sign.is_ascii_alphanumeric())
}

/// What the square of a bill says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillCode {
    pub body: String,
    pub service: String,
    pub account: String,
}

impl BillCode {
    /// None where the text is no bill's, or one of its characters is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let parts: Vec<&str> = text.strip_prefix("PADI:B:")?.split(':').collect();
        let [body, service, account, _] = parts[..] else { return None };
        if !is_account(account) {
            return None;
        }
        let (body, service) = (body.to_owned(), service.to_owned());
        let code = Self { body, service, account: account.to_owned() };
        (code.to_string() == text).then_some(code)
    }
}

impl fmt::Display for BillCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { body, service, account } = self;
        let check = check_character(&format!("{body}{service}{account}"));
        write!(f, "PADI:B:{body}:{service}:{account}:{check}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> Connection {
        let month = |code: &str, units| BilledMonth {
            month: code.parse().expect("a period"),
            units,
            due: None,
            late: Paise::ZERO,
        };
        Connection {
            service: "water_bill".into(),
            account: "W-00345".into(),
            months: vec![month("2026-07/1", 11), month("2026-08/1", 14)],
            held: Paise::ZERO,
        }
    }

    #[test]
    fn faulty_connections_are_refused() {
        let refused = |change: fn(&mut Connection)| {
            let mut connection = connection();
            change(&mut connection);
            connection.check().expect_err("a faulty connection")
        };
        assert_eq!(connection().check(), Ok(()));
        assert_eq!(refused(|it| it.account = "-/".into()), ConnectionFault::Account);
        assert_eq!(refused(|it| it.account = "W:1".into()), ConnectionFault::Account);
        assert_eq!(refused(|it| it.service.clear()), ConnectionFault::Service);
        assert_eq!(refused(|it| it.months.reverse()), ConnectionFault::Months);
        let half = |it: &mut Connection| it.months[1].month = "2026-08/6".parse().expect("half");
        assert_eq!(refused(half), ConnectionFault::Months);
        assert_eq!(refused(|it| it.months[0].due = Some(i64::MAX)), ConnectionFault::Due);
        assert_eq!(refused(|it| it.held = Paise::new(-1)), ConnectionFault::Negative);
        let many = |it: &mut Connection| it.months = vec![it.months[0].clone(); 13];
        assert_eq!(refused(many), ConnectionFault::TooManyMonths);
    }

    #[test]
    fn a_bills_square_is_read_back_and_a_torn_one_is_not() {
        let code = BillCode {
            body: "G0802".into(),
            service: "water_bill".into(),
            account: "W-00345".into(),
        };
        let text = code.to_string();
        assert_eq!(BillCode::parse(&text), Some(code));
        assert_eq!(BillCode::parse(&text[..text.len() - 1]), None);
        assert_eq!(BillCode::parse(&text.replace("345", "346")), None);
        assert_eq!(BillCode::parse("PADI:H:G0802:345:K"), None);
        assert_eq!(Connection::sought(" w 00/345"), "W00345");
    }
}
