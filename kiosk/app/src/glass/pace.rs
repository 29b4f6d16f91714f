//! How fast a person is against the desk and the glass: touches that are still under way, and
//! touches that came too soon to be meant.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use flow::{Button, Screen, Touch};

/// A second press within this time counts once, and a press on a page that has stood no longer was
/// meant for the page before (design/tokens.md, "Touch").
const TOO_SOON: Duration = Duration::from_millis(300);

#[derive(Default)]
pub(super) struct Pace {
    under_way: Cell<u64>,
    held: RefCell<Option<Screen>>,
    last: Rc<RefCell<Option<Touch>>>,
    just_turned: Rc<Cell<bool>>,
    resting: slint::Timer,
    turning: slint::Timer,
}

impl Pace {
    /// Whether a touch is handed on to the desk.
    pub fn lets_pass(&self, touch: &Touch) -> bool {
        if !is_deliberate(touch) {
            self.under_way.set(self.under_way.get() + 1);
            return true;
        }
        let again = self.last.borrow().as_ref() == Some(touch);
        if again || self.just_turned.get() {
            tracing::debug!(?touch, "too soon to be meant");
            return false;
        }
        self.last.replace(Some(touch.clone()));
        let last = self.last.clone();
        self.resting.start(slint::TimerMode::SingleShot, TOO_SOON, move || {
            last.take();
        });
        self.under_way.set(self.under_way.get() + 1);
        true
    }

    /// The desk has dealt with one touch. Whether that was the last of them.
    pub fn answered(&self) -> bool {
        self.under_way.set(self.under_way.get().saturating_sub(1));
        !self.is_under_way()
    }

    /// Whether the desk still has a touch before it.
    pub fn is_under_way(&self) -> bool {
        self.under_way.get() > 0
    }

    /// Keeps the newest screen until the desk has dealt with every touch.
    pub fn hold(&self, screen: &Screen) {
        self.held.replace(Some(screen.clone()));
    }

    /// A screen is laid on the glass: none waits any longer. Gives the one that did.
    pub fn laid(&self) -> Option<Screen> {
        self.held.take()
    }

    /// Another page stands on the glass.
    pub fn turned(&self) {
        self.just_turned.set(true);
        let just_turned = self.just_turned.clone();
        self.turning.start(slint::TimerMode::SingleShot, TOO_SOON, move || {
            just_turned.set(false);
        });
    }
}

/// Keys and steps are pressed in quick succession and each is meant.
fn is_deliberate(touch: &Touch) -> bool {
    match touch {
        Touch::Type { .. } | Touch::Scan(_) | Touch::Present(_) => false,
        Touch::Press(button) => !matches!(button, Button::Less | Button::More),
        Touch::Choose(_) | Touch::Language(_) => true,
    }
}
