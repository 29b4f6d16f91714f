//! Money, in whole paise. This is the only file that does arithmetic on it.

use std::fmt;

use minicbor::{Decode, Decoder, decode};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use thiserror::Error;

/// A sum of money in paise; 100 paise are one rupee. Never a float.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    JsonSchema,
    minicbor::Encode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Paise(#[n(0)] i64);

/// The largest sum that any figure may have: ₹ 10,000 crore, far above a local body's year, and far
/// enough from the end of an i64 that sums of a million of them cannot overflow.
const PAISE_MAX: i64 = 10_000_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MoneyError {
    #[error("the sum is larger than any figure of a local body")]
    TooLarge,
    #[error("not a sum of money: write rupees, with at most two decimals")]
    NotANumber,
    #[error("less than a whole paisa: write at most two decimals")]
    Fraction,
}

impl Paise {
    pub const ZERO: Self = Self(0);

    pub const fn new(paise: i64) -> Self {
        Self(paise)
    }

    pub const fn rupees(rupees: i64) -> Self {
        Self(rupees * 100)
    }

    pub const fn get(self) -> i64 {
        self.0
    }

    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        Self::bounded(self.0.checked_add(other.0))
    }

    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        Self::bounded(self.0.checked_sub(other.0))
    }

    pub fn times(self, count: i64) -> Result<Self, MoneyError> {
        Self::bounded(self.0.checked_mul(count))
    }

    /// `self × basis_points / 10,000`, exactly, rounded half up to whole paise.
    pub fn share(self, basis_points: i64) -> Result<Self, MoneyError> {
        self.ratio(basis_points, 10_000)
    }

    /// `self × part / whole`, exactly, rounded half up to whole paise; `whole` is above zero.
    pub fn ratio(self, part: i64, whole: i64) -> Result<Self, MoneyError> {
        let whole = i128::from(whole);
        let product = i128::from(self.0) * i128::from(part);
        let rounded = (2 * product + whole).div_euclid(2 * whole);
        Self::bounded(i64::try_from(rounded).ok())
    }

    /// The nearest whole rupee, half up (Kerala's bills are in rupees: 1,257.75 became 1,258).
    pub fn round_to_rupee(self) -> Self {
        Self((self.0 + 50).div_euclid(100) * 100)
    }

    /// The next whole multiple of a note at or above it.
    pub fn round_up_to(self, note: Self) -> Self {
        let note = note.0.max(1);
        Self(self.0 + (note - self.0.rem_euclid(note)) % note)
    }

    /// Half of it, the odd paisa left with the first half.
    pub fn halves(self) -> (Self, Self) {
        let second = self.0.div_euclid(2);
        (Self(self.0 - second), Self(second))
    }

    pub fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    /// Zero where it would be negative.
    pub fn at_least_zero(self) -> Self {
        Self(self.0.max(0))
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Sum of many.
    pub fn sum(all: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        all.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Reads what a person typed or a file says: "1184", "1,184.50", "₹1,184". A sign is read, so
    /// that the rules can refuse a negative sum by its name.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let text = text.trim().trim_start_matches('₹').trim();
        let (negative, digits) = match text.strip_prefix(['-', '−', '–']) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (rupees, paise) = digits.split_once('.').unwrap_or((digits, "0"));
        let rupees: String = rupees.chars().filter(|c| *c != ',').collect();
        let rupees = whole(&rupees)?;
        let paise = decimals(paise)?;
        let sum = rupees.checked_mul(100).and_then(|sum| sum.checked_add(paise));
        Self::bounded(sum.map(|sum| if negative { -sum } else { sum }))
    }

    /// "1,184" or, where there are paise, "1,184.50": Indian grouping, as the glass shows it.
    pub fn on_glass(self) -> String {
        let paise = self.0.unsigned_abs() % 100;
        let tail = if paise == 0 { String::new() } else { format!(".{paise:02}") };
        format!("{}{}{tail}", self.sign(), grouped(self.0.unsigned_abs() / 100))
    }

    /// "1,184.00": Indian grouping with two decimals, as slips and books show it.
    pub fn on_paper(self) -> String {
        let whole = self.0.unsigned_abs();
        format!("{}{}.{:02}", self.sign(), grouped(whole / 100), whole % 100)
    }

    /// "1184.00": as UPI and files want it.
    pub fn plain(self) -> String {
        let whole = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        format!("{sign}{}.{:02}", whole / 100, whole % 100)
    }

    fn sign(self) -> &'static str {
        if self.0 < 0 { "−" } else { "" }
    }

    fn bounded(sum: Option<i64>) -> Result<Self, MoneyError> {
        match sum {
            Some(sum) if sum.unsigned_abs() <= PAISE_MAX.unsigned_abs() => Ok(Self(sum)),
            _ => Err(MoneyError::TooLarge),
        }
    }
}

