//! Complaints at the office: who hears of one, who may work on it, what counts, and what it becomes
//! where nobody does anything.

use ledger::{
    Answer as Said, Applied, CitizenSays, Complaint, ComplaintAnswered, ComplaintState,
    ComplaintWorked, Fact, Language, PhotoHash, ReceiptNumber, SealedFile, Work, check_code,
    date_of, sha256,
};
use replica::{Answer, ApplicationFile, ComplaintTold, RecordsAsked, Request};

use crate::device::{Device, send};
use crate::fees::pack;
use crate::office::{Office, today};
use crate::photos::sends;

const WORDS: &str = "Behind the ferry";
const PHONE: &str = "9876543210";

fn office() -> Office {
    let office = Office::with_accountant();
    assert!(office.staff("501", "officer", "8642").status.success());
    assert!(office.staff("502", "officer", "8643").status.success());
    office
}

fn officer(office: &Office, name: &str, ward: &str) -> Device {
    office.device(name, &["--profile", "officer", "--ward", ward])
}

/// What a device hears of complaints after a place of the feed.
async fn hears(device: &Device, office: &Office, after: u64) -> (Vec<ComplaintTold>, u64) {
    let records = Some(RecordsAsked::new(after, 0, &[]));
    let request = Request { records, ..device.request(None) };
    let response = send(office, request.sealed(&device.key)).await;
    let answer = Answer::read(&response.bytes().await.expect("a body")).expect("an answer");
    let said = answer.records.expect("of records");
    (said.complaints().expect("readable"), said.to)
}

/// A kiosk files a complaint of ward 7 so many days ago, with its sealed file.
fn files(kiosk: &mut Device, number: u32, days_ago: i64) -> (ReceiptNumber, Vec<u8>) {
    let lease = kiosk.provision.acknowledgements.clone().expect("a book of acknowledgements");
    if number == 1 {
        kiosk.write(None, Fact::BookOpened(lease.clone()));
    }
    let lease = lease.lease;
    let printed = lease.number(number);
    let said = [("words", WORDS), ("matter", "heap"), ("landmark", "The Ferry."), ("phone", PHONE)];
    let answers = said.map(|(name, value)| Said { name: name.into(), value: value.into() });
    let (service, pack) = ("complaint".to_owned(), pack());
    let file = ApplicationFile {
        number: printed.to_string(),
        service: service.clone(),
        pack: pack.body.version,
        answers: answers.to_vec(),
        pictures: Vec::new(),
    };
    let once = [u8::try_from(number).expect("few"); 32];
    let sealed = file.sealed(&lease.acknowledges.expect("a key"), once).expect("sealed");
    let filed = date_of(today() - days_ago);
    let rule = pack.service("complaint").and_then(|it| it.application.as_ref()).expect("it is one");
    let days = pack.complaints.category("garbage").expect("a category").days;
    let due = rule.last_day(&pack.calendar, filed, days).expect("a day");
    let due = due.signed_duration_since(date_of(0)).num_days();
    let complaint = Complaint { category: "garbage".into(), ward: 7, asset: None, channel: None };
    kiosk.write(
        None,
        Fact::Applied(Applied {
            book: lease.book,
            number,
            service,
            building: None,
            language: Language::En,
            pack: pack.body.version,
            due,
            handed_in: Vec::new(),
            missing: Vec::new(),
            sealed: SealedFile { hash: sha256(&sealed), bytes: sealed.len() as u32 },
            reported: None,
            complaint: Some(complaint),
        }),
    );
    let entry = kiosk.entries.last_mut().expect("it was just written");
    entry.at.wall_ms -= days_ago * 86_400_000;
    // The book of this year goes on, whatever year it was then.
    entry.unsure_since_ms = (days_ago > 0).then_some(0);
    (printed, sealed)
}

fn works(device: &mut Device, staff: u32, number: &ReceiptNumber, work: Work) -> u64 {
    let word = ComplaintWorked { number: number.clone(), work };
    device.write(Some(staff), Fact::ComplaintWorked(word))
}

fn rates(device: &mut Device, number: &ReceiptNumber, code: &str, stars: u8) {
    let (number, code) = (number.clone(), code.to_owned());
    let says = CitizenSays::Rated(stars);
    device.write(None, Fact::ComplaintAnswered(ComplaintAnswered { number, code, says }));
}

