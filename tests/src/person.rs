//! A person at the glass, without a display: the very screens of `kiosk run` with the desk behind
//! them, looked at and pressed by the names of their parts. Every screen can be left as a picture.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use flow::{Screen, Touch};
use i_slint_backend_testing::{
    AccessibleRole, ElementHandle, ElementQuery, TestingBackend, TestingBackendOptions,
};
use kiosk::desk::{self, DeskHandle, EntryLine, Line, Outward, RefusalLine, SlipLine};
use kiosk::glass::Glass;
use kiosk::setup::Setup;
use slint::platform::PointerEventButton;

use crate::Trouble;
use crate::picture;
use crate::wait::PATIENCE;
use crate::words::{Words, is_said};

/// How long the glass is given after each change, on its own clock, to settle.
const SETTLE: Duration = Duration::from_millis(400);

/// How long a person waits at most to see that all is taken in that was typed.
const KEYS: Duration = Duration::from_secs(10);

/// How long is listened between two looks.
const QUIET: Duration = Duration::from_millis(30);

/// How often is looked before the page is moved, and by how much it is.
const LOOKS_BEFORE_MOVING: u32 = 15;
const MOVE: f32 = 100.0;

/// How near to the foot or the header a part's middle still counts as covered.
const COVER: f32 = 16.0;

/// How long a part may take to appear.
const APPEARS: Duration = Duration::from_secs(30);

/// What was said of entries, slips and refusals, in order.
#[derive(Default)]
pub struct Heard {
    pub entries: Vec<EntryLine>,
    pub slips: Vec<SlipLine>,
    pub refusals: Vec<RefusalLine>,
}

pub struct Person {
    glass: Glass,
    desk: Option<DeskHandle>,
    said: Receiver<Outward>,
    touched: Receiver<Touch>,
    words: Words,
    album: Album,
    shown: Option<Screen>,
    /// Touches that the desk has not dealt with yet.
    under_way: u64,
    pub heard: Heard,
}

/// Where the pictures go.
struct Album {
    folder: Option<PathBuf>,
    taken: Vec<PathBuf>,
    /// The glass has changed since the last picture.
    changed: bool,
}

impl Person {
    /// Opens the desk and stands before its glass. Once in a process: the glass has one platform.
    pub fn at(setup: Setup, pictures: Option<&Path>) -> Result<Person, Trouble> {
        let size = (setup.config.screen.width, setup.config.screen.height);
        let theme = kiosk::run::theme(&setup.config.screen.theme);
        let words = Words::of(setup.config.language.unwrap_or(setup.provision.language))?;
        let (glass, touched) = open_glass(size)?;
        glass.set_theme(theme);
        let (say, said) = channel();
        let desk = desk::start(setup, move |outward| {
            // Nobody looks any more once the person has gone.
            let _ = say.send(outward);
        })
        .map_err(|error| Trouble::caused("the desk cannot be opened", error))?;
        let album =
            Album { folder: pictures.map(Path::to_owned), taken: Vec::new(), changed: false };
        let heard = Heard::default();
        let desk = Some(desk);
        let (shown, under_way) = (None, 0);
        Ok(Person { glass, desk, said, touched, words, album, shown, under_way, heard })
    }

    /// Waits until this page stands on the glass.
    pub fn reaches(&mut self, page: &str) -> Result<Screen, Trouble> {
        self.waits(&format!("the page {page}"), |person| {
            person.shown.as_ref().filter(|screen| page_name(screen) == page).cloned()
        })
    }

    /// Waits until something holds of the screen on the glass.
    pub fn sees(&mut self, what: &str, holds: impl Fn(&Screen) -> bool) -> Result<Screen, Trouble> {
        self.waits(what, |person| person.shown.as_ref().filter(|screen| holds(screen)).cloned())
    }

    /// Waits until an entry of this kind was written, counted from 1.
    pub fn hears_entry(&mut self, kind: &str, count: usize) -> Result<EntryLine, Trouble> {
        self.waits(&format!("entry {count} of the kind {kind}"), |person| {
            let mut entries = person.heard.entries.iter().filter(|entry| entry.kind == kind);
            entries.nth(count - 1).cloned()
        })
    }

