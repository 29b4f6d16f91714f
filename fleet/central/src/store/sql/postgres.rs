//! The side of PostgreSQL: statements are prepared once a connection, and what only writes is not
//! waited for. It goes out together with the next thing that is read, or with the end of the
//! transaction, so that a turn costs as many round trips as it reads, and not as many as it writes.

mod owned;
mod value;

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use deadpool_postgres::Object;
use tokio::runtime::Handle;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::{Error, Params, Result, Value};
use owned::Owned;

/// Statements that may wait to be sent, so that a large load does not lie in memory.
const LATER_MAX: usize = 512;

/// The end of a transaction without its wait for the disk. Within one that has failed the setting
/// is refused, and so this is.
const COMMIT_AT_ONCE: &str = "SET LOCAL synchronous_commit = off; COMMIT";

/// A transaction that writes no more than a few bytes into the log, and waits for the disk with the
/// session's own setting: what was committed before it is there then. One that only takes a number
/// would not wait at all.
const WAIT_FOR_DISK: &str = "SELECT pg_logical_emit_message(true, 'padi', '')";

/// A transaction on a connection of its own. Dropped without [`Session::commit`], it is taken back.
pub struct Session {
    /// None once the connection went back.
    client: Option<Object>,
    runtime: Handle,
    /// How the transaction begins, until that was sent.
    begin: Cell<Option<&'static str>>,
    later: RefCell<Vec<Later>>,
}

pub struct Statement<'c> {
    session: &'c Session,
    statement: tokio_postgres::Statement,
}

pub struct Rows {
    rows: std::vec::IntoIter<tokio_postgres::Row>,
    current: Option<tokio_postgres::Row>,
}

/// A statement whose answer nobody needs.
struct Later {
    statement: tokio_postgres::Statement,
    row: Vec<Owned>,
}

/// What came back.
enum Said {
    Nothing,
    Count(u64),
    Rows(Vec<tokio_postgres::Row>),
}

type Sent<'a> =
    Pin<Box<dyn Future<Output = std::result::Result<Said, tokio_postgres::Error>> + 'a>>;

impl Session {
    /// `begin` is sent with the first statement.
    pub fn new(client: Object, runtime: Handle, begin: &'static str) -> Self {
        let later = RefCell::default();
        Self { client: Some(client), runtime, begin: Cell::new(Some(begin)), later }
    }

    /// Whether all that was written is on disk: an error after this was sent leaves that open, as
    /// it does with any database that goes away.
    pub fn commit(mut self) -> Result<()> {
        if self.begin.get().is_some() && self.later.borrow().is_empty() {
            self.begin.set(None);
        } else {
            self.said(|client| Box::pin(nothing(client.batch_execute("COMMIT"))))?;
        }
        self.client = None;
        Ok(())
    }

    /// Gives back what the transaction locked before the disk has it, so that others go on
    /// meanwhile, and ends when the disk has it all the same, and the standby where one is waited
    /// for. Everything is written in the order of the commits: whoever goes on with what is not on
    /// disk yet, and waits for its own, has waited for that too. This holds where every transaction
    /// that is answered to a device ends by waiting, as each turn does (it notes the contact).
    pub fn commit_and_wait(mut self) -> Result<()> {
        self.all_said(|client| {
            [COMMIT_AT_ONCE, WAIT_FOR_DISK]
                .map(|sql| Box::pin(nothing(client.batch_execute(sql))) as Sent<'_>)
                .into()
        })?;
        self.client = None;
        Ok(())
    }

    pub fn prepare(&self, sql: &str) -> Result<Statement<'_>> {
        let sql = sql.replace('?', "$");
        let statement = self.runtime.block_on(self.client().prepare_cached(&sql));
        Ok(Statement { session: self, statement: statement.map_err(Error::Postgres)? })
    }

    /// Leaves an INSERT of many rows to go out with what comes next, as one statement.
    pub fn later_each(&self, sql: &str, rows: &[impl Params]) -> Result<()> {
        let one = self.prepare(sql)?;
        let kinds = one.statement.params();
        let Some(many) = owned::unnested(sql, kinds) else {
            return rows.iter().try_for_each(|row| self.prepare(sql)?.later(row));
        };
        let columns = kinds.iter().enumerate();
        let columns = columns.map(|(place, kind)| Owned::column(kind, rows, place));
        let row = columns.collect::<Option<Vec<_>>>().ok_or(Error::Kind(0))?;
        let statement = self.prepare(&many)?.statement;
        self.later.borrow_mut().push(Later { statement, row });
        Ok(())
    }

    /// Sends statements that take and give nothing.
    pub fn batch(&self, sql: &str) -> Result<()> {
        self.said(|client| Box::pin(nothing(client.batch_execute(sql)))).map(|_| ())
    }

    fn client(&self) -> &Object {
        self.client.as_ref().expect("it goes back at the end only")
    }

    /// Sends what waits, and then this.
    fn said<'a>(&'a self, last: impl FnOnce(&'a Object) -> Sent<'a>) -> Result<Said> {
        self.all_said(|client| vec![last(client)])?.pop().ok_or(Error::NoRow)
    }