#[tokio::test]
async fn officers_of_the_ward_hear_what_and_where_and_nobody_hears_who() {
    let office = office();
    let (mut kiosk, other) = (office.kiosk("kiosk-1", 500), office.kiosk("kiosk-2", 500));
    let (seventh, eighth) =
        (officer(&office, "officer-7", "7"), officer(&office, "officer-8", "8"));
    let (number, sealed) = files(&mut kiosk, 1, 0);
    assert_eq!(kiosk.push_all(&office).await.quarantined, []);
    let (told, to) = hears(&seventh, &office, 0).await;
    assert_eq!(
        (told[0].number.clone(), told[0].says.len()),
        (number.to_string(), 0),
        "no file yet"
    );
    assert_eq!(told[0].code, None, "an officer could rate their own work");
    sends((&kiosk, &office), PhotoHash(sha256(&sealed)), &sealed, 0).await;
    let (told, _) = hears(&seventh, &office, to).await;
    let says: Vec<&str> = told[0].says.iter().map(|answer| answer.value.as_str()).collect();
    assert_eq!(says, [WORDS, "heap", "The Ferry."], "the telephone number is the office's alone");
    for nobody in [&eighth, &other] {
        assert_eq!(hears(nobody, &office, 0).await.0, []);
    }
    let (own, to) = hears(&kiosk, &office, 0).await;
    let code = check_code(kiosk.entries.last().expect("an entry"));
    assert_eq!((own[0].says.len(), own[0].code.as_deref()), (0, Some(code.as_str())));

    // Another ward, and its open complaints come; erased words are told to nobody any more.
    office.good(&["assign", "--device", "officer-8", "--by", "401", "--ward", "7"]);
    assert_eq!(hears(&eighth, &office, to).await.0.len(), 1);
    let words = ["--reason", "asked for", "--by", "401"];
    office.good(&[&["erase-application", &number.to_string()][..], &words].concat());
    assert_eq!(hears(&eighth, &office, to).await.0[0].says, []);
    assert!(office.good(&["verify"]).contains("complete"));
}

#[tokio::test]
async fn what_two_officers_do_apart_has_one_result_and_a_rating_counts_once() {
    let office = office();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let mut one = officer(&office, "officer-1", "7");
    let mut two = officer(&office, "officer-2", "7");
    let (number, sealed) = files(&mut kiosk, 1, 0);
    let code = check_code(kiosk.entries.last().expect("an entry"));
    // The rating of another kiosk comes before anything is resolved, and a clerk's word is none.
    let strange = works(&mut kiosk, 101, &number, Work::TakenUp);
    let apart = kiosk.push_all(&office).await.quarantined;
    assert_eq!(apart.iter().map(|apart| apart.seq).collect::<Vec<_>>(), [strange]);
    works(&mut one, 501, &number, Work::TakenUp);
    works(&mut one, 501, &number, Work::Resolved("cleared".to_owned()));
    works(&mut two, 502, &number, Work::Rejected("not ours".to_owned()));
    // The second is heard first.
    assert_eq!(two.push_all(&office).await.quarantined, []);
    assert_eq!(one.push_all(&office).await.quarantined, []);
    let told = office.good(&["complaint", &number.to_string()]);
    let rejected = told.lines().find(|line| line.contains("rejected at")).expect("it is there");
    assert!(rejected.ends_with("(does not count)"), "{told}");
    assert!(told.contains("resolved at officer-1 by 501: cleared\n"), "{told}");
    for (code, stars) in [("WRONGONE", 1), (&code, 4), (&code, 2)] {
        rates(&mut kiosk, &number, code, stars);
    }
    let apart = kiosk.push_all(&office).await.quarantined;
    assert_eq!(apart.len(), 1, "the clerk's word alone");
    let told = office.good(&["complaint", &number.to_string()]);
    assert!(told.lines().next().is_some_and(|line| line.ends_with("rated 4")), "{told}");
    let (own, _) = hears(&kiosk, &office, 0).await;
    assert_eq!((own[0].state, own[0].stars), (ComplaintState::Resolved, Some(4)));
    assert_eq!(own[0].remark.as_deref(), Some("cleared"));

    // Who filed it gets one message, once the office can read to whom; none after an erasure.
    assert!(office.good(&["outbox"]).starts_with("0 wait"));
    sends((&kiosk, &office), PhotoHash(sha256(&sealed)), &sealed, 0).await;
    assert!(office.good(&["outbox"]).starts_with("1 wait"));
    rates(&mut kiosk, &number, &code, 3);
    kiosk.push_all(&office).await;
    assert!(office.good(&["outbox"]).starts_with("1 wait"), "one for each end");
    let words = ["--reason", "asked for", "--by", "401"];
    office.good(&[&["erase-application", &number.to_string()][..], &words].concat());
    assert!(office.good(&["outbox"]).starts_with("0 wait"));
    assert!(office.good(&["verify"]).contains("complete"));
}

