//! pyxform, which makes XForms of XLSForms, and ODK's own engine inside it: its Validate, and the
//! values that it computes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{folder, output, program};
use crate::Trouble;

/// The time zone of both engines, and its distance from Greenwich.
pub const ZONE: &str = "Asia/Kolkata";
pub const OFFSET_MINUTES: i32 = 330;

const SHEETS: &str = include_str!("xlsform/sheets.py");
const VALUES: &str = include_str!("xlsform/Values.java");
const JAR: &str = "site-packages/pyxform/validators/odk_validate/bin/ODK_Validate.jar";

pub struct Xlsform {
    python: PathBuf,
    jar: PathBuf,
    /// For what is made, of this case alone.
    pub work: PathBuf,
}

impl Xlsform {
    /// `None` where pyxform is not installed. `case` names a folder for what it makes.
    pub fn here(case: &str) -> Result<Option<Xlsform>, Trouble> {
        let Some(python) = program("pyxform/bin/python") else { return Ok(None) };
        let libraries = fs::read_dir(folder().join("pyxform").join("lib"));
        let jar = libraries.ok().and_then(|libraries| {
            let jars = libraries.filter_map(|library| Some(library.ok()?.path().join(JAR)));
            jars.into_iter().find(|jar| jar.is_file())
        });
        let Some(jar) = jar else { return Ok(None) };
        let work = folder().join("pyxform-work").join(case);
        let failed = |error| Trouble::caused("the folder of a judge cannot be made", error);
        if work.exists() {
            fs::remove_dir_all(&work).map_err(failed)?;
        }
        fs::create_dir_all(&work).map_err(failed)?;
        Ok(Some(Xlsform { python, jar, work }))
    }

    /// Whether Java is here; with its compiler, where that is wanted.
    pub fn has_java(compiler: bool) -> bool {
        let name = if compiler { "javac" } else { "java" };
        let mut command = Command::new(name);
        command.arg("-version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// Makes an XForm of each folder of CSV sheets, by its name: that and "made", or why not.
    pub fn xforms(&self, folders: &[(String, PathBuf)]) -> Result<Vec<(String, String)>, Trouble> {
        self.sheets("xform", folders.iter().map(|(name, folder)| (name.as_str(), folder)))
    }

    /// Writes the sheets of each workbook as CSV files, into a folder a workbook.
    pub fn as_csv(&self, workbooks: &[PathBuf]) -> Result<Vec<(String, String)>, Trouble> {
        self.sheets("csv", workbooks.iter().map(|workbook| ("", workbook)))
    }

    fn sheets<'a>(
        &self,
        task: &str,
        named: impl Iterator<Item = (&'a str, &'a PathBuf)>,
    ) -> Result<Vec<(String, String)>, Trouble> {
        let mut command = Command::new(&self.python);
        command.args(["-W", "ignore", "-c", SHEETS, task]).arg(&self.work);
        command.args(named.map(|(name, path)| format!("{name}={}", path.display())));
        let said = output(command)?;
        let lines = said.lines().filter_map(|line| line.split_once('\t'));
        Ok(lines.map(|(name, said)| (name.to_owned(), said.to_owned())).collect())
    }

    /// ODK Validate's word on these XForms; its complaint is the error.
    pub fn validated<'a>(&self, names: impl Iterator<Item = &'a str>) -> Result<(), Trouble> {
        let mut command = Command::new("java");
        command.arg("-jar").arg(&self.jar);
        let forms: Vec<PathBuf> = names.map(|name| self.work.join(format!("{name}.xml"))).collect();
        command.args(&forms);
        let said = output(command)?;
        match said.matches("Xform is valid").count() == forms.len() {
            true => Ok(()),
            false => Err(Trouble::new(format!("ODK Validate says: {said}"))),
        }
    }

    /// What ODK's engine makes of each expression in an XForm: "= value" or "! why not".
    pub fn values(&self, name: &str, expressions: &[String]) -> Result<Vec<String>, Trouble> {
        let failed = |error| Trouble::caused("the expressions cannot be written", error);
        let source = self.work.join("Values.java");
        let list = self.work.join("expressions.txt");
        fs::write(&source, VALUES).map_err(failed)?;
        fs::write(&list, expressions.join("\n")).map_err(failed)?;
        let mut command = Command::new("java");
        command.arg(format!("-Duser.timezone={ZONE}")).arg("-cp").arg(&self.jar).arg(&source);
        command.arg(self.work.join(format!("{name}.xml"))).arg(&list);
        let said = output(command)?;
        Ok(said.lines().map(str::to_owned).collect())
    }
}

/// The workbooks of pyxform's own tests, in order of their names. Versions after 1.3.3 leave them
/// out of the package.
pub fn examples() -> Option<Vec<PathBuf>> {
    let path = folder().join("pyxform-examples/pyxform/tests/example_xls");
    let listed = fs::read_dir(path).ok()?;
    let mut paths: Vec<PathBuf> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| is_workbook(path));
    paths.sort();
    Some(paths)
}

fn is_workbook(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "xls" || ending == "xlsx")
}
