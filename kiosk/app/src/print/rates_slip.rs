//! The rate board on paper: what each service takes, each figure with its days. It is no paper of
//! the books, and says so.

use flow::{RatePart, RateRow, RatesSlip};
use ledger::SlipLine;

use crate::says::translated;

/// The words of this slip in the catalogues; the days are written as on the page.
const CONTEXT: &str = "rates slip";

pub(super) fn lines(rates: &RatesSlip) -> Vec<SlipLine> {
    let say = |english| translated(rates.language, CONTEXT, english).to_owned();
    let mut lines = vec![
        SlipLine::Title(rates.body.clone()),
        SlipLine::Band(say("What each service takes")),
        SlipLine::Centered(rates.on.clone()),
    ];
    for RatePart { title, rates } in &rates.parts {
        lines.push(SlipLine::Dashes);
        lines.push(SlipLine::Heading(title.clone()));
        for rate in rates {
            lines.push(SlipLine::Amount {
                label: rate.what.clone(),
                amount_text: takes(rate, &say),
            });
            lines.push(SlipLine::Text(days(rate)));
        }
    }
    lines.push(SlipLine::Dashes);
    lines.push(SlipLine::Centered(rates.pack.clone()));
    lines.push(SlipLine::Band(say("This is no receipt.")));
    lines
}

fn takes(rate: &RateRow, say: &dyn Fn(&'static str) -> String) -> String {
    match rate.takes.is_empty() {
        true => say("not set yet"),
        false => rate.takes.clone(),
    }
}

/// "01-04-2026 –", or with its last day.
fn days(rate: &RateRow) -> String {
    format!("{} – {}", rate.from, rate.to.as_deref().unwrap_or_default()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use ledger::Language;

    use super::*;
    use crate::fonts::FACES;
    use crate::print::Rasteriser;

    fn board(language: Language) -> RatesSlip {
        let rate = |what: &str, takes: &str, to: Option<&str>| RateRow {
            what: what.to_owned(),
            takes: takes.to_owned(),
            from: "01-04-2026".to_owned(),
            to: to.map(str::to_owned),
        };
        let rates = vec![rate("Library cess", "5 %", None), rate("Rent", "", Some("31-03-2027"))];
        RatesSlip {
            language,
            body: "Padippuram".to_owned(),
            on: "14-08-2026".to_owned(),
            pack: "padippuram 3".to_owned(),
            parts: vec![RatePart { title: "Property tax".to_owned(), rates }],
        }
    }

    #[test]
    fn every_rate_stands_with_its_days_in_the_persons_language() {
        let mut rasteriser = Rasteriser::new(FACES);
        for language in Language::ALL {
            let lines = lines(&board(language));
            let cess = SlipLine::Amount {
                label: "Library cess".to_owned(),
                amount_text: "5 %".to_owned(),
            };
            assert!(lines.contains(&cess));
            assert!(lines.contains(&SlipLine::Text("01-04-2026 –".to_owned())));
            assert!(lines.contains(&SlipLine::Text("01-04-2026 – 31-03-2027".to_owned())));
            for english in ["What each service takes", "This is no receipt.", "not set yet"] {
                let said = translated(language, CONTEXT, english);
                assert_eq!(said == english, language == Language::En, "{english}");
                assert!(rasteriser.missing_signs(said).is_empty(), "{said}");
            }
            let wide = rasteriser.rates(&board(language), 576);
            let narrow = rasteriser.rates(&board(language), 384);
            assert!(wide.dots == 576 && narrow.dots == 384);
            assert!(wide.rows > 200 && narrow.bits.iter().any(|bits| *bits != 0));
        }
    }
}
