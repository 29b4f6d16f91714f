//! Card numbers: four digits of one may be kept, and nothing else of it is.

use std::fmt;

/// Shorter runs of digits are amounts, dates and trace numbers; card numbers have 12 to 19
/// (ISO/IEC 7812-1 allows up to nineteen).
const CARD_NUMBER_DIGITS_MIN: usize = 12;

/// The last four digits of a card number. There is no type for the whole one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LastFour([u8; 4]);

impl LastFour {
    /// Four decimal digits, or nothing.
    pub fn new(digits: [u8; 4]) -> Option<LastFour> {
        digits.iter().all(u8::is_ascii_digit).then_some(LastFour(digits))
    }

    /// Those at the end of a number that is masked, set in groups, or whole.
    pub fn of(text: &str) -> Option<LastFour> {
        let signs = text.bytes().filter(|sign| !matches!(sign, b' ' | b'-'));
        let tail = signs.fold([0; 4], |tail, sign| [tail[1], tail[2], tail[3], sign]);
        LastFour::new(tail)
    }
}

impl fmt::Display for LastFour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", char::from(*digit)))
    }
}

impl fmt::Debug for LastFour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LastFour({self})")
    }
}

/// Replaces all but the last four digits of anything as long as a card number, also when it is
/// set in groups.
pub fn mask_card_numbers(text: &str) -> String {
    let mut masked: Vec<char> = text.chars().collect();
    let mut run: Vec<usize> = Vec::new();
    for at in 0..=masked.len() {
        match masked.get(at) {
            Some(character) if character.is_ascii_digit() => run.push(at),
            Some(' ' | '-') if !run.is_empty() => {}
            _ => {
                if run.len() >= CARD_NUMBER_DIGITS_MIN {
                    run[..run.len() - 4].iter().for_each(|digit| masked[*digit] = '*');
                }
                run.clear();
            }
        }
    }
    masked.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn four_digits_are_found_at_the_end_of_any_form_of_a_number() {
        let four = |text: &str| LastFour::of(text).map(|four| four.to_string());
        for text in ["6071980012344321", "607198******4321", "**** **** **** 4321", "4321"] {
            assert_eq!(four(text).as_deref(), Some("4321"), "{text}");
        }
        for text in ["", "321", "607198**********", "4321 (RuPay)"] {
            assert_eq!(four(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_in_words_and_groups_are_masked() {
        let masked = mask_card_numbers("Card 6071 9800 1234 4321 paid 1184.00");
        assert_eq!(masked, "Card **** **** **** 4321 paid 1184.00");
        assert_eq!(mask_card_numbers("6071980012344321"), "************4321");
    }

    proptest! {
        #[test]
        fn a_card_number_is_always_masked(
            before in "[a-zA-Z ]{0,10}", number in "[0-9]{12,19}", after in "[a-zA-Z ]{0,10}",
        ) {
            let masked = mask_card_numbers(&format!("{before}{number}{after}"));
            prop_assert!(!masked.contains(&number[..number.len() - 3]));
        }
    }
}
