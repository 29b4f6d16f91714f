//! What passes between a device and its centre when a payment was just printed, and when nothing
//! is new: counted on the socket between the device's own link and the real program, on a
//! connection that is warm, without TLS.

use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::SystemTime;

use ledger::{
    Building, CashTender, DemandRow, Entry, Fact, Moment, Paise, Payer, Print, PrintOutcome,
    PrintWitness, Receipt, ReceiptLine, StaffId, Tender,
};
use node::{Link, LinkEvent, LinkOptions, Patience, Provision, Store, exchange_until_quiet};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tests::centre::{Centre, PACK, Wire};
use tests::counting::{Counted, CountingProxy};
use tests::programs::workspace;
use tests::town::register;

use super::Line;
use super::books::receipt;

pub type Measured<T> = Result<T, Box<dyn Error>>;

/// Entries that are at the centre before one is added.
const BEFORE: [u64; 3] = [1_000, 10_000, 100_000];

const RECEIPT: [&str; 3] = [
    "one new receipt, 1k: both ways",
    "one new receipt, 10k: both ways",
    "one new receipt, 100k: both ways",
];
const NOTHING: [&str; 3] =
    ["nothing new, 1k: both ways", "nothing new, 10k: both ways", "nothing new, 100k: both ways"];

/// Houses of the synthetic register.
const HOUSES: usize = 2_000;

/// Of so many turns the dearest is given.
const TURNS: u32 = 5;

/// Turns before, by which the connection and the header tables are warm.
const WARM: u32 = 3;

/// Payments that are written with one commit while a device is filled.
const TOGETHER: u32 = 100;

const CASHIER: Option<StaffId> = Some(StaffId(101));

/// An entry every twenty seconds, up to now.
const ENTRY_MS: u64 = 20_000;

pub fn measure() -> Measured<Vec<Line>> {
    let mut lines = vec![first_fill()?];
    let mut first = None;
    for (place, entries) in BEFORE.into_iter().enumerate() {
        let (receipt, nothing) = of(entries)?;
        let (begun_receipt, begun_nothing) = *first.get_or_insert((receipt, nothing));
        let flat = |now: Counted, begun: Counted| {
            now.both() as f64 <= 1.05 * begun.both() as f64 && now.round_trips == 1
        };
        let met = receipt.both() <= 260 && flat(receipt, begun_receipt);
        let line = bytes(RECEIPT[place], receipt.both()).beside(begun_receipt.both() as f64);
        lines.push(line.goal("260 B, 1.05 x of 1k, 1 trip", met));
        let met = nothing.both() <= 120 && flat(nothing, begun_nothing);
        let line = bytes(NOTHING[place], nothing.both()).beside(begun_nothing.both() as f64);
        lines.push(line.goal("120 B, 1.05 x of 1k, 1 trip", met));
        if place + 1 == BEFORE.len() {
            lines.push(bytes("one new receipt, 100k: request", receipt.request));
            lines.push(bytes("one new receipt, 100k: answer", receipt.answer));
            lines.push(bytes("nothing new, 100k: request", nothing.request));
            lines.push(bytes("nothing new, 100k: answer", nothing.answer));
        }
    }
    Ok(lines)
}

fn bytes(metric: &'static str, bytes: u64) -> Line {
    Line::new(metric, bytes as f64, "B")
}

/// A new receipt with its print, and nothing new, when so many entries are at the centre.
fn of(entries: u64) -> Measured<(Counted, Counted)> {
    let scene = Scene::make(Wire::Plain, &register()?)?;
    let mut device = Device::filled(scene.folder(), &scene.provision("kiosk-1")?, entries)?;
    device.send_all(scene.options(scene.centre.url())?)?;
    let proxy = scene.counted()?;
    device.connect(&proxy)?;
    receipt_and_nothing(&mut device, &proxy, Device::pay_at_a_known_building)
}

/// A new receipt with its print, and nothing new, of a device that has sent and heard everything.
pub fn receipt_and_nothing(
    device: &mut Device,
    proxy: &CountingProxy,
    pay: impl Fn(&mut Device, u32) -> Measured<()>,
) -> Measured<(Counted, Counted)> {
    let (mut receipt, mut nothing) = (Counted::default(), Counted::default());
    for turn in 0..WARM + TURNS {
        pay(device, turn)?;
        let (paid, _) = device.turn(proxy)?;
        let (quiet, _) = device.turn(proxy)?;
        if turn >= WARM {
            receipt = dearer(receipt, paid);
            nothing = dearer(nothing, quiet);
        }
    }
    Ok((receipt, nothing))
}

