//! The words of a line: why it is asked, at length for the glass and briefly for a slip.

mod fee;

use chrono::NaiveDate;

use super::interest::spans;
use super::{DueLine, InterestSpan, Reason, bill, due_day};
use crate::apportion::ReceiptLine;
use crate::language::Language;
use crate::money::Paise;
use crate::pack::{BasisPoints, Pack, Text, heads};
use crate::receipt::Answer;

pub(crate) use fee::briefs;

/// What a fee's receipt was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeePart<'a> {
    /// The service, as the rule pack names it.
    pub service: &'a str,
    pub answers: &'a [Answer],
}

impl DueLine {
    /// "Interest for paying late".
    pub fn label(&self, pack: &Pack, language: Language) -> String {
        pack.head_label(&self.head, language).to_owned()
    }

    /// "1 % of ₹600 × 4 months".
    pub fn why(&self, pack: &Pack, language: Language) -> String {
        why(&self.reason, pack, language)
    }
}

impl Reason {
    /// In the pack's words: "₹50 a month".
    pub fn words(&self, pack: &Pack, language: Language) -> String {
        why(self, pack, language)
    }
}

fn why(reason: &Reason, pack: &Pack, language: Language) -> String {
    let fill = |text, values: &[(&str, &str)]| pack.fill(text, language, values);
    match reason {
        Reason::TaxByArea { area_m2, rate } => {
            fill(Text::WhyTaxByArea, &[("area", &area_m2.to_string()), ("rate", &rate.on_glass())])
        }
        Reason::AsAssessed => fill(Text::WhyAsAssessed, &[]),
        Reason::ShareOfTax { share } => fill(Text::WhyShareOfTax, &[("percent", &percent(*share))]),
        Reason::Interest { base, spans } => interest(pack, language, *base, spans),
        Reason::FeeMonth { fee } => fill(Text::WhyFeeMonth, &[("amount", &fee.on_glass())]),
        Reason::ExtraSacks { sacks, included, each } => fill(
            Text::WhyExtraSacks,
            &[
                ("sacks", &sacks.to_string()),
                ("included", &included.to_string()),
                ("amount", &each.on_glass()),
            ],
        ),
        Reason::FeeDefault { base, share, after_days } => fill(
            Text::WhyFeeDefault,
            &[
                ("percent", &percent(*share)),
                ("amount", &base.on_glass()),
                ("days", &after_days.to_string()),
            ],
        ),
        Reason::FlatFee { .. }
        | Reason::PerUnit { .. }
        | Reason::Blocks { .. }
        | Reason::FeeSlab { .. }
        | Reason::ShareOfSum { .. }
        | Reason::Rebated { .. } => fee::why(reason, pack, language),
        Reason::Billed { .. } | Reason::BillLate { .. } => bill::why(reason, pack, language),
    }
}

/// "Interest 1 % × 4 months": a receipt's line as a slip names it. It follows from the receipt and
/// the pack alone, so that the office derives the very same slip.
pub fn brief(pack: &Pack, line: &ReceiptLine, paid_on: NaiveDate, language: Language) -> String {
    let label = pack.head_brief(&line.head, language);
    let fill = |text, values: &[(&str, &str)]| pack.fill(text, language, values);
    let share = match line.head.as_str() {
        heads::LIBRARY_CESS => pack.rates.library_cess.at(line.period.first_day()),
        heads::INTEREST => return brief_interest(pack, line, paid_on, language),
        _ => None,
    };
    match share {
        Some(share) => {
            fill(Text::BriefShare, &[("label", label), ("percent", &percent(share.value))])
        }
        None => label.to_owned(),
    }
}

/// "1", "0.5", "2.25".
pub fn percent(share: BasisPoints) -> String {
    let (whole, hundredths) = (share / 100, share % 100);
    match hundredths {
        0 => whole.to_string(),
        tenths if tenths % 10 == 0 => format!("{whole}.{}", tenths / 10),
        _ => format!("{whole}.{hundredths:02}"),
    }
}

fn interest(pack: &Pack, language: Language, base: Paise, spans: &[InterestSpan]) -> String {
    let each = spans.iter().map(|span| {
        let (rate, amount) = (percent(span.month_rate), base.on_glass());
        let values = [("percent", rate.as_str()), ("amount", &amount)];
        if span.months == 1 {
            return pack.fill(Text::WhyInterestOneMonth, language, &values);
        }
        let months = span.months.to_string();
        let values = [values[0], values[1], ("months", months.as_str())];
        pack.fill(Text::WhyInterest, language, &values)
    });
    let join = |one: String, other: String| {
        pack.fill(Text::WhyAnd, language, &[("one", &one), ("other", &other)])
    };
    each.reduce(join).unwrap_or_default()
}

fn brief_interest(
    pack: &Pack,
    line: &ReceiptLine,
    paid_on: NaiveDate,
    language: Language,
) -> String {
    let label = pack.head_brief(&line.head, language);
    let spans = due_day(pack, line.period).and_then(|due| spans(pack, due, paid_on));
    let spans = spans.unwrap_or_default();
    let months = spans.iter().map(|span| span.months).sum::<u32>().to_string();
    match spans[..] {
        // An older pack's receipt: the words say what is known, and no more.
        [] => label.to_owned(),
        [span] => {
            let rate = percent(span.month_rate);
            let values = [("label", label), ("percent", rate.as_str()), ("months", &months)];
            let text = match span.months {
                1 => Text::BriefInterestOneMonth,
                _ => Text::BriefInterest,
            };
            pack.fill(text, language, &values)
        }
        _ => {
            let values = [("label", label), ("months", months.as_str())];
            pack.fill(Text::BriefInterestMixed, language, &values)
        }
    }
}
