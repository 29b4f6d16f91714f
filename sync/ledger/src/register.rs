//! The register of buildings: who lives or trades where, and what the office has asked of them.

mod connection;
mod house_code;

use minicbor::{Decode, Encode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::language::Language;
use crate::money::Paise;
use crate::period::Period;

pub use connection::{
    ACCOUNT_CHARACTERS_MAX, BILLED_MONTHS_MAX, BillCode, BilledMonth, CONNECTIONS_MAX, Connection,
    ConnectionFault, DUE_DAYS, is_account,
};
pub use house_code::{HouseCode, HouseCodeError};

/// The longest text of one field, in characters: a long house name with its lane.
pub const REGISTER_TEXT_CHARACTERS_MAX: usize = 120;

/// The most demands of one building: thirty years of half-years.
pub const DEMANDS_MAX: usize = 60;

/// One building, as the office's register knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct Building {
    /// The register's own number, never reused.
    #[n(0)]
    pub id: u32,
    #[n(1)]
    pub ward: u16,
    /// The number on the door, "12/345".
    #[n(2)]
    pub number: String,
    /// The number before the last renumbering.
    #[n(3)]
    pub old_number: Option<String>,
    #[n(4)]
    pub street: String,
    /// The owner's name in Latin letters.
    #[n(5)]
    pub owner: String,
    /// The owner's name in the body's own language.
    #[n(6)]
    pub owner_local: Option<LocalName>,
    #[n(7)]
    pub area_m2: u32,
    /// What it is used for, as the rule pack names it: house, shop.
    #[n(8)]
    pub use_code: String,
    /// What the sticker at the door says.
    #[n(9)]
    pub house_code: String,
    #[n(10)]
    pub annual_tax: Paise,
    #[n(11)]
    pub demands: Vec<DemandRow>,
    /// Money that the office holds for this building already.
    #[n(12)]
    pub advance: Paise,
    /// Those who hand over waste here, where somebody lives or trades.
    #[n(13)]
    pub household: Option<Household>,
    /// What it draws from utilities, one connection of a service.
    #[n(14)]
    #[cbor(skip_if = "Vec::is_empty")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub connections: Vec<Connection>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct LocalName {
    #[n(0)]
    pub language: Language,
    #[n(1)]
    pub name: String,
}

/// What the office asked for one period under one head, and what of it was paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct DemandRow {
    #[n(0)]
    pub period: Period,
    #[n(1)]
    pub head: String,
    #[n(2)]
    pub assessed: Paise,
    #[n(3)]
    pub paid: Paise,
}

/// A subscriber of the waste collection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, Encode, Decode)]
#[serde(deny_unknown_fields)]
pub struct Household {
    /// As the rule pack names it: house, establishment.
    #[n(0)]
    pub category: String,
    /// The body has freed it of the fee.
    #[n(1)]
    pub exempt: bool,
    /// The last month that is paid; none where it was enrolled this month.
    #[n(2)]
    pub fee_paid_until: Option<Period>,
}

#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RegisterFault {
    #[error("building {id}: {field} is empty")]
    Empty { id: u32, field: &'static str },
    #[error("building {id}: {field} is longer than {REGISTER_TEXT_CHARACTERS_MAX} characters")]
    TooLong { id: u32, field: &'static str },
    #[error("building {id}: more than {DEMANDS_MAX} demands")]
    TooManyDemands { id: u32 },
    #[error("building {id}: {field} is negative")]
    Negative { id: u32, field: &'static str },
    #[error("building {id}: the demand for {period} under {head} stands twice")]
    DemandTwice { id: u32, period: Period, head: String },
    #[error("building {id}: the sticker's code is not that of this building")]
    WrongHouseCode { id: u32 },
    #[error("building {id}: the waste fee is paid by months, not by {period}")]
    NotAMonth { id: u32, period: Period },
    #[error("building {id}: more than {CONNECTIONS_MAX} connections")]
    TooManyConnections { id: u32 },
    #[error("building {id}: two connections are of {service}")]
    ConnectionTwice { id: u32, service: String },
    #[error("building {id}: the connection of {service}: {fault}")]
    Connection { id: u32, service: String, fault: ConnectionFault },
}

impl Building {
    /// The owner's name in the language, where the register has it, or in Latin letters.
    pub fn owner_in(&self, language: Language) -> &str {
        match &self.owner_local {
            Some(local) if local.language == language => &local.name,
            _ => &self.owner,
        }
    }

    /// The building as a device has it that anybody may touch: without the name of who owns it.
    pub fn without_names(self) -> Self {
        let owner_local =
            self.owner_local.map(|local| LocalName { name: masked(&local.name), ..local });
        Self { owner: masked(&self.owner), owner_local, ..self }
    }

    /// Whether a row from outside may be used at all.
    pub fn check(&self, body: &str) -> Result<(), RegisterFault> {
        let id = self.id;
        for (field, text) in self.texts() {
            if text.trim().is_empty() {
                return Err(RegisterFault::Empty { id, field });
            }
            if text.chars().count() > REGISTER_TEXT_CHARACTERS_MAX {
                return Err(RegisterFault::TooLong { id, field });
            }
        }
        let code = HouseCode::parse(&self.house_code);
        if code != Ok(HouseCode { body: body.to_owned(), building: id }) {
            return Err(RegisterFault::WrongHouseCode { id });
        }
        self.check_sums()?;
        self.check_connections()?;
        match self.household.as_ref().and_then(|household| household.fee_paid_until) {
            Some(period) if period.months() != 1 => Err(RegisterFault::NotAMonth { id, period }),
            _ => Ok(()),
        }
    }

    /// What it draws of a service.
    pub fn connection(&self, service: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.service == service)
    }

    fn check_connections(&self) -> Result<(), RegisterFault> {
        let id = self.id;
        if self.connections.len() > CONNECTIONS_MAX {
            return Err(RegisterFault::TooManyConnections { id });
        }
        for (place, connection) in self.connections.iter().enumerate() {
            let service = connection.service.clone();
            if let Err(fault) = connection.check() {
                return Err(RegisterFault::Connection { id, service, fault });
            }
            if self.connections[..place].iter().any(|other| other.service == service) {
                return Err(RegisterFault::ConnectionTwice { id, service });
            }
        }
        Ok(())
    }

    fn texts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let always = [
            ("number", self.number.as_str()),
            ("street", &self.street),
            ("owner", &self.owner),
            ("use_code", &self.use_code),
        ];
        let old_number = self.old_number.as_deref().map(|text| ("old_number", text));
        let local = self.owner_local.as_ref().map(|local| ("owner_local", local.name.as_str()));
        let category = self.household.as_ref().map(|home| ("category", home.category.as_str()));
        always.into_iter().chain(old_number).chain(local).chain(category)
    }

    fn check_sums(&self) -> Result<(), RegisterFault> {
        let id = self.id;
        let negative = |sum: Paise, field| {
            if sum < Paise::ZERO { Err(RegisterFault::Negative { id, field }) } else { Ok(()) }
        };
        negative(self.annual_tax, "annual_tax")?;
        negative(self.advance, "advance")?;
        if self.demands.len() > DEMANDS_MAX {
            return Err(RegisterFault::TooManyDemands { id });
        }
        for (place, row) in self.demands.iter().enumerate() {
            negative(row.assessed, "assessed")?;
            negative(row.paid, "paid")?;
            let same = |other: &DemandRow| (other.period, &other.head) == (row.period, &row.head);
            if self.demands[..place].iter().any(same) {
                let (period, head) = (row.period, row.head.clone());
                return Err(RegisterFault::DemandTwice { id, period, head });
            }
        }
        Ok(())
    }
}