/// What a new device gets of the register of its wards, its first turns and all.
fn first_fill() -> Measured<Line> {
    let mut houses = register()?;
    houses.iter_mut().for_each(|house| house.ward = 7);
    if houses.len() != HOUSES {
        return Err(format!("the register has {} houses", houses.len()).into());
    }
    let json = houses.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    let scene = Scene::make(Wire::Plain, &houses)?;
    let proxy = scene.counted()?;
    let mut device = Device::filled(scene.folder(), &scene.provision("kiosk-1")?, 1)?;
    device.connect(&proxy)?;
    while device.turn(&proxy)?.1 {}
    if device.store.round_size(7)? as usize != HOUSES {
        return Err("not all houses came".into());
    }
    let kilobytes = proxy.counted().both() as f64 / 1e3;
    let as_json = replica::pack(json.join("\n").as_bytes()).len() as f64 / 1e3;
    let line = Line::new("first fill of 2,000 houses, zstd JSON beside", kilobytes, "kB");
    Ok(line.beside(as_json).at_most(250.0, "250 kB"))
}

/// A centre with its devices' files.
pub struct Scene {
    folder: tempfile::TempDir,
    wire: Wire,
    pub centre: Centre,
}

impl Scene {
    pub fn make(wire: Wire, houses: &[Building]) -> Measured<Self> {
        let folder = tempfile::tempdir()?;
        let pack = workspace().join(PACK);
        let mut centre = Centre::make(&folder.path().join("centre"), wire, &pack)?;
        if !houses.is_empty() {
            centre.load(houses)?;
        }
        centre.staff(101, "Suma P.", "cashier", "4821")?;
        centre.serve()?;
        Ok(Self { folder, wire, centre })
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What makes a kiosk of the ward 7.
    pub fn provision(&self, name: &str) -> Measured<Provision> {
        self.provision_as("kiosk", name)
    }

    /// What makes a device of the ward 7.
    pub fn provision_as(&self, profile: &str, name: &str) -> Measured<Provision> {
        let file = self.folder().join(format!("{name}.padi"));
        let words = ["--device", name, "--profile", profile, "--ward", "7", "--numbers", "99999"];
        self.centre.provision(&words.map(str::to_owned), &file)?;
        Ok(Provision::read(&std::fs::read(file)?)?)
    }

    /// How a device reaches it, at this address.
    pub fn options(&self, url: String) -> Measured<LinkOptions> {
        let certificate = match self.wire {
            Wire::Plain => None,
            Wire::Tls => Some(CertificateDer::from_pem_file(self.centre.certificate())?.to_vec()),
        };
        Ok(options(url, certificate))
    }

    pub fn counted(&self) -> Measured<CountingProxy> {
        let address: SocketAddr = self.centre.url().trim_start_matches("http://").parse()?;
        Ok(CountingProxy::before(address, &self.centre.folder().join("keys"))?)
    }
}

fn dearer(one: Counted, other: Counted) -> Counted {
    if other.both() > one.both() { other } else { one }
}

fn options(url: String, certificate: Option<Vec<u8>>) -> LinkOptions {
    LinkOptions { url, plain: certificate.is_none(), certificate, patience: Patience::EDGE }
}

pub fn now(boot: u32) -> Moment {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_millis();
    let wall_ms = i64::try_from(since).unwrap_or(i64::MAX);
    Moment { wall_ms, mono_ms: u64::try_from(since).unwrap_or(u64::MAX), boot }
}

pub struct Device {
    store: Store,
    book: String,
    link: Option<(Link, Receiver<LinkEvent>)>,
}

impl Device {
    pub fn filled(folder: &Path, provision: &Provision, entries: u64) -> Measured<Self> {
        let mut store = Store::open(&folder.join("data"), provision)?;
        let begun = now(store.boot());
        let book = provision.book.lease.book.clone();
        let at = |seq: u64| {
            let before_ms = entries.saturating_sub(seq) * ENTRY_MS;
            let wall_ms = begun.wall_ms - i64::try_from(before_ms).unwrap_or_default();
            Moment { wall_ms, mono_ms: begun.mono_ms - before_ms, boot: begun.boot }
        };
        store.append(at(0), None, vec![Fact::BookOpened(provision.book.clone())])?;
        let mut number = 0;
        while store.day_book().head().seq < entries {
            let first = store.day_book().head().seq + 1;
            let left = (entries + 2 - first) / 2;
            let mut facts = Vec::new();
            for place in 0..left.min(TOGETHER.into()) {
                number += 1;
                // No building of the register: what is owed would be paid too often.
                let paid = Receipt { book: book.clone(), number, ..receipt(number)? };
                facts.push(Fact::Receipt(Receipt {
                    payer: Payer::Building(1_000_000 + number % 2_000),
                    ..paid
                }));
                facts.push(whole(first + 2 * place));
            }
            store.append(at(first), CASHIER, facts)?;
        }
        Ok(Self { store, book, link: None })
    }

