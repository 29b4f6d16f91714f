//! Dates in the words of the person's language: 14-08-2026 is "14 August 2026".

use ledger::Language;

use crate::says;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date of the form 14-08-2026; anything else is left as it is.
pub(super) fn in_words(date: &str, language: Language) -> String {
    let mut parts = date.split('-');
    let (Some(day), Some(month), Some(year), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return date.to_owned();
    };
    let Some(month) = month.parse().ok().and_then(|month: usize| MONTHS.get(month.wrapping_sub(1)))
    else {
        return date.to_owned();
    };
    says::translated(language, "date", "{day} {month} {year}")
        .replace("{day}", day.trim_start_matches('0'))
        .replace("{month}", says::translated(language, "month", month))
        .replace("{year}", year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_said_in_the_language() {
        assert_eq!(in_words("14-08-2026", Language::En), "14 August 2026");
        assert_eq!(in_words("01-03-2027", Language::Hi), "1 मार्च 2027");
        assert_eq!(in_words("14-13-2026", Language::En), "14-13-2026");
        assert_eq!(in_words("soon", Language::En), "soon");
    }

    #[test]
    fn every_month_has_a_name_in_every_language() {
        for language in Language::ALL {
            for month in MONTHS {
                let name = says::translated(language, "month", month);
                assert!(language == Language::En || name != month, "{month} in {language:?}");
            }
        }
    }
}
