//! A utility's bill with a year of use: one that is paid here, and one that is paid elsewhere.

use flow::*;
use ledger::{Language, Paise};

pub fn all(language: Language) -> impl Iterator<Item = (&'static str, Page, &'static str)> {
    let elsewhere = Some("https://power-example.example/pay?account=E-00345".to_owned());
    let paid_elsewhere =
        DemandPage { charge: Paise::ZERO, total: Paise::rupees(651), ..bill(language, elsewhere) };
    [
        ("03d-bill", Page::Demand(bill(language, None)), "Continue to pay"),
        ("03e-elsewhere", Page::Demand(paid_elsewhere), "Finish"),
    ]
    .into_iter()
}

fn bill(language: Language, elsewhere: Option<String>) -> DemandPage {
    let (water, late, unit, by) = match language {
        Language::Ml => ("വെള്ളക്കരം", "വൈകിയതിനുള്ള അധിക തുക", "കിലോലിറ്റർ", "പടിപ്പുറം ജലവിതരണം"),
        Language::Hi => ("पानी का बिल", "विलंब शुल्क", "किलोलीटर", "पडिप्पुरम जलापूर्ति"),
        Language::Mr => ("पाणी बिल", "विलंब शुल्क", "किलोलिटर", "पडिप्पुरम पाणीपुरवठा"),
        Language::Or => ("ପାଣି ବିଲ୍", "ବିଳମ୍ବ ଶୁଳ୍କ", "କିଲୋଲିଟର", "ପଡିପ୍ପୁରମ ଜଳ ଯୋଗାଣ"),
        Language::En => ("Water bill", "Late charge on water", "kL", "Padippuram Water Supply"),
    };
    let month = |code: &str| {
        let period: ledger::Period = code.parse().expect("a month");
        period.label(language)
    };
    let line = |label: &str, why: String, amount| ExplainedLine {
        label: label.to_owned(),
        why,
        amount: Paise::rupees(amount),
    };
    let billed = |units: u32| format!("{units} {unit}, W-00345, {by}");
    let period = |code: &str, late, due: &str, lines| Period {
        label: month(code),
        late,
        due: due.to_owned(),
        lines,
    };
    let used = [12, 11, 14, 9, 16, 21, 24, 19, 12, 11, 0, 15];
    let first: ledger::Period = "2025-09/1".parse().expect("a month");
    let months = std::iter::successors(Some(first), |month| Some(month.next()));
    let bars = months.zip(used).map(|(month, units)| UseBar {
        month: month.label(language),
        units: (units > 0).then_some(units),
    });
    let july = vec![line(water, billed(11), 310), line(late, "5 % × ₹310".into(), 16)];
    DemandPage {
        place: Place {
            number: "12/345".into(),
            ward: 7,
            ward_name: "Padippura".into(),
            owner: "L•••••• R.".into(),
        },
        periods: vec![
            period("2026-07/1", true, "15-08-2026", july),
            period("2026-08/1", false, "15-09-2026", vec![line(water, billed(15), 325)]),
        ],
        held: Paise::ZERO,
        charge: Paise::rupees(10),
        charge_why: None,
        total: Paise::rupees(661),
        next_due: None,
        pack: "padippuram 3".into(),
        has_details: false,
        bill: Some(BillPart {
            biller: by.into(),
            account: "W-00345".into(),
            unit: unit.into(),
            bars: bars.collect(),
            elsewhere,
        }),
        may_list: false,
        listed: 0,
        has_earlier: true,
    }
}
