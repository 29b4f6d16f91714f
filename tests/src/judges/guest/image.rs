//! The guest's first and only file system: a cpio archive (the kernel's initramfs documentation,
//! format "newc") with busybox, the drivers that are wanted, and our own programs.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Trouble;
use crate::judges::output;

/// What a file of the archive may be.
const FOLDER: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;

/// Writes an archive, one file after the other.
pub struct Image<W: Write> {
    out: W,
    count: u32,
}

impl<W: Write> Image<W> {
    pub fn new(out: W) -> Image<W> {
        Image { out, count: 0 }
    }

    pub fn folder(&mut self, path: &str) -> io::Result<()> {
        self.entry(path, FOLDER, &[])
    }

    pub fn file(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.entry(path, PROGRAM, bytes)
    }

    pub fn end(mut self) -> io::Result<W> {
        self.entry("TRAILER!!!", 0, &[])?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn entry(&mut self, path: &str, mode: u32, bytes: &[u8]) -> io::Result<()> {
        self.count += 1;
        let size = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        let name = u32::try_from(path.len() + 1).map_err(io::Error::other)?;
        // Number, mode, owner, group, links, time, size, two devices, length of the name, check.
        let fields = [self.count, mode, 0, 0, 1, 0, size, 0, 0, 0, 0, name, 0];
        let mut head = b"070701".to_vec();
        fields.iter().try_for_each(|field| write!(head, "{field:08x}"))?;
        head.extend(path.bytes());
        head.push(0);
        for part in [&head[..], bytes] {
            self.out.write_all(part)?;
            self.out.write_all(&[0; 3][..part.len().wrapping_neg() % 4])?;
        }
        Ok(())
    }
}

/// The files of the drivers that are wanted and of those that they need, in the order of loading.
pub fn modules(kernel: &Path, wanted: &[&str]) -> Result<Vec<PathBuf>, Trouble> {
    let mut all = BTreeMap::new();
    collect(kernel, &mut all)
        .map_err(|error| Trouble::caused("the guest's drivers cannot be read", error))?;
    let mut ordered = Vec::new();
    wanted.iter().try_for_each(|name| need(name, &all, &mut ordered))?;
    Ok(ordered)
}

fn collect(folder: &Path, all: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() && !path.is_symlink() {
            collect(&path, all)?;
        } else if path.extension().is_some_and(|extension| extension == "ko") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            all.insert(name.replace('-', "_"), path);
        }
    }
    Ok(())
}

fn need(
    name: &str,
    all: &BTreeMap<String, PathBuf>,
    ordered: &mut Vec<PathBuf>,
) -> Result<(), Trouble> {
    let path = all.get(&name.replace('-', "_"));
    let path = path.ok_or_else(|| Trouble::new(format!("the kernel has no driver {name}")))?;
    if ordered.contains(path) {
        return Ok(());
    }
    let bytes = fs::read(path).map_err(|error| Trouble::caused("a driver is unreadable", error))?;
    for other in needs(&bytes) {
        need(&other, all, ordered)?;
    }
    ordered.push(path.clone());
    Ok(())
}

/// What a driver says in its section .modinfo that it needs: `depends=one,two` between two NULs.
fn needs(module: &[u8]) -> Vec<String> {
    const KEY: &[u8] = b"\0depends=";
    let Some(at) = module.windows(KEY.len()).position(|part| part == KEY) else {
        return Vec::new();
    };
    let said = module[at + KEY.len()..].split(|byte| *byte == 0).next().unwrap_or_default();
    let said = String::from_utf8_lossy(said);
    said.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The libraries that a program is started with, its loader among them.
pub fn libraries(program: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut ldd = Command::new("ldd");
    ldd.arg(program);
    let text = output(ldd)?;
    let paths = text.lines().filter_map(|line| line.split_whitespace().find(|word| is_path(word)));
    Ok(paths.map(PathBuf::from).collect())
}

fn is_path(word: &str) -> bool {
    word.starts_with('/')
}

/// A program without what only a debugger reads: a tenth as long to load.
pub fn stripped(program: &Path, folder: &Path) -> Result<Vec<u8>, Trouble> {
    let name = program.file_name().unwrap_or_default();
    let small = folder.join(name);
    let mut strip = Command::new("strip");
    strip.arg("--strip-all").arg("-o").arg(&small).arg(program);
    output(strip)?;
    fs::read(&small).map_err(|error| Trouble::caused("a program cannot be read", error))
}

#[test]
fn an_archive_is_padded_and_counted_as_the_kernel_reads_it() {
    let mut image = Image::new(Vec::new());
    image.folder("bin").expect("written");
    image.file("bin/a", b"12345").expect("written");
    let bytes = image.end().expect("written");
    assert_eq!(bytes.len() % 4, 0);
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with("07070100000001000041ed"), "{text}");
    // 110 bytes of head, the name with its NUL, both padded to four.
    let second = 116;
    assert_eq!(&bytes[second..second + 6], b"070701");
    assert_eq!(&bytes[second + 54..second + 62], b"00000005");
    assert_eq!(&bytes[second + 116..second + 124], b"12345\0\0\0");
    assert!(text.contains("TRAILER!!!"));
}

#[test]
fn a_driver_says_what_it_needs() {
    let module = b"\x7fELF\0license=GPL\0depends=usbcore,usb-common\0name=usblp\0";
    assert_eq!(needs(module), ["usbcore", "usb-common"]);
    assert!(needs(b"license=GPL\0depends=\0name=usbcore\0").is_empty());
}
