//! Cameras: whatever makes pictures leaves them in a folder, and the newest one is taken from
//! there. So a telephone's camera, a scanner's own program and one that speaks to the lens itself
//! are the same to whoever needs a picture. A camera that is looked through, to read codes, gives
//! frames that are kept nowhere (`live`).

pub mod live;
#[cfg(feature = "camera")]
pub mod v4l;
pub mod y4m;

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use thiserror::Error;

use crate::fault::Fault;

/// Files of a folder that are looked at: a card has some thousand pictures.
const FILES_MAX: usize = 20_000;

/// A file that was written to within this time may still grow.
const SETTLED: Duration = Duration::from_millis(500);

/// How long a picture that still grows is waited for.
const GROWING_MAX: Duration = Duration::from_secs(3);

/// What names the pictures of cameras and scanners.
const ENDINGS: [&str; 3] = ["jpg", "jpeg", "png"];

/// A picture's file, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    pub bytes: Vec<u8>,
    pub made: SystemTime,
}

#[derive(Debug, Error)]
pub enum CameraFault {
    #[error("the folder of pictures cannot be read: {}", .0.display())]
    Away(PathBuf, #[source] io::Error),
    #[error("the folder of pictures has more than {FILES_MAX} files: clear it")]
    Crowded,
    #[error("the newest picture is larger than {0} bytes")]
    TooLarge(u64),
    #[error("the newest picture is still being written")]
    Growing,
    #[error("the camera cannot be looked through")]
    Gone(#[source] Fault),
    #[error("the camera sees nothing")]
    Silent,
    #[error("it is too dark for a picture")]
    Dark,
}

/// How far before its moment a file may say that it was made: a card with FAT counts in two
/// seconds, and Linux itself in some thousandths.
const COARSE: Duration = Duration::from_secs(2);

/// How far the clock of whoever writes the pictures may run ahead.
const AHEAD_MAX: Duration = Duration::from_secs(60);

pub trait Camera: Send {
    /// The newest picture that was made since a time, of at most so many bytes; none where none
    /// was. Waits for some seconds where it is still being written.
    fn newest(&mut self, since: SystemTime, bytes_max: u64)
    -> Result<Option<Picture>, CameraFault>;
}

/// A folder into which the program of a camera or a scanner writes.
pub struct FolderCamera {
    folder: PathBuf,
}

impl FolderCamera {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The newest file that is named as a picture and is one of its own: no link to elsewhere, no
    /// pipe, no folder.
    fn newest_file(&self, since: SystemTime) -> Result<Option<(PathBuf, SystemTime)>, CameraFault> {
        let away = |error| CameraFault::Away(self.folder.clone(), error);
        let mut newest: Option<(PathBuf, SystemTime)> = None;
        for (count, file) in fs::read_dir(&self.folder).map_err(away)?.enumerate() {
            if count == FILES_MAX {
                return Err(CameraFault::Crowded);
            }
            let path = file.map_err(away)?.path();
            // One that was renamed or taken away meanwhile is none.
            let Ok(about) = fs::symlink_metadata(&path) else { continue };
            let Ok(made) = about.modified() else { continue };
            // A clock that runs ahead would make one picture the newest for ever.
            let is_made = made <= SystemTime::now() + AHEAD_MAX;
            let is_newer = newest.as_ref().is_none_or(|(_, other)| made > *other);
            if about.is_file()
                && is_made
                && made + COARSE >= since
                && is_newer
                && is_named_as_a_picture(&path)
            {
                newest = Some((path, made));
            }
        }
        Ok(newest)
    }
}

impl Camera for FolderCamera {
    fn newest(
        &mut self,
        since: SystemTime,
        bytes_max: u64,
    ) -> Result<Option<Picture>, CameraFault> {
        let begun = std::time::Instant::now();
        loop {
            let Some((path, made)) = self.newest_file(since)? else { return Ok(None) };
            let settled = made.elapsed().is_ok_and(|age| age >= SETTLED);
            if settled && let Some(picture) = read(&path, bytes_max)? {
                return Ok(Some(picture));
            }
            if begun.elapsed() > GROWING_MAX {
                return Err(CameraFault::Growing);
            }
            std::thread::sleep(SETTLED / 10);
        }
    }
}

/// None where the file changed while it was read, or is gone.
fn read(path: &Path, bytes_max: u64) -> Result<Option<Picture>, CameraFault> {
    // What took the file's place meanwhile is neither followed nor waited for.
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    let flags = i32::try_from(flags.bits()).expect("flags of a file are small");
    let Ok(mut file) = File::options().read(true).custom_flags(flags).open(path) else {
        return Ok(None);
    };
    let away = |error| CameraFault::Away(path.to_owned(), error);
    let before = file.metadata().map_err(away)?;
    if before.len() > bytes_max {
        return Err(CameraFault::TooLarge(bytes_max));
    }
    if before.file_type().is_fifo() || !before.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.by_ref().take(bytes_max + 1).read_to_end(&mut bytes).map_err(away)?;
    let after = file.metadata().map_err(away)?;
    let same = |one: &fs::Metadata| (one.len(), one.mtime(), one.mtime_nsec());
    let made = after.modified().map_err(away)?;
    let whole = same(&before) == same(&after) && bytes.len() as u64 == after.len();
    Ok(whole.then_some(Picture { bytes, made }))
}

fn is_named_as_a_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// A folder that is gone with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let name = format!("padi-camera-{}-{number}", std::process::id());
            let path = std::env::temp_dir().join(name);
            fs::create_dir(&path).expect("a folder");
            Self(path)
        }

