//! The functions on texts. A character is a Unicode character, whatever its script.

/// Characters from `start`, counted from 0, up to but not `end`; negative ones count from the end.
pub fn substr(text: &str, start: f64, end: Option<f64>) -> String {
    let count = text.chars().count();
    let place = |wanted: f64| {
        #[expect(clippy::cast_precision_loss, reason = "a text is shorter than 2^53")]
        let length = count as f64;
        let from_start = if wanted < 0.0 { length + wanted.trunc() } else { wanted.trunc() };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to the text; not a number is 0"
        )]
        let place = from_start.clamp(0.0, length) as usize;
        place
    };
    let start = place(start);
    let end = end.map_or(count, place);
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}

pub fn translate(text: &str, from: &str, to: &str) -> String {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    text.chars()
        .filter_map(|letter| match from.iter().position(|each| *each == letter) {
            None => Some(letter),
            Some(place) => to.get(place).copied(),
        })
        .collect()
}

pub fn normalized(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The names of the choices that are selected in an answer.
pub fn selected(answer: &str) -> impl Iterator<Item = &str> {
    answer.split_whitespace()
}