/// "L•••••• R.": enough for the owner to know the bill as theirs, too little for a passer-by. The
/// number of dots is always the same, so that it tells nothing either.
pub fn masked(owner: &str) -> String {
    let mut words = owner.split_whitespace();
    let Some(first) = words.next() else {
        return String::new();
    };
    let mut shown = format!("{}••••••", initial(first));
    if let Some(last) = words.next_back() {
        shown.push(' ');
        if last.ends_with('.') && last.chars().count() <= INITIALS_CHARACTERS_MAX {
            shown.push_str(last);
        } else {
            shown.push_str(&format!("{}.", initial(last)));
        }
    }
    shown
}

/// "ആർ." has three characters and a full stop; "K.P." has four.
const INITIALS_CHARACTERS_MAX: usize = 5;

fn initial(word: &str) -> String {
    word.chars().take(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn building() -> Building {
        Building {
            id: 345,
            ward: 7,
            number: "12/345".into(),
            old_number: None,
            street: "Temple Road".into(),
            owner: "Lakshmi R.".into(),
            owner_local: Some(LocalName {
                language: Language::Ml, name: "ലക്ഷ്മി ആർ.".into()
            }),
            area_m2: 120,
            use_code: "house".into(),
            house_code: HouseCode { body: "G0802".into(), building: 345 }.to_string(),
            annual_tax: Paise::rupees(1_200),
            demands: vec![DemandRow {
                period: "2025-10/6".parse().expect("a period"),
                head: "PT".into(),
                assessed: Paise::rupees(600),
                paid: Paise::ZERO,
            }],
            advance: Paise::rupees(100),
            household: None,
            connections: Vec::new(),
        }
    }

    #[test]
    fn owners_are_masked() {
        assert_eq!(masked("Lakshmi R."), "L•••••• R.");
        assert_eq!(masked("ലക്ഷ്മി ആർ."), "ല•••••• ആർ.");
        assert_eq!(masked("Ammini"), "A••••••");
        assert_eq!(masked("Mary Kutty Joseph"), "M•••••• J.");
        assert_eq!(masked("  "), "");
        // What is masked stays as it is.
        for name in ["Lakshmi R.", "ലക്ഷ്മി ആർ.", "Ammini", "Mary Kutty Joseph"] {
            assert_eq!(masked(&masked(name)), masked(name));
        }
        let shown = building().without_names();
        assert_eq!(shown.owner, "L•••••• R.");
        assert_eq!(shown.owner_in(Language::Ml), "ല•••••• ആർ.");
        assert_eq!(shown.check("G0802"), Ok(()));
    }

    #[test]
    fn a_building_round_trips_through_bytes_and_text() {
        let bytes = minicbor::to_vec(building()).expect("writing to memory");
        assert_eq!(minicbor::decode::<Building>(&bytes).ok(), Some(building()));
        assert_eq!(building().owner_in(Language::Ml), "ലക്ഷ്മി ആർ.");
        assert_eq!(building().owner_in(Language::Hi), "Lakshmi R.");
    }

    #[test]
    fn faulty_rows_are_refused() {
        let refused = |change: fn(&mut Building)| {
            let mut row = building();
            change(&mut row);
            row.check("G0802").expect_err("a faulty row").to_string()
        };
        assert_eq!(building().check("G0802"), Ok(()));
        assert_eq!(refused(|b| b.owner = " ".into()), "building 345: owner is empty");
        assert!(refused(|b| b.street = "x".repeat(121)).contains("longer than 120"));
        assert!(refused(|b| b.id = 346).contains("sticker"));
        assert!(refused(|b| b.advance = Paise::new(-1)).contains("advance is negative"));
        assert!(refused(|b| b.demands.push(b.demands[0].clone())).contains("stands twice"));
        assert!(building().check("G0803").is_err());
    }
}
