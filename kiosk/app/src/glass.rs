//! The touch screen. Screens come in and are laid on the pages; touches go out. Nothing is decided
//! here: what a touch means, and which page follows, is the business of `flow`.

mod apart;
mod bill;
mod booking;
mod carry;
mod counter;
mod dates;
mod day;
mod demand;
mod details;
mod earlier;
mod form;
mod frame;
mod group;
mod lines;
mod models;
mod office;
mod outcome;
mod pace;
mod receipts;
mod round;
mod settlement;
mod squares;
mod sums;
mod touches;
mod viewfinder;
mod visit;

use std::cell::RefCell;
use std::mem::discriminant;
use std::rc::Rc;

use devices::Frame;
use flow::{Page, Screen, Touch};
use slint::{ComponentHandle, LogicalSize, PlatformError, SharedPixelBuffer};
use thiserror::Error;

pub use panes::{GlassWindow, ThemeName};

use models::Models;
use pace::Pace;
use touches::OnTouch;

#[derive(Debug, Error)]
pub enum GlassError {
    #[error("the screen cannot be opened: is there a display?")]
    Open(#[source] PlatformError),
    #[error("the screen cannot be drawn")]
    Draw(#[source] PlatformError),
    #[error("the glass has no words in {language}")]
    Language { language: &'static str },
    #[error("the slip's raster has {got} bytes where {wanted} are needed")]
    Raster { got: usize, wanted: usize },
}

/// The window with everything that is laid on it.
pub struct Glass {
    window: GlassWindow,
    models: Models,
    pace: Rc<Pace>,
    shown: RefCell<Option<Screen>>,
}

impl Glass {
    /// Opens the window; every touch is handed to `on_touch`, and whoever deals with it says so by
    /// [`Glass::answered`]. A press that came too soon to be meant is handed to nobody.
    pub fn new(on_touch: impl Fn(Touch) + 'static) -> Result<Self, GlassError> {
        let window = GlassWindow::new().map_err(GlassError::Open)?;
        let pace = Rc::<Pace>::default();
        let paced = pace.clone();
        let on_touch: OnTouch = Rc::new(move |touch| {
            if paced.lets_pass(&touch) {
                on_touch(touch);
            }
        });
        touches::connect(&window, &on_touch);
        squares::connect(&window);
        lines::connect(&window);
        let models = Models::attach(&window);
        Ok(Self { window, models, pace, shown: RefCell::new(None) })
    }

    /// Lays a screen on the glass. What did not change is left alone, so that a finger or a key
    /// that rests on a part is not lost when only the clock moves on. While touches are under way
    /// the page itself waits: it answers older keys, and would wipe those that were typed since.
    pub fn show(&self, screen: &Screen) -> Result<(), GlassError> {
        let shown = self.shown.borrow();
        let same = |holds: fn(&Screen, &Screen) -> bool| {
            shown.as_ref().is_some_and(|shown| holds(shown, screen))
        };
        let same_language = same(|one, other| one.frame.language == other.frame.language);
        let same_kind = same(|one, other| discriminant(&one.page) == discriminant(&other.page));
        let same_page = same_language && same(|one, other| one.page == other.page);
        drop(shown);
        let language = screen.frame.language;
        if !same_language {
            slint::select_bundled_translation(language.code())
                .map_err(|_| GlassError::Language { language: language.code() })?;
        }
        frame::show(self, screen);
        if same_language && same_kind && self.pace.is_under_way() {
            self.pace.hold(screen);
            return Ok(());
        }
        if !same_kind {
            self.pace.turned();
        }
        self.pace.laid();
        self.shown.replace(Some(screen.clone()));
        if !same_page {
            self.show_page(screen);
        }
        Ok(())
    }

    /// The desk has dealt with one touch; what came of it was shown before. After the last one the
    /// page is laid anew even where it did not change, for what the rules did not take stands on
    /// the glass alone.
    pub fn answered(&self) {
        if !self.pace.answered() {
            return;
        }
        let held = self.pace.laid();
        let mut shown = self.shown.borrow_mut();
        if let Some(screen) = held.or_else(|| shown.take()) {
            self.show_page(&screen);
            *shown = Some(screen);
        }
    }

    /// The slip as the printer gets it: one bit a dot, the first dot in the highest bit, 1 = black.
    /// It is drawn one dot a pixel on the pages that show the paper.
    pub fn show_slip(&self, width_dots: u32, rows: u32, bits: &[u8]) -> Result<(), GlassError> {
        let image = squares::raster(width_dots, rows, bits)?;
        self.window.global::<panes::PaperAdapter>().set_slip(image);
        Ok(())
    }

    /// Takes the paper off the glass.
    pub fn clear_slip(&self) {
        self.window.global::<panes::PaperAdapter>().set_slip(slint::Image::default());
    }

    /// What the camera sees now. A view that comes after its page was left is shown to nobody.
    pub fn show_view(&self, frame: &Frame) {
        let shown = self.shown.borrow();
        if shown.as_ref().is_some_and(|shown| matches!(shown.page, Page::Viewfinder(_))) {
            viewfinder::view(self, frame);
        }
    }

    pub fn window(&self) -> &slint::Window {
        self.window.window()
    }

    /// The component itself, for whoever looks for parts by their accessible labels.
    pub fn component(&self) -> &GlassWindow {
        &self.window
    }

    /// 1280×800, 1024×600 or 480×800: the form of the pages follows from the size.
    pub fn set_size(&self, width: u32, height: u32) {
        self.window().set_size(LogicalSize::new(width as f32, height as f32));
        let layout = self.window.global::<panes::Layout>();
        layout.set_width(width as f32);
        layout.set_height(height as f32);
    }

    /// Dots per inch of the panel, from which the least size of a touch follows.
    pub fn set_dots_per_inch(&self, dots: u32) {
        self.window.global::<panes::Layout>().set_dpi(dots as f32);
    }

    pub fn set_theme(&self, theme: ThemeName) {
        self.window.global::<panes::Theme>().set_name(theme);
    }

    /// Opens the window for good and runs until it is closed.
    pub fn run(&self) -> Result<(), GlassError> {
        self.window.run().map_err(GlassError::Open)
    }

    /// What stands on the glass, as pixels.
    pub fn picture(&self) -> Result<SharedPixelBuffer<slint::Rgba8Pixel>, GlassError> {
        slint::platform::update_timers_and_animations();
        self.window().take_snapshot().map_err(GlassError::Draw)
    }

    fn show_page(&self, screen: &Screen) {
        match &screen.page {
            Page::Home(page) => demand::home(self, page),
            Page::Find(page) => demand::find(self, page),
            Page::Form(page) => form::form(self, page),
            Page::Answers(page) => form::answers(self, page, screen.frame.language),
            Page::Demand(page) => demand::demand(self, page, screen.frame.language),
            Page::Pay(page) => counter::pay(self, page, screen.frame.language),
            Page::Amount(page) => counter::amount(self, page),
            Page::Upi(page) => counter::upi(self, page),
            Page::Card(page) => counter::card(self, page),
            Page::Cash(page) => counter::cash(self, page),
            Page::Printing(page) => outcome::printing(self, page),
            Page::Paid(page) => outcome::paid(self, page, screen.frame.language),
            Page::Stopped(page) => outcome::stopped(self, page),
            Page::Checked(page) => outcome::checked(self, page, screen.frame.language),
            Page::SignIn(page) => day::sign_in(self, page),
            Page::AskPaper(page) => day::ask_paper(self, page),
            Page::Round(page) => round::round(self, page),
            Page::Details(page) => details::details(self, page),
            Page::Visit(page) => visit::visit(self, page),
            Page::Suspense(page) => round::suspense(self, page),
            Page::DayEnd(page) => day::day_end(self, page),
            Page::DayClosed(page) => day::day_closed(self, page, screen.frame.language),
            Page::Menu(page) => office::menu(self, page),
            Page::Receipts(page) => receipts::receipts(self, page),
            Page::Receipt(page) => receipts::receipt(self, page, screen.frame.language),
            Page::Cancel(page) => receipts::cancel(self, page),
            Page::Notices(page) => receipts::notices(self, page),
            Page::Apart(page) => apart::apart(self, page, screen.frame.language),
            Page::Settlement(page) => {
                settlement::settlement(self, page, screen.frame.language);
            }
            Page::Float(page) => office::float(self, page),
            Page::HandIn(page) => office::hand_in(self, page, screen.frame.language),
            Page::Receive(page) => office::receive(self, page, screen.frame.language),
            Page::Received(page) => office::received(self, page),
            Page::Instrument(page) => counter::instrument(self, page),
            Page::Carry(page) => carry::carry(self, page, screen.frame.language),
            Page::Printer(page) => outcome::printer(self, page),
            Page::Viewfinder(page) => viewfinder::viewfinder(self, page),
            Page::Group(page) => group::group(self, page),
            Page::Rates(page) => group::rates(self, page, screen.frame.language),
            Page::Earlier(page) => earlier::earlier(self, page, screen.frame.language),
            Page::Book(page) => booking::book(self, page, screen.frame.language),
            Page::Elsewhere(page) => booking::elsewhere(self, page),
            Page::Asset(page) => booking::asset(self, page),
        }
        frame::turn_to(self, &screen.page);
    }
}
