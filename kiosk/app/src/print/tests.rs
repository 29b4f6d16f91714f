//! Slips of the sample body, looked at as pictures.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use ledger::{
    Language, MoneyStatus, Pack, PaidBy, Paise, ReceiptFacts, ReceiptLine, ServiceKind, Slip,
    SlipKind, SlipLine, SlipPlace,
};

use super::{Paper, Rasteriser};
use crate::fonts::FACES;

const SQUARE: &str = "HTTPS://PADIPPURAM.EXAMPLE/R/G0802-26-K3-00417-H#\
    Q4AQCAASGQDAIR2YGAYTAEQZB7UCAAYGAEBACAIDDYXQKBQHBAEQUC2MBUHA6EAREJCUMR2IJFFEWTCNJZHVAUKSKNKFKV\
    SXLBMVUW24LVPF6YDBMJRWIZLGM5UGS2TLNRWW433QOFZHG5DVOZ3XQ6L2PN6H27X7QCAYFA4EQWDIPCEJVCGK3HMS4XM6N";

fn rasteriser() -> Rasteriser {
    Rasteriser::new(FACES)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fleet/packs/padippuram")
}

/// The files of the sample body's pack, by their names.
fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for item in std::fs::read_dir(folder()).expect("the sample body's pack") {
        let path = item.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            files.push((name, std::fs::read_to_string(&path).expect("readable")));
        }
    }
    files.sort();
    files
}

fn pack() -> Pack {
    let files = files();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    Pack::parse(&files).expect("a sound pack")
}

/// The receipt of the picture that the design was drawn by.
fn receipt(pack: &Pack, language: Language) -> Slip {
    let name = match language {
        Language::Ml => "ലക്ഷ്മി ആർ.",
        Language::Hi | Language::Mr => "लक्ष्मी आर.",
        Language::Or => "ଲକ୍ଷ୍ମୀ ଆର.",
        Language::En => "Lakshmi R.",
    };
    let line = |period: &str, head: &str, rupees| ReceiptLine {
        period: period.parse().expect("a period"),
        head: head.into(),
        amount: Paise::rupees(rupees),
    };
    let lines = [
        line("2025-10/6", "PT", 600),
        line("2025-10/6", "LC", 30),
        line("2025-10/6", "PI", 24),
        line("2026-04/6", "PT", 600),
        line("2026-04/6", "LC", 30),
    ];
    let facts = ReceiptFacts {
        service: ServiceKind::PropertyTax,
        number: "G0802-26-K3-00417-H",
        paid_on: "2026-08-14".parse().expect("a day"),
        time: "10:42",
        place: SlipPlace::Building { ward: 7, number: "12/345" },
        name,
        lines: &lines,
        total: Paise::rupees(1_284),
        paid_by: PaidBy::Card { last_four: "4821", reference: "004417" },
        status: MoneyStatus::Confirmed,
        check_code: "K7MPQ2",
        square: SQUARE,
        next_due: Some("2027-03-31".parse().expect("a day")),
        clock_unverified_since: None,
        collector: None,
        visit: None,
        fee: None,
        duplicate: None,
        practice: false,
    };
    Slip::receipt(pack, language, &facts)
}

fn slip(lines: Vec<SlipLine>) -> Slip {
    Slip { kind: SlipKind::Receipt, lines }
}

/// A picture of the paper, black on white.
fn png(paper: &Paper) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(Cursor::new(&mut bytes), paper.dots.into(), paper.rows);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let white: Vec<u8> = paper.bits.iter().map(|byte| !byte).collect();
    let mut writer = encoder.write_header().expect("memory takes it");
    writer.write_image_data(&white).expect("as many rows as were named");
    writer.finish().expect("memory takes it");
    bytes
}

fn dots_of(png: &[u8]) -> Vec<u8> {
    let mut reader = png::Decoder::new(Cursor::new(png)).read_info().expect("a picture");
    let mut dots = vec![0; reader.output_buffer_size().expect("a small picture")];
    reader.next_frame(&mut dots).expect("a whole picture");
    dots
}

fn is_black(paper: &Paper, x: u32, y: u32) -> bool {
    let stride = u32::from(paper.dots) / 8;
    let byte = paper.bits[(y * stride + x / 8) as usize];
    byte & (0x80 >> (x % 8)) != 0
}

/// How many stretches of rows with ink stand apart from each other.
fn bands(paper: &Paper) -> usize {
    let stride = usize::from(paper.dots / 8);
    let inked: Vec<bool> =
        paper.bits.chunks(stride).map(|row| row.iter().any(|byte| *byte != 0)).collect();
    inked.windows(2).filter(|pair| pair[0] && !pair[1]).count()
}

