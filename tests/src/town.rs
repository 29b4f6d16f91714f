//! A town in small: the centre of the sample body with its staff and register, and the devices that
//! it made. Stories begin here.

mod backup;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use ledger::{Building, Pack};
use tempfile::TempDir;

use crate::Trouble;
use crate::centre::{Centre, Wire};
use crate::device::{Attached, Device};
use crate::postgres::Server;
use crate::process::run;
use crate::programs::{program, workspace};
use crate::sample;
use crate::sims::{Cable, Paper, Sim};

pub use backup::Backup;

/// The seed of the register: the same for every story, so that its pictures are the same.
pub const SEED: u64 = 7;

/// The ward of the stories; `sample::PICTURED` stands in it.
pub const WARD: u16 = 7;

/// A member of staff of the sample body.
pub struct Member {
    pub id: u32,
    pub name: &'static str,
    pub role: &'static str,
    pub pin: &'static str,
}

pub const CASHIER: Member = Member { id: 11, name: "Beena K.", role: "cashier", pin: "2580" };
pub const COLLECTOR: Member = Member { id: 21, name: "Ramesan P.", role: "collector", pin: "1379" };
pub const WORKER: Member = Member { id: 31, name: "Sindhu M.", role: "worker", pin: "4826" };
pub const ACCOUNTANT: Member =
    Member { id: 41, name: "Thomas V.", role: "accountant", pin: "7531" };

/// The variable that has the stories told again with the centres' books elsewhere: "postgres".
pub const STORE: &str = "PADI_STORIES_STORE";

/// The centre and its folder. The folder goes with it unless it was given.
pub struct Town {
    pub centre: Centre,
    folder: PathBuf,
    pack: PathBuf,
    _kept: Option<TempDir>,
}

/// What a device of a story is.
#[derive(Clone, Copy)]
pub struct Kind<'a> {
    pub profile: &'a str,
    pub name: &'a str,
    pub wards: &'a [u16],
    /// Whose receipt books it has; without one, its own.
    pub operator: Option<u32>,
    pub language: Option<&'a str>,
    pub cables: Cables,
    /// The printer's model, as the drivers' profiles name them; by itself one that says when a slip
    /// is out.
    pub printer: Option<&'a str>,
    /// How many numbers each of its receipt books has; none for what the office gives by itself.
    pub numbers: Option<u32>,
    /// The hospital that it stands in.
    pub hospital: Option<&'a str>,
}

/// By which wires the simulators are attached.
#[derive(Clone, Copy)]
pub struct Cables {
    pub printer: Cable,
    pub terminal: Cable,
    pub scanner: Cable,
}

impl Cables {
    pub const TCP: Cables =
        Cables { printer: Cable::Tcp, terminal: Cable::Tcp, scanner: Cable::Tcp };
}

impl Kind<'_> {
    pub fn kiosk() -> Kind<'static> {
        Kind {
            profile: "kiosk",
            name: "kiosk-1",
            wards: &[WARD],
            operator: None,
            language: Some("en"),
            cables: Cables::TCP,
            printer: None,
            numbers: None,
            hospital: None,
        }
    }

    pub fn collector() -> Kind<'static> {
        let operator = Some(COLLECTOR.id);
        Kind { profile: "collector", name: "collector-1", operator, ..Kind::kiosk() }
    }

    pub fn karmasena() -> Kind<'static> {
        let operator = Some(WORKER.id);
        Kind { profile: "karmasena", name: "sena-1", operator, ..Kind::kiosk() }
    }

    /// A kiosk of others, which takes its charge.
    pub fn centre() -> Kind<'static> {
        Kind { profile: "centre", name: "centre-1", ..Kind::kiosk() }
    }

    /// A handheld has a narrow printer of its own.
    pub fn is_handheld(&self) -> bool {
        !["kiosk", "centre"].contains(&self.profile)
    }

    /// What stands on its glass, as kiosk.toml says it.
    fn glass(&self) -> &str {
        match self.profile {
            // What an officer does besides complaints is a collector's.
            "officer" => "collector",
            profile if self.is_handheld() => profile,
            _ => "kiosk",
        }
    }
}

/// A device with everything that is attached to it.
pub struct Equipped {
    pub device: Device,
    pub printer: Sim,
    pub terminal: Sim,
    pub scanner: Sim,
}

impl Town {
    /// A centre that serves one ward, in a folder of its own: enough for a story.
    pub fn small() -> Result<Town, Trouble> {
        Town::small_by(Wire::Plain)
    }

    pub fn small_by(wire: Wire) -> Result<Town, Trouble> {
        let kept = temporary()?;
        let pack = workspace().join(crate::centre::PACK);
        let mut town = Town::make(kept.path(), wire, &of_one_ward()?, &pack)?;
        town._kept = Some(kept);
        Ok(town)
    }

