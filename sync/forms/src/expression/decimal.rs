//! Rounding as it is done on paper: on the decimal digits that a number is written with, so that
//! round(1.005, 2) is 1.01, although the double lies below it.

/// Beyond these places there is no digit to round at.
const PLACES_MAX: i64 = 30;

/// Half goes up, that is towards positive infinity, as XPath's round() does.
pub fn round(number: f64, places: f64) -> f64 {
    if !number.is_finite() {
        return number;
    }
    if places.is_nan() {
        return f64::NAN;
    }
    #[expect(clippy::cast_possible_truncation, reason = "limited in the next line")]
    let places = places.clamp(-1e6, 1e6) as i64;
    if places.abs() > PLACES_MAX {
        return f64::NAN;
    }
    let written = number.abs().to_string();
    let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
    let digits: Vec<u8> = whole.bytes().chain(part.bytes()).map(|digit| digit - b'0').collect();
    let point = i64::try_from(whole.len()).unwrap_or(i64::MAX);
    let rounded = cut(&digits, point + places, number > 0.0);
    let text = format!("{rounded}e{}", -places);
    let value: f64 = text.parse().unwrap_or(f64::NAN);
    if number < 0.0 { -value } else { value }
}

/// The first `keep` digits, as a whole number in text, one more where the rest is over a half, or
/// a half and `half_up`.
fn cut(digits: &[u8], keep: i64, half_up: bool) -> String {
    let Ok(keep) = usize::try_from(keep) else { return "0".to_owned() };
    let mut kept: Vec<u8> = digits.iter().copied().take(keep).collect();
    kept.resize(keep, 0);
    let rest = digits.get(keep..).unwrap_or_default();
    let more = rest.iter().skip(1).any(|digit| *digit > 0);
    let up = match rest.first() {
        Some(digit) => *digit > 5 || (*digit == 5 && (more || half_up)),
        None => false,
    };
    if up {
        add_one(&mut kept);
    }
    let text: String = kept.iter().map(|digit| char::from(b'0' + digit)).collect();
    if text.is_empty() { "0".to_owned() } else { text }
}

fn add_one(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return;
        }
        *digit = 0;
    }
    digits.insert(0, 1);
}
