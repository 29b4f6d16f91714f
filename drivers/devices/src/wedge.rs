//! Readers that take themselves for a keyboard. Each is grabbed (EVIOCGRAB): what it types reaches
//! this program alone, and never a field on the screen.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use evdev::raw_stream::RawDevice;
use evdev::{EventType, SynchronizationCode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};

use crate::fault::Fault;
use crate::keys::{Key, KeyState, Keys};
use crate::scanner::{PAUSE_MAX, Scanner};

/// How often a reader that is away is looked for: what it types between coming back and being
/// grabbed would reach the screen.
const LOOK: Duration = Duration::from_millis(100);

/// What came from a keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    Key(Key),
    /// The kernel lost events, as nobody had read them in time.
    Lost,
}

/// A keyboard of the kernel's.
pub trait Keyboard: Send {
    /// Takes it for this program alone.
    fn grab(&mut self) -> Result<(), Fault>;
    /// What was typed by the limit; `Fault::Timeout` where nothing was.
    fn read(&mut self, limit: Duration) -> Result<Vec<Typed>, Fault>;
}

type OpenKeyboard = Box<dyn FnMut() -> Result<Box<dyn Keyboard>, Fault> + Send>;

/// The lines that a grabbed reader types.
pub struct WedgeLines {
    open: OpenKeyboard,
    keyboard: Option<Box<dyn Keyboard>>,
    keys: Keys,
    heard: Instant,
    away: bool,
}

impl WedgeLines {
    /// The reader of a device file, best by its name in /dev/input/by-id, which it keeps wherever
    /// it is plugged in.
    pub fn new(path: &Path) -> WedgeLines {
        let path = PathBuf::from(path);
        Self::of(Box::new(move || Ok(Box::new(InputDevice::open(&path)?))))
    }

    fn of(open: OpenKeyboard) -> WedgeLines {
        let keys = Keys::default();
        WedgeLines { open, keyboard: None, keys, heard: Instant::now(), away: false }
    }

    /// The next line, or nothing where none was typed by the limit. A reader that is away, or that
    /// another program has grabbed, is a fault once; then it is waited for until the limit.
    pub fn next(&mut self, limit: Duration) -> Result<Option<String>, Fault> {
        let until = Instant::now() + limit;
        loop {
            if let Some(line) = self.keys.take() {
                return Ok(Some(line));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            match self.read(left) {
                Ok(()) => self.away = false,
                Err(Fault::Timeout) => {}
                Err(fault) => {
                    self.keyboard = None;
                    if !std::mem::replace(&mut self.away, true) {
                        return Err(fault);
                    }
                    std::thread::sleep(LOOK.min(left));
                }
            }
        }
    }

    fn read(&mut self, limit: Duration) -> Result<(), Fault> {
        let keyboard = match &mut self.keyboard {
            Some(keyboard) => keyboard,
            None => {
                let mut keyboard = (self.open)()?;
                keyboard.grab()?;
                self.keys = Keys::default();
                self.away = false;
                self.keyboard.insert(keyboard)
            }
        };
        let typed = keyboard.read(limit)?;
        if self.heard.elapsed() > PAUSE_MAX {
            self.keys.forget_begun();
        }
        self.heard = Instant::now();
        for typed in typed {
            match typed {
                Typed::Key(key) => self.keys.push(key),
                Typed::Lost => self.keys.lost(),
            }
        }
        Ok(())
    }
}

/// A scanner that takes itself for a keyboard.
pub struct WedgeScanner(pub WedgeLines);

impl Scanner for WedgeScanner {
    fn next(&mut self, limit: Duration) -> Result<Option<String>, Fault> {
        self.0.next(limit)
    }
}

/// One of the kernel's input devices.
struct InputDevice(RawDevice);

impl InputDevice {
    fn open(path: &Path) -> Result<InputDevice, Fault> {
        let what = format!("opening {}", path.display());
        let device = RawDevice::open(path).map_err(|error| Fault::from_io(&what, error))?;
        let keys =
            device.supported_keys().is_some_and(|keys| keys.contains(evdev::KeyCode::KEY_ENTER));
        if !keys {
            return Err(Fault::Protocol(format!("{} has no keys", path.display())));
        }
        let flags =
            fcntl_getfl(&device).and_then(|flags| fcntl_setfl(&device, flags | OFlags::NONBLOCK));
        flags.map_err(|errno| Fault::from_io(&what, errno.into()))?;
        Ok(InputDevice(device))
    }
}

impl Keyboard for InputDevice {
    fn grab(&mut self) -> Result<(), Fault> {
        self.0.grab().map_err(|error| Fault::from_io("grabbing the reader", error))
    }

