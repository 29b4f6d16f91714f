use std::collections::BTreeMap;

use super::*;

fn check(language: Language, rupees: i64, expected: &str) {
    assert_eq!(in_words(Paise::rupees(rupees), language), expected);
}

#[test]
fn english() {
    check(Language::En, 0, "Zero rupees only");
    check(Language::En, 1, "One rupee only");
    check(Language::En, 1_184, "One thousand one hundred and eighty-four rupees only");
    check(Language::En, 1_005, "One thousand and five rupees only");
    check(Language::En, 149_080, "One lakh forty-nine thousand and eighty rupees only");
    check(
        Language::En,
        12_345_678,
        "One crore twenty-three lakh forty-five thousand six hundred and seventy-eight rupees only",
    );
    check(Language::En, 20_000_000_000, "Two thousand crore rupees only");
}

#[test]
fn malayalam() {
    check(Language::Ml, 0, "പൂജ്യം രൂപ മാത്രം");
    check(Language::Ml, 1, "ഒരു രൂപ മാത്രം");
    check(Language::Ml, 1_184, "ആയിരത്തി ഒരുനൂറ്റി എൺപത്തിനാല് രൂപ മാത്രം");
    check(Language::Ml, 184, "നൂറ്റി എൺപത്തിനാല് രൂപ മാത്രം");
    check(Language::Ml, 554, "അഞ്ഞൂറ്റി അമ്പത്തിനാല് രൂപ മാത്രം");
    check(Language::Ml, 900, "തൊള്ളായിരം രൂപ മാത്രം");
    check(Language::Ml, 25_155, "ഇരുപത്തിയയ്യായിരത്തി ഒരുനൂറ്റി അമ്പത്തിയഞ്ച് രൂപ മാത്രം");
    check(Language::Ml, 149_080, "ഒരു ലക്ഷത്തി നാല്പത്തിയൊൻപതിനായിരത്തി എൺപത് രൂപ മാത്രം");
    check(Language::Ml, 2_000_000, "ഇരുപത് ലക്ഷം രൂപ മാത്രം");
    check(Language::Ml, 10_000_000, "ഒരു കോടി രൂപ മാത്രം");
}

#[test]
fn hindi() {
    check(Language::Hi, 1, "एक रुपया मात्र");
    check(Language::Hi, 1_184, "एक हज़ार एक सौ चौरासी रुपये मात्र");
    check(Language::Hi, 149_080, "एक लाख उनचास हज़ार अस्सी रुपये मात्र");
    check(Language::Hi, 100, "एक सौ रुपये मात्र");
}

#[test]
fn marathi() {
    check(Language::Mr, 100, "शंभर रुपये फक्त");
    check(Language::Mr, 1_184, "एक हजार एकशे चौऱ्याऐंशी रुपये फक्त");
    check(Language::Mr, 149_080, "एक लाख एकोणपन्नास हजार ऐंशी रुपये फक्त");
}

#[test]
fn odia() {
    check(Language::Or, 1_184, "ଏକ ହଜାର ଏକ ଶହ ଚଉରାଅଶୀ ଟଙ୍କା ମାତ୍ର");
    check(Language::Or, 149_080, "ଏକ ଲକ୍ଷ ଅଣଚାଶ ହଜାର ଅଶୀ ଟଙ୍କା ମାତ୍ର");
}

#[test]
fn paise_and_less_than_nothing() {
    let words = |paise, language| in_words(Paise::new(paise), language);
    assert_eq!(
        words(118_450, Language::En).split_once(" rupees "),
        Some(("One thousand one hundred and eighty-four", "and fifty paise only",))
    );
    assert_eq!(words(50, Language::Ml), "അമ്പത് പൈസ മാത്രം");
    assert_eq!(words(101, Language::Ml), "ഒരു രൂപ ഒരു പൈസ മാത്രം");
    assert_eq!(words(10_001, Language::Hi), "एक सौ रुपये एक पैसा मात्र");
    assert_eq!(words(-500, Language::En), "Minus five rupees only");
}

/// Two sums with the same words would let one be passed off as the other.
#[test]
fn no_two_sums_share_their_words() {
    let larger = (2..100).flat_map(|n| [n * 1_000, n * 100_000]);
    let rupees = (0..=1_200).chain(larger);
    let rupees: Vec<i64> = rupees.chain([10_000_000, 10_000_100, 100_100, 101_000]).collect();
    for language in Language::ALL {
        let mut said: BTreeMap<String, i64> = BTreeMap::new();
        for sum in &rupees {
            let words = in_words(Paise::rupees(*sum), language);
            let before = said.insert(words.clone(), *sum);
            assert!(before.is_none_or(|before| before == *sum), "{words}: {before:?} and {sum}");
        }
    }
}