#[test]
fn the_same_slip_is_the_same_dots_cold_and_warm() {
    let pack = pack();
    let mut rasteriser = rasteriser();
    for language in Language::ALL {
        let slip = receipt(&pack, language);
        let cold = rasteriser.raster(&slip, 384);
        assert_eq!(rasteriser.raster(&slip, 384), cold, "{language:?}");
        assert_eq!(self::rasteriser().raster(&slip, 384), cold, "{language:?}");
        assert_eq!(cold.bits.len(), 48 * cold.rows as usize);
    }
}

/// Words of the pictures' own, so that only type and setting can change these.
fn words(language: Language) -> [&'static str; 9] {
    match language {
        Language::En => [
            "Padippuram Grama Panchayat",
            "Property tax receipt",
            "Number",
            "Name",
            "Lakshmi R.",
            "2025–26 second half-year",
            "Library cess 5 %",
            "Total",
            "Recorded on this machine. It reaches the office when the line is there.",
        ],
        Language::Ml => [
            "പടിപ്പുറം ഗ്രാമപഞ്ചായത്ത്",
            "വസ്തു നികുതി രസീത്",
            "നമ്പർ",
            "പേര്",
            "ലക്ഷ്മി ആർ.",
            "2025–26 രണ്ടാം അർധവർഷം",
            "ലൈബ്രറി സെസ് 5 %",
            "ആകെ",
            "ഈ യന്ത്രത്തിൽ രേഖപ്പെടുത്തി. ഇന്റർനെറ്റ് വരുമ്പോൾ ഓഫീസിലെത്തും.",
        ],
        Language::Hi => [
            "पडिप्पुरम ग्राम पंचायत",
            "संपत्ति कर रसीद",
            "संख्या",
            "नाम",
            "लक्ष्मी आर.",
            "2025–26 दूसरी छमाही",
            "पुस्तकालय उपकर 5 %",
            "कुल",
            "इस मशीन में दर्ज। इंटरनेट आने पर कार्यालय पहुँचेगा।",
        ],
        Language::Mr => [
            "पडिप्पुरम ग्रामपंचायत",
            "मालमत्ता कर पावती",
            "क्रमांक",
            "नाव",
            "लक्ष्मी आर.",
            "2025–26 दुसरी सहामाही",
            "ग्रंथालय उपकर 5 %",
            "एकूण",
            "या यंत्रात नोंद झाली. इंटरनेट आल्यावर कार्यालयात पोहोचेल.",
        ],
        Language::Or => [
            "ପଡିପ୍ପୁରମ ଗ୍ରାମ ପଞ୍ଚାୟତ",
            "ସମ୍ପତ୍ତି କର ରସିଦ",
            "ନମ୍ବର",
            "ନାମ",
            "ଲକ୍ଷ୍ମୀ ଆର.",
            "2025–26 ଦ୍ୱିତୀୟ ଅର୍ଦ୍ଧବର୍ଷ",
            "ପାଠାଗାର ଉପକର 5 %",
            "ମୋଟ",
            "ଏହି ଯନ୍ତ୍ରରେ ଲେଖାଗଲା। ଇଣ୍ଟରନେଟ ଆସିଲେ କାର୍ଯ୍ୟାଳୟରେ ପହଞ୍ଚିବ।",
        ],
    }
}

/// A slip with every kind of line.
fn specimen(language: Language) -> Slip {
    let [body, kind, number, name, payer, period, head, total, sentence] =
        words(language).map(String::from);
    let field = |label, value: &str| SlipLine::Field { label, value: value.into() };
    slip(vec![
        SlipLine::Title(body),
        SlipLine::Band(kind),
        field(number, "G0802-26-K3-00417-H"),
        field(name, &payer),
        SlipLine::Dashes,
        SlipLine::Heading(period),
        SlipLine::Amount { label: head, amount_text: "30.00".into() },
        SlipLine::Rule,
        SlipLine::Total { label: total, amount_text: "₹1,49,080.00".into() },
        SlipLine::Text(sentence.clone()),
        SlipLine::Blank,
        SlipLine::Square(SQUARE.into()),
        SlipLine::Centered(sentence),
    ])
}

/// The pictures in `golden` are what was looked at and found good. After a wanted change:
/// `UPDATE_EXPECT=1 cargo test -p kiosk print`, and look at them again.
#[test]
fn slips_look_as_they_were_found_good() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/print/golden");
    let handheld = Language::ALL.map(|language| (language, 384));
    for (language, dots) in handheld.into_iter().chain([(Language::Ml, 576)]) {
        let paper = rasteriser().raster(&specimen(language), dots);
        let path = golden.join(format!("slip-{}-{dots}.png", language.code()));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::create_dir_all(&golden).expect("a folder");
            std::fs::write(&path, png(&paper)).expect("a file");
        }
        let known = std::fs::read(&path).expect("a picture that was looked at");
        let same = dots_of(&known) == dots_of(&png(&paper));
        assert!(same, "{} looks otherwise now", path.display());
    }
}

