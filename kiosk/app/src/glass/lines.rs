//! Where the lines of a text end on the glass: as the faces draw them, not as the toolkit measures
//! them.

use std::cell::RefCell;

use panes::{GlassWindow, Lines};
use slint::ComponentHandle;

use crate::fonts::FACES;
use crate::print::Rasteriser;

/// A line that is exactly as wide as its place would touch the edge: a pixel stays free.
const FREE_PX: f32 = 1.0;

pub(super) fn connect(window: &GlassWindow) {
    // Latin lines need none: the faces are read when the first Indic text is laid.
    let rasteriser = RefCell::new(None);
    window.global::<Lines>().on_broken(move |text, size, bold, width| {
        if width <= FREE_PX || size <= 0.0 {
            return text;
        }
        let mut rasteriser = rasteriser.borrow_mut();
        let rasteriser = rasteriser.get_or_insert_with(|| Rasteriser::new(FACES));
        rasteriser.broken(&text, size, bold, width - FREE_PX).into()
    });
}