    /// Sends what waits, and then these; the first error of them all is the answer.
    fn all_said<'a>(&'a self, last: impl FnOnce(&'a Object) -> Vec<Sent<'a>>) -> Result<Vec<Said>> {
        let (later, client) = (self.later.take(), self.client());
        let mut sent: Vec<Sent<'_>> = Vec::with_capacity(later.len() + 2);
        if let Some(begin) = self.begin.take() {
            sent.push(Box::pin(nothing(client.batch_execute(begin))));
        }
        for Later { statement, row } in &later {
            sent.push(Box::pin(async move {
                client.execute_raw(statement, row.iter()).await.map(Said::Count)
            }));
        }
        let before = sent.len();
        sent.extend(last(client));
        let said = self.runtime.block_on(in_order(sent)).into_iter();
        let said: std::result::Result<Vec<Said>, _> = said.collect();
        Ok(said.map_err(Error::Postgres)?.split_off(before))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if self.begin.get().is_some() {
            return;
        }
        // A connection that cannot even be told so is given up, and not used again.
        if self.runtime.block_on(client.batch_execute("ROLLBACK")).is_err() {
            drop(Object::take(client));
        }
    }
}

impl<'c> Statement<'c> {
    pub fn execute(&self, row: &impl Params) -> Result<usize> {
        let values = values(row);
        let said = self.session.said(|client| {
            let sent = client.execute_raw(&self.statement, values);
            Box::pin(async move { sent.await.map(Said::Count) })
        })?;
        match said {
            Said::Count(count) => Ok(usize::try_from(count).unwrap_or(usize::MAX)),
            Said::Nothing | Said::Rows(_) => Err(Error::NoRow),
        }
    }

    /// Leaves it to go out with what comes next.
    pub fn later(self, row: &impl Params) -> Result<()> {
        let row = values(row).into_iter().map(Owned::of).collect();
        self.session.later.borrow_mut().push(Later { statement: self.statement, row });
        let many = self.session.later.borrow().len() >= LATER_MAX;
        if many { self.session.batch("") } else { Ok(()) }
    }

    pub fn query(&self, key: &impl Params) -> Result<Rows> {
        let said = self.session.said(|client| self.ask(client, key))?;
        Rows::of(said)
    }

    /// The rows for each key.
    pub fn query_each(&self, keys: &[impl Params]) -> Result<Vec<Rows>> {
        let ask = |client| keys.iter().map(|key| self.ask(client, key)).collect();
        self.session.all_said(ask)?.into_iter().map(Rows::of).collect()
    }

    fn ask<'a>(&'a self, client: &'a Object, key: &'a impl Params) -> Sent<'a> {
        Box::pin(async move {
            let values = values(key);
            let places: Vec<&(dyn ToSql + Sync)> =
                values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
            client.query(&self.statement, &places).await.map(Said::Rows)
        })
    }
}

impl Rows {
    fn of(said: Said) -> Result<Self> {
        match said {
            Said::Rows(rows) => Ok(Self { rows: rows.into_iter(), current: None }),
            Said::Nothing | Said::Count(_) => Err(Error::NoRow),
        }
    }

    pub fn next(&mut self) -> Option<&tokio_postgres::Row> {
        self.current = self.rows.next();
        self.current.as_ref()
    }
}

pub fn value(row: &tokio_postgres::Row, place: usize) -> Result<Value<'_>> {
    let found: std::result::Result<value::ValueOf<'_>, _> = row.try_get(place);
    found.map(|found| found.0).map_err(|_| Error::Kind(place))
}

/// What PostgreSQL said; the error itself tells only that it said something.
pub fn told(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => format!("PostgreSQL says {} {}", said.code().code(), said.message()),
        None => format!("PostgreSQL: {error}"),
    }
}

/// Whether the same transaction may well succeed when it is tried again.
pub fn is_conflict(error: &tokio_postgres::Error) -> bool {
    let conflicts = [SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED];
    error.code().is_some_and(|code| conflicts.contains(code))
}

/// Whether the database is not there, is just starting or ending, or has no time now.
pub fn is_away(error: &tokio_postgres::Error) -> bool {
    let Some(code) = error.code() else {
        let cause = std::error::Error::source(error);
        return error.is_closed() || cause.is_some_and(|cause| cause.is::<std::io::Error>());
    };
    let away = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    ];
    away.contains(code) || code.code().starts_with("08")
}

fn values<P: Params>(params: &P) -> Vec<Value<'_>> {
    (0..params.count()).map(|place| params.value(place)).collect()
}

async fn nothing(
    sent: impl Future<Output = std::result::Result<(), tokio_postgres::Error>>,
) -> std::result::Result<Said, tokio_postgres::Error> {
    sent.await.map(|()| Said::Nothing)
}

/// Sends all in this order, before it waits for the first answer; the answers come in it too.
async fn in_order<T>(mut sent: Vec<Pin<Box<dyn Future<Output = T> + '_>>>) -> Vec<T> {
    let mut answers: Vec<Option<T>> = sent.iter().map(|_| None).collect();
    let (mut is_sent, mut first) = (false, 0);
    poll_fn(|context| {
        for place in first..sent.len() {
            if answers[place].is_none() {
                match sent[place].as_mut().poll(context) {
                    Poll::Ready(answer) => answers[place] = Some(answer),
                    Poll::Pending if is_sent => break,
                    Poll::Pending => {}
                }
            }
        }
        is_sent = true;
        first += answers[first..].iter().take_while(|answer| answer.is_some()).count();
        if first == sent.len() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}