#[test]
fn nothing_touches_the_edges_of_the_paper() {
    let pack = pack();
    for (language, dots) in Language::ALL.into_iter().flat_map(|l| [(l, 384), (l, 576)]) {
        let paper = rasteriser().raster(&receipt(&pack, language), dots);
        for y in 0..paper.rows {
            for x in (0..4).chain(u32::from(dots) - 4..u32::from(dots)) {
                assert!(!is_black(&paper, x, y), "{language:?} at {dots}: dot {x} of row {y}");
            }
        }
    }
}

#[test]
fn every_text_of_the_pack_can_be_written_and_is_not_blank() {
    let mut rasteriser = rasteriser();
    let mut texts = Vec::new();
    for (name, file) in files() {
        let table: toml::Table = file.parse().expect("a sound file");
        if name.starts_with("texts.") {
            strings(&toml::Value::Table(table), &mut texts);
        }
    }
    assert!(texts.len() > 300, "five languages of texts, not {}", texts.len());
    for text in texts {
        assert!(rasteriser.missing_signs(&text).is_empty(), "a sign has no face: {text}");
        let paper = rasteriser.raster(&slip(vec![SlipLine::Text(text.clone())]), 384);
        assert!(bands(&paper) > 0, "blank: {text}");
    }
    assert_eq!(rasteriser.missing_signs("₹1 漢"), ['漢'], "a sign without a face is found");
}

fn strings(value: &toml::Value, found: &mut Vec<String>) {
    match value {
        toml::Value::String(text) if !text.trim().is_empty() => found.push(text.clone()),
        toml::Value::Table(table) => table.values().for_each(|value| strings(value, found)),
        toml::Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        _ => {}
    }
}

#[test]
fn a_receipt_number_stands_whole_on_one_line() {
    let number = || "G0802-26-K3-00417-H".to_owned();
    for label in ["No", "Number", "Building", "Number of the receipt", "The number of the receipt"]
    {
        let field = SlipLine::Field { label: label.into(), value: number() };
        let plain = SlipLine::Heading(number());
        let alone = rasteriser().raster(&slip(vec![plain]), 384);
        let beside = rasteriser().raster(&slip(vec![field]), 384);
        let widths = [&alone, &beside].map(|paper| widest_band(paper));
        assert!(widths[1] >= widths[0], "{label}: the number was broken");
    }
}

/// The width of the widest line's ink, in dots.
fn widest_band(paper: &Paper) -> u32 {
    let columns = |y| (0..u32::from(paper.dots)).filter(move |x| is_black(paper, *x, y));
    let mut widest = 0;
    let (mut left, mut right) = (u32::MAX, 0);
    for y in 0..paper.rows {
        match (columns(y).next(), columns(y).last()) {
            (Some(first), Some(last)) => (left, right) = (left.min(first), right.max(last)),
            _ => (left, right) = (u32::MAX, 0),
        }
        widest = widest.max(right.saturating_sub(left));
    }
    widest
}

#[test]
fn long_texts_are_broken_and_nothing_is_lost() {
    let words = |count| vec![SlipLine::Text("padi ".repeat(count))];
    let lines = |count| bands(&rasteriser().raster(&slip(words(count)), 384));
    assert_eq!((lines(1), lines(6), lines(12)), (1, 1, 2));
    // One word that is longer than the paper is broken within itself.
    let long = slip(vec![SlipLine::Centered("M".repeat(60))]);
    assert_eq!(bands(&rasteriser().raster(&long, 384)), 4);
}

#[test]
fn the_square_is_read_by_a_reader() {
    let reader = |file: &Path| Command::new("zbarimg").args(["-q", "--raw"]).arg(file).output();
    for (place, (text, dots)) in
        [(SQUARE, 384), (SQUARE, 576), ("upi://pay?pa=x@y&am=1.00", 384)].into_iter().enumerate()
    {
        let paper = rasteriser().raster(&slip(vec![SlipLine::Square(text.into())]), dots);
        let name = format!("padi-square-{}-{place}.png", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, png(&paper)).expect("a file");
        let read = reader(&file);
        std::fs::remove_file(&file).expect("the file that was just written");
        match read {
            Ok(output) => {
                assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), text, "at {dots}");
            }
            Err(why) => {
                let told = "NOT TESTED: the square on a slip, since zbarimg cannot be started";
                eprintln!("{told} ({why}); install the package zbar-tools");
                assert!(std::env::var("CI").as_deref() != Ok("true"), "{told}");
                return;
            }
        }
    }
}
