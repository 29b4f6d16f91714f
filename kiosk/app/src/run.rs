//! The touch screen: the glass on the main thread, the desk on its own, and nothing between them
//! but touches out and screens in.

use std::cell::RefCell;
use std::error::Error;

use crate::desk::{self, Line, Outward};
use crate::fonts;
use crate::glass::{Glass, ThemeName};
use crate::setup::Setup;

thread_local! {
    /// The glass belongs to the thread of the event loop; what the desk says is handed to it there.
    static GLASS: RefCell<Option<Glass>> = const { RefCell::new(None) };
}

/// Opens the touch screen and stays until its window is closed.
pub fn run(setup: Setup) -> Result<(), Box<dyn Error>> {
    let screen = setup.config.screen.clone();
    // No other thread runs yet: the fonts are told through the environment.
    fonts::install()?;
    slint::BackendSelector::new()
        .select()
        .map_err(|error| format!("the touch screen cannot be opened: {error}"))?;
    let (touches, from_glass) = std::sync::mpsc::channel();
    let glass = Glass::new(move |touch| {
        let _ = touches.send(touch);
    })?;
    glass.set_size(screen.width, screen.height);
    glass.set_theme(theme(&screen.theme));
    glass.window().set_fullscreen(screen.fullscreen);
    GLASS.with(|place| *place.borrow_mut() = Some(glass));
    let desk = desk::start(setup, |outward| {
        // The loop is gone only when the window was closed; then nobody looks any more.
        let _ = slint::invoke_from_event_loop(move || lay(outward));
    })?;
    let touch = desk.toucher();
    std::thread::spawn(move || {
        for event in from_glass {
            if !touch(event) {
                return;
            }
        }
    });
    let shown = GLASS.with(|place| match place.borrow().as_ref() {
        Some(glass) => glass.run(),
        None => Ok(()),
    });
    desk.stop();
    Ok(shown?)
}

/// The theme by its name in kiosk.toml, which was checked when that was read.
pub fn theme(name: &str) -> ThemeName {
    match name {
        "dark" => ThemeName::Dark,
        "sun" => ThemeName::Sun,
        "hc" => ThemeName::Hc,
        _ => ThemeName::Light,
    }
}

/// Lays what the desk says on the glass.
fn lay(outward: Outward) {
    GLASS.with(|place| {
        let place = place.borrow();
        let Some(glass) = place.as_ref() else { return };
        match outward {
            Outward::Line(Line::Screen(screen)) => {
                if let Err(error) = glass.show(&screen) {
                    tracing::error!(%error, "the screen cannot be shown");
                }
            }
            Outward::Preview(paper) => {
                let laid = glass.show_slip(paper.dots.into(), paper.rows, &paper.bits);
                if let Err(error) = laid {
                    tracing::error!(%error, "the slip cannot be shown");
                }
            }
            Outward::View(frame) => glass.show_view(&frame),
            Outward::TouchTaken => glass.answered(),
            Outward::Line(_) => {}
            Outward::Ended(why) => {
                if let Some(why) = why {
                    tracing::error!(why, "the desk has ended");
                }
                let _ = slint::quit_event_loop();
            }
        }
    });
}
