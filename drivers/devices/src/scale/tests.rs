use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::thread;

use proptest::prelude::*;
use serialport::{SerialPort, TTYPort};

use super::*;

const LONG: Duration = Duration::from_secs(20);

fn scale(name: &str) -> ScaleGrammar {
    ScaleGrammar::named(name).expect(name)
}

/// What a scale says last: grams, or the word of a reason.
fn last(name: &str, bytes: &[u8]) -> String {
    let mut ear = Ear::new(scale(name));
    let said = bytes.iter().filter_map(|byte| ear.push(*byte)).last();
    match said {
        Some(Said::Weight { grams, net }) => format!("{grams}{}", if net { " net" } else { "" }),
        Some(Said::Nothing(reason)) => reason.word().to_owned(),
        None => "nothing".to_owned(),
    }
}

fn check(name: &str, messages: &[(&[u8], &str)]) {
    for (message, expected) in messages {
        assert_eq!(last(name, message), *expected, "{name}: {}", message.escape_ascii());
    }
}

#[test]
fn the_family_of_st_gs_in_the_forms_of_its_makers() {
    check(
        "st-gs",
        &[
            (b"ST,GS,+0012.350kg\r\n", "12350"),
            (b"ST,NT,   12.350 kg\r\n", "12350 net"),
            (b"ST,GS,    2.5,kg\r\n", "2500"),
            (b"ST,GS,1\x84,  12.350 kg\r\n", "12350"),
            (b"ST,+00012.34  g\r\n", "12"),
            (b"ST,GS,+ 0000.5kg\r\n", "500"),
            (b"US,GS,+0012.350kg\r\n", "moving"),
            (b"OL,GS,+0099.999kg\r\n", "over"),
            (b"OL,GS, ------kg\r\n", "over"),
            (b"UL,GS,-0000.020kg\r\n", "under"),
            (b"ST,NT,-0000.500kg\r\n", "under"),
            (b"ST,GS,+0000.000kg\r\n", "empty"),
            (b"ST,GS,+0027.230lb\r\n", "unit"),
            (b"ST,GS,+00.1..0kg\r\n", "garbage"),
            (b"ST,GS,+99999999kg\r\n", "over"),
            (b"XX,GS,+0012.350kg\r\n", "nothing"),
            (b"ST;GS;+0012.350kg\r\n", "nothing"),
        ],
    );
}

#[test]
fn toledo_8217_says_grams_or_bits() {
    check(
        "toledo-8217",
        &[
            (b"\x0201.250\r", "1250"),
            (b"\x0200.750N\r", "750 net"),
            (b"\x0201.65\r", "unit"),
            (b"\x02?\x41\r", "moving"),
            // Over capacity alone is the same byte as the mark at the beginning.
            (b"\x02?\x02\r", "over"),
            (b"\x02?\x64\r", "under"),
            (b"\x02?\x50\r", "garbage"),
            // The parity of a line that hands over eight bits.
            (b"\x82\x30\xb1\x2e\xb2\x35\x30\x8d", "1250"),
        ],
    );
}

#[test]
fn cas_is_believed_where_its_sum_fits() {
    let message = |block: &[u8]| {
        let sum = block.iter().fold(0, |sum, byte| sum ^ byte);
        [&b"\x01\x02"[..], block, &[sum], b"\x03\x04"].concat()
    };
    let mut torn = message(b"S 01.250kg");
    torn[6] ^= 1;
    check(
        "cas",
        &[
            (&message(b"S 01.250kg"), "1250"),
            (&message(b"U 01.250kg"), "moving"),
            (&message(b"S-00.250kg"), "under"),
            (&message(b"S 00.000kg"), "empty"),
            (&torn, "nothing"),
        ],
    );
}

#[test]
fn nci_and_sma_say_what_is_wrong_beside_the_weight() {
    check(
        "nci",
        &[
            (b"\n001.250kg\r\n00\r\x03", "1250"),
            (b"\n01.250KG\r\nS00\r\x03", "1250"),
            (b"\n001.250kg\r\n10\r\x03", "moving"),
            (b"\n^^^^^^^kg\r\n02\r\x03", "over"),
            (b"\n-00.250kg\r\n01\r\x03", "under"),
            (b"\n002.750lb\r\n00\r\x03", "unit"),
            (b"\n001.250kg\r\n08\r\x03", "defect"),
            (b"\n10\r\x03", "moving"),
        ],
    );
    check(
        "sma",
        &[
            (b"\n 1G       1.250kg_\r", "1250"),
            (b"\n 1N       0.750kg_\r", "750 net"),
            (b"\n 1GM      1.250kg_\r", "moving"),
            (b"\nO1G      15.005kg_\r", "over"),
            (b"\nU1G      -0.250kg_\r", "under"),
            (b"\n 1G        2.76lb_\r", "unit"),
            (b"\nE1G  ----------kg_\r", "defect"),
        ],
    );
}

