//! Values as PostgreSQL sends and takes them, in its binary form.

use std::borrow::Cow;
use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::store::sql::Value;

type Failed = Box<dyn Error + Sync + Send>;

/// A sum of integers is a NUMERIC: its digits have the base 10,000.
const BASE: i64 = 10_000;

impl<'a> FromSql<'a> for ValueOf<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Failed> {
        let value = match *kind {
            Type::BOOL => Value::Truth(raw == [1]),
            Type::INT8 => Value::Integer(i64::from_be_bytes(raw.try_into()?)),
            Type::INT4 => Value::Integer(i32::from_be_bytes(raw.try_into()?).into()),
            Type::INT2 => Value::Integer(i16::from_be_bytes(raw.try_into()?).into()),
            Type::NUMERIC => Value::Integer(whole(raw).ok_or("no whole number")?),
            Type::BYTEA => Value::Bytes(raw),
            _ => Value::Text(std::str::from_utf8(raw)?),
        };
        Ok(Self(value))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failed> {
        Ok(Self(Value::Null))
    }

    fn accepts(kind: &Type) -> bool {
        let kinds = [Type::BOOL, Type::INT8, Type::INT4, Type::INT2, Type::NUMERIC, Type::BYTEA];
        kinds.contains(kind) || is_text(kind)
    }
}

/// A value on its way out of the database.
pub struct ValueOf<'a>(pub Value<'a>);

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failed> {
        match (*self, kind) {
            (Value::Null, _) => return Ok(IsNull::Yes),
            (Value::Truth(truth), &Type::BOOL) => out.extend_from_slice(&[u8::from(truth)]),
            (Value::Integer(number), &Type::INT8) => out.extend_from_slice(&number.to_be_bytes()),
            (Value::Integer(number), &Type::INT4) => {
                out.extend_from_slice(&i32::try_from(number)?.to_be_bytes());
            }
            (Value::Bytes(bytes), &Type::BYTEA) => out.extend_from_slice(bytes),
            (Value::Text(text), kind) if is_text(kind) => {
                out.extend_from_slice(without_nul(text).as_bytes());
            }
            (value, kind) => return Err(format!("{value:?} for a place of {kind}").into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        let kinds = [Type::BOOL, Type::INT8, Type::INT4, Type::BYTEA];
        kinds.contains(kind) || is_text(kind)
    }

    to_sql_checked!();
}

/// PostgreSQL's text has every character but one. What a device wrote is in its entry as it is;
/// here it is for people, and nothing that they can read is lost.
fn without_nul(text: &str) -> Cow<'_, str> {
    match text.contains('\0') {
        true => Cow::Owned(text.replace('\0', "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
}

fn is_text(kind: &Type) -> bool {
    [Type::TEXT, Type::VARCHAR, Type::NAME, Type::UNKNOWN].contains(kind)
}

/// A NUMERIC that is a whole number within 64 bits.
fn whole(raw: &[u8]) -> Option<i64> {
    const NEGATIVE: u16 = 0x4000;
    let word = |place: usize| {
        let bytes = raw.get(2 * place..2 * place + 2)?;
        Some(u16::from_be_bytes([bytes[0], bytes[1]]))
    };
    let (count, weight, sign) = (word(0)?, word(1)?.cast_signed(), word(2)?);
    let mut sum = 0_i64;
    // One digit for each place down to the ones; those that are not sent are 0.
    for place in 0..=weight {
        let place = u16::try_from(place).ok()?;
        let digit = if place < count { i64::from(word(4 + usize::from(place))?) } else { 0 };
        sum = sum.checked_mul(BASE)?.checked_add(digit)?;
    }
    let is_whole = i32::from(count) <= i32::from(weight) + 1;
    match sign {
        0 if is_whole => Some(sum),
        NEGATIVE if is_whole => sum.checked_neg(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(weight: i16, sign: u16, digits: &[u16]) -> Vec<u8> {
        let count = u16::try_from(digits.len()).expect("few");
        let head = [count, weight.cast_unsigned(), sign, 0];
        head.iter().chain(digits).flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn a_sum_is_read_whole_or_not_at_all() {
        assert_eq!(whole(&numeric(0, 0, &[])), Some(0));
        assert_eq!(whole(&numeric(0, 0, &[7])), Some(7));
        assert_eq!(whole(&numeric(1, 0, &[12, 345])), Some(120_345));
        assert_eq!(whole(&numeric(2, 0, &[5])), Some(500_000_000));
        assert_eq!(whole(&numeric(1, 0x4000, &[12, 345])), Some(-120_345));
        // A half, what is no number, what is cut off, and what is beyond 64 bits.
        assert_eq!(whole(&numeric(0, 0, &[7, 5_000])), None);
        assert_eq!(whole(&numeric(0, 0xC000, &[])), None);
        assert_eq!(whole(&numeric(1, 0, &[1, 2])[..11]), None);
        assert_eq!(whole(&numeric(6, 0, &[1])), None);
    }
}
