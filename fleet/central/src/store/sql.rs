//! What the store says to its database, whichever it is: statements with numbered places (?1), the
//! rows that they give, and values that both know. One SQL text serves all; what only one of them
//! understands stands in its migrations, or here.

mod sqlite;
mod value;

use thiserror::Error;

pub use value::{FromValue, Param, Params, Value};

pub(super) use value::params;

#[derive(Debug, Error)]
pub enum Error {
    #[error("there is no such row")]
    NoRow,
    #[error("the value in place {0} is of another kind or size than it should be")]
    Kind(usize),
    #[error("SQLite failed")]
    Sqlite(#[source] rusqlite::Error),
}

pub type Result<T> = std::result::Result<T, Error>;

/// A transaction that is under way. Whoever began it ends it.
pub enum Transaction<'c> {
    Sqlite(&'c rusqlite::Connection),
}

/// A statement that is ready.
pub enum Statement<'c> {
    Sqlite(sqlite::Statement<'c>),
}

/// Rows that come one after the other.
pub enum Rows<'s> {
    Sqlite(rusqlite::Rows<'s>),
}

/// One row, by the places of its columns from 0.
pub enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
}

/// A column's place.
pub trait Place {
    fn place(self) -> usize;
}

/// No row is an answer where it may be.
pub trait OptionalExtension<T> {
    fn optional(self) -> Result<Option<T>>;
}

impl<'c> Transaction<'c> {
    /// A statement that is said often: it is kept ready.
    pub fn prepare_cached(&self, sql: &str) -> Result<Statement<'c>> {
        let Self::Sqlite(connection) = self;
        sqlite::prepare_cached(connection, sql).map(Statement::Sqlite)
    }

    pub fn prepare(&self, sql: &str) -> Result<Statement<'c>> {
        let Self::Sqlite(connection) = self;
        sqlite::prepare(connection, sql).map(Statement::Sqlite)
    }

    /// How many rows it changed.
    pub fn execute(&self, sql: &str, row: impl Params) -> Result<usize> {
        self.prepare(sql)?.execute(row)
    }

    /// Exactly the first row.
    pub fn query_row<T, F>(&self, sql: &str, key: impl Params, read: F) -> Result<T>
    where
        F: FnOnce(&Row<'_>) -> Result<T>,
    {
        self.prepare(sql)?.query_row(key, read)
    }
}

impl Statement<'_> {
    pub fn execute(&mut self, row: impl Params) -> Result<usize> {
        let Self::Sqlite(statement) = self;
        statement.execute(&row)
    }

    pub fn query(&mut self, key: impl Params) -> Result<Rows<'_>> {
        let Self::Sqlite(statement) = self;
        statement.query(&key).map(Rows::Sqlite)
    }

    pub fn query_row<T, F>(&mut self, key: impl Params, read: F) -> Result<T>
    where
        F: FnOnce(&Row<'_>) -> Result<T>,
    {
        let mut rows = self.query(key)?;
        let row = rows.next()?.ok_or(Error::NoRow)?;
        read(&row)
    }

    pub fn query_map<T, F>(&mut self, key: impl Params, read: F) -> Result<MappedRows<'_, F>>
    where
        F: FnMut(&Row<'_>) -> Result<T>,
    {
        Ok(MappedRows { rows: self.query(key)?, read })
    }
}

impl Rows<'_> {
    #[allow(clippy::should_implement_trait, reason = "a row borrows from the rows")]
    pub fn next(&mut self) -> Result<Option<Row<'_>>> {
        let Self::Sqlite(rows) = self;
        Ok(rows.next().map_err(Error::Sqlite)?.map(Row::Sqlite))
    }
}

impl Row<'_> {
    pub fn get<P: Place, T: FromValue>(&self, place: P) -> Result<T> {
        let place = place.place();
        let Self::Sqlite(row) = self;
        T::of(sqlite::value(row, place)?).ok_or(Error::Kind(place))
    }
}

/// Rows, each as what is read of it.
pub struct MappedRows<'s, F> {
    rows: Rows<'s>,
    read: F,
}

impl<T, F: FnMut(&Row<'_>) -> Result<T>> Iterator for MappedRows<'_, F> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next().transpose()?;
        Some(row.and_then(|row| (self.read)(&row)))
    }
}

impl Place for usize {
    fn place(self) -> usize {
        self
    }
}

impl<T> OptionalExtension<T> for Result<T> {
    fn optional(self) -> Result<Option<T>> {
        match self {
            Ok(found) => Ok(Some(found)),
            Err(Error::NoRow) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
