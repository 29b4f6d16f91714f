//! The type that glass and paper share, carried in the program, because the machine may have no
//! font, no fontconfig and no display.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{env, fs, io};

use thiserror::Error;

/// Every face by its file name, Latin first: the order decides which face draws digits and signs.
pub const FACES: &[(&str, &[u8])] = &[
    ("NotoSans-Regular.ttf", include_bytes!("../fonts/NotoSans-Regular.ttf")),
    ("NotoSans-Bold.ttf", include_bytes!("../fonts/NotoSans-Bold.ttf")),
    ("Manjari-Regular.otf", include_bytes!("../fonts/Manjari-Regular.otf")),
    ("Manjari-Bold.otf", include_bytes!("../fonts/Manjari-Bold.otf")),
    ("NotoSansDevanagari-Regular.ttf", include_bytes!("../fonts/NotoSansDevanagari-Regular.ttf")),
    ("NotoSansDevanagari-Bold.ttf", include_bytes!("../fonts/NotoSansDevanagari-Bold.ttf")),
    ("NotoSansOriya-Regular.ttf", include_bytes!("../fonts/NotoSansOriya-Regular.ttf")),
    ("NotoSansOriya-Bold.ttf", include_bytes!("../fonts/NotoSansOriya-Bold.ttf")),
];

#[derive(Debug, Error)]
pub enum FontError {
    #[error("no folder can be written for the fonts; set TMPDIR to one that can (tried {tried})")]
    NoFolder {
        tried: String,
        #[source]
        source: io::Error,
    },
    #[error("the folder of the fonts has a name that a list of paths cannot hold")]
    FolderName(#[source] env::JoinPathsError),
}

static INSTALLED: OnceLock<PathBuf> = OnceLock::new();

/// Puts the faces where Slint finds them, whatever the machine has. It must be the first statement
/// of `main`, before any window and any thread, for it sets variables of the environment. A second
/// call does nothing.
pub fn install() -> Result<(), FontError> {
    if INSTALLED.get().is_some() {
        return Ok(());
    }
    let folder = written_folder()?;
    let faces = env::join_paths(FACES.iter().map(|(name, _)| folder.join(name)))
        .map_err(FontError::FolderName)?;
    // SAFETY: the caller is the first statement of `main`, so no other thread reads the
    // environment.
    unsafe {
        env::set_var("FONTCONFIG_FILE", folder.join("fonts.conf"));
        env::set_var("SLINT_FONT_PATH", faces);
        env::remove_var("SLINT_DEFAULT_FONT");
    }
    // A second caller that was quicker wrote the same folder, so its value serves as well.
    let _ = INSTALLED.set(folder);
    Ok(())
}

/// Removes the folder; the fonts were read into memory by then. For the end of `main`.
pub fn remove() {
    if let Some(folder) = INSTALLED.get()
        && let Err(error) = fs::remove_dir_all(folder)
    {
        tracing::warn!(%error, folder = %folder.display(), "the folder of the fonts stays behind");
    }
}

/// The first folder that can be written: /tmp may be read-only, /dev/shm seldom is.
fn written_folder() -> Result<PathBuf, FontError> {
    let mut tried = Vec::new();
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for parent in parents() {
        let folder = parent.join(format!("padi-fonts-{}", std::process::id()));
        match write_faces(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) => {
                tried.push(parent.display().to_string());
                last = error;
            }
        }
    }
    Err(FontError::NoFolder { tried: tried.join(", "), source: last })
}

fn parents() -> impl Iterator<Item = PathBuf> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    runtime.into_iter().chain([env::temp_dir(), PathBuf::from("/dev/shm"), PathBuf::from("/run")])
}

fn write_faces(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (name, face) in FACES {
        fs::write(folder.join(name), face)?;
    }
    let shown = folder.display();
    let configuration = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">\
         <fontconfig><dir>{shown}</dir><cachedir>{shown}/cache</cachedir></fontconfig>\n"
    );
    fs::write(folder.join("fonts.conf"), configuration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_stands_first_and_every_face_is_a_font() {
        assert!(FACES[0].0.starts_with("NotoSans-"));
        for (name, face) in FACES {
            let opens = &face[..4];
            assert!(opens == [0, 1, 0, 0] || opens == b"OTTO", "{name}");
        }
    }

    #[test]
    fn the_folder_holds_every_face_and_the_configuration() {
        let folder = env::temp_dir().join(format!("padi-fonts-test-{}", std::process::id()));
        write_faces(&folder).expect("the temporary folder can be written");
        for (name, face) in FACES {
            assert_eq!(fs::read(folder.join(name)).expect("written").len(), face.len(), "{name}");
        }
        assert!(folder.join("fonts.conf").exists());
        fs::remove_dir_all(&folder).expect("removed");
    }
}
