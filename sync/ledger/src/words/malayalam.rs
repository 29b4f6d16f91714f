//! Malayalam. Tens, hundreds and thousands have a form of their own when something follows them.

use super::{CRORE, Currency, HUNDRED, LAKH, THOUSAND, place};

pub(super) const CURRENCY: Currency = Currency {
    minus: "മൈനസ്",
    rupee: "രൂപ",
    rupees: "രൂപ",
    and: "",
    paisa: "പൈസ",
    paise: "പൈസ",
    only: "മാത്രം",
};

/// One, before the thing that is counted.
pub(super) const ONE_OF: &str = "ഒരു";

#[rustfmt::skip]
const BELOW_TWENTY: [&str; 20] = [
    "പൂജ്യം", "ഒന്ന്", "രണ്ട്", "മൂന്ന്", "നാല്", "അഞ്ച്", "ആറ്", "ഏഴ്", "എട്ട്", "ഒൻപത്", "പത്ത്",
    "പതിനൊന്ന്", "പന്ത്രണ്ട്", "പതിമൂന്ന്", "പതിനാല്",
    "പതിനഞ്ച്", "പതിനാറ്", "പതിനേഴ്", "പതിനെട്ട്",
    "പത്തൊൻപത്",
];

/// A ten alone, and before a unit.
#[rustfmt::skip]
const TENS: [(&str, &str); 10] = [
    ("", ""), ("", ""), ("ഇരുപത്", "ഇരുപത്തി"), ("മുപ്പത്", "മുപ്പത്തി"), ("നാല്പത്", "നാല്പത്തി"),
    ("അമ്പത്", "അമ്പത്തി"), ("അറുപത്", "അറുപത്തി"), ("എഴുപത്", "എഴുപത്തി"), ("എൺപത്", "എൺപത്തി"),
    ("തൊണ്ണൂറ്", "തൊണ്ണൂറ്റി"),
];

/// A unit after a ten: those that begin with a vowel glide into it.
#[rustfmt::skip]
const AFTER_TEN: [&str; 10] = [
    "", "യൊന്ന്", "രണ്ട്", "മൂന്ന്", "നാല്", "യഞ്ച്", "യാറ്", "യേഴ്", "യെട്ട്", "യൊൻപത്",
];

/// A hundred that ends the number, and one that something follows.
#[rustfmt::skip]
const HUNDREDS: [(&str, &str); 10] = [
    ("", ""), ("നൂറ്", "നൂറ്റി"), ("ഇരുനൂറ്", "ഇരുനൂറ്റി"), ("മുന്നൂറ്", "മുന്നൂറ്റി"),
    ("നാനൂറ്", "നാനൂറ്റി"), ("അഞ്ഞൂറ്", "അഞ്ഞൂറ്റി"), ("അറുനൂറ്", "അറുനൂറ്റി"),
    ("എഴുനൂറ്", "എഴുനൂറ്റി"), ("എണ്ണൂറ്", "എണ്ണൂറ്റി"), ("തൊള്ളായിരം", "തൊള്ളായിരത്തി"),
];

/// After something larger a hundred is said as "one hundred".
const ONE_HUNDRED: (&str, &str) = ("ഒരുനൂറ്", "ഒരുനൂറ്റി");

/// Thousands without their ending, which is "ം" at the end and "ത്തി" before more.
#[rustfmt::skip]
const THOUSANDS_BELOW_TWENTY: [&str; 20] = [
    "", "ആയിര", "രണ്ടായിര", "മൂവായിര", "നാലായിര", "അയ്യായിര", "ആറായിര", "ഏഴായിര", "എണ്ണായിര",
    "ഒൻപതിനായിര", "പതിനായിര", "പതിനൊന്നായിര", "പന്ത്രണ്ടായിര", "പതിമൂവായിര", "പതിനാലായിര",
    "പതിനയ്യായിര", "പതിനാറായിര", "പതിനേഴായിര", "പതിനെണ്ണായിര", "പത്തൊൻപതിനായിര",
];

#[rustfmt::skip]
const TENS_OF_THOUSANDS: [&str; 10] = [
    "", "", "ഇരുപതിനായിര", "മുപ്പതിനായിര", "നാല്പതിനായിര", "അമ്പതിനായിര", "അറുപതിനായിര",
    "എഴുപതിനായിര", "എൺപതിനായിര", "തൊണ്ണൂറായിര",
];

#[rustfmt::skip]
const THOUSANDS_AFTER_TEN: [&str; 10] = [
    "", "യൊന്നായിര", "രണ്ടായിര", "മൂവായിര", "നാലായിര",
    "യയ്യായിര", "യാറായിര", "യേഴായിര", "യെണ്ണായിര",
    "യൊൻപതിനായിര",
];

pub(super) fn number(number: u64) -> String {
    if number < HUNDRED {
        return below_hundred(number);
    }
    let mut words: Vec<String> = Vec::new();
    let mut rest = number;
    if rest >= CRORE {
        words.push(format!("{} കോടി", count(rest / CRORE)));
        rest %= CRORE;
    }
    if rest >= LAKH {
        let lakhs = count(rest / LAKH);
        rest %= LAKH;
        words.push(format!("{lakhs} ലക്ഷ{}", ending(rest)));
    }
    if rest >= THOUSAND {
        let thousands = thousands(rest / THOUSAND);
        rest %= THOUSAND;
        words.push(format!("{thousands}{}", ending(rest)));
    }
    if rest >= HUNDRED {
        let (alone, joined) = match (rest / HUNDRED, words.is_empty()) {
            (1, false) => ONE_HUNDRED,
            (hundreds, _) => HUNDREDS[place(hundreds)],
        };
        rest %= HUNDRED;
        words.push(if rest == 0 { alone } else { joined }.to_owned());
    }
    if rest > 0 {
        words.push(below_hundred(rest));
    }
    words.join(" ")
}

fn count(number: u64) -> String {
    if number == 1 { ONE_OF.to_owned() } else { self::number(number) }
}

const fn ending(rest: u64) -> &'static str {
    if rest == 0 { "ം" } else { "ത്തി" }
}

fn below_hundred(number: u64) -> String {
    match (number / 10, number % 10) {
        (0 | 1, _) => BELOW_TWENTY[place(number)].to_owned(),
        (tens, 0) => TENS[place(tens)].0.to_owned(),
        (tens, ones) => format!("{}{}", TENS[place(tens)].1, AFTER_TEN[place(ones)]),
    }
}

fn thousands(number: u64) -> String {
    match (number / 10, number % 10) {
        (0 | 1, _) => THOUSANDS_BELOW_TWENTY[place(number)].to_owned(),
        (tens, 0) => TENS_OF_THOUSANDS[place(tens)].to_owned(),
        (tens, ones) => format!("{}{}", TENS[place(tens)].1, THOUSANDS_AFTER_TEN[place(ones)]),
    }
}
