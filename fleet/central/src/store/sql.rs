//! What the store says to its database, whichever it is: statements with numbered places (?1), the
//! rows that they give, and values that both know. One SQL text serves all; what only one of them
//! understands stands in its migrations, or here.

mod postgres;
mod sqlite;
mod value;

use std::borrow::Cow;

use thiserror::Error;

pub use postgres::Session;
pub use value::{FromValue, Param, Params, Value};

pub(super) use value::params;

#[derive(Debug, Error)]
pub enum Error {
    #[error("there is no such row")]
    NoRow,
    #[error("the value in place {0} is of another kind or size than it should be")]
    Kind(usize),
    #[error(transparent)]
    Sqlite(rusqlite::Error),
    #[error("{}", postgres::told(.0))]
    Postgres(#[source] tokio_postgres::Error),
}

pub type Result<T> = std::result::Result<T, Error>;

/// A transaction that is under way. Whoever began it ends it.
pub enum Transaction<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c Session),
}

/// A statement that is ready.
pub enum Statement<'c> {
    Sqlite(sqlite::Statement<'c>),
    Postgres(postgres::Statement<'c>),
}

/// Rows that come one after the other.
pub enum Rows<'s> {
    Sqlite(rusqlite::Rows<'s>),
    Postgres(postgres::Rows),
}

/// One row, by the places of its columns from 0.
pub enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

/// What only one transaction at a time goes on with, since it has numbers without gaps that others
/// read on from, or since two that do not see each other would leave apart what belongs together.
/// Whoever needs both takes them in this order, or in one call, so that nobody waits in a circle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Book {
    /// The register of buildings, with what receipts make of it.
    Register,
    /// The office book, and what is put together from several devices: closes and the words on
    /// them, requests and the bank's words.
    Office,
    Both,
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
        match self {
            Self::Sqlite(connection) => {
                sqlite::prepare_cached(connection, sql).map(Statement::Sqlite)
            }
            Self::Postgres(session) => session.prepare(sql).map(Statement::Postgres),
        }
    }

    pub fn prepare(&self, sql: &str) -> Result<Statement<'c>> {
        match self {
            Self::Sqlite(connection) => sqlite::prepare(connection, sql).map(Statement::Sqlite),
            Self::Postgres(session) => session.prepare(sql).map(Statement::Postgres),
        }
    }

    /// How many rows it changed.
    pub fn execute(&self, sql: &str, row: impl Params) -> Result<usize> {
        self.prepare(sql)?.execute(row)
    }

    /// Has something written whose outcome nobody asks for: it comes before whatever is read after
    /// it, and a fault in it is one of the whole transaction.
    pub fn later(&self, sql: &str, row: impl Params) -> Result<()> {
        match self.prepare_cached(sql)? {
            Statement::Sqlite(mut statement) => statement.execute(&row).map(|_| ()),
            Statement::Postgres(statement) => statement.later(&row),
        }
    }

    /// The same for many rows at once: an INSERT whose VALUES are its places and nothing else.
    pub fn later_each(&self, sql: &str, rows: &[impl Params]) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = sqlite::prepare_cached(connection, sql)?;
                rows.iter().try_for_each(|row| statement.execute(row).map(|_| ()))
            }
            Self::Postgres(session) => session.later_each(sql, rows),
        }
    }

    /// Exactly the first row.
    pub fn query_row<T, F>(&self, sql: &str, key: impl Params, read: F) -> Result<T>
    where
        F: FnOnce(&Row<'_>) -> Result<T>,
    {
        self.prepare(sql)?.query_row(key, read)
    }

    /// What the first row of a statement is for each key, in their order; none where there is no
    /// row. All of it costs as much waiting as one.
    pub fn query_each<T, K: Params>(
        &self,
        sql: &str,
        keys: &[K],
        mut read: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<Option<T>>> {
        match self.prepare_cached(sql)? {
            Statement::Sqlite(mut statement) => {
                let first = |key| {
                    let mut rows = statement.query(key)?;
                    let row = rows.next().map_err(Error::Sqlite)?;
                    row.map(|row| read(&Row::Sqlite(row))).transpose()
                };
                keys.iter().map(first).collect()
            }
            Statement::Postgres(statement) => {
                let first = |mut rows: postgres::Rows| {
                    rows.next().map(|row| read(&Row::Postgres(row))).transpose()
                };
                statement.query_each(keys)?.into_iter().map(first).collect()
            }
        }
    }

    /// Waits until no other transaction goes on with a book. SQLite has one writer only.
    pub fn lock(&self, book: Book) -> Result<()> {
        let Self::Postgres(session) = self else { return Ok(()) };
        session.prepare(book.lock())?.later(&[])
    }

    /// A reading statement that keeps its rows from other transactions until this one ends.
    pub fn locking<'s>(&self, sql: &'s str) -> Cow<'s, str> {
        match self {
            Self::Sqlite(_) => Cow::Borrowed(sql),
            Self::Postgres(_) => Cow::Owned(format!("{sql} FOR UPDATE")),
        }
    }
}

impl Book {
    const fn lock(self) -> &'static str {
        match self {
            Self::Register => "SELECT book FROM book_lock WHERE book = 'register' FOR UPDATE",
            Self::Office => "SELECT book FROM book_lock WHERE book = 'office' FOR UPDATE",
            Self::Both => "SELECT book FROM book_lock ORDER BY book DESC FOR UPDATE",
        }
    }
}

impl Error {
    /// Whether the same transaction may well succeed when it is tried again.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Postgres(error) if postgres::is_conflict(error))
    }

    /// Whether the database is not there, is just starting or ending, or has no time now.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Postgres(error) if postgres::is_away(error))
    }
}

impl Statement<'_> {
    pub fn execute(&mut self, row: impl Params) -> Result<usize> {
        match self {
            Self::Sqlite(statement) => statement.execute(&row),
            Self::Postgres(statement) => statement.execute(&row),
        }
    }

    pub fn query(&mut self, key: impl Params) -> Result<Rows<'_>> {
        match self {
            Self::Sqlite(statement) => statement.query(&key).map(Rows::Sqlite),
            Self::Postgres(statement) => statement.query(&key).map(Rows::Postgres),
        }
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
        match self {
            Self::Sqlite(rows) => Ok(rows.next().map_err(Error::Sqlite)?.map(Row::Sqlite)),
            Self::Postgres(rows) => Ok(rows.next().map(Row::Postgres)),
        }
    }
}

impl Row<'_> {
    pub fn get<P: Place, T: FromValue>(&self, place: P) -> Result<T> {
        let place = place.place();
        let value = match self {
            Self::Sqlite(row) => sqlite::value(row, place)?,
            Self::Postgres(row) => postgres::value(row, place)?,
        };
        T::of(value).ok_or(Error::Kind(place))
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
