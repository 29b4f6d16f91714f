//! Months and half-years by name, in each language.

use chrono::Datelike;

use super::Period;
use crate::Language;

pub(super) fn label(period: Period, language: Language) -> String {
    let (first, last) = (period.first_day(), period.last_day());
    let names = months(language);
    let (from, to) = (names[first.month0() as usize], names[last.month0() as usize]);
    let (year, year_after) = (first.year(), last.year());
    let one_year = year == year_after;
    if period.months() == 1 {
        return match language {
            Language::Ml => format!("{year} {from}"),
            _ => format!("{from} {year}"),
        };
    }
    match language {
        Language::En if one_year => format!("{from} to {to} {year}"),
        Language::En => format!("{from} {year} to {to} {year_after}"),
        Language::Ml if one_year => format!("{year} {from} മുതൽ {to} വരെ"),
        Language::Ml => format!("{year} {from} മുതൽ {year_after} {to} വരെ"),
        Language::Hi if one_year => format!("{from} से {to} {year}"),
        Language::Hi => format!("{from} {year} से {to} {year_after}"),
        Language::Mr if one_year => format!("{from} ते {to} {year}"),
        Language::Mr => format!("{from} {year} ते {to} {year_after}"),
        Language::Or if one_year => format!("{from}ରୁ {to} {year}"),
        Language::Or => format!("{from} {year}ରୁ {to} {year_after}"),
    }
}

/// A half-year and a year of the office by their place in the financial year, others as on the
/// glass.
pub(super) fn label_on_slip(period: Period, language: Language) -> String {
    let year = financial_year(period);
    match (period.month(), period.months()) {
        (4, 6) => format!("{year} {}", halves(language)[0]),
        (10, 6) => format!("{year} {}", halves(language)[1]),
        (4, 12) => year,
        _ => label(period, language),
    }
}

/// "2025–26".
fn financial_year(period: Period) -> String {
    let start = Period::financial_year_of(period.first_day()).year();
    format!("{start}–{:02}", (start + 1) % 100)
}

const fn halves(language: Language) -> [&'static str; 2] {
    match language {
        Language::En => ["first half-year", "second half-year"],
        Language::Ml => ["ഒന്നാം അർധവർഷം", "രണ്ടാം അർധവർഷം"],
        Language::Hi => ["पहली छमाही", "दूसरी छमाही"],
        Language::Mr => ["पहिली सहामाही", "दुसरी सहामाही"],
        Language::Or => ["ପ୍ରଥମ ଅର୍ଦ୍ଧବର୍ଷ", "ଦ୍ୱିତୀୟ ଅର୍ଦ୍ଧବର୍ଷ"],
    }
}

#[rustfmt::skip]
const fn months(language: Language) -> [&'static str; 12] {
    match language {
        Language::En => [
            "January", "February", "March", "April", "May", "June", "July", "August", "September",
            "October", "November", "December",
        ],
        Language::Ml => [
            "ജനുവരി", "ഫെബ്രുവരി", "മാർച്ച്", "ഏപ്രിൽ", "മേയ്", "ജൂൺ", "ജൂലൈ", "ഓഗസ്റ്റ്",
            "സെപ്റ്റംബർ", "ഒക്ടോബർ", "നവംബർ", "ഡിസംബർ",
        ],
        Language::Hi => [
            "जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई",
            "जून", "जुलाई", "अगस्त", "सितंबर", "अक्टूबर",
            "नवंबर", "दिसंबर",
        ],
        Language::Mr => [
            "जानेवारी", "फेब्रुवारी", "मार्च", "एप्रिल", "मे", "जून", "जुलै", "ऑगस्ट", "सप्टेंबर",
            "ऑक्टोबर", "नोव्हेंबर", "डिसेंबर",
        ],
        Language::Or => [
            "ଜାନୁଆରୀ", "ଫେବୃଆରୀ", "ମାର୍ଚ୍ଚ", "ଏପ୍ରିଲ", "ମଇ", "ଜୁନ", "ଜୁଲାଇ", "ଅଗଷ୍ଟ", "ସେପ୍ଟେମ୍ବର",
            "ଅକ୍ଟୋବର", "ନଭେମ୍ବର", "ଡିସେମ୍ବର",
        ],
    }
}
