//! Where the lines of a text end on the glass: as the faces draw them, not as the toolkit measures
//! them.

use std::cell::RefCell;

use slint::ComponentHandle;

use super::ui::{GlassWindow, Lines};
use crate::fonts::FACES;
use crate::print::Rasteriser;

/// A line that is exactly as wide as its place would touch the edge: a pixel stays free.
const FREE_PX: f32 = 1.0;

pub(super) fn connect(window: &GlassWindow) {
    let rasteriser = RefCell::new(Rasteriser::new(FACES));
    window.global::<Lines>().on_broken(move |text, size, bold, width| {
        if width <= FREE_PX || size <= 0.0 {
            return text;
        }
        rasteriser.borrow_mut().broken(&text, size, bold, width - FREE_PX).into()
    });
}
