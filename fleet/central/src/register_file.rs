//! The register as an office hands it over: one building a line, as JSON.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use ledger::{Building, Pack};

use crate::lines::next_line;

/// The longest line that is read, in bytes: sixty demands of one building are about 6 kB.
pub const LINE_BYTES_MAX: usize = 65_536;

/// The good rows by the building's id, each with its line.
pub type Rows = BTreeMap<u32, (usize, Building)>;

/// Reads every row; each bad one is told to `refuse` with its line and what is wrong with it, and
/// the next line is read.
pub fn read(
    mut from: impl BufRead,
    pack: &Pack,
    mut refuse: impl FnMut(usize, String),
) -> io::Result<Rows> {
    let mut rows = Rows::new();
    for line in 1.. {
        let Some(text) = next_line(&mut from, LINE_BYTES_MAX)? else { break };
        if text.len() > LINE_BYTES_MAX {
            from.skip_until(b'\n')?;
            refuse(line, format!("it has more than {LINE_BYTES_MAX} bytes"));
        } else if !text.trim_ascii().is_empty() {
            match building(&text, pack, &rows) {
                Ok(building) => {
                    rows.insert(building.id, (line, building));
                }
                Err(reason) => refuse(line, reason),
            }
        }
    }
    Ok(rows)
}

fn building(text: &[u8], pack: &Pack, rows: &Rows) -> Result<Building, String> {
    let building: Building =
        serde_json::from_slice(text).map_err(|error| format!("not a building: {error}"))?;
    building.check(&pack.body.code).map_err(|fault| fault.to_string())?;
    if pack.ward(building.ward).is_none() {
        return Err(format!("the pack has no ward {}", building.ward));
    }
    match rows.get(&building.id) {
        Some((first, _)) => Err(format!("building {} stands on line {first} already", building.id)),
        None => Ok(building),
    }
}