    /// Waits until so many slips have come out whole.
    pub fn hears_slips(&mut self, count: usize) -> Result<(), Trouble> {
        self.waits(&format!("{count} whole slips"), |person| {
            let whole = person.heard.slips.iter().filter(|slip| slip.outcome == "whole").count();
            (whole >= count).then_some(())
        })
    }

    /// Presses the part that says these English words, in the person's language.
    pub fn presses(&mut self, english: &str) -> Result<(), Trouble> {
        let words = self.words.say(english);
        self.touches(&words)
    }

    /// Presses the part with this label, as soon as it is there.
    pub fn touches(&mut self, label: &str) -> Result<(), Trouble> {
        let part = self.finds(label)?;
        self.photograph()?;
        self.press(&part);
        self.hand_over()
    }

    /// Where the middle of the part is that says these English words in the person's language.
    pub fn points_at(&mut self, english: &str) -> Result<(f32, f32), Trouble> {
        let words = self.words.say(english);
        let part = self.finds(&words)?;
        let (at, size) = (part.absolute_position(), part.size());
        Ok((at.x + size.width / 2.0, at.y + size.height / 2.0))
    }

    /// Looks for a part, and on a page that is longer than the glass moves it down and up.
    fn finds(&mut self, label: &str) -> Result<ElementHandle, Trouble> {
        let begun = Instant::now();
        let mut looks = 0;
        while begun.elapsed() < APPEARS {
            self.look()?;
            looks += 1;
            let part = part_called(&self.glass, |own| is_said(own, label));
            match part.map(|part| (covered(&self.glass, &part), part)) {
                Some((None, part)) => return Ok(part),
                Some((Some(delta_y), _)) => self.moves(delta_y),
                None if looks > LOOKS_BEFORE_MOVING => {
                    let down = looks / LOOKS_BEFORE_MOVING % 2 == 1;
                    self.moves(if down { -MOVE } else { MOVE });
                }
                None => {}
            }
            self.listen(QUIET)?;
        }
        Err(self.nothing_called(label))
    }

    fn moves(&mut self, delta_y: f32) {
        let size = self.glass.window().size();
        let position =
            slint::LogicalPosition::new(size.width as f32 / 2.0, size.height as f32 / 2.0);
        self.glass.window().dispatch_event(slint::platform::WindowEvent::PointerScrolled {
            position,
            delta_x: 0.0,
            delta_y,
        });
        i_slint_backend_testing::mock_elapsed_time(SETTLE);
        self.album.changed = true;
    }

    /// A pad has more signs than one face can hold: the others are turned to.
    fn finds_key(&mut self, label: &str) -> Result<ElementHandle, Trouble> {
        for face in ["", "A–O", "P–Z", "ABC", "123"] {
            if let Some(turn) = part_called(&self.glass, |own| own == face) {
                self.press(&turn);
            }
            if let Some(part) = part_called(&self.glass, |own| own == label) {
                return Ok(part);
            }
        }
        Err(self.nothing_called(label))
    }

    /// Waits until the desk has dealt with everything that was touched.
    fn sees_it_dealt_with(&mut self) -> Result<(), Trouble> {
        let begun = Instant::now();
        while self.under_way > 0 && begun.elapsed() < KEYS {
            self.listen(QUIET)?;
        }
        Ok(())
    }

    fn nothing_called(&self, label: &str) -> Trouble {
        let parts = pressables(&self.glass);
        let mut labels: Vec<_> = parts.iter().filter_map(ElementHandle::accessible_label).collect();
        labels.sort();
        labels.dedup();
        Trouble::new(format!("nothing is called {label:?} among {labels:?}; {}", self.stands()))
    }

    /// Presses the keys of a pad, one after the other, and does not wait for the desk in between.
    /// The pad itself may be waiting for the touch before: the glass holds a page back until then.
    pub fn types(&mut self, keys: &str) -> Result<(), Trouble> {
        self.sees_it_dealt_with()?;
        for key in keys.chars() {
            let label = if key == ' ' { self.words.say("Space") } else { key.to_string() };
            let part = self.finds_key(&label)?;
            self.press(&part);
            self.hand_over()?;
        }
        self.sees_it_dealt_with()
    }

    /// Presses the button of a language; from then on it is the person's.
    pub fn speaks(&mut self, language: ledger::Language) -> Result<(), Trouble> {
        self.touches(language.own_name())?;
        self.words = Words::of(language)?;
        self.sees("the language", |screen| screen.frame.language == language).map(|_| ())
    }

