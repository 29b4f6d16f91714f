//! The square that a phone reads: as large as the paper's width lets it be, with the white around
//! it that readers need.

use qrcode::{Color, EcLevel, QrCode};

use super::sheet::{Ink, Sheet};

/// White around the square, in modules, as ISO/IEC 18004 asks for.
const QUIET_MODULES: i32 = 4;

/// Half a millimetre at 8 dots a millimetre: smaller modules run together on worn paper. Only a
/// receipt of very many lines goes below.
const MODULE_DOTS_MIN: i32 = 4;

/// A millimetre: read at arm's length; more would only waste paper.
const MODULE_DOTS_MAX: i32 = 8;

pub(super) struct Square {
    code: QrCode,
    module_dots: i32,
}

impl Square {
    /// The square of a text on paper that is `dots` wide. More of it may be torn off where that
    /// leaves its modules large enough. None for a text that no square holds.
    pub(super) fn of(text: &str, dots: u16) -> Option<Self> {
        let sturdy = Self::at(text, dots, EcLevel::M);
        match sturdy {
            Some(square) if square.module_dots >= MODULE_DOTS_MIN => Some(square),
            _ => Self::at(text, dots, EcLevel::L),
        }
    }

    /// Its side with the white around it.
    pub(super) fn side_dots(&self) -> i32 {
        (self.modules() + 2 * QUIET_MODULES) * self.module_dots
    }

    /// Draws it, the white around it included in its place.
    pub(super) fn draw(&self, sheet: &mut Sheet, left: i32, top: i32) {
        let (modules, module) = (self.modules(), self.module_dots);
        let colors = self.code.to_colors();
        let places = (0..modules).flat_map(|y| (0..modules).map(move |x| (x, y)));
        for ((x, y), color) in places.zip(colors) {
            if color == Color::Dark {
                let x = left + (QUIET_MODULES + x) * module;
                let y = top + (QUIET_MODULES + y) * module;
                sheet.fill(x, y, module, module);
            }
        }
        // The white below belongs to it, whatever is printed next.
        sheet.dot(left, top + self.side_dots() - 1, Ink::White);
    }

    fn at(text: &str, dots: u16, level: EcLevel) -> Option<Self> {
        let code = QrCode::with_error_correction_level(text, level).ok()?;
        let modules = i32::try_from(code.width()).ok()? + 2 * QUIET_MODULES;
        let module_dots = (i32::from(dots) / modules).min(MODULE_DOTS_MAX);
        (module_dots > 0).then_some(Self { code, module_dots })
    }

    fn modules(&self) -> i32 {
        i32::try_from(self.code.width()).expect("a square has at most 177 modules")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(characters: usize, dots: u16, expected: (usize, i32)) {
        let square = Square::of(&"A".repeat(characters), dots).expect("it fits");
        assert_eq!((square.code.width(), square.module_dots), expected, "{characters} in {dots}");
        assert!(square.side_dots() <= i32::from(dots));
    }

    #[test]
    fn modules_are_as_large_as_the_paper_lets_them_be() {
        check(20, 384, (21, 8));
        check(360, 384, (61, 5));
        check(360, 576, (61, 8));
        check(700, 384, (85, 4));
        // Above 734 signs only the lesser correction keeps four dots a module.
        check(800, 384, (81, 4));
        check(2_000, 384, (125, 2));
        assert!(Square::of(&"A".repeat(5_000), 384).is_none());
        assert!(Square::of("A", 8).is_none());
    }
}