    /// The same with a rule pack of its own, in which lines of pack.toml read otherwise.
    pub fn small_with(changes: &[(&str, &str)]) -> Result<Town, Trouble> {
        let kept = temporary()?;
        let pack = kept.path().join("pack");
        copy_pack(&pack, changes)?;
        let mut town = Town::make(kept.path(), Wire::Plain, &of_one_ward()?, &pack)?;
        town._kept = Some(kept);
        Ok(town)
    }

    /// The same with more at the end of some of the pack's files, and with files of its own.
    pub fn small_adding(added: &[(String, String)]) -> Result<Town, Trouble> {
        let failed = |error| Trouble::caused("the rule pack cannot be written", error);
        let kept = temporary()?;
        let pack = kept.path().join("pack");
        copy_pack(&pack, &[])?;
        for (name, text) in added {
            let file = pack.join(name);
            std::fs::create_dir_all(file.parent().expect("in the pack's folder"))
                .map_err(failed)?;
            let before = match file.exists() {
                true => std::fs::read_to_string(&file).map_err(failed)? + "\n",
                false => String::new(),
            };
            std::fs::write(&file, before + text).map_err(failed)?;
        }
        let mut town = Town::make(kept.path(), Wire::Plain, &of_one_ward()?, &pack)?;
        town._kept = Some(kept);
        Ok(town)
    }

    /// What `central pack check` says of its pack, which has no fault.
    pub fn check_pack(&self) -> Result<String, Trouble> {
        let mut command = Command::new(program("central")?);
        command.args(["pack", "check"]).arg(&self.pack);
        run("central pack check", command, "")
    }

    /// A centre with a register, in a folder that stays.
    pub fn make(
        folder: &Path,
        wire: Wire,
        register: &[Building],
        pack: &Path,
    ) -> Result<Town, Trouble> {
        let mut centre = Centre::make_on(database()?, &folder.join("centre"), wire, pack)?;
        for member in [CASHIER, COLLECTOR, WORKER, ACCOUNTANT] {
            centre.staff(member.id, member.name, member.role, member.pin)?;
        }
        centre.load(register)?;
        centre.serve()?;
        Ok(Town { centre, folder: folder.to_owned(), pack: pack.to_owned(), _kept: None })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A device that is made, attached to its simulators, and has its part of the register.
    pub fn equip(&self, kind: Kind<'_>) -> Result<Equipped, Trouble> {
        let equipped = self.equip_without_a_line(kind)?;
        equipped.device.ask("sync")?;
        Ok(equipped)
    }

    /// The same of a device that has never heard of its centre.
    pub fn equip_without_a_line(&self, kind: Kind<'_>) -> Result<Equipped, Trouble> {
        let folder = self.folder.join(kind.name);
        std::fs::create_dir_all(&folder)
            .map_err(|error| Trouble::caused("the device's folder cannot be made", error))?;
        let paper = if kind.is_handheld() { Paper::NARROW } else { Paper::WIDE };
        let printer = Sim::printer(&folder, kind.cables.printer, paper)?;
        let terminal = Sim::terminal(&folder, kind.cables.terminal, "auto")?;
        let scanner = Sim::scanner(&folder, kind.cables.scanner)?;
        self.provision(&folder, kind)?;
        let attached = attached(kind, &printer, &terminal, &scanner);
        let device = Device::make(&folder, &self.pack);
        device.configure(kind.glass(), &self.centre.url(), kind.language, &attached)?;
        Ok(Equipped { device, printer, terminal, scanner })
    }

    /// Writes the file that makes a device into its folder.
    pub fn provision(&self, folder: &Path, kind: Kind<'_>) -> Result<(), Trouble> {
        let mut words = vec!["--device".to_owned(), kind.name.to_owned()];
        words.extend(["--profile".to_owned(), kind.profile.to_owned()]);
        for ward in kind.wards {
            words.extend(["--ward".to_owned(), ward.to_string()]);
        }
        if let Some(operator) = kind.operator {
            words.extend(["--operator".to_owned(), operator.to_string()]);
        }
        if let Some(numbers) = kind.numbers {
            words.extend(["--numbers".to_owned(), numbers.to_string()]);
        }
        if let Some(hospital) = kind.hospital {
            words.extend(["--hospital".to_owned(), hospital.to_owned()]);
        }
        if let Some(language) = kind.language {
            words.extend(["--language".to_owned(), language.to_owned()]);
        }
        self.centre.provision(&words, &Device::provision_path(folder))
    }
}

/// The server of all databases, which ends with this program; none where it is not installed.
fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    SERVER.get_or_init(Server::start).as_ref()
}