    /// The pictures so far.
    pub fn pictures(&self) -> &[PathBuf] {
        &self.album.taken
    }

    /// Stays and lays screens on the glass until told to go.
    pub fn stays(&mut self, leave: impl Fn() -> bool) -> Result<(), Trouble> {
        while !leave() {
            self.listen(Duration::from_millis(200))?;
        }
        Ok(())
    }

    /// Takes the last picture and lets the desk end.
    pub fn leaves(mut self) -> Result<Vec<PathBuf>, Trouble> {
        self.look()?;
        self.photograph()?;
        if let Some(desk) = self.desk.take() {
            desk.stop();
        }
        let hidden = self.glass.window().hide();
        hidden.map_err(|error| Trouble::caused("the glass cannot be put away", error))?;
        Ok(self.album.taken)
    }

    fn desk(&self) -> &DeskHandle {
        self.desk.as_ref().expect("it is there until the person leaves")
    }

    /// A real click where the part is; only what lies beyond the glass's edge, in a list that is
    /// longer than the glass, is pressed by its name alone.
    fn press(&self, part: &ElementHandle) {
        let (at, size) = (part.absolute_position(), part.size());
        let glass = self.glass.window().size();
        let middle = (at.x + size.width / 2.0, at.y + size.height / 2.0);
        let inside = middle.0 > 0.0
            && middle.1 > 0.0
            && middle.0 < glass.width as f32
            && middle.1 < glass.height as f32;
        if inside {
            part.mock_single_click(PointerEventButton::Left);
        } else {
            part.invoke_accessible_default_action();
        }
        i_slint_backend_testing::mock_elapsed_time(SETTLE);
    }

    /// Hands over what was touched.
    fn hand_over(&mut self) -> Result<(), Trouble> {
        self.album.changed = true;
        for touch in self.touched.try_iter() {
            self.under_way += 1;
            if !self.desk().touch(touch) {
                return Err(Trouble::new("the desk has ended"));
            }
        }
        Ok(())
    }

    fn waits<T>(
        &mut self,
        what: &str,
        mut seen: impl FnMut(&mut Person) -> Option<T>,
    ) -> Result<T, Trouble> {
        let begun = Instant::now();
        loop {
            self.look()?;
            if let Some(found) = seen(self) {
                return Ok(found);
            }
            if begun.elapsed() > PATIENCE {
                return Err(Trouble::new(format!("waited in vain for {what}; {}", self.stands())));
            }
            self.listen(Duration::from_millis(100))?;
        }
    }

    fn stands(&self) -> String {
        let page = self.shown.as_ref().map(page_name).unwrap_or_default();
        let refused = self.heard.refusals.last().map(|refusal| refusal.sentence.as_str());
        format!("the glass shows {page:?}; the last refusal was {refused:?}")
    }

    /// Takes in everything that was said already.
    fn look(&mut self) -> Result<(), Trouble> {
        while let Ok(outward) = self.said.try_recv() {
            self.take(outward)?;
        }
        Ok(())
    }

    fn listen(&mut self, limit: Duration) -> Result<(), Trouble> {
        if let Ok(outward) = self.said.recv_timeout(limit) {
            self.take(outward)?;
        }
        Ok(())
    }

    fn take(&mut self, outward: Outward) -> Result<(), Trouble> {
        match outward {
            Outward::Line(Line::Screen(screen)) => self.lay(*screen)?,
            Outward::Line(Line::Entry(entry)) => self.heard.entries.push(entry),
            Outward::Line(Line::Slip(slip)) => self.heard.slips.push(slip),
            Outward::Line(Line::Refusal(refusal)) => self.heard.refusals.push(refusal),
            Outward::Line(Line::Fault(fault)) => return Err(Trouble::new(fault)),
            Outward::Preview(paper) => {
                let laid = self.glass.show_slip(paper.dots.into(), paper.rows, &paper.bits);
                laid.map_err(|error| Trouble::caused("the slip cannot be shown", error))?;
                self.album.changed = true;
            }
            Outward::View(frame) => {
                self.glass.show_view(&frame);
                self.album.changed = true;
            }
            Outward::TouchTaken => {
                self.under_way = self.under_way.saturating_sub(1);
                self.glass.answered();
                self.album.changed = true;
            }
            Outward::Ended(why) => {
                let why = why.unwrap_or_else(|| "nobody knows why".to_owned());
                return Err(Trouble::new(format!("the desk has ended: {why}")));
            }
        }
        Ok(())
    }

