//! A kiosk whose printer is emupos is killed after so many bytes of a slip: the receipt is in its
//! books before the first of them, nothing is printed again by itself, and staff are asked about
//! each slip that nobody knows.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;
use tests::Trouble;
use tests::device::{Attached, Desk};
use tests::judges::emupos::{Emupos, free_port};
use tests::judges::{Case, Verdict};
use tests::picture;
use tests::town::{CASHIER, Kind, Town};
use tests::wait::PATIENCE;

pub fn cases() -> Vec<Case> {
    vec![Case {
        judge: "emupos 0.4.0",
        question: "kiosk killed at 7 places of a slip",
        name: "emupos_has_no_slip_twice_of_a_killed_kiosk",
        ask: killed,
    }]
}

/// From the reset, which follows the twelve bytes of a question after the printer's state, to the
/// middle of the picture.
const AFTER_BYTES: [usize; 7] = [13, 17, 40, 1_000, 6_000, 12_000, 18_000];

/// A cable that says when so many bytes of one connection have gone through it.
struct Cable {
    address: String,
    wanted: Arc<AtomicUsize>,
    gone: Receiver<()>,
}

impl Cable {
    fn to(printer: String) -> Result<Cable, Trouble> {
        let failed = |error| Trouble::caused("no cable", error);
        let near = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        let address = format!("tcp://{}", near.local_addr().map_err(failed)?);
        let wanted = Arc::new(AtomicUsize::new(usize::MAX));
        let (say, gone) = channel();
        let (asked, say) = (wanted.clone(), Arc::new(Mutex::new(say)));
        // It ends with the test program: nobody connects any more by then.
        thread::spawn(move || {
            for host in near.incoming().map_while(Result::ok) {
                let Ok(device) = TcpStream::connect(&printer) else { continue };
                let (asked, say) = (asked.clone(), say.clone());
                thread::spawn(move || carry(host, device, &asked, &say));
            }
        });
        Ok(Cable { address, wanted, gone })
    }
}

fn carry(
    mut host: TcpStream,
    mut device: TcpStream,
    wanted: &AtomicUsize,
    say: &Mutex<Sender<()>>,
) -> std::io::Result<()> {
    let (mut answers, mut to_host) = (device.try_clone()?, host.try_clone()?);
    thread::spawn(move || std::io::copy(&mut answers, &mut to_host));
    let (mut buffer, mut gone) = ([0; 256], 0);
    loop {
        let count = host.read(&mut buffer)?;
        if count == 0 {
            return device.shutdown(std::net::Shutdown::Both);
        }
        device.write_all(&buffer[..count])?;
        let wanted = wanted.load(Ordering::SeqCst);
        let before = gone;
        gone += count;
        if (before..gone).contains(&wanted.saturating_sub(1)) {
            let _ = say.lock().expect("nobody panics while holding it").send(());
        }
    }
}

fn killed() -> Result<Verdict, Trouble> {
    let devices = format!(
        "  - id: front\n    type: printer\n    profile: epson-tm-t20iii\n    connections:\n      \
         - tcp: {{ port: {} }}\n    receipts_dir: ./receipts\n",
        free_port()?
    );
    let Some(emupos) = Emupos::start(&devices)? else { return Ok(Verdict::Missing) };
    let address = emupos.port("front")?;
    let cable = Cable::to(address.trim_start_matches("tcp://").to_owned())?;
    let town = Town::small()?;
    let equipped = town.equip(Kind::kiosk())?;
    let attached = [
        Attached::printer(&cable.address, "generic-80"),
        Attached::terminal(equipped.terminal.port()),
        Attached::scanner(equipped.scanner.port()),
    ];
    equipped.device.configure("kiosk", &town.centre.url(), Some("en"), &attached)?;
    for after in AFTER_BYTES {
        let mut desk = equipped.device.open()?;
        to_the_card(&mut desk)?;
        cable.wanted.store(after, Ordering::SeqCst);
        desk.press("next")?;
        cable.gone.recv_timeout(PATIENCE).map_err(|error| {
            Trouble::caused(format!("{after} bytes never went to the printer"), error)
        })?;
        desk.kill()?;
        cable.wanted.store(usize::MAX, Ordering::SeqCst);
    }
    let desk = equipped.device.open()?;
    let (asked, prints) = ask_staff(desk)?;
    let mut whole = 0;
    let pictures = emupos.pictures("front")?;
    for picture in &pictures {
        // A slip of this body, as its cut ended it, ends in the square's white.
        whole += usize::from(picture::read(picture)?.codes().len() == 1);
    }
    if asked != AFTER_BYTES.len() || pictures.len() > AFTER_BYTES.len() || prints < asked {
        let told = format!(
            "{asked} asked about, {prints} prints written, {} papers of {} payments",
            pictures.len(),
            AFTER_BYTES.len()
        );
        return Err(Trouble::new(told));
    }
    Ok(Verdict::Agrees(format!(
        "{asked} kills, each asked about; {} papers, {whole} with their square",
        pictures.len()
    )))
}

/// From the idle page to the press that takes ten rupees by card.
fn to_the_card(desk: &mut Desk) -> Result<(), Trouble> {
    desk.page("home")?;
    desk.choose("property_tax")?;
    desk.page("find")?;
    desk.fill("number", tests::sample::PICTURED)?;
    desk.press("next")?;
    desk.page("demand")?;
    desk.press("next")?;
    desk.page("pay")?;
    desk.choose("another")?;
    desk.page("amount")?;
    desk.fill("amount", "10")?;
    desk.press("next")?;
    desk.page("pay")?;
    desk.choose("card")?;
    desk.page_where("pay", |page| page["mode"] == "card").map(|_| ())
}

/// How many slips the cashier is asked about, one after the other, all of which are said to be in
/// the payer's hand; and how many words on paper were written for them.
fn ask_staff(mut desk: Desk) -> Result<(usize, usize), Trouble> {
    desk.press("sign_in")?;
    desk.page("sign_in")?;
    desk.choose(&CASHIER.id.to_string())?;
    desk.fill("pin", CASHIER.pin)?;
    desk.press("next")?;
    let first = desk.page("ask_paper")?;
    let left = |page: &Value| page["left"].as_u64().unwrap_or_default();
    let asked = left(&first);
    for one in (1..=asked).rev() {
        desk.page_where("ask_paper", |page| left(page) == one)?;
        desk.press("yes")?;
    }
    desk.page("home")?;
    let prints = desk.entries().iter().filter(|entry| entry["kind"] == "print").count();
    desk.close()?;
    Ok((usize::try_from(asked).expect("a few"), prints))
}