#[tokio::test]
async fn one_matter_that_two_people_file_is_worked_on_once_and_answers_both() {
    let office = office();
    let (mut one, mut two) = (office.kiosk("kiosk-1", 500), office.kiosk("kiosk-2", 500));
    let mut handheld = officer(&office, "officer-7", "7");
    let (first, words) = files(&mut one, 1, 0);
    one.push_all(&office).await;
    sends((&one, &office), PhotoHash(sha256(&words)), &words, 0).await;
    let (second, words) = files(&mut two, 1, 0);
    let code = check_code(two.entries.last().expect("an entry"));
    two.push_all(&office).await;
    let listed = office.good(&["complaints"]);
    assert!(!listed.contains("same as"), "its place cannot be read yet: {listed}");
    sends((&two, &office), PhotoHash(sha256(&words)), &words, 0).await;
    let told = office.good(&["complaint", &second.to_string()]);
    assert!(told.contains(&format!("same as {first}")), "{told}");

    works(&mut handheld, 501, &first, Work::Resolved("cleared".to_owned()));
    handheld.push_all(&office).await;
    let (own, _) = hears(&two, &office, 0).await;
    assert_eq!((own[0].state, own[0].stars), (ComplaintState::Resolved, None));
    assert!(office.good(&["outbox"]).starts_with("2 wait"), "each has an answer");
    rates(&mut two, &second, &code, 5);
    two.push_all(&office).await;
    let rated = |number: &ReceiptNumber| {
        office.good(&["complaint", &number.to_string()]).contains("rated 5")
    };
    assert!(rated(&second) && !rated(&first), "each speaks for themselves");
    assert!(office.good(&["verify"]).contains("complete"));
}

#[tokio::test]
async fn the_first_is_whichever_was_filed_first_and_an_old_end_answers_nobody_anew() {
    let office = office();
    let (mut near, mut far) = (office.kiosk("kiosk-1", 500), office.kiosk("kiosk-2", 500));
    let mut officer = officer(&office, "officer-7", "7");
    let (first, first_file) = files(&mut far, 1, 1);
    let code = check_code(far.entries.last().expect("an entry"));
    far.push_all(&office).await;
    works(&mut officer, 501, &first, Work::Resolved("cleared".to_owned()));
    officer.push_all(&office).await;
    let reopened = CitizenSays::Reopened;
    let word = ComplaintAnswered { number: first.clone(), code, says: reopened };
    far.write(None, Fact::ComplaintAnswered(word));
    far.push_all(&office).await;
    let (second, second_file) = files(&mut near, 1, 0);
    near.push_all(&office).await;
    // The later one's place is readable first.
    sends((&near, &office), PhotoHash(sha256(&second_file)), &second_file, 0).await;
    sends((&far, &office), PhotoHash(sha256(&first_file)), &first_file, 0).await;
    let told = |number: &ReceiptNumber| office.good(&["complaint", &number.to_string()]);
    assert!(told(&second).contains(&format!("same as {first}")), "{}", told(&second));
    assert!(!told(&first).contains("same as"), "{}", told(&first));
    let state = |number| told(number).lines().next().unwrap_or_default().to_owned();
    assert!(!state(&second).contains("resolved"), "an end from before it: {}", told(&second));
    works(&mut officer, 501, &first, Work::Resolved("cleared again".to_owned()));
    officer.push_all(&office).await;
    for number in [&first, &second] {
        assert!(state(number).contains("resolved"), "{}", told(number));
    }
    assert!(office.good(&["verify"]).contains("complete"));
}

#[tokio::test]
async fn what_nobody_answers_goes_up_the_ladder_and_the_office_passes_it_on() {
    let office = office();
    let mut kiosk = office.kiosk("kiosk-1", 500);
    let handheld = officer(&office, "officer-7", "7");
    let (old, _) = files(&mut kiosk, 1, 60);
    let (new, _) = files(&mut kiosk, 2, 0);
    kiosk.push_all(&office).await;
    let (old, new) = (old.to_string(), new.to_string());
    let all = office.good(&["complaints", "--ward", "7", "--category", "garbage"]);
    assert!(all.contains(&old) && all.contains(&new), "{all}");
    for only in ["--overdue", "--escalated"] {
        let listed = office.good(&["complaints", only]);
        assert!(listed.contains(&old) && !listed.contains(&new), "{listed}");
        assert!(listed.contains("overdue  escalated 2 to deputy_director"), "{listed}");
    }
    let figures = office.dashboard().await;
    assert_eq!(
        (&figures["complaints_open"], &figures["complaints_overdue"]),
        (&2.into(), &1.into())
    );
    let pass = ["work-complaint", &new, "--by", "401", "--reason", "A drain", "--reassign"];
    office.good(&[&pass[..], &["overseer"]].concat());
    let why = office.refused(&[&pass[..], &["nobody"]].concat());
    assert!(why.contains("no office nobody"), "{why}");
    let (told, _) = hears(&handheld, &office, 0).await;
    let told = told.iter().find(|told| told.number == new).expect("it is told");
    assert_eq!(told.office, "overseer");
    office.good(&["work-complaint", &new, "--reject", "Private land", "--by", "401"]);
    let why = office.refused(&["work-complaint", &new, "--resolve", "Done", "--by", "401"]);
    assert!(why.contains("resolved or rejected before"), "{why}");
    let told = office.good(&["complaint", &new]);
    assert!(told.contains("rejected at the office by 401: Private land"), "{told}");
    assert!(office.good(&["verify"]).contains("complete"));
}
