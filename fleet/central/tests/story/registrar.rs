//! The Registrar's work: what looks alike over several reports, what is registered, and what not.

use ledger::{
    Answer as Said, Applied, Fact, Language, Mark, Paise, PhotoHash, ReceiptNumber, Reported,
    SealedFile, date_of, sha256,
};
use replica::ApplicationFile;

use crate::device::Device;
use crate::fees::pack;
use crate::office::{Office, today};
use crate::photos::sends;

/// A kiosk reports a birth with these marks; its acknowledgement, and its sealed file.
fn reports(kiosk: &mut Device, number: u32, marks: &[u8]) -> (ReceiptNumber, Vec<u8>) {
    let lease = kiosk.provision.acknowledgements.clone().expect("a book of acknowledgements");
    if number == 1 {
        kiosk.write(None, Fact::BookOpened(lease.clone()));
    }
    let (lease, pack) = (lease.lease, pack());
    let printed = lease.number(number);
    let answer = |name: &str, value: &str| Said { name: name.into(), value: value.into() };
    let file = ApplicationFile {
        number: printed.to_string(),
        service: "birth".to_owned(),
        pack: pack.body.version,
        answers: vec![answer("child_name", "Suma"), answer("mother_name", "Lakshmi")],
        pictures: Vec::new(),
    };
    let once = [u8::try_from(number).expect("few"); 32];
    let sealed = file.sealed(&lease.acknowledges.expect("a key"), once).expect("sealed");
    let application = pack.service("birth").and_then(|it| it.application.as_ref());
    let due = application.and_then(|it| it.due(&pack.calendar, date_of(today()))).expect("a day");
    let reported = Reported {
        delay: "in_time".to_owned(),
        fee: Paise::ZERO,
        marks: marks.iter().map(|mark| Mark::from([*mark; 8])).collect(),
        order: None,
        looked_over: false,
        distinct: Vec::new(),
    };
    kiosk.write(
        None,
        Fact::Applied(Applied {
            book: lease.book,
            number,
            service: "birth".to_owned(),
            building: None,
            language: Language::En,
            pack: pack.body.version,
            due: due.signed_duration_since(date_of(0)).num_days(),
            handed_in: Vec::new(),
            missing: vec!["identity".to_owned()],
            sealed: SealedFile { hash: sha256(&sealed), bytes: sealed.len() as u32 },
            reported: Some(reported),
            complaint: None,
        }),
    );
    (printed, sealed)
}

fn registrar(office: &Office, words: &[&str]) -> (bool, String) {
    let said = office.run(&[&["registrar"][..], words, &["--by", "401"]].concat());
    let text = [said.stdout, said.stderr].concat();
    (said.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[tokio::test]
async fn a_third_report_of_one_birth_is_not_registered_behind_a_duplicate() {
    let office = Office::with_accountant();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    // The first meets the second, and the second the third.
    let all = [[1_u8, 2], [2, 3], [3, 4]];
    let mut numbers = Vec::new();
    let mut files = Vec::new();
    for (place, marks) in all.iter().enumerate() {
        let (number, sealed) = reports(&mut kiosk, place as u32 + 1, marks);
        numbers.push(number.to_string());
        files.push(sealed);
    }
    assert_eq!(kiosk.push_all(&office).await.quarantined, []);
    let [first, second, third] = [0, 1, 2].map(|place: usize| numbers[place].as_str());
    let (done, said) = registrar(&office, &["register", first, "--distinct", second]);
    assert!(!done && said.contains("is not here"), "names come before a number: {said}");
    for sealed in &files {
        sends((&kiosk, &office), PhotoHash(sha256(sealed)), sealed, 0).await;
    }
    let (done, said) = registrar(&office, &["register", first]);
    assert!(!done && said.contains(second), "{said}");
    let (done, said) = registrar(&office, &["register", first, "--distinct", second]);
    assert!(done && said.contains("B-"), "{said}");
    let (done, said) = registrar(&office, &["duplicate", second, "--of", first]);
    assert!(done, "{said}");
    // It looks like the second alone, which stands for the first.
    let (done, said) = registrar(&office, &["register", third]);
    assert!(!done && said.contains(first), "{said}");
    let (done, said) = registrar(&office, &["return", third, "--reason", ""]);
    assert!(!done && said.contains("a report is returned with a reason"), "{said}");
    let (done, said) = registrar(&office, &["duplicate", third, "--of", first]);
    assert!(done, "{said}");
    // What stands in the register is kept.
    let words = ["erase-application", first, "--reason", "asked for", "--by", "401"];
    let said = office.run(&words);
    let text = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(!said.status.success() && text.contains("is in the register"), "{text}");
    assert!(office.good(&["verify"]).contains("complete"));
}
