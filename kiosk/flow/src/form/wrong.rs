//! What is wrong with an answer, and how what is typed is read.

use chrono::NaiveDate;
use forms::{Complaint, Kind, NotAnAnswer};

use crate::refusal::RefusalCode;

/// What is wrong with an answer, and the code of its sentence where the form has no words for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Wrong {
    /// What was typed is no answer of the question's type.
    NotAnAnswer(NotAnAnswer),
    /// By the form's own rules.
    Complaint(Complaint),
}

impl Wrong {
    pub fn code(&self, kind: &Kind) -> RefusalCode {
        match self {
            Self::Complaint(Complaint::Required) => match kind {
                Kind::SelectOne(_) | Kind::SelectMultiple(_) => RefusalCode::ChooseFirst,
                Kind::Geopoint => RefusalCode::PlaceNeeded,
                Kind::Image => RefusalCode::PictureNeeded,
                _ => RefusalCode::AnswerNeeded,
            },
            Self::Complaint(Complaint::Constraint) => RefusalCode::AnswerNotTaken,
            Self::Complaint(Complaint::Broken(_)) => RefusalCode::FormBroken,
            Self::NotAnAnswer(because) => match because {
                NotAnAnswer::NoInteger | NotAnAnswer::NoDecimal => RefusalCode::NotANumber,
                NotAnAnswer::NoDate => RefusalCode::NotADate,
                NotAnAnswer::NoTime => RefusalCode::NotATime,
                NotAnAnswer::TooLong => RefusalCode::TextTooLong,
                NotAnAnswer::NoChoice
                | NotAnAnswer::OffTheScale
                | NotAnAnswer::NoPlace
                | NotAnAnswer::NotAsked
                | NotAnAnswer::ReadOnly
                | NotAnAnswer::Gone => RefusalCode::AnswerNotTaken,
            },
        }
    }
}

/// How a form writes what is typed: a day as 2026-08-14, a time as 14:05, a name without what
/// stands around it.
pub(super) fn written(kind: &Kind, typed: &str) -> Result<String, NotAnAnswer> {
    let typed = typed.trim();
    let text = match kind {
        Kind::Date if !typed.is_empty() => {
            read_date(typed).ok_or(NotAnAnswer::NoDate)?.format("%Y-%m-%d").to_string()
        }
        Kind::Time if !typed.is_empty() => read_time(typed).ok_or(NotAnAnswer::NoTime)?,
        _ => typed.to_owned(),
    };
    kind.answer(&text).map(|_| text)
}

/// "14-08-2026"; slashes and points will do, too.
fn read_date(typed: &str) -> Option<NaiveDate> {
    let mut parts = typed.split(['-', '/', '.']);
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = parts.next().is_none() && day.len() <= 2 && year.len() == 4;
    let date =
        || NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    whole.then(date)?
}

/// "14:05"; a point will do, too.
fn read_time(typed: &str) -> Option<String> {
    let (hour, minute) = typed.split_once([':', '.'])?;
    let part = |part: &str, length: std::ops::RangeInclusive<usize>, most: u8| {
        let sound = length.contains(&part.len()) && part.bytes().all(|sign| sign.is_ascii_digit());
        sound.then(|| part.parse().ok()).flatten().filter(|number: &u8| *number <= most)
    };
    Some(format!("{:02}:{:02}", part(hour, 1..=2, 23)?, part(minute, 2..=2, 59)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_hours_and_minutes() {
        for (typed, time) in [("14:05", "14:05"), ("9.30", "09:30"), ("00:00", "00:00")] {
            assert_eq!(written(&Kind::Time, typed).as_deref(), Ok(time));
        }
        for typed in ["24:00", "12:60", "1205", "12:5", "12", "+1:05", ":", "12:05:00"] {
            assert_eq!(written(&Kind::Time, typed), Err(NotAnAnswer::NoTime), "{typed}");
        }
    }
}
