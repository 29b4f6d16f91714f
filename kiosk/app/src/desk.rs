//! The desk: one thread that owns the journeys and the books. Everything reaches it as a word in
//! one inbox; it writes, prints, charges and sends, and says outward what stands on the glass.

pub(crate) mod around;
mod carrying;
mod earlier;
mod errands;
mod inward;
mod lending;
mod line;
pub(crate) mod looking;
mod names;
mod outward;
mod packs;
mod photos;
mod practice;
mod printing;
pub(crate) mod readers;
mod register;
mod stick;
mod writing;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use devices::{Frame, Terminal, ZvtSettings, ZvtTerminal};
use flow::{Effect, Event, Flow, Refusal, Screen, Sight, Touch, World};
use ledger::{Entry, Moment};
use node::{Backoff, Link, LinkError, LinkEvent, Store, StoreError};
use thiserror::Error;

use crate::bench::{
    CloudTerminalError, Looked, PrinterBench, PrinterJob, TerminalBench, TerminalJob,
    cloud_terminal, not_started, sale,
};
use crate::config::DeviceKind;
use crate::print::Paper;
use crate::setup::Setup;
use looking::Looking;
use names::Names;
use packs::Packs;
use photos::Photos;
use printing::start_printer;

use carrying::Carrying;

pub use around::ScaleError;
pub use inward::{NotATouch, TOUCH_BYTES_MAX, touch_of, touches};
pub use lending::Lending;
pub use outward::{EntryLine, Line, RefusalLine, SlipLine};

/// Words that may wait for the desk: a busy minute of touches and reports.
const INBOX_MAX: usize = 256;

/// What a printer is taken for where kiosk.toml names no model: 80 mm paper, and an answer after
/// the cut.
pub(crate) const PRINTER_MODEL: &str = "generic-80";

/// How often time is told to the journeys: a countdown on the glass changes each second.
const TICK: Duration = Duration::from_millis(250);

/// What reaches the desk.
enum Word {
    Touch(Touch),
    World(World),
    Preview(Paper),
    Looked(Looked),
    Link(LinkEvent),
    Nearby(carrying::Asked),
    Stop,
}

/// What the desk says to whoever shows it.
#[derive(Debug)]
pub enum Outward {
    Line(Line),
    /// The raster of the slip that is being printed.
    Preview(Paper),
    /// What the camera sees while somebody looks through it: for the glass, and kept nowhere.
    View(Frame),
    /// One touch was dealt with; everything that came of it was said before.
    TouchTaken,
    /// The desk has ended; why, where it was not asked to.
    Ended(Option<String>),
}

