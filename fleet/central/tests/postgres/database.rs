//! The database of an office, here one of a PostgreSQL server that this program starts for itself,
//! and a hand that knows SQL.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::exit;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::server::Server;

pub struct Database {
    server: &'static Server,
    name: String,
    /// Who the office is to the database.
    role: String,
}

/// The server of all stories but those that end theirs.
fn shared() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(started)
}

/// A server; without PostgreSQL the whole program ends, and says so.
pub fn started() -> Server {
    Server::start().unwrap_or_else(|| leave_out())
}

impl Database {
    pub fn of(_: &Path) -> Self {
        Self::on(shared())
    }

    /// A new database.
    pub fn on(server: &'static Server) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("story_{}", MADE.fetch_add(1, Ordering::Relaxed));
        let database = Self { server, name, role: "padi".to_owned() };
        let sql = format!("CREATE DATABASE {}", database.name);
        server.psql("postgres", &sql).expect("a new database");
        // SQLite has it, and the stories read bytes by it.
        let hex = "CREATE FUNCTION hex(BYTEA) RETURNS TEXT LANGUAGE sql \
                   AS 'SELECT upper(encode($1, ''hex''))'";
        database.run(hex).expect("a function");
        database
    }

    /// The same database for another local body: a role of its own with a schema of its own name.
    pub fn shared_with(&self, role: &str) -> Self {
        let sql = format!(
            "DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$; \
             CREATE SCHEMA {role} AUTHORIZATION {role}"
        );
        self.run(&sql).expect("a role and its schema");
        Self { server: self.server, name: self.name.clone(), role: role.to_owned() }
    }

    pub fn named(&self) -> Vec<String> {
        vec!["--db".to_owned(), self.server.uri(&self.role, &self.name)]
    }

    pub fn run(&self, sql: &str) -> Result<(), String> {
        self.server.psql_as(&self.role, &self.name, sql).map(|_| ())
    }

    pub fn first(&self, sql: &str) -> Vec<String> {
        let rows = self.server.psql_as(&self.role, &self.name, sql).expect("rows");
        let first = rows.lines().next().expect("a row");
        first.split('|').map(str::to_owned).collect()
    }

    pub fn bytes(bytes: &[u8]) -> String {
        format!("'\\x{}'::bytea", data_encoding::HEXLOWER.encode(bytes))
    }

    pub fn unguard(&self) {
        self.run("DROP TRIGGER entry_is_not_changed ON entry").expect("a hand that knows SQL");
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // Best effort: the server and all of its databases go with this program.
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let _ = self.server.psql("postgres", &sql);
    }
}

/// A line of the suite's list of what could not be tested, and the end of this program.
fn leave_out() -> ! {
    let (component, untested) = ("PostgreSQL", "the centre's stories on PostgreSQL");
    println!("NOT TESTED: {untested} (there is no {component})");
    if let Some(list) = std::env::var_os("PADI_SUITE_MISSING") {
        let mut file = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(list)
            .expect("the suite's list can be written");
        writeln!(file, "{component}\t{untested}").expect("the suite's list can be written");
    }
    exit(0)
}