        /// Writes a picture that was made so many seconds ago.
        fn picture(&self, name: &str, bytes: &[u8], age_s: u64) -> SystemTime {
            let path = self.0.join(name);
            fs::write(&path, bytes).expect("a file");
            let made = SystemTime::now() - Duration::from_secs(age_s);
            File::options().write(true).open(path).expect("it").set_modified(made).expect("a time");
            made
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn the_newest_whole_picture_since_a_time_is_taken() {
        let folder = Folder::new();
        let mut camera = FolderCamera::new(&folder.0);
        let long_ago = SystemTime::now() - Duration::from_secs(600);
        assert_eq!(camera.newest(long_ago, 99).expect("readable"), None);
        folder.picture("older.jpg", b"older", 300);
        let made = folder.picture("newer.JPEG", b"newer", 200);
        folder.picture("notes.txt", b"newest of all", 100);
        let newest = camera.newest(long_ago, 99).expect("readable").expect("a picture");
        assert_eq!(newest.bytes, b"newer");
        assert_eq!(camera.newest(made, 99).expect("readable"), Some(newest), "made just then");
        let just_after = made + COARSE;
        assert!(camera.newest(just_after, 99).expect("readable").is_some(), "the clock is coarse");
        let since = just_after + Duration::from_millis(1);
        assert_eq!(camera.newest(since, 99).expect("readable"), None, "none is newer");
        let large = camera.newest(long_ago, 4).expect_err("five bytes");
        assert!(matches!(large, CameraFault::TooLarge(4)), "{large}");
    }

    #[test]
    fn a_clock_that_runs_ahead_makes_no_picture_the_newest_for_ever() {
        let folder = Folder::new();
        folder.picture("of-today.jpg", b"today", 60);
        folder.picture("of-tomorrow.jpg", b"tomorrow", 50);
        let file = File::options().write(true).open(folder.0.join("of-tomorrow.jpg"));
        let tomorrow = SystemTime::now() + Duration::from_secs(86_400);
        file.expect("there").set_modified(tomorrow).expect("set");
        let picture = FolderCamera::new(&folder.0).newest(SystemTime::UNIX_EPOCH, 99);
        let picture = picture.expect("no fault").expect("a picture");
        assert_eq!(picture.bytes, b"today");
    }

    #[test]
    fn links_pipes_and_folders_are_no_pictures() {
        let folder = Folder::new();
        let elsewhere = Folder::new();
        elsewhere.picture("secret.png", b"secret", 100);
        symlink(elsewhere.0.join("secret.png"), folder.0.join("link.png")).expect("a link");
        fs::create_dir(folder.0.join("folder.png")).expect("a folder");
        let pipe = std::process::Command::new("mkfifo").arg(folder.0.join("pipe.png")).status();
        assert!(pipe.expect("it runs").success());
        let mut camera = FolderCamera::new(&folder.0);
        assert_eq!(camera.newest(SystemTime::UNIX_EPOCH, 99).expect("readable"), None);
        let away = FolderCamera::new(folder.0.join("nowhere")).newest(SystemTime::UNIX_EPOCH, 99);
        assert!(matches!(away, Err(CameraFault::Away(..))), "{away:?}");
    }

    #[test]
    fn a_file_that_still_grows_is_not_taken_before_it_is_whole() {
        let folder = Folder::new();
        let path = folder.0.join("growing.jpg");
        let mut file = File::create(&path).expect("a file");
        file.write_all(b"half").expect("written");
        let mut camera = FolderCamera::new(&folder.0);
        let writer = std::thread::spawn(move || {
            std::thread::sleep(SETTLED / 2);
            file.write_all(b" and half").expect("written");
        });
        let picture = camera.newest(SystemTime::UNIX_EPOCH, 99).expect("readable");
        writer.join().expect("it ends");
        assert_eq!(picture.expect("a picture").bytes, b"half and half");
        // The clock of whoever wrote it is wrong: it never settles.
        let later = SystemTime::now() + Duration::from_secs(60);
        File::options().write(true).open(&path).expect("it").set_modified(later).expect("a time");
        let growing = camera.newest(SystemTime::UNIX_EPOCH, 99);
        assert!(matches!(growing, Err(CameraFault::Growing)), "{growing:?}");
    }
}
