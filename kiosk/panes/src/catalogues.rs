//! The catalogues that the pages are translated with, as gettext texts, for whoever looks up a
//! sentence that stands on no page. English has none: its words are the keys.

pub const MALAYALAM: &str = include_str!("../lang/ml/LC_MESSAGES/panes.po");
pub const HINDI: &str = include_str!("../lang/hi/LC_MESSAGES/panes.po");
pub const MARATHI: &str = include_str!("../lang/mr/LC_MESSAGES/panes.po");
pub const ODIA: &str = include_str!("../lang/or/LC_MESSAGES/panes.po");