    /// Writes what a day of the workload has next, each so long after the last as there.
    pub fn write(&mut self, entries: &[Entry]) -> Measured<()> {
        let last = self.store.last_moment().ok_or("the book is open")?;
        let (first, mut last) = (entries.first().ok_or("an entry")?.at, last);
        last.mono_ms += 1_000;
        last.wall_ms += 1_000;
        for Entry { seq, at, staff, fact, .. } in entries {
            let at = Moment {
                wall_ms: last.wall_ms + (at.wall_ms - first.wall_ms),
                mono_ms: last.mono_ms + (at.mono_ms - first.mono_ms),
                boot: last.boot,
            };
            let written = self.store.append(at, *staff, vec![fact.clone()])?;
            if written[0].seq != *seq {
                return Err("the day begins elsewhere".into());
            }
        }
        Ok(())
    }

    /// Sends all that it has over a line of its own.
    pub fn send_all(&mut self, options: LinkOptions) -> Measured<()> {
        let boot = self.store.boot();
        exchange_until_quiet(&mut self.store, options, || now(boot))?;
        Ok(())
    }

    pub fn connect(&mut self, proxy: &CountingProxy) -> Measured<()> {
        let (to_here, events) = channel();
        let url = format!("https://{}", proxy.address);
        let link = Link::start(options(url, Some(proxy.certificate.clone())), move |event| {
            // The bench has ended where nobody listens.
            let _ = to_here.send(event);
        })?;
        self.link = Some((link, events));
        Ok(())
    }

    /// A part of what a building of the register owes.
    fn pay_at_a_known_building(&mut self, turn: u32) -> Measured<()> {
        let mut owing = Vec::new();
        for building in register()?.into_iter().filter(|building| building.ward == 7) {
            let owed = building.demands.into_iter().find(|row| row.paid < row.assessed);
            owing.extend(owed.map(|row| (building.id, row)));
        }
        let (building, owed) = owing.get(turn as usize % owing.len().max(1)).ok_or("none owes")?;
        self.pay(*building, owed, Paise::rupees(1 + i64::from(turn)))
    }

    /// So much of what a building owes, and its slip.
    pub fn pay(&mut self, building: u32, owed: &DemandRow, amount: Paise) -> Measured<()> {
        let at = now(self.store.boot());
        let (_, number) = self.store.day_book().next_number(None)?;
        let lines = vec![ReceiptLine { period: owed.period, head: owed.head.clone(), amount }];
        let payer = Payer::Building(building);
        let fact = Receipt {
            book: self.book.clone(),
            payer,
            lines,
            total: amount,
            number,
            tender: Tender::Cash(CashTender { tendered: amount.max(Paise::rupees(700)) }),
            ..receipt(number)?
        };
        let of = self.store.append(at, CASHIER, vec![Fact::Receipt(fact)])?[0].seq;
        self.store.append(at, CASHIER, vec![whole(of)])?;
        Ok(())
    }

    /// One turn over the proxy: what passed there, and whether there is more.
    pub fn turn(&mut self, proxy: &CountingProxy) -> Measured<(Counted, bool)> {
        let before = proxy.counted();
        let at = now(self.store.boot());
        let request = self.store.next_request(at)?;
        let (link, events) = self.link.as_ref().ok_or("the line is there")?;
        link.send(request)?;
        let packed = match events.recv()? {
            LinkEvent::Answered(packed) => packed,
            LinkEvent::Replied(_) => unreachable!("no parcel was sent"),
            LinkEvent::Down { why, .. } => return Err(why.into()),
            LinkEvent::PhotoAnswered(_) => return Err("no photo was sent".into()),
            LinkEvent::PackCame(..) => return Err("no pack was asked for".into()),
            LinkEvent::NamesAnswered(_) => return Err("no name was asked for".into()),
            LinkEvent::EarlierAnswered(_) => return Err("no payments were asked for".into()),
        };
        let taken = self.store.take_answer(&packed, now(self.store.boot()))?;
        if let Some(rejection) = taken.rejection {
            return Err(rejection.into());
        }
        if self.store.to_send() > 0 {
            return Err("one turn acknowledges all".into());
        }
        Ok((proxy.counted().since(before), taken.more))
    }
}

fn whole(of: u64) -> Fact {
    let (outcome, witness) = (PrintOutcome::Whole, PrintWitness::Printer);
    Fact::Print(Print { of, outcome, witness })
}
