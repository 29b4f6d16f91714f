//! What a camera's frames say: zbarimg reads the same squares as our drivers, and zint draws the
//! codes of bars that they read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use devices::{CodeKind, Frame, codes};
use tests::chance::Chance;
use tests::frames::{self, Drawn, HEIGHT, SET, SETS, WIDTH};
use tests::judges::{Case, Verdict, output};
use tests::{Trouble, has_program, picture};

pub fn cases() -> Vec<Case> {
    vec![
        Case {
            judge: "zbarimg 0.23",
            question: "360 squares before a camera, ours : zbarimg's",
            name: "more_squares_are_read_than_zbarimg_reads",
            ask: squares,
        },
        Case {
            judge: "zint 2.11",
            question: "codes of bars before a camera",
            name: "codes_of_bars_that_zint_draws_are_read",
            ask: bars,
        },
    ]
}

/// At least 1.3 times what zbarimg reads: 13 for 10.
const GOAL: (usize, usize) = (13, 10);

fn squares() -> Result<Verdict, Trouble> {
    if !has_program("zbarimg") {
        return Ok(Verdict::Missing);
    }
    let folder = folder()?;
    let mut ours = Vec::new();
    let mut texts = BTreeMap::new();
    for (set, (_, spoiling)) in SETS.iter().enumerate() {
        let mut read = 0;
        for number in 0..SET {
            let shot = frames::shot(*spoiling, number);
            let path = folder.path().join(format!("{set:02}-{number:02}.pgm"));
            write(&path, &shot.luma)?;
            read += usize::from(reads(shot.luma, CodeKind::Qr, &shot.text)?);
            texts.insert(path, (set, shot.text));
        }
        ours.push(read);
    }
    let theirs = by_zbarimg(&texts)?;
    let each = SETS.iter().zip(ours.iter().zip(&theirs));
    let each: Vec<String> =
        each.map(|((name, _), (ours, theirs))| format!("{name} {ours}:{theirs}")).collect();
    let (ours, theirs): (usize, usize) = (ours.iter().sum(), theirs.iter().sum());
    let said = format!("{ours}:{theirs} ({})", each.join(", "));
    if theirs == 0 || ours * GOAL.1 < theirs * GOAL.0 {
        return Err(Trouble::new(format!("less than 1.3 times what it reads: {said}")));
    }
    Ok(Verdict::Agrees(said))
}

/// Whether exactly this text is read from a frame, and nothing else.
fn reads(luma: Vec<u8>, kind: CodeKind, text: &str) -> Result<bool, Trouble> {
    let frame = Frame::new(WIDTH as u32, HEIGHT as u32, luma)
        .map_err(|error| Trouble::caused("the frame is not taken", error))?;
    let found = codes(&frame);
    let is_it = found.iter().any(|code| code.kind == kind && code.text == text);
    match found.len() {
        0 => Ok(false),
        1 if is_it => Ok(true),
        _ => Err(Trouble::new(format!("{text:?} was read as {found:?}"))),
    }
}

/// How many of each set zbarimg reads with the very text that was drawn. It looks for squares
/// alone, so that it takes no shadow for a code of bars.
fn by_zbarimg(texts: &BTreeMap<PathBuf, (usize, String)>) -> Result<Vec<usize>, Trouble> {
    let mut command = Command::new("zbarimg");
    command.args(["--xml", "--quiet", "-Sdisable", "-Sqrcode.enable"]).args(texts.keys());
    let failed = |error| Trouble::caused("zbarimg cannot be started", error);
    // It ends with 4 where a picture has no code that it can read.
    let said = command.output().map_err(failed)?;
    let xml = String::from_utf8_lossy(&said.stdout);
    let mut read = vec![0; SETS.len()];
    for source in xml.split("<source href='").skip(1) {
        let (path, rest) = source.split_once('\'').unwrap_or_default();
        let Some((set, text)) = texts.get(Path::new(path)) else {
            return Err(Trouble::new(format!("zbarimg names {path:?}")));
        };
        read[*set] += usize::from(rest.contains(&format!("<![CDATA[{text}]]>")));
    }
    Ok(read)
}

/// What zint calls each kind, a text, and the text with what the standard adds to it.
const BARS: [(&str, CodeKind, &str, &str); 4] = [
    ("CODE128", CodeKind::Code128, "12/345", "12/345"),
    ("CODE128", CodeKind::Code128, "KL-0802-99", "KL-0802-99"),
    ("EANX", CodeKind::Ean13, "590123412345", "5901234123457"),
    ("EANX", CodeKind::Ean8, "9638507", "96385074"),
];

/// Pixels that zint draws for each module.
const ZINT_MODULE: usize = 2;

fn bars() -> Result<Verdict, Trouble> {
    if !has_program("zint") {
        return Ok(Verdict::Missing);
    }
    let folder = folder()?;
    let path = folder.path().join("bars.png");
    let spoilings = [
        frames::Spoiling::Clean,
        frames::Spoiling::Perspective(0.12),
        frames::Spoiling::Blur(0.8),
        frames::Spoiling::Noise(12.0),
        frames::Spoiling::Shadow,
    ];
    for (name, kind, text, whole) in BARS {
        let mut command = Command::new("zint");
        command.args(["--notext", "-w", "10", "-b", name, "-d", text, "-o"]).arg(&path);
        output(command)?;
        let drawn = Drawn::of(&picture::read(&path)?, ZINT_MODULE);
        for spoiling in spoilings {
            let luma = frames::picture(&drawn, spoiling, &mut Chance(128));
            if !reads(luma, kind, whole)? {
                return Err(Trouble::new(format!("{name} {text} with {spoiling:?} is not read")));
            }
        }
    }
    Ok(Verdict::Agrees(format!("{} codes, each in {} lights", BARS.len(), spoilings.len())))
}

fn folder() -> Result<tempfile::TempDir, Trouble> {
    tempfile::tempdir().map_err(|error| Trouble::caused("no temporary folder", error))
}

fn write(path: &Path, luma: &[u8]) -> Result<(), Trouble> {
    let head = format!("P5\n{WIDTH} {HEIGHT}\n255\n");
    fs::write(path, [head.as_bytes(), luma].concat())
        .map_err(|error| Trouble::caused("a frame cannot be written", error))
}