#[test]
fn every_reason_says_in_words_what_is_wrong() {
    let reasons = [
        NoWeight::Moving,
        NoWeight::Over,
        NoWeight::Under,
        NoWeight::Empty,
        NoWeight::Gross,
        NoWeight::Unit("lb".to_owned()),
        NoWeight::Defect,
        NoWeight::Garbage,
        NoWeight::Silent,
        NoWeight::Away(Fault::Unplugged),
    ];
    let words: std::collections::BTreeSet<&str> = reasons.iter().map(NoWeight::word).collect();
    assert_eq!(words.len(), reasons.len());
    assert!(reasons.iter().all(|reason| reason.to_string().len() > 15));
}

#[test]
fn an_installer_s_scale_is_read_and_a_wrong_one_is_named_with_its_fault() {
    let own = r#"
        [[scale]]
        name = "essae"
        ends = "\r\n"
        alike = 3
        capacity_g = 20000
        net_only = true
        words.mode = { N = "net", G = "gross" }
        [[scale.message]]
        form = "{mode:1}={weight:8}\r\n"
        unit = "kg"
    "#;
    let read = |text: &str| {
        let mut ear = Ear::new(ScaleGrammar::parse(own).unwrap().remove(0));
        let said = text.bytes().filter_map(|byte| ear.push(byte)).last();
        match said.expect("a message") {
            Said::Weight { grams, .. } => grams.to_string(),
            Said::Nothing(reason) => reason.word().to_owned(),
        }
    };
    assert_eq!(read("N=  12.350\r\n"), "12350");
    assert_eq!(read("G=  12.350\r\n"), "gross");
    assert_eq!(read("N=  20.001\r\n"), "over");
    let faults = [
        ("{mode:1}={weight:8}", "{weight:8}", "a beginning that is neither"),
        ("{mode:1}={weight:8}", "{made:1}={weight:8}", "\"made\" that is no list"),
        ("{mode:1}={weight:8}", "{mode:1}={weight:99}", "\"99\" that is not from 1 to 32"),
        ("{mode:1}={weight:8}", "{mode}={weight:8}", "no one length"),
        ("{mode:1}={weight:8}\\r\\n", "{mode:1}={weight:8}", "does not end as all do"),
        ("{mode:1}", "{mode:1", "that is not from 1 to 32"),
        ("alike = 3", "alike = 0", "from 1 to 9"),
        ("ends = ", "awake = \"x\"\nends = ", "without the other"),
        ("ends = ", "line = \"baud=fast\"\nends = ", "baud rate"),
    ];
    for (right, wrong, fault) in faults {
        let error = ScaleGrammar::parse(&own.replacen(right, wrong, 1)).expect_err(wrong);
        assert!(error.to_string().contains("\"essae\""), "{error}");
        assert!(error.to_string().contains(fault), "{error} does not say {fault}");
    }
    assert!(ScaleGrammar::parse(&" ".repeat(grammar::FILE_BYTES_MAX + 1)).is_err());
}

#[test]
fn the_scales_that_come_with_the_program_are_named_once() {
    let scales = ScaleGrammar::built_in();
    for scale in &scales {
        let same = scales.iter().filter(|other| other.name == scale.name).count();
        assert_eq!(same, 1, "{}", scale.name);
    }
    assert_eq!(ScaleGrammar::named("steelyard"), None);
    assert_eq!(scale("toledo-8217").line.data_bits, 7);
}

/// A scale on TCP and its far end.
fn on_tcp(name: &str) -> (TcpListener, LineScale) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    (listener, LineScale::new(address.parse().unwrap(), scale(name)))
}

fn word(weight: Result<Weight, NoWeight>) -> String {
    weight.map_or_else(|reason| reason.word().to_owned(), |weight| weight.grams.to_string())
}

/// Says the same over and over, until nobody listens.
fn chatter(mut stream: TcpStream, says: &'static [u8]) {
    thread::spawn(move || {
        while stream.write_all(says).is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
    });
}

#[test]
fn a_line_that_lost_a_digit_is_no_weight() {
    let (listener, mut scale) = on_tcp("st-gs");
    assert_eq!(word(scale.read(Duration::from_millis(1))), "silent");
    let (mut far_end, _) = listener.accept().unwrap();
    far_end.write_all(b"ST,GS,+0012.350kg\r\nST,GS,+002.350kg\r\n").unwrap();
    far_end.write_all(b"ST,GS,+0012.350kg\r\nST,GS,+0012.350kg\r\n").unwrap();
    assert_eq!(word(scale.read(LONG)), "12350");
    far_end.write_all(b"ST,GS,+0012.350kg\r\nST,GS,+0001.350kg\r\n").unwrap();
    assert_eq!(word(scale.read(Duration::from_millis(300))), "moving", "said once each");
}

