//! Values on their way into a database and out of it.

/// What a database can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    Null,
    Truth(bool),
    Integer(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// What can be put into a statement's place.
pub trait Param {
    fn value(&self) -> Value<'_>;
}

/// What is put into a statement's places, from ?1 on.
pub trait Params {
    fn count(&self) -> usize;

    fn value(&self, place: usize) -> Value<'_>;
}

/// What can be read from a column; none where the value is of another kind, or out of range.
pub trait FromValue: Sized {
    fn of(value: Value<'_>) -> Option<Self>;
}

/// Values of several kinds for the places of one statement.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$(&$value as &dyn $crate::store::sql::Param),*] as &[&dyn $crate::store::sql::Param]
    };
}
pub(in crate::store) use params;

macro_rules! integers {
    ($($kind:ty),*) => {$(
        impl Param for $kind {
            fn value(&self) -> Value<'_> {
                Value::Integer(i64::from(*self))
            }
        }

        impl FromValue for $kind {
            fn of(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Integer(number) => Self::try_from(number).ok(),
                    _ => None,
                }
            }
        }
    )*};
}
integers!(i64, u32, u16);

macro_rules! arrays {
    ($($count:literal),*) => {$(
        impl<T: Param> Params for [T; $count] {
            fn count(&self) -> usize {
                $count
            }

            fn value(&self, place: usize) -> Value<'_> {
                self[place].value()
            }
        }
    )*};
}
arrays!(1, 2, 3, 4);

impl Params for [&dyn Param; 0] {
    fn count(&self) -> usize {
        0
    }

    fn value(&self, _: usize) -> Value<'_> {
        Value::Null
    }
}

impl Params for &[&dyn Param] {
    fn count(&self) -> usize {
        self.len()
    }

    fn value(&self, place: usize) -> Value<'_> {
        self[place].value()
    }
}

impl Param for bool {
    fn value(&self) -> Value<'_> {
        Value::Truth(*self)
    }
}

impl Param for str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Param for String {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Param for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl<const N: usize> Param for [u8; N] {
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl Param for Vec<u8> {
    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl<T: Param> Param for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::value)
    }
}

impl<T: Param + ?Sized> Param for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

impl FromValue for bool {
    /// SQLite has no truth of its own, but 0 and 1.
    fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Truth(truth) => Some(truth),
            Value::Integer(number) => Some(number != 0),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.to_owned()),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn of(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::of(value).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_too_large_for_its_kind_is_refused_and_not_cut() {
        assert_eq!(u16::of(Value::Integer(65_535)), Some(65_535));
        assert_eq!(u16::of(Value::Integer(65_536)), None);
        assert_eq!(u32::of(Value::Integer(-1)), None);
        assert_eq!(i64::of(Value::Text("7")), None);
    }

    #[test]
    fn nothing_is_an_answer_only_where_it_may_be() {
        assert_eq!(i64::of(Value::Null), None);
        assert_eq!(Option::<i64>::of(Value::Null), Some(None));
        assert_eq!(Option::<i64>::of(Value::Text("7")), None);
    }
}
