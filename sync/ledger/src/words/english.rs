//! English, as it is written in India.

use super::{CRORE, Currency, HUNDRED, LAKH, THOUSAND, place};

pub(super) const CURRENCY: Currency = Currency {
    minus: "minus",
    rupee: "rupee",
    rupees: "rupees",
    and: "and",
    paisa: "paisa",
    paise: "paise",
    only: "only",
};

#[rustfmt::skip]
const BELOW_TWENTY: [&str; 20] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
];

#[rustfmt::skip]
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

pub(super) fn number(number: u64) -> String {
    if number < HUNDRED {
        return below_hundred(number);
    }
    let mut words = Vec::new();
    let mut rest = number;
    let scales = [(CRORE, "crore"), (LAKH, "lakh"), (THOUSAND, "thousand"), (HUNDRED, "hundred")];
    for (scale, name) in scales {
        if rest >= scale {
            words.push(format!("{} {name}", self::number(rest / scale)));
            rest %= scale;
        }
    }
    if rest > 0 {
        words.push(format!("and {}", below_hundred(rest)));
    }
    words.join(" ")
}

fn below_hundred(number: u64) -> String {
    match (number / 10, number % 10) {
        (0 | 1, _) => BELOW_TWENTY[place(number)].to_owned(),
        (tens, 0) => TENS[place(tens)].to_owned(),
        (tens, ones) => format!("{}-{}", TENS[place(tens)], BELOW_TWENTY[place(ones)]),
    }
}
