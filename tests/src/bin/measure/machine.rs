//! What the programs of this machine have worked, as the kernel counts it.

use std::fs;

use tests::postgres::Server;

use super::wire::Measured;

/// Parts of a second in which the kernel counts for everybody (USER_HZ).
const TICKS_PER_S: f64 = 100.0;

/// All of the machine's work since it began, in seconds of one core.
pub fn busy_s() -> Measured<f64> {
    let stat = fs::read_to_string("/proc/stat")?;
    let all = stat.lines().next().ok_or("the kernel counts no work")?;
    let ticks = all.split_whitespace().skip(1).map(str::parse::<f64>);
    let ticks = ticks.collect::<Result<Vec<_>, _>>()?;
    // User, nice, system, idle, waiting for the disk, interrupts of both kinds, stolen.
    let idle =
        ticks.get(3).copied().unwrap_or_default() + ticks.get(4).copied().unwrap_or_default();
    Ok((ticks.iter().take(8).sum::<f64>() - idle) / TICKS_PER_S)
}

pub fn cores() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64)
}

/// What a database's processes have worked, in seconds: also those that have ended since.
pub fn worked_s(server: &Server) -> Measured<f64> {
    let folder = server.psql("postgres", "SHOW data_directory")?;
    let file = fs::read_to_string(format!("{folder}/postmaster.pid"))?;
    let first: u32 = file.lines().next().ok_or("the database runs")?.trim().parse()?;
    let mut ticks = 0.0;
    for process in fs::read_dir("/proc")?.flatten() {
        let name = process.file_name();
        let Some(id) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // It may have ended since the list was read.
        let Some(times) = times(id) else { continue };
        if id == first {
            ticks += times.own + times.ended_children;
        } else if times.parent == first {
            ticks += times.own;
        }
    }
    Ok(ticks / TICKS_PER_S)
}

struct Times {
    parent: u32,
    own: f64,
    ended_children: f64,
}

/// See proc_pid_stat(5): what follows the program's name, which may hold anything.
fn times(id: u32) -> Option<Times> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    let parent = fields.get(1)?.parse().ok()?;
    Some(Times { parent, own: ticks(11)? + ticks(12)?, ended_children: ticks(13)? + ticks(14)? })
}
