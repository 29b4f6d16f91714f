//! A copy of a centre's books, which is put back later.

use std::fs;
use std::path::PathBuf;

use super::server;
use crate::Trouble;
use crate::centre::Centre;

pub enum Backup {
    /// The file and its log.
    Files(Vec<(PathBuf, Vec<u8>)>),
    /// The names of a database and of its copy.
    Database(String, String),
}

impl Backup {
    /// Of a centre that does not serve.
    pub fn of(centre: &Centre) -> Result<Self, Trouble> {
        if let Some(uri) = centre.database() {
            let name = uri.rsplit('/').next().unwrap_or_default().to_owned();
            let copy = format!("{name}_backup");
            copied(&name, &copy)?;
            return Ok(Self::Database(name, copy));
        }
        let files = ["central.db", "central.db-wal"].map(|name| centre.folder().join(name));
        let read = |file: PathBuf| {
            let bytes = fs::read(&file).unwrap_or_default();
            (file, bytes)
        };
        Ok(Self::Files(files.into_iter().map(read).collect()))
    }

    /// Puts it back, as often as one likes; the centre does not serve.
    pub fn put_back(&self, centre: &Centre) -> Result<(), Trouble> {
        match self {
            Self::Database(name, copy) => {
                said(&format!("DROP DATABASE {name}"))?;
                copied(copy, name)
            }
            Self::Files(files) => {
                let failed = |error| Trouble::caused("a backup cannot be put back", error);
                for (file, bytes) in files {
                    fs::write(file, bytes).map_err(failed)?;
                }
                // What the log's index says is of the newer books; a missing one is made anew.
                let _ = fs::remove_file(centre.folder().join("central.db-shm"));
                Ok(())
            }
        }
    }
}

fn copied(name: &str, to: &str) -> Result<(), Trouble> {
    said(&format!("CREATE DATABASE {to} TEMPLATE {name}"))
}

fn said(sql: &str) -> Result<(), Trouble> {
    let server = server().ok_or_else(|| Trouble::new("no PostgreSQL is installed"))?;
    server.psql("postgres", sql).map(|_| ()).map_err(Trouble::new)
}
