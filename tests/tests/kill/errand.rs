//! What a person came to pay, and what they do about each page that stands before them.

use serde_json::{Value, json};
use tests::chance::Chance;
use tests::town::CASHIER;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Card,
    Cash,
    Upi,
}

impl Mode {
    fn id(self) -> &'static str {
        match self {
            Mode::Card => "card",
            Mode::Cash => "cash",
            Mode::Upi => "upi",
        }
    }
}

/// One payment to be made.
#[derive(Clone, Debug)]
pub struct Errand {
    pub house: String,
    pub rupees: u32,
    pub mode: Mode,
    /// How long the card takes at the terminal, and how fast the printer is (0 is at once).
    pub card_ms: u32,
    pub printer_bytes_per_second: u32,
}

/// What is done about a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Touch(Value),
    /// A touch by which money is taken.
    Money(Value),
    /// The square is paid with a phone.
    Phone(String),
    /// Something is under way.
    Wait,
    /// The payment is done, and the person says so by this touch.
    Thanked(Value),
    /// A slip of this number: is it in the tray?
    AnswerAboutPaper(String),
}

/// The rupees of one payment: below every limit, so that a day holds a thousand of them.
const RUPEES_MAX: u32 = 20;

impl Errand {
    pub fn by_chance(chance: &mut Chance, houses: &[String]) -> Errand {
        let mode = match chance.below(10) {
            0..5 => Mode::Card,
            5..9 => Mode::Cash,
            _ => Mode::Upi,
        };
        Errand {
            house: chance.pick(houses).clone(),
            rupees: chance.between(1, RUPEES_MAX),
            mode,
            card_ms: *chance.pick(&[0, 5, 40]),
            printer_bytes_per_second: *chance.pick(&[0, 1_000_000, 300_000]),
        }
    }

    pub fn deed(&self, screen: &Value) -> Deed {
        let Some((name, page)) = screen["page"].as_object().and_then(|page| page.iter().next())
        else {
            return Deed::Wait;
        };
        let next = press("next");
        if screen["frame"]["refusal"]["code"] == "nothing_due" {
            return Deed::Touch(press("finish"));
        }
        match name.as_str() {
            "home" if self.mode == Mode::Cash && screen["frame"]["staff"].is_null() => {
                Deed::Touch(press("sign_in"))
            }
            "home" => Deed::Touch(choose("property_tax")),
            "sign_in" => Deed::Touch(sign_in(page)),
            "find" if page["typed"] != self.house.as_str() => {
                Deed::Touch(fill("number", &self.house))
            }
            "find" | "demand" | "day_closed" | "checked" => Deed::Touch(next),
            "pay" => self.pay(page),
            "amount" if page["amount"] == self.paise() => Deed::Touch(next),
            "amount" => Deed::Touch(fill("amount", &self.rupees.to_string())),
            "cash" if page["tendered"] == page["amount"] => Deed::Money(next),
            "cash" => Deed::Touch(fill("tendered", &rupees(&page["amount"]))),
            "card" if matches!(page["state"].as_str(), Some("declined" | "cannot_tell")) => {
                Deed::Touch(next)
            }
            "upi" => Deed::Phone(page["code"].as_str().unwrap_or_default().to_owned()),
            "card" | "printing" => Deed::Wait,
            "paid" => Deed::Thanked(next),
            "stopped" => Deed::Touch(press("collect_later")),
            "ask_paper" => {
                Deed::AnswerAboutPaper(page["number"].as_str().unwrap_or_default().to_owned())
            }
            _ => Deed::Touch(press("finish")),
        }
    }

    fn pay(&self, page: &Value) -> Deed {
        let mode = self.mode.id();
        let modes = page["modes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let choice = modes.iter().find(|choice| choice["mode"] == mode);
        if page["amount"] != self.paise() {
            Deed::Touch(choose("another"))
        } else if choice.is_none_or(|choice| !choice["not_now"].is_null()) {
            // Without a line, or after a restart without a cashier: another day.
            Deed::Touch(press("finish"))
        } else if page["mode"] != mode {
            Deed::Touch(choose(mode))
        } else if self.mode == Mode::Cash {
            Deed::Touch(press("next"))
        } else {
            Deed::Money(press("next"))
        }
    }

    fn paise(&self) -> i64 {
        i64::from(self.rupees) * 100
    }
}

pub fn press(button: &str) -> Value {
    json!({ "press": button })
}

fn choose(id: &str) -> Value {
    json!({ "choose": id })
}

fn fill(field: &str, text: &str) -> Value {
    json!({ "type": { "field": field, "text": text } })
}

fn sign_in(page: &Value) -> Value {
    let id = CASHIER.id.to_string();
    if page["chosen"] != id.as_str() {
        choose(&id)
    } else if page["pin_digits"] != CASHIER.pin.len() {
        fill("pin", CASHIER.pin)
    } else {
        press("next")
    }
}

fn rupees(paise: &Value) -> String {
    let paise = paise.as_i64().unwrap_or_default();
    format!("{}.{:02}", paise / 100, paise % 100)
}
