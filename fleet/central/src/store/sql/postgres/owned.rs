//! Values that wait to be sent, and columns of them: many rows go as one statement.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::store::sql::{Params, Value};

#[derive(Debug)]
pub enum Owned {
    Null,
    Truth(bool),
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
    Integers(Vec<Option<i64>>),
    Blobs(Vec<Option<Vec<u8>>>),
}

impl Owned {
    pub fn of(value: Value<'_>) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Truth(truth) => Self::Truth(truth),
            Value::Integer(number) => Self::Integer(number),
            Value::Text(text) => Self::Text(text.to_owned()),
            Value::Bytes(bytes) => Self::Bytes(bytes.to_owned()),
        }
    }

    /// What stands in one place of all rows; none where a value is not of the place's kind, or the
    /// kind is none that goes in many rows.
    pub fn column(kind: &Type, rows: &[impl Params], place: usize) -> Option<Self> {
        let values = rows.iter().map(|row| row.value(place));
        match *kind {
            Type::INT8 => {
                let number = |value| match value {
                    Value::Integer(number) => Some(Some(number)),
                    Value::Null => Some(None),
                    _ => None,
                };
                values.map(number).collect::<Option<_>>().map(Self::Integers)
            }
            Type::BYTEA => {
                let bytes = |value| match value {
                    Value::Bytes(bytes) => Some(Some(bytes.to_owned())),
                    Value::Null => Some(None),
                    _ => None,
                };
                values.map(bytes).collect::<Option<_>>().map(Self::Blobs)
            }
            _ => None,
        }
    }
}

/// The INSERT that takes columns instead of one row; none where its VALUES are more than its
/// places, or a place is of a kind that has no columns here.
pub fn unnested(sql: &str, kinds: &[Type]) -> Option<String> {
    let (head, tail) = sql.split_once("VALUES (")?;
    let (places, rest) = tail.split_once(')')?;
    let (mut plain, mut columns) = (Vec::new(), Vec::new());
    for (place, kind) in (1..).zip(kinds) {
        let array = match *kind {
            Type::INT8 => "int8[]",
            Type::BYTEA => "bytea[]",
            _ => return None,
        };
        plain.push(format!("?{place}"));
        columns.push(format!("?{place}::{array}"));
    }
    let all = columns.join(", ");
    (places == plain.join(", ")).then(|| format!("{head}SELECT * FROM unnest({all}){rest}"))
}

impl ToSql for Owned {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let value = match self {
            Self::Integers(column) => return column.to_sql(kind, out),
            Self::Blobs(column) => return column.to_sql(kind, out),
            Self::Null => Value::Null,
            Self::Truth(truth) => Value::Truth(*truth),
            Self::Integer(number) => Value::Integer(*number),
            Self::Text(text) => Value::Text(text),
            Self::Bytes(bytes) => Value::Bytes(bytes),
        };
        value.to_sql(kind, out)
    }

    fn accepts(kind: &Type) -> bool {
        <Value<'_> as ToSql>::accepts(kind) || [Type::INT8_ARRAY, Type::BYTEA_ARRAY].contains(kind)
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_insert_of_its_places_takes_columns() {
        let kinds = [Type::INT8, Type::BYTEA];
        let sql = "INSERT INTO t (a, b) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let many = "INSERT INTO t (a, b) SELECT * FROM unnest(?1::int8[], ?2::bytea[]) \
                    ON CONFLICT DO NOTHING";
        assert_eq!(unnested(sql, &kinds).as_deref(), Some(many));
        assert_eq!(unnested("INSERT INTO t (a, b) VALUES (?1, 7)", &kinds[..1]), None);
        assert_eq!(unnested("INSERT INTO t (a, b) VALUES (?2, ?1)", &kinds), None);
        assert_eq!(unnested(sql, &[Type::INT8, Type::TEXT]), None);
    }
}
