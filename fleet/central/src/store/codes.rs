//! How the books write what has few values.

use super::{BankWordState, Profile, Role};

impl BankWordState {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Confirmed => "confirmed",
            Self::Differs => "differs",
            Self::Twice => "twice",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Waiting, Self::Confirmed, Self::Differs, Self::Twice];
        all.into_iter().find(|state| state.code() == code)
    }
}

impl Role {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cashier => "cashier",
            Self::Collector => "collector",
            Self::Worker => "worker",
            Self::Accountant => "accountant",
            Self::Officer => "officer",
        }
    }
}

impl Profile {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kiosk => "kiosk",
            Self::Collector => "collector",
            Self::Karmasena => "karmasena",
            Self::Centre => "centre",
            Self::Officer => "officer",
        }
    }

    /// Whether it is carried through wards of its own, and does not serve the whole body.
    pub const fn is_handheld(self) -> bool {
        match self {
            Self::Kiosk | Self::Centre => false,
            Self::Collector | Self::Karmasena | Self::Officer => true,
        }
    }

    /// Who works with it.
    pub const fn role(self) -> Role {
        match self {
            Self::Kiosk | Self::Centre => Role::Cashier,
            Self::Collector => Role::Collector,
            Self::Karmasena => Role::Worker,
            Self::Officer => Role::Officer,
        }
    }

    /// The letter of its receipt books: K1, C1, H1.
    pub const fn series(self) -> &'static str {
        match self {
            Self::Kiosk | Self::Centre => "K",
            Self::Collector => "C",
            Self::Karmasena => "H",
            Self::Officer => "O",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Kiosk, Self::Collector, Self::Karmasena, Self::Centre, Self::Officer];
        all.into_iter().find(|profile| profile.code() == code)
    }
}
