//! The camera's bench: while somebody looks, frames go to the glass at a low rate, and the first
//! code that is on one goes to the desk. No frame is kept, and none is written anywhere.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use devices::{Code, Frame, LiveCamera, codes};
use flow::Sight;

/// How long one wait for a frame lasts, so that the end of a look is soon noticed.
const WAIT: Duration = Duration::from_millis(200);

/// The time between two views: a hand is followed well enough, and the glass has other work.
const VIEW_EVERY: Duration = Duration::from_millis(150);

/// A camera that has given no frame for so long is gone.
const SILENT_MAX: Duration = Duration::from_secs(4);

/// A camera needs some frames to get used to the light.
const DARK_FRAMES: u32 = 4;

/// What comes of a look, which has a number of its own.
pub enum Looked {
    View(u32, Frame),
    Sight(u32, Sight),
}

enum Ask {
    Look(u32),
    Rest,
}

/// The camera's thread, from outside.
pub struct CameraBench(Sender<Ask>);

impl CameraBench {
    /// Starts the thread, which ends with the bench; `say` must not wait for the desk with a view.
    pub fn start(camera: Box<dyn LiveCamera>, say: impl Fn(Looked) + Send + 'static) -> Self {
        let (asks, asked) = channel();
        thread::Builder::new()
            .name("camera".to_owned())
            .spawn(move || Bench { camera, asked, say }.run())
            .expect("a thread can be started while the desk opens");
        Self(asks)
    }

    /// Looks, until told to rest, until a code is there, or until the camera is gone.
    pub fn look(&self, number: u32) {
        // A thread that ended has said why.
        let _ = self.0.send(Ask::Look(number));
    }

    pub fn rest(&self) {
        let _ = self.0.send(Ask::Rest);
    }
}

struct Bench<S> {
    camera: Box<dyn LiveCamera>,
    asked: Receiver<Ask>,
    say: S,
}

/// How one look stands.
struct Look {
    number: u32,
    heard: Instant,
    viewed: Option<Instant>,
    sight: Option<Sight>,
    dark: u32,
    /// Bars that one frame showed: they count once a second frame shows them too.
    bars: Option<Code>,
}

impl Look {
    fn new(number: u32) -> Self {
        let heard = Instant::now();
        Self { number, heard, viewed: None, sight: None, dark: 0, bars: None }
    }
}

impl<S: Fn(Looked)> Bench<S> {
    fn run(mut self) {
        while let Ok(ask) = self.asked.recv() {
            let mut next = Some(ask);
            while let Some(Ask::Look(number)) = next {
                next = self.look(Look::new(number));
                self.camera.rest();
            }
        }
    }

    /// One look to its end; what was asked meanwhile.
    fn look(&mut self, mut look: Look) -> Option<Ask> {
        loop {
            match self.asked.try_recv() {
                Ok(ask) => return Some(ask),
                Err(TryRecvError::Disconnected) => return None,
                Err(TryRecvError::Empty) => {}
            }
            let sight = match self.camera.next(WAIT) {
                Ok(Some(frame)) => self.see(&mut look, frame),
                Ok(None) if look.heard.elapsed() > SILENT_MAX => Some(Sight::Away),
                Ok(None) => None,
                Err(fault) => {
                    tracing::warn!(%fault, "the camera is away");
                    Some(Sight::Away)
                }
            };
            if let Some(sight) = sight {
                (self.say)(Looked::Sight(look.number, sight));
                return None;
            }
        }
    }

    /// What ends the look, where this frame does.
    fn see(&mut self, look: &mut Look, frame: Frame) -> Option<Sight> {
        look.heard = Instant::now();
        look.dark = if frame.is_dark() { look.dark + 1 } else { 0 };
        let found = if look.dark == 0 { codes(&frame) } else { Vec::new() };
        let sight = if look.dark < DARK_FRAMES { Sight::Shows } else { Sight::Dark };
        if look.sight.as_ref() != Some(&sight) {
            look.sight = Some(sight.clone());
            (self.say)(Looked::Sight(look.number, sight));
        }
        if look.viewed.is_none_or(|viewed| viewed.elapsed() >= VIEW_EVERY) {
            look.viewed = Some(Instant::now());
            (self.say)(Looked::View(look.number, frame));
        }
        let code = found.into_iter().next()?;
        if code.kind.is_of_bars() && look.bars.as_ref() != Some(&code) {
            look.bars = Some(code);
            return None;
        }
        Some(Sight::Code(code.text))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use devices::Fault;

    use super::*;

    /// A camera that gives these frames and then is gone.
    struct Played(VecDeque<Frame>);

    impl LiveCamera for Played {
        fn next(&mut self, _: Duration) -> Result<Option<Frame>, Fault> {
            self.0.pop_front().map(Some).ok_or(Fault::Unplugged)
        }

        fn rest(&mut self) {}
    }

    fn plain(shade: u8) -> Frame {
        Frame::new(64, 48, vec![shade; 64 * 48]).expect("whole")
    }

    /// A square of a text on paper.
    fn square(text: &str) -> Frame {
        let code = qrcode::QrCode::new(text).expect("it fits");
        let (side, colours) = (code.width(), code.to_colors());
        let shade = |place: usize| {
            let (x, y) = ((place % 320).wrapping_sub(60) / 5, (place / 320).wrapping_sub(40) / 5);
            let dark = x < side && y < side && colours[y * side + x] == qrcode::Color::Dark;
            if dark { 20 } else { 230 }
        };
        Frame::new(320, 240, (0..320 * 240).map(shade).collect()).expect("whole")
    }

    /// All that is said of a look, up to its end.
    fn played(frames: Vec<Frame>) -> (Vec<Sight>, usize) {
        let (says, said) = channel();
        let bench = CameraBench::start(Box::new(Played(frames.into())), move |looked| {
            let _ = says.send(looked);
        });
        bench.look(7);
        let (mut sights, mut views) = (Vec::new(), 0);
        loop {
            match said.recv_timeout(Duration::from_secs(60)).expect("the look ends") {
                Looked::View(number, _) => {
                    assert_eq!(number, 7);
                    views += 1;
                }
                Looked::Sight(number, sight) => {
                    assert_eq!(number, 7);
                    sights.push(sight);
                }
            }
            if matches!(sights.last(), Some(Sight::Code(_) | Sight::Away)) {
                return (sights, views);
            }
        }
    }

    #[test]
    fn a_look_ends_with_the_first_code_or_with_the_camera() {
        let code = Sight::Code("PADI:H:G0802:345:K".to_owned());
        let frames = vec![plain(120), square("PADI:H:G0802:345:K"), plain(120)];
        let (sights, views) = played(frames);
        assert_eq!(sights, [Sight::Shows, code]);
        assert!(views >= 1, "what the camera sees is shown");
        assert_eq!(played(vec![plain(120)]).0, [Sight::Shows, Sight::Away]);
        assert_eq!(played(Vec::new()).0, [Sight::Away]);
    }

    #[test]
    fn darkness_is_said_once_it_lasts_and_so_is_light() {
        let mut frames = vec![plain(120)];
        frames.extend((0..DARK_FRAMES + 3).map(|_| plain(3)));
        frames.push(plain(120));
        let (sights, _) = played(frames);
        assert_eq!(sights, [Sight::Shows, Sight::Dark, Sight::Shows, Sight::Away]);
    }
}