/// A new database for a centre, where the stories are told with PostgreSQL.
fn database() -> Result<Option<String>, Trouble> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    if std::env::var_os(STORE).is_none_or(|store| store != "postgres") {
        return Ok(None);
    }
    let Some(server) = server() else {
        crate::missing("PostgreSQL", "stories of real devices with the centre's books there");
        return Ok(None);
    };
    let name = format!("town_{}", MADE.fetch_add(1, Ordering::Relaxed));
    server.psql("postgres", &format!("CREATE DATABASE {name}")).map_err(Trouble::new)?;
    Ok(Some(server.uri("padi", &name)))
}

/// What kiosk.toml says of the three simulators.
pub fn attached<'a>(
    kind: Kind<'a>,
    printer: &'a Sim,
    terminal: &'a Sim,
    scanner: &'a Sim,
) -> [Attached<'a>; 3] {
    let usual = if kind.is_handheld() { HANDHELD_PRINTER } else { KIOSK_PRINTER };
    let model = kind.printer.unwrap_or(usual);
    [
        Attached::printer(printer.port(), model),
        Attached::terminal(terminal.port()),
        Attached::scanner(scanner.port()),
    ]
}

/// The models of the printers, as the drivers' profiles name them.
const KIOSK_PRINTER: &str = "generic-80";
const HANDHELD_PRINTER: &str = "generic-58-status";

/// The whole register of the sample body as it stands today.
pub fn register() -> Result<Vec<Building>, Trouble> {
    Ok(sample::buildings(&pack()?, SEED, today()?))
}

/// What the square on the bill and door of a building says.
pub fn house_code(number: &str) -> Result<String, Trouble> {
    let register = register()?;
    let building = register.iter().find(|building| building.number == number);
    let building = building.ok_or_else(|| Trouble::new(format!("there is no house {number}")))?;
    Ok(building.house_code.clone())
}

fn of_one_ward() -> Result<Vec<Building>, Trouble> {
    let mut register = register()?;
    register.retain(|building| building.ward == WARD);
    Ok(register)
}

fn temporary() -> Result<TempDir, Trouble> {
    tempfile::Builder::new()
        .prefix("padi-")
        .tempdir()
        .map_err(|error| Trouble::caused("no temporary folder can be made", error))
}

/// The shipped pack with other words in pack.toml. What is replaced must stand there once.
fn copy_pack(to: &Path, changes: &[(&str, &str)]) -> Result<(), Trouble> {
    let failed = |error| Trouble::caused("the rule pack cannot be copied", error);
    std::fs::create_dir_all(to).map_err(failed)?;
    let shipped = workspace().join(crate::centre::PACK);
    for file in std::fs::read_dir(&shipped).map_err(failed)? {
        let file = file.map_err(failed)?;
        if file.path().is_dir() {
            copy_folder(&file.path(), &to.join(file.file_name()))?;
            continue;
        }
        let mut text = std::fs::read_to_string(file.path()).map_err(failed)?;
        if file.file_name() == "pack.toml" {
            for (shipped, own) in changes {
                if text.matches(shipped).count() != 1 {
                    return Err(Trouble::new(format!("pack.toml has no single {shipped:?}")));
                }
                text = text.replace(shipped, own);
            }
        }
        std::fs::write(to.join(file.file_name()), text).map_err(failed)?;
    }
    Ok(())
}

/// Copies a folder of a pack, its forms included, which may be workbooks.
///
/// # Errors
///
/// Where a file cannot be read or written.
pub fn copy_folder(from: &Path, to: &Path) -> Result<(), Trouble> {
    let failed = |error| Trouble::caused("a folder of a pack cannot be copied", error);
    std::fs::create_dir_all(to).map_err(failed)?;
    for file in std::fs::read_dir(from).map_err(failed)? {
        let file = file.map_err(failed)?;
        match file.path().is_dir() {
            true => copy_folder(&file.path(), &to.join(file.file_name()))?,
            false => {
                std::fs::copy(file.path(), to.join(file.file_name())).map_err(failed)?;
            }
        }
    }
    Ok(())
}

/// The rule pack that the project ships.
pub fn pack() -> Result<Pack, Trouble> {
    kiosk::setup::read_pack(&workspace().join(crate::centre::PACK))
        .map_err(|error| Trouble::caused("the rule pack cannot be read", error))
}

/// Today in India, as the centre sees it.
pub fn today() -> Result<chrono::NaiveDate, Trouble> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let since = since.map_err(|error| Trouble::caused("the clock stands before 1970", error))?;
    let wall_ms = i64::try_from(since.as_millis()).expect("far from the end of time");
    Ok(ledger::Moment { wall_ms, ..ledger::Moment::default() }.date())
}
