//! Money and time as the glass writes them.

use ledger::Paise;
use slint::SharedString;

/// "₹1,184".
pub(super) fn rupees(amount: Paise) -> SharedString {
    if amount < Paise::ZERO {
        let size = amount.on_glass();
        return format!("− ₹{}", size.trim_start_matches('−')).into();
    }
    format!("₹{}", amount.on_glass()).into()
}

/// Nothing where there is no sum.
pub(super) fn rupees_or_nothing(amount: Option<Paise>) -> SharedString {
    amount.map(rupees).unwrap_or_default()
}

/// Nothing where the sum is zero.
pub(super) fn rupees_if_any(amount: Paise) -> SharedString {
    rupees_or_nothing((!amount.is_zero()).then_some(amount))
}

/// What a person would type for this sum: "1184".
pub(super) fn as_typed(amount: Paise) -> SharedString {
    amount.plain().trim_end_matches(".00").into()
}

/// What was typed, grouped as money is: 149080 reads 1,49,080. What is no sum is left as it is.
pub(super) fn grouped(typed: &str) -> SharedString {
    let (whole, rest) = match typed.find('.') {
        Some(point) => typed.split_at(point),
        None => (typed, ""),
    };
    match Paise::parse(whole) {
        Ok(amount) if whole.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{}{rest}", amount.on_glass()).into()
        }
        _ => typed.into(),
    }
}

/// "4:12".
pub(super) fn minutes(seconds: u32) -> SharedString {
    format!("{}:{:02}", seconds / 60, seconds % 60).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_grouped() {
        assert_eq!(grouped("149080"), "1,49,080");
        assert_eq!(grouped("1184.5"), "1,184.5");
        assert_eq!(grouped(""), "");
        assert_eq!(grouped("-5"), "-5");
        assert_eq!(grouped("12/3"), "12/3");
    }

    #[test]
    fn sums_are_written_and_typed() {
        assert_eq!(rupees(Paise::rupees(-100)), "− ₹100");
        assert_eq!(rupees(Paise::new(118_450)), "₹1,184.50");
        assert_eq!(rupees_if_any(Paise::ZERO), "");
        assert_eq!(as_typed(Paise::rupees(1_184)), "1184");
        assert_eq!(minutes(252), "4:12");
    }
}