#[derive(Debug, Error)]
pub enum DeskError {
    #[error("the books of this device cannot be opened")]
    Store(#[source] StoreError),
    #[error("the link to the centre cannot be made")]
    Link(#[source] LinkError),
    #[error("the card terminal cannot be used")]
    Terminal(#[source] CloudTerminalError),
    #[error("no printer model {model:?} is known; there are {}", known.join(", "))]
    Model { model: String, known: Vec<String> },
    #[error("the scale")]
    Scale(#[source] ScaleError),
    #[error(
        "this program was built without PC/SC: build it with `--features pcsc`, or take the card \
         reader by pcsc out of kiosk.toml"
    )]
    NoPcsc,
}

/// A running desk, from outside.
pub struct DeskHandle {
    inbox: SyncSender<Word>,
    thread: Option<thread::JoinHandle<()>>,
}

impl DeskHandle {
    /// Hands over a touch; false where the desk has ended.
    pub fn touch(&self, touch: Touch) -> bool {
        self.inbox.send(Word::Touch(touch)).is_ok()
    }

    /// Something that can hand over touches from another thread.
    pub fn toucher(&self) -> impl Fn(Touch) -> bool + Send + Clone + 'static {
        let inbox = self.inbox.clone();
        move |touch| inbox.send(Word::Touch(touch)).is_ok()
    }

    /// Ends the desk; what is written is on disk already.
    pub fn stop(mut self) {
        let _ = self.inbox.send(Word::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Opens the books and starts the desk; `say` is called on the desk's thread.
pub fn start(
    mut setup: Setup,
    say: impl Fn(Outward) + Send + 'static,
) -> Result<DeskHandle, DeskError> {
    let mut store = Store::open(&setup.config.data, &setup.provision).map_err(DeskError::Store)?;
    let started = Instant::now();
    let packs = Packs::of(&setup.pack, &mut store);
    setup.pack = packs.in_force(&store, moment(started, store.boot()));
    let (inbox, words) = sync_channel(INBOX_MAX);
    let (link, backoff) = start_link(&setup, &store, &inbox)?;
    let (printer, wired) = start_benches(&setup, &inbox)?;
    let terminal = match &setup.config.cloud_terminal {
        None => wired,
        Some(config) => {
            let terminal = cloud_terminal(config, &setup.config.data);
            let terminal = terminal.map_err(DeskError::Terminal)?;
            Some(start_terminal(Box::new(terminal), inbox.clone()))
        }
    };
    around::start(&setup.config, &inbox).map_err(DeskError::Scale)?;
    let photos = Photos::of(&setup);
    let looking = Looking::start(&setup.config.devices, &inbox);
    let staff = setup.provision.staff.clone();
    let flow = Flow::new(setup.settings(store.wards()), Arc::clone(&setup.pack));
    let lending = Lending::new(store, setup.pack.public_address.clone(), staff, &setup.provision);
    let desk = Desk {
        seat: Seat { flow, lending },
        aside: None,
        wished: None,
        waited: 0,
        setup,
        link,
        backoff,
        next_send_ms: 0,
        sending: false,
        send_again: false,
        online: false,
        carrying: Carrying::default(),
        asking: earlier::Asking::default(),
        inbox: inbox.clone(),
        printer,
        terminal,
        photos,
        names: Names::default(),
        packs,
        looking,
        shown: None,
        refused: None,
        say: Box::new(say),
        started,
    };
    let thread = thread::Builder::new()
        .name("desk".to_owned())
        .spawn(move || desk.run(&words))
        .expect("a thread can be started while the program starts");
    Ok(DeskHandle { inbox, thread: Some(thread) })
}

fn start_link(
    setup: &Setup,
    store: &Store,
    inbox: &SyncSender<Word>,
) -> Result<(Link, Backoff), DeskError> {
    let to_desk = inbox.clone();
    let link = Link::start(setup.link_options(), move |event| {
        let _ = to_desk.send(Word::Link(event));
    })
    .map_err(DeskError::Link)?;
    let seed = u64::from(store.day_book().writer().0) << 32 | u64::from(store.boot());
    Ok((link, Backoff::new(seed)))
}

fn start_benches(
    setup: &Setup,
    inbox: &SyncSender<Word>,
) -> Result<(Option<PrinterBench>, Option<TerminalBench>), DeskError> {
    let (mut printer, mut terminal) = (None, None);
    for device in &setup.config.devices {
        let to_desk = inbox.clone();
        match device.kind {
            DeviceKind::EscPosPrinter => printer = Some(start_printer(device, to_desk)?),
            DeviceKind::ZvtTerminal => {
                let zvt = ZvtTerminal::new(device.port.clone(), ZvtSettings::default());
                terminal = Some(start_terminal(Box::new(zvt), to_desk));
            }
            // They are looked at when somebody asks: `Photos::of`, `Looking::start`.
            DeviceKind::CameraFolder | DeviceKind::CameraStream | DeviceKind::CameraV4l => {}
            // They speak by themselves: `around::start`.
            DeviceKind::LineScale | DeviceKind::NmeaReceiver | DeviceKind::Gpsd => {}
            DeviceKind::LineScanner
            | DeviceKind::WedgeScanner
            | DeviceKind::Rdm6300Cards
            | DeviceKind::WedgeCards
            | DeviceKind::PcscCards => readers::start(device, setup.provision.office, to_desk)?,
        }
    }
    Ok((printer, terminal))
}

fn start_terminal(terminal: Box<dyn Terminal>, to_desk: SyncSender<Word>) -> TerminalBench {
    TerminalBench::start(terminal, move |world| {
        let _ = to_desk.send(Word::World(world));
    })
}

/// Journeys with the books that they are about.
struct Seat {
    flow: Flow,
    lending: Lending,
}

struct Desk {
    /// Who is served: the device's own books, or those of a lesson.
    seat: Seat,
    /// The device's own books, while somebody practises.
    aside: Option<Seat>,
    /// Practice is to begin, or to end, once the present word was dealt with.
    wished: Option<bool>,
    /// How often time was told while a lesson waited for its bank.
    waited: u32,
    setup: Setup,
    link: Link,
    backoff: Backoff,
    next_send_ms: u64,
    sending: bool,
    send_again: bool,
    /// The centre answered the last time.
    online: bool,
    carrying: Carrying,
    asking: earlier::Asking,
    /// For those who work for the desk on threads of their own.
    inbox: SyncSender<Word>,
    printer: Option<PrinterBench>,
    terminal: Option<TerminalBench>,
    photos: Photos,
    names: Names,
    packs: Packs,
    looking: Looking,
    shown: Option<Screen>,
    /// The refusal that was said last, while it stands on the glass.
    refused: Option<Refusal>,
    say: Box<dyn Fn(Outward) + Send>,
    started: Instant,
}

impl Desk {
    fn run(mut self, words: &Receiver<Word>) {
        self.take(Event::World(World::Started));
        self.tell_confirmations();
        self.show();
        let mut ticked = Instant::now();
        loop {
            let mut touched = false;
            match words.recv_timeout(TICK.saturating_sub(ticked.elapsed())) {
                Ok(Word::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(word) => {
                    touched = matches!(word, Word::Touch(_));
                    self.take_word(word);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            // A scale, a receiver or a camera may say something more often than time is told.
            if ticked.elapsed() >= TICK {
                ticked = Instant::now();
                self.tick();
            }
            self.change_seats();
            self.keep_packs();
            self.keep_carrying();
            self.keep_looking();
            self.ask_names_when_due();
            self.ask_earlier_when_due();
            self.send_when_due();
            self.fetch_pack_when_due();
            self.send_photo_when_due();
            self.show();
            if touched {
                (self.say)(Outward::TouchTaken);
            }
        }
        (self.say)(Outward::Ended(None));
    }

    fn take_word(&mut self, word: Word) {
        match word {
            Word::Touch(touch) => self.take(Event::Touch(touch)),
            Word::World(World::Printer(state)) => self.printer_is(state),
            Word::World(world) => self.take(Event::World(world)),
            Word::Preview(paper) => (self.say)(Outward::Preview(paper)),
            Word::Looked(looked) => self.looked(looked),
            Word::Link(event) => self.answered(event),
            Word::Nearby(asked) => self.asked_nearby(asked),
            Word::Stop => unreachable!("the loop ends at it"),
        }
    }

    /// One event through the journeys, and everything that it asks for.
    fn take(&mut self, event: Event) {
        if let Event::World(World::PaperEnded { ticket, ending }) = &event {
            (self.say)(Outward::Line(Line::slip(*ticket, *ending)));
        }
        let touched = matches!(
            event,
            Event::Touch(_)
                | Event::World(
                    World::Scanned(_) | World::Presented(_) | World::Sight(Sight::Code(_))
                )
        );
        if touched {
            // A touch takes the last refusal off the glass: whatever stands there afterwards is
            // new.
            self.refused = None;
        }
        let now = self.now();
        let settled = matches!(event, Event::World(World::TerminalSettled(_)));
        let effects = self.seat.flow.handle(event, now, &self.seat.lending);
        if settled {
            self.log_settlement();
        }
        self.count_pins_of_a_lesson();
        self.say_refusal();
        for effect in effects {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Record { purpose, staff, facts } => self.record(purpose, staff, facts),
            Effect::Apply { staff, facts, applied, answers, pictures } => {
                self.apply(staff, facts, *applied, (answers, pictures));
            }
            Effect::SayDetails { staff, said } => self.say_details(staff, &said),
            Effect::Practise(begins) => self.wished = Some(begins),
            Effect::TakePicture { field, since_ms } => self.take_picture(field, since_ms),
            Effect::Photograph { question, since_ms } => self.photograph(question, since_ms),
            effect if self.is_practice() => self.pretend(effect),
            Effect::Charge { intent, amount, reference } => {
                let sale = sale(amount, reference);
                self.ask_terminal(TerminalJob::Charge { intent, sale });
            }
            Effect::LookUp { intent, amount, reference } => {
                let sale = sale(amount, reference);
                self.ask_terminal(TerminalJob::LookUp { intent, sale });
            }
            Effect::SettleTerminal { asked } => self.ask_terminal(TerminalJob::Settle { asked }),
            Effect::AbortCharge => {
                if let Some(terminal) = &self.terminal {
                    terminal.abort();
                }
            }
            Effect::Print { ticket, slip, drawer } => {
                self.print(PrinterJob::Slip { ticket, slip, drawer });
            }
            Effect::PrintTest(test) => self.print(PrinterJob::Test(test)),
            Effect::AskNames { staff, typed } => self.names.ask(staff, typed),
            Effect::PrintRates(rates) => self.print(PrinterJob::Rates(rates)),
            Effect::AskEarlier { building } => self.ask_earlier(building),
            Effect::Sync => self.sync_soon(),
            Effect::CarryToStick => self.carry_to_stick(),
            Effect::CarryScan(text) => self.carry_scan(&text),
            Effect::RemoveErrand(writer) => self.remove_errand(writer),
        }
    }

    fn print(&mut self, job: PrinterJob) {
        let given = match &self.printer {
            Some(printer) => printer.give(job),
            None => Err(not_started(&job)),
        };
        if let Err(world) = given {
            self.take(Event::World(world));
        }
    }

    fn ask_terminal(&mut self, job: TerminalJob) {
        let given = match (&self.terminal, job) {
            (Some(terminal), job) => terminal.give(job),
            (None, TerminalJob::Charge { intent, .. }) => {
                Err(World::TerminalEnded { intent, ending: flow::TerminalEnding::NotReached })
            }
            (None, TerminalJob::LookUp { intent, .. }) => {
                Err(World::TerminalEnded { intent, ending: flow::TerminalEnding::CannotTell })
            }
            (None, TerminalJob::Settle { .. }) => {
                Err(World::TerminalSettled(flow::TerminalDay::NotReached))
            }
        };
        if let Err(world) = given {
            self.take(Event::World(world));
        }
    }

    /// What the terminal's day and the receipts differ by stays in the log, too.
    fn log_settlement(&self) {
        let page = self.seat.flow.screen(&self.seat.lending).page;
        let flow::Page::Settlement(settlement) = page else { return };
        for row in &settlement.rows {
            tracing::warn!(?row, "unmatched with the card terminal");
        }
    }

    fn show(&mut self) {
        let screen = self.seat.flow.screen(&self.seat.lending);
        if self.shown.as_ref() == Some(&screen) {
            return;
        }
        (self.say)(Outward::Line(Line::Screen(Box::new(screen.clone()))));
        self.shown = Some(screen);
    }

    /// Each refusal is said once, whether a touch or the world's answer brought it.
    fn say_refusal(&mut self) {
        let refusal = self.seat.flow.refusal().cloned();
        if let Some(refusal) = &refusal
            && self.refused.as_ref() != Some(refusal)
        {
            let line = RefusalLine::of(refusal, self.seat.flow.language());
            tracing::info!(code = ?refusal.code, "refused");
            (self.say)(Outward::Line(Line::Refusal(line)));
        }
        self.refused = refusal;
    }

    fn say_entry(&self, entry: &Entry) {
        let line = EntryLine::of(entry, &self.seat.lending);
        (self.say)(Outward::Line(Line::Entry(line)));
    }

    /// An entry of the device's own books, whoever is served.
    fn say_own_entry(&self, entry: &Entry) {
        let own = self.aside.as_ref().unwrap_or(&self.seat);
        (self.say)(Outward::Line(Line::Entry(EntryLine::of(entry, &own.lending))));
    }

    fn now(&self) -> Moment {
        let own = self.aside.as_ref().unwrap_or(&self.seat);
        moment(self.started, own.lending.store.boot())
    }
}

/// What the clocks say in a program that began at `started`.
pub fn moment(started: Instant, boot: u32) -> Moment {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment {
        wall_ms: i64::try_from(wall.as_millis()).unwrap_or_default(),
        mono_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        boot,
    }
}
