//! Rule packs in service, as the files that the office signed, and what each device says of them.

use ledger::{Entry, Hash, PackRefusal, PackSaid, PackWord, Signer, Writer};
use replica::PackOffer;

use super::facts::run;
use super::pages::all;
use super::{Trusted, hash, signed};
use crate::packs::{InService, PackTrouble};
use crate::store::StoreError;
use crate::store::sql::{OptionalExtension, Transaction, params};
use crate::time::moment;

/// Devices whose trouble with a pack the page lists.
const TROUBLES_MAX: i64 = 25;

/// Puts a pack into service. The same version again is the same text, signed for longer.
pub fn add(
    books: &Transaction<'_>,
    it: &InService,
    file: &[u8],
    at: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO pack_file (version, digest, file, added_ms) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (version) DO UPDATE SET digest = excluded.digest, \
               file = excluded.file, added_ms = excluded.added_ms";
    run(books, sql, params![it.manifest.version, &it.digest[..], file, at])
}

/// Takes up what was put into service since somebody looked last, by this program or another. What
/// the office did not sign is in nobody's service: it is said, and left.
pub fn take_up(books: &Transaction<'_>, trusted: &Trusted) -> Result<(), StoreError> {
    let sql = "SELECT version, digest FROM pack_file ORDER BY version";
    let listed = all(books, sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (version, digest) in listed {
        let (version, digest): (u32, Vec<u8>) = (version, digest);
        let digest = hash(&digest)?;
        if trusted.packs.has_file(digest) {
            continue;
        }
        let Some(file) = file(books, digest)? else { continue };
        match trusted.packs.take_up(&file, &trusted.office.public_key()) {
            Ok(version) => tracing::info!(version, "a rule pack is in service"),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, version, "what the books have as a rule pack is not used");
            }
        }
    }
    Ok(())
}

/// The file of this hash, if it is in service.
pub fn file(books: &Transaction<'_>, digest: Hash) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT file FROM pack_file WHERE digest = ?1";
    let found = books.query_row(sql, [&digest[..]], |row| row.get(0)).optional();
    found.map_err(StoreError::Sqlite)
}

/// The oldest pack that may be of use to a device and of which it has said nothing for good. Where
/// no pack was ever put into service nothing is asked of the books.
pub fn offer(
    books: &Transaction<'_>,
    trusted: &Trusted,
    writer: Writer,
    now_ms: i64,
) -> Result<Option<PackOffer>, StoreError> {
    let now = moment(now_ms);
    let mut useful = trusted.packs.in_service(now.date());
    // No device would take it any more: the page says that it must be signed anew.
    useful.retain(|it| it.manifest.expires >= now.day());
    if useful.is_empty() {
        return Ok(None);
    }
    let sql = "SELECT digest FROM device_pack WHERE writer = ?1 \
               AND (reason IS NULL OR reason <> ?2)";
    let damaged = PackRefusal::Damaged.code();
    let done: Vec<Vec<u8>> = all(books, sql, params![writer.0, damaged], |row| row.get(0))?;
    let new = useful.into_iter().find(|it| !done.iter().any(|done| done[..] == it.digest[..]));
    Ok(new.map(|InService { manifest, digest, bytes }| PackOffer {
        version: manifest.version,
        bytes,
        digest,
        file: None,
    }))
}

/// Enters what a device says of a pack.
pub fn enter(
    books: &Transaction<'_>,
    writer: Writer,
    entry: &Entry,
    word: &PackSaid,
) -> Result<(), StoreError> {
    let (said, reason) = match word.said {
        PackWord::Kept => ("kept", None),
        PackWord::InUse => ("in_use", None),
        PackWord::Refused(why) => {
            tracing::warn!(writer = writer.0, version = word.version, %why, "a pack is refused");
            ("refused", Some(why.code()))
        }
    };
    let sql = "INSERT INTO device_pack (writer, digest, version, said, reason, seq, said_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (writer, digest) DO UPDATE SET \
               said = excluded.said, reason = excluded.reason, seq = excluded.seq, \
               said_ms = excluded.said_ms";
    let (seq, at_ms) = (signed(entry.seq), entry.at.wall_ms);
    run(books, sql, params![writer.0, &word.file[..], word.version, said, reason, seq, at_ms])
}

/// Devices that refused a pack and have none as new.
pub fn troubles(books: &Transaction<'_>) -> Result<Vec<PackTrouble>, StoreError> {
    let sql = "SELECT d.name, p.version, p.reason, p.said_ms FROM device_pack p \
               JOIN device d ON d.writer = p.writer \
               WHERE p.said = 'refused' AND NOT EXISTS (SELECT 1 FROM device_pack k \
               WHERE k.writer = p.writer AND k.said <> 'refused' AND k.version >= p.version) \
               ORDER BY p.said_ms DESC LIMIT ?1";
    all(books, sql, [TROUBLES_MAX], |row| {
        Ok(PackTrouble {
            device: row.get(0)?,
            version: row.get(1)?,
            reason: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
            said_ms: row.get(3)?,
        })
    })
}
