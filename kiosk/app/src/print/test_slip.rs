//! A slip that shows whether a printer prints well: what it is, a ruler from edge to edge, each
//! script, a square. It is no paper of the books, and says so.

use flow::TestSlip;
use ledger::{Language, SlipLine};

use super::letters::Letters;
use super::setting::Setting;
use super::sheet::Sheet;
use crate::says::translated;

/// The words of this slip in the catalogues.
const CONTEXT: &str = "test slip";

/// Letters of each script that are joined, stacked or turned: what a wrong face or a worn head
/// shows first.
const SCRIPTS: [(Language, &str); 5] = [
    (Language::En, "Hamburg 0123456789 ₹1,23,450.50"),
    (Language::Ml, "ക്ഷേത്രം രാഷ്ട്രം സ്വീകരിച്ചു ൻ ർ ൽ ൾ ൺ"),
    (Language::Hi, "क्षेत्र ज्ञान श्री कर्म ₹"),
    (Language::Mr, "पावती तऱ्हा र्‍हस्व"),
    (Language::Or, "ଭୁବନେଶ୍ୱର କ୍ଷେତ୍ର ଜ୍ଞାନ"),
];

/// The slip of a printer of this model, on paper that is `dots` wide.
pub(super) fn set(test: &TestSlip, model: &str, dots: u16, letters: &mut Letters) -> Sheet {
    Setting::with_ruler(&head(test, model), &body(test, model), dots, letters)
}

fn head(test: &TestSlip, model: &str) -> Vec<SlipLine> {
    let say = |english| translated(test.language, CONTEXT, english).to_owned();
    let field = |label, value: &str| SlipLine::Field { label: say(label), value: value.to_owned() };
    vec![
        SlipLine::Title(say("Printer test")),
        SlipLine::Band(say("This is no receipt.")),
        field("Model", model),
        field("Machine", &test.device),
        field("Time", &test.at),
        SlipLine::Text(say("The ruler must reach both edges.")),
    ]
}

fn body(test: &TestSlip, model: &str) -> Vec<SlipLine> {
    let say = |english| translated(test.language, CONTEXT, english).to_owned();
    let mut lines =
        vec![SlipLine::Text(say("Each line must be whole and clear.")), SlipLine::Dashes];
    lines.extend(SCRIPTS.map(|(_, letters)| SlipLine::Text(letters.to_owned())));
    lines.push(SlipLine::Dashes);
    lines.push(SlipLine::Text(say("A phone must read the square.")));
    lines.push(SlipLine::Square(square(test, model)));
    lines.push(SlipLine::Band(say("This is no receipt.")));
    lines
}

/// What a phone reads: nothing that any device takes for a slip, a bill or a house.
fn square(test: &TestSlip, model: &str) -> String {
    format!("PADI PRINTER TEST {} {model} {}", test.device, test.at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fonts::FACES;
    use crate::print::Rasteriser;

    fn test_in(language: Language) -> TestSlip {
        TestSlip { language, device: "kiosk-1".to_owned(), at: "14-08-2026 10:42".to_owned() }
    }

    #[test]
    fn its_words_stand_in_every_language_and_say_that_it_is_no_receipt() {
        let english = head(&test_in(Language::En), "generic-80");
        for language in Language::ALL {
            let test = test_in(language);
            let own = head(&test, "generic-80");
            let same = own.iter().zip(&english).filter(|(own, english)| own == english).count();
            let wanted = if language == Language::En { english.len() } else { 0 };
            assert_eq!(same, wanted, "{language:?} has words that are English");
            let lines = [own, body(&test, "generic-80")].concat();
            let bands = lines.iter().filter(|line| matches!(line, SlipLine::Band(_)));
            assert_eq!(bands.count(), 2, "{language:?}");
            let mut rasteriser = Rasteriser::new(FACES);
            for line in &lines {
                let (SlipLine::Text(text) | SlipLine::Band(text) | SlipLine::Title(text)) = line
                else {
                    continue;
                };
                assert!(rasteriser.missing_signs(text).is_empty(), "{text}");
            }
        }
    }

    #[test]
    fn the_ruler_reaches_both_edges_of_any_paper() {
        let test = test_in(Language::Ml);
        for dots in [384, 576] {
            let paper = Rasteriser::new(FACES).test_slip(&test, "generic-80", dots);
            let stride = usize::from(dots / 8);
            let edges = |row: &[u8]| row[0] & 0x80 != 0 && row[stride - 1] & 1 != 0;
            let rows = paper.bits.chunks_exact(stride);
            let ruled = rows.filter(|row| edges(row)).count();
            assert!(ruled >= 20, "{ruled} rows of {dots} dots reach both edges");
        }
    }
}