#[test]
fn what_was_said_while_nobody_listened_is_old() {
    let (listener, mut scale) = on_tcp("st-gs");
    assert_eq!(word(scale.read(Duration::from_millis(1))), "silent");
    let (mut far_end, _) = listener.accept().unwrap();
    far_end.write_all(&b"ST,GS,+0001.000kg\r\n".repeat(40)).unwrap();
    assert_eq!(word(scale.read(LONG)), "1000");
    scale.listened -= 2 * OLD;
    chatter(far_end, b"ST,GS,+0002.000kg\r\n");
    assert_eq!(word(scale.read(LONG)), "2000");
}

#[test]
fn a_scale_that_was_pulled_is_found_again_and_noise_says_so() {
    let (listener, mut scale) = on_tcp("st-gs");
    assert_eq!(word(scale.read(Duration::from_millis(1))), "silent");
    let (far_end, _) = listener.accept().unwrap();
    drop(far_end);
    assert_eq!(word(scale.read(LONG)), "away");
    assert_eq!(word(scale.read(Duration::from_millis(1))), "silent");
    let (mut far_end, _) = listener.accept().unwrap();
    far_end.write_all(b"\xff\x00\xfc\x1f\r\n\x80\x80").unwrap();
    assert_eq!(word(scale.read(Duration::from_millis(300))), "garbage", "as of a wrong speed");
    chatter(far_end, b"ST,GS,+0002.000kg\r\n");
    assert_eq!(word(scale.read(LONG)), "2000");
}

/// What stands for one weight of 1,234 g in each language.
fn message(name: &str) -> &'static [u8] {
    match name {
        "st-gs" => b"ST,GS,+0001.234kg\r\n",
        "toledo-8217" => b"\x0201.234\r",
        // The sum of the ten bytes is 0x65, counted by hand.
        "cas" => b"\x01\x02S 01.234kg\x65\x03\x04",
        "nci" => b"\n001.234kg\r\n00\r\x03",
        _ => b"\n 1G       1.234kg_\r",
    }
}

const NAMES: [&str; 5] = ["st-gs", "toledo-8217", "cas", "nci", "sma"];

proptest! {
    #[test]
    fn after_any_noise_the_next_message_is_read(
        name in 0..NAMES.len(),
        noise in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        let bytes = [&noise[..], message(NAMES[name])].concat();
        prop_assert_eq!(last(NAMES[name], &bytes), "1234");
    }

    #[test]
    fn a_message_without_one_of_its_bytes_is_no_other_weight_twice(
        name in 0..NAMES.len(), lost in 0usize..28,
    ) {
        let name = NAMES[name];
        let mut torn = message(name).to_vec();
        torn.remove(lost % torn.len());
        let bytes = [&torn[..], message(name), message(name)].concat();
        let mut ear = Ear::new(scale(name));
        let mut run = (None, 0);
        for byte in bytes {
            let Some(Said::Weight { grams, .. }) = ear.push(byte) else { continue };
            run = (Some(grams), if run.0 == Some(grams) { run.1 + 1 } else { 1 });
            prop_assert!(run.1 < 2 || grams == 1_234, "{} g of {}", grams, name);
        }
        prop_assert_eq!(run.0, Some(1_234));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The byte-chopper: pieces of any length, noise between messages, over a real serial line.
    #[test]
    fn pieces_and_noise_on_a_serial_line_are_one_weight(
        cuts in proptest::collection::vec(1usize..9, 1..12),
        noise in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let (mut far_end, near) = TTYPort::pair().unwrap();
        let address = format!("serial://{}", near.name().unwrap());
        let mut weighs = LineScale::new(address.parse().unwrap(), scale("st-gs"));
        let first = weighs.read(Duration::from_millis(1));
        prop_assert_eq!(word(first), "silent");
        drop(near);
        let said = [&noise[..], message("st-gs"), message("st-gs"), &noise, message("st-gs")];
        let said = said.concat();
        let chopper = thread::spawn(move || {
            let mut rest = &said[..];
            for cut in cuts.iter().cycle() {
                let (piece, later) = rest.split_at((*cut).min(rest.len()));
                far_end.write_all(piece).unwrap();
                rest = later;
                if rest.is_empty() {
                    return far_end;
                }
            }
            far_end
        });
        let weight = weighs.read(LONG);
        let far_end = chopper.join().unwrap();
        prop_assert_eq!(word(weight), "1234");
        drop(far_end);
        let gone = loop {
            match weighs.read(LONG) {
                Ok(_) => {}
                Err(reason) => break reason,
            }
        };
        prop_assert_eq!(gone.word(), "away");
    }
}
