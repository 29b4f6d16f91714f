//! The side of SQLite: values are bound and read where they lie, without a copy.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ToSql, params_from_iter};

use super::{Error, Params, Result, Value};

pub enum Statement<'c> {
    Kept(CachedStatement<'c>),
    Once(rusqlite::Statement<'c>),
}

pub fn prepare_cached<'c>(connection: &'c Connection, sql: &str) -> Result<Statement<'c>> {
    connection.prepare_cached(sql).map(Statement::Kept).map_err(Error::Sqlite)
}

pub fn prepare<'c>(connection: &'c Connection, sql: &str) -> Result<Statement<'c>> {
    connection.prepare(sql).map(Statement::Once).map_err(Error::Sqlite)
}

impl<'c> Statement<'c> {
    fn inner(&mut self) -> &mut rusqlite::Statement<'c> {
        match self {
            Self::Kept(statement) => statement,
            Self::Once(statement) => statement,
        }
    }

    pub fn execute(&mut self, row: &impl Params) -> Result<usize> {
        self.inner().execute(params_from_iter(values(row))).map_err(Error::Sqlite)
    }

    pub fn query(&mut self, key: &impl Params) -> Result<rusqlite::Rows<'_>> {
        self.inner().query(params_from_iter(values(key))).map_err(Error::Sqlite)
    }
}

pub fn value<'r>(row: &'r rusqlite::Row<'_>, place: usize) -> Result<Value<'r>> {
    Ok(match row.get_ref(place).map_err(Error::Sqlite)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Text(text) => {
            Value::Text(std::str::from_utf8(text).map_err(|_| Error::Kind(place))?)
        }
        ValueRef::Blob(bytes) => Value::Bytes(bytes),
        ValueRef::Real(_) => return Err(Error::Kind(place)),
    })
}

fn values<P: Params>(params: &P) -> impl Iterator<Item = Value<'_>> {
    (0..params.count()).map(|place| params.value(place))
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Truth(truth) => ValueRef::Integer(i64::from(truth)),
            Value::Integer(number) => ValueRef::Integer(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