    fn read(&mut self, limit: Duration) -> Result<Vec<Typed>, Fault> {
        let failed = |error| Fault::from_io("reading from the reader", error);
        let limit =
            Timespec::try_from(limit).map_err(|error| failed(std::io::Error::other(error)))?;
        let mut watched = [PollFd::new(&self.0, PollFlags::IN)];
        match poll(&mut watched, Some(&limit)) {
            Ok(0) => return Err(Fault::Timeout),
            Ok(_) => {}
            Err(errno) => return Err(failed(errno.into())),
        }
        let events = self.0.fetch_events().map_err(failed)?;
        let typed = events.filter_map(|event| {
            let (kind, code) = (event.event_type(), event.code());
            if kind == EventType::KEY {
                return Some(Typed::Key(Key { code, state: KeyState::of(event.value()) }));
            }
            let lost =
                kind == EventType::SYNCHRONIZATION && code == SynchronizationCode::SYN_DROPPED.0;
            lost.then_some(Typed::Lost)
        });
        Ok(typed.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};

    const LONG: Duration = Duration::from_secs(20);

    /// A reader on a desk: what it types goes to whoever has grabbed it, or else onto the screen.
    #[derive(Default)]
    struct Bench {
        plugged: bool,
        grabbed: bool,
        grab_refused: bool,
        types: VecDeque<u16>,
        screen: Vec<u16>,
        opened: usize,
    }

    #[derive(Clone, Default)]
    struct Reader(Arc<Mutex<Bench>>);

    impl Reader {
        fn now<T>(&self, change: impl FnOnce(&mut Bench) -> T) -> T {
            change(&mut self.0.lock().unwrap())
        }

        fn lines(&self) -> WedgeLines {
            let reader = self.clone();
            WedgeLines::of(Box::new(move || {
                reader.now(|bench| match bench.plugged {
                    true => {
                        bench.opened += 1;
                        Ok(Box::new(reader.clone()) as Box<dyn Keyboard>)
                    }
                    false => Err(Fault::Unplugged),
                })
            }))
        }
    }

    impl Keyboard for Reader {
        fn grab(&mut self) -> Result<(), Fault> {
            self.now(|bench| match bench.grab_refused {
                true => Err(Fault::Busy),
                false => {
                    bench.grabbed = true;
                    Ok(())
                }
            })
        }

        fn read(&mut self, _: Duration) -> Result<Vec<Typed>, Fault> {
            self.now(|bench| {
                if !bench.plugged {
                    bench.grabbed = false;
                    return Err(Fault::Unplugged);
                }
                let keys: Vec<u16> = bench.types.drain(..).collect();
                if !bench.grabbed {
                    bench.screen.extend(&keys);
                }
                let key = |code| Typed::Key(Key { code, state: KeyState::Pressed });
                match keys.is_empty() {
                    true => Err(Fault::Timeout),
                    false => Ok(keys.into_iter().map(key).collect()),
                }
            })
        }
    }

    /// "12" and Enter.
    const TWELVE: [u16; 3] = [2, 3, 28];

    #[test]
    fn what_a_reader_types_reaches_this_program_and_never_the_screen() {
        let reader = Reader::default();
        reader.now(|bench| {
            bench.plugged = true;
            bench.types.extend(TWELVE);
        });
        let mut lines = reader.lines();
        assert_eq!(lines.next(LONG).unwrap().as_deref(), Some("12"));
        reader.now(|bench| assert!(bench.grabbed && bench.screen.is_empty(), "{:?}", bench.screen));
    }

    #[test]
    fn a_reader_that_another_program_has_is_said_to_be_busy_and_nothing_is_read_of_it() {
        let reader = Reader::default();
        reader.now(|bench| {
            (bench.plugged, bench.grab_refused) = (true, true);
            bench.types.extend(TWELVE);
        });
        let mut lines = reader.lines();
        assert_eq!(lines.next(LONG).unwrap_err().word(), "busy");
        assert_eq!(lines.next(Duration::from_millis(1)).unwrap(), None);
        reader.now(|bench| {
            assert!(bench.screen.is_empty());
            bench.grab_refused = false;
        });
        assert_eq!(lines.next(LONG).unwrap().as_deref(), Some("12"));
    }

    #[test]
    fn a_reader_that_was_pulled_is_a_fault_once_and_is_grabbed_again() {
        let reader = Reader::default();
        let mut lines = reader.lines();
        assert_eq!(lines.next(LONG).unwrap_err().word(), "unplugged");
        assert_eq!(lines.next(Duration::from_millis(1)).unwrap(), None);
        reader.now(|bench| {
            bench.plugged = true;
            bench.types.extend([2, 3]);
        });
        // What was begun before it was pulled is not whole.
        assert_eq!(lines.next(Duration::from_millis(50)).unwrap(), None);
        reader.now(|bench| bench.plugged = false);
        assert_eq!(lines.next(LONG).unwrap_err().word(), "unplugged");
        reader.now(|bench| {
            bench.plugged = true;
            bench.types.extend(TWELVE);
        });
        assert_eq!(lines.next(LONG).unwrap().as_deref(), Some("12"));
        reader.now(|bench| {
            assert!(bench.grabbed && bench.screen.is_empty());
            assert_eq!(bench.opened, 2);
        });
    }

    #[test]
    fn what_is_no_input_device_is_said_plainly() {
        let gone = InputDevice::open(Path::new("/dev/input/by-id/no-such-reader")).err().unwrap();
        assert_eq!(gone.word(), "unplugged");
        let fault = InputDevice::open(Path::new("/dev/null")).err().unwrap();
        assert_eq!(fault.word(), "io", "{fault}");
    }
}