/// A sum beyond the limit is refused where it comes in, so that no arithmetic meets it.
impl<'b, C> Decode<'b, C> for Paise {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Self::bounded(Some(decoder.i64()?)).map_err(|_| decode::Error::message("no sum of money"))
    }
}

impl<'de> Deserialize<'de> for Paise {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::bounded(Some(i64::deserialize(deserializer)?)).map_err(de::Error::custom)
    }
}

impl fmt::Display for Paise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.on_paper())
    }
}

fn whole(digits: &str) -> Result<i64, MoneyError> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(MoneyError::NotANumber);
    }
    digits.parse().map_err(|_| MoneyError::TooLarge)
}

fn decimals(digits: &str) -> Result<i64, MoneyError> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(MoneyError::NotANumber);
    }
    if digits.bytes().skip(2).any(|b| b != b'0') {
        return Err(MoneyError::Fraction);
    }
    let two: String = digits.chars().chain("00".chars()).take(2).collect();
    two.parse().map_err(|_| MoneyError::NotANumber)
}

/// Indian grouping: the last three digits, then pairs (1,49,080).
pub(crate) fn grouped(rupees: u64) -> String {
    let digits = rupees.to_string();
    let count = digits.len();
    let mut grouped = String::with_capacity(count + count / 2);
    for (place, digit) in digits.chars().enumerate() {
        let left = count - place;
        if place > 0 && (left == 3 || (left > 3 && left % 2 == 1)) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use serde::de::IntoDeserializer;

    use super::*;

    #[test]
    fn typed_sums_are_read() {
        let read = |text| Paise::parse(text).map(Paise::get);
        assert_eq!(read("1184"), Ok(118_400));
        assert_eq!(read("₹1,49,080.5"), Ok(14_908_050));
        assert_eq!(read("-5"), Ok(-500));
        assert_eq!(read("0.10"), Ok(10));
        assert_eq!(read("1.100"), Ok(110));
        assert_eq!(read("1.001"), Err(MoneyError::Fraction));
        for bad in ["", ".", "1.", ".5", "1e3", "12a", "--1", "५"] {
            assert_eq!(read(bad), Err(MoneyError::NotANumber), "{bad}");
        }
        assert_eq!(read("99999999999999999999"), Err(MoneyError::TooLarge));
        assert_eq!(read("100000000001"), Err(MoneyError::TooLarge));
    }

    #[test]
    fn indian_grouping_on_glass_and_paper() {
        assert_eq!(Paise::rupees(149_080).on_glass(), "1,49,080");
        assert_eq!(Paise::new(118_450).on_glass(), "1,184.50");
        assert_eq!(Paise::rupees(-100).on_paper(), "−100.00");
        assert_eq!(Paise::rupees(12_345_678).on_paper(), "1,23,45,678.00");
        assert_eq!(Paise::rupees(1_184).plain(), "1184.00");
    }

    #[test]
    fn shares_round_half_up_and_the_courts_figures_hold() {
        let cess = |tax| Paise::rupees(tax).share(500).expect("in range").round_to_rupee();
        assert_eq!(cess(25_155), Paise::rupees(1_258));
        assert_eq!(cess(2_981_600), Paise::rupees(149_080));
    }

    #[test]
    fn what_comes_in_stops_at_the_limit_too() {
        for (sum, is_sum) in [
            (PAISE_MAX, true),
            (-PAISE_MAX, true),
            (PAISE_MAX + 1, false),
            (i64::MAX, false),
            (i64::MIN, false),
        ] {
            let bytes = minicbor::to_vec(sum).expect("a Vec takes every byte");
            assert_eq!(minicbor::decode::<Paise>(&bytes).is_ok(), is_sum, "{sum}");
            let read: Result<Paise, de::value::Error> = Paise::deserialize(sum.into_deserializer());
            assert_eq!(read.is_ok(), is_sum, "{sum}");
        }
    }

    #[test]
    fn the_smallest_number_of_all_is_no_sum() {
        let least = Paise::new(i64::MIN);
        assert_eq!(least.checked_add(Paise::ZERO), Err(MoneyError::TooLarge));
        assert_eq!(Paise::sum([least]), Err(MoneyError::TooLarge));
    }

    #[test]
    fn sums_stop_at_the_limit() {
        let limit = Paise::new(PAISE_MAX);
        assert_eq!(limit.checked_add(Paise::new(1)), Err(MoneyError::TooLarge));
        assert_eq!(limit.times(2), Err(MoneyError::TooLarge));
    }
}