    fn lay(&mut self, screen: Screen) -> Result<(), Trouble> {
        let before = self.shown.as_ref().map(page_name);
        let turns = before.is_some_and(|before| before != page_name(&screen));
        if turns {
            self.photograph()?;
        }
        let shown = self.glass.show(&screen);
        shown.map_err(|error| Trouble::caused("the screen cannot be shown", error))?;
        i_slint_backend_testing::mock_elapsed_time(SETTLE);
        self.shown = Some(screen);
        self.album.changed = true;
        Ok(())
    }

    /// Leaves what stands on the glass as `NN-page.png`, if it has not been left yet.
    fn photograph(&mut self) -> Result<(), Trouble> {
        let (Some(folder), Some(screen), true) =
            (&self.album.folder, &self.shown, self.album.changed)
        else {
            return Ok(());
        };
        let drawn = self.glass.picture();
        let drawn = drawn.map_err(|error| Trouble::caused("the glass cannot be drawn", error))?;
        let number = self.album.taken.len() + 1;
        let path = folder.join(format!("{number:02}-{}.png", page_name(screen)));
        picture::write(&path, drawn.width(), drawn.height(), drawn.as_bytes())?;
        self.album.taken.push(path);
        self.album.changed = false;
        Ok(())
    }
}

/// The page's name as `kiosk desk` writes it.
pub fn page_name(screen: &Screen) -> String {
    let page = serde_json::to_value(&screen.page).expect("a page can be written");
    page.as_object().and_then(|page| page.keys().next()).cloned().unwrap_or_default()
}

fn open_glass((width, height): (u32, u32)) -> Result<(Glass, Receiver<Touch>), Trouble> {
    let failed = |why: &dyn std::fmt::Display| Trouble::new(format!("the glass: {why}"));
    kiosk::fonts::install().map_err(|error| failed(&error))?;
    let options = TestingBackendOptions {
        mock_time: true,
        threading: true,
        renderer_name: Some("software".into()),
    };
    slint::platform::set_platform(Box::new(TestingBackend::new(options)))
        .map_err(|error| failed(&error))?;
    let (touches, touched) = channel();
    let glass = Glass::new(move |touch| {
        let _ = touches.send(touch);
    })
    .map_err(|error| failed(&error))?;
    glass.window().show().map_err(|error| failed(&error))?;
    glass.set_size(width, height);
    Ok((glass, touched))
}

/// How the page must be moved so that a part no longer lies under the foot or the header.
fn covered(glass: &Glass, part: &ElementHandle) -> Option<f32> {
    let middle = part.absolute_position().y + part.size().height / 2.0;
    let edge =
        |name: &str| ElementHandle::find_by_element_type_name(glass.component(), name).next();
    let is_in = |whole: &ElementHandle| {
        let own = |other: &ElementHandle| {
            other.accessible_label() == part.accessible_label()
                && other.absolute_position() == part.absolute_position()
        };
        let inside = pressable(whole.query_descendants());
        inside.iter().any(own)
    };
    if let Some(foot) = edge("Foot")
        && middle > foot.absolute_position().y - COVER
        && !is_in(&foot)
    {
        return Some(-MOVE);
    }
    let header = edge("Header")?;
    let below = header.absolute_position().y + header.size().height;
    (middle < below + COVER && !is_in(&header)).then_some(MOVE)
}

fn part_called(glass: &Glass, is_it: impl Fn(&str) -> bool) -> Option<ElementHandle> {
    let parts = pressables(glass);
    parts.into_iter().find(|part| part.accessible_label().is_some_and(|own| is_it(&own)))
}

fn pressables(glass: &Glass) -> Vec<ElementHandle> {
    pressable(ElementQuery::from_root(glass.component()).match_descendants())
}

fn pressable(query: ElementQuery) -> Vec<ElementHandle> {
    let pressed = |part: &ElementHandle| {
        matches!(
            part.accessible_role(),
            Some(
                AccessibleRole::Button
                    | AccessibleRole::RadioButton
                    | AccessibleRole::ListItem
                    | AccessibleRole::Checkbox
            )
        ) && part.accessible_enabled() != Some(false)
    };
    query.match_predicate(pressed).find_all()
}
