//! pcscd and a virtual reader: the number of a chip card, and a card that is pulled too early.

use tests::Trouble;
use tests::judges::pcscd::{Card, Pcscd, READER, cards};
use tests::judges::{Case, Verdict};

const UID: [u8; 7] = [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0x80];
const WRITTEN: &str = "04A1B2C3D4E580";
/// The first half of the answer with this number looks like a whole one with four bytes of number.
const TREACHEROUS: [u8; 10] = [0x04, 0xa1, 0xb2, 0xc3, 0x90, 0x00, 0x11, 0x22, 0x33, 0x44];
/// Choose a file on the card.
const SELECT: &str = "00A40400";

pub fn cases() -> Vec<Case> {
    let case = |question, name, ask| Case { judge: "pcscd, vpcd, opensc", question, name, ask };
    vec![
        case(
            "cards: the reader and the number, by two clients",
            "two_clients_of_pcscd_read_the_same_number",
            the_same_number,
        ),
        case(
            "cards: pulled in the middle of an answer",
            "a_card_that_is_pulled_in_the_middle_of_an_answer_leaves_nothing_behind",
            pulled,
        ),
    ]
}

fn card(pulled_at: Option<&[u8]>) -> Card {
    Card { uid: UID.to_vec(), pulled_at: pulled_at.map(<[u8]>::to_vec) }
}

fn the_same_number() -> Result<Verdict, Trouble> {
    let (Some(program), Some(pcscd)) = (cards()?, Pcscd::start()?) else {
        return Ok(Verdict::Missing);
    };
    let mut ours = pcscd.cards(&program)?;
    let laid = pcscd.lay(card(None));
    let (mark, _) = ours.wait_from(0, "the number", |said| said["presented"] == WRITTEN)?;
    ours.tell(SELECT)?;
    let (mark, _) = ours.wait_from(mark, "the card's answer", |said| said["answer"] == "6A82")?;
    let listed = pcscd.opensc(&["--list-readers"])?;
    if !listed.lines().any(|line| line.contains("Yes") && line.contains(READER)) {
        return Err(Trouble::new(format!("opensc-tool sees no card in {READER}: {listed}")));
    }
    let read = pcscd.opensc(&["--reader", "0", "--send-apdu", "FF:CA:00:00:00"])?;
    let read: String = read.split_whitespace().collect();
    if !read.contains(&format!("SW1=0x90,SW2=0x00):{WRITTEN}")) {
        return Err(Trouble::new(format!("opensc-tool reads another number: {read}")));
    }
    drop(laid);
    ours.wait_from(mark, "that it is gone", |said| said["removed"] == true)?;
    Ok(Verdict::Agrees(format!("{} bytes of number, and an answer", UID.len())))
}

/// The card leaves while it says its number, and another while it answers a command. Each has a
/// service of its own: the virtual reader does not always take a second card after one that was
/// pulled.
fn pulled() -> Result<Verdict, Trouble> {
    let Some(program) = cards()? else { return Ok(Verdict::Missing) };
    let Some(pcscd) = Pcscd::start()? else { return Ok(Verdict::Missing) };
    let ours = pcscd.cards(&program)?;
    pcscd.lay(Card { uid: TREACHEROUS.to_vec(), ..card(Some(&[0xff, 0xca])) }).wait();
    pcscd.until_empty()?;
    if ours.count() > 0 {
        let said = ours.lines();
        return Err(Trouble::new(format!("something was made of half a number: {said:?}")));
    }
    drop((ours, pcscd));
    let Some(pcscd) = Pcscd::start()? else { return Ok(Verdict::Missing) };
    let mut ours = pcscd.cards(&program)?;
    let _laid = pcscd.lay(card(Some(&[0x00, 0xa4])));
    let (mark, _) = ours.wait_from(0, "the number", |said| said["presented"] == WRITTEN)?;
    ours.tell(SELECT)?;
    let (mark, said) = ours.wait_from(mark, "what became of it", |said| {
        said["fault"].is_string() || said["answer"].is_string()
    })?;
    if said["fault"] != "card_gone" {
        return Err(Trouble::new(format!("half an answer became {said}")));
    }
    ours.wait_from(mark, "that it is gone", |said| said["removed"] == true)?;
    Ok(Verdict::Agrees("nothing of half a number, nor of half an answer".to_owned()))
}
