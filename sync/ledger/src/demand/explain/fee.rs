//! The words of a fee's line.

use chrono::NaiveDate;

use super::{FeePart, brief, percent, why as any_why};
use crate::apportion::ReceiptLine;
use crate::demand::bill::units_of;
use crate::demand::{Demand, DueLine, Reason, charge};
use crate::language::Language;
use crate::money::{Paise, grouped};
use crate::pack::{Pack, Service, Text, heads};

/// "12 × ₹5".
pub(super) fn why(reason: &Reason, pack: &Pack, language: Language) -> String {
    let fill = |text, values: &[(&str, &str)]| pack.fill(text, language, values);
    match reason {
        Reason::FlatFee { fee } => fill(Text::WhyFlatFee, &[("amount", &fee.on_glass())]),
        Reason::PerUnit { units, included, rate } => {
            per_unit(pack, language, &product(units), *included, *rate)
        }
        Reason::Blocks { spans } => {
            let each = spans.iter();
            let each =
                each.map(|(units, rate)| per_unit(pack, language, &grouped(*units), 0, *rate));
            let join = |one: String, other: String| {
                fill(Text::WhyAnd, &[("one", &one), ("other", &other)])
            };
            each.reduce(join).unwrap_or_default()
        }
        Reason::FeeSlab { value, from, to } => {
            let (value, from) = (grouped(*value), grouped(*from));
            match to {
                Some(to) => fill(
                    Text::WhySlab,
                    &[("value", &value), ("from", &from), ("to", &grouped(*to))],
                ),
                None => fill(Text::WhySlabOpen, &[("value", &value), ("from", &from)]),
            }
        }
        Reason::ShareOfSum { base, share, most } => {
            let (percent, amount) = (percent(*share), base.on_glass());
            let values = [("percent", percent.as_str()), ("amount", &amount)];
            match most {
                Some(most) => {
                    fill(Text::WhyShareCapped, &[values[0], values[1], ("most", &most.on_glass())])
                }
                None => fill(Text::WhyShareOfSum, &values),
            }
        }
        Reason::Rebated { of, share, off } => fill(
            Text::WhyRebate,
            &[
                ("why", &any_why(of, pack, language)),
                ("percent", &percent(*share)),
                ("amount", &off.on_glass()),
            ],
        ),
        other => any_why(other, pack, language),
    }
}

/// The lines of a fee's receipt as its slip names them: each with its rule in short, where the
/// pack gives just these lines for the answers, and otherwise by its head alone.
pub(crate) fn briefs(
    pack: &Pack,
    of: Option<FeePart<'_>>,
    lines: &[ReceiptLine],
    paid_on: NaiveDate,
    language: Language,
) -> Vec<String> {
    if let Some(part) = of.filter(|part| pack.service(part.service).is_some_and(is_bill)) {
        return lines.iter().map(|line| billed(pack, part, line, paid_on, language)).collect();
    }
    let due = of.and_then(|part| {
        let service = pack.service(part.service)?;
        Demand::of_fees(pack, service, part.answers, paid_on).ok()
    });
    let due: Vec<DueLine> =
        due.into_iter().flat_map(|due| due.periods).flat_map(|due| due.lines).collect();
    let same =
        |(due, line): (&DueLine, &ReceiptLine)| due.head == line.head && due.amount == line.amount;
    let explained = due.len() <= lines.len() && due.iter().zip(lines).all(same);
    let reason = |place: usize| due.get(place).filter(|_| explained).map(|line| &line.reason);
    let named = lines.iter().enumerate().map(|(place, line)| match reason(place) {
        Some(reason) => one(pack, pack.head_brief(&line.head, language), reason, language),
        None => match centre_charge(pack, line, lines, paid_on) {
            Some(reason) => one(pack, pack.head_brief(&line.head, language), &reason, language),
            None => brief(pack, line, paid_on, language),
        },
    });
    named.collect()
}

fn is_bill(service: &Service) -> bool {
    service.bill.is_some()
}

/// "Water, 14 kL": a line of a bill's receipt, with the units that the receipt keeps.
fn billed(
    pack: &Pack,
    part: FeePart<'_>,
    line: &ReceiptLine,
    paid_on: NaiveDate,
    language: Language,
) -> String {
    let rule = pack.service(part.service).and_then(|service| service.bill.as_ref());
    let units = units_of(part.answers, line.period);
    match units.filter(|_| rule.is_some_and(|bill| bill.head == line.head)) {
        Some(units) => {
            let label = pack.head_brief(&line.head, language);
            let unit = pack.bill_unit(part.service, language);
            let values = [("label", label), ("units", units), ("unit", unit)];
            pack.fill(Text::BriefBilled, language, &values)
        }
        None => brief(pack, line, paid_on, language),
    }
}

/// The rule of a centre's charge, where the other lines ask for just this by the pack's steps.
fn centre_charge(
    pack: &Pack,
    line: &ReceiptLine,
    lines: &[ReceiptLine],
    paid_on: NaiveDate,
) -> Option<Reason> {
    if line.head != heads::SERVICE_CHARGE {
        return None;
    }
    let steps = &pack.rates.centre_charge.at(paid_on)?.value;
    let rounding = pack.rates.rounding.at(paid_on)?.value;
    let all = Paise::sum(lines.iter().map(|line| line.amount)).ok()?;
    let paid = all.checked_sub(line.amount).ok()?;
    let asked = steps.on(paid, rounding).ok()?;
    (asked == line.amount).then(|| charge::reason(steps, paid, rounding))
}

/// "Entertainment tax 120 × ₹5".
fn one(pack: &Pack, label: &str, reason: &Reason, language: Language) -> String {
    let fill = |text, values: &[(&str, &str)]| pack.fill(text, language, values);
    match reason {
        Reason::PerUnit { units, rate, .. } => fill(
            Text::BriefPerUnit,
            &[("label", label), ("units", &product(units)), ("amount", &rate.on_glass())],
        ),
        Reason::FeeSlab { from, to, .. } => {
            let (from, to) = (grouped(*from), to.map(grouped));
            match to {
                Some(to) => {
                    fill(Text::BriefSlab, &[("label", label), ("from", &from), ("to", &to)])
                }
                None => fill(Text::BriefSlabOpen, &[("label", label), ("from", &from)]),
            }
        }
        Reason::ShareOfSum { share, .. } => {
            fill(Text::BriefShare, &[("label", label), ("percent", &percent(*share))])
        }
        Reason::Interest { spans, .. } => {
            let months = spans.iter().map(|span| span.months).sum::<u32>().to_string();
            fill(Text::BriefInterestMixed, &[("label", label), ("months", &months)])
        }
        Reason::Rebated { of, share, .. } => {
            let of = one(pack, label, of, language);
            fill(Text::BriefRebate, &[("brief", &of), ("percent", &percent(*share))])
        }
        _ => label.to_owned(),
    }
}

fn per_unit(pack: &Pack, language: Language, units: &str, included: u64, rate: Paise) -> String {
    let rate = rate.on_glass();
    let values = [("units", units), ("amount", rate.as_str())];
    match included {
        0 => pack.fill(Text::WhyPerUnit, language, &values),
        _ => {
            let included = grouped(included);
            let values = [values[0], values[1], ("included", included.as_str())];
            pack.fill(Text::WhyPerUnitIncluded, language, &values)
        }
    }
}

/// "3 × 10".
fn product(units: &[u64]) -> String {
    units.iter().map(|units| grouped(*units)).collect::<Vec<_>>().join(" × ")
}
