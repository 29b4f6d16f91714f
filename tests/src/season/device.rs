//! One device: the real journeys, the real desk's way of lending the books, the real store; its
//! disk, printer, terminal, clock and line are played.

use std::sync::Arc;

use flow::{Event, Flow, Screen, Settings, Touch, World};
use kiosk::desk::Lending;
use ledger::{Moment, Pack, Paise, StaffId, Writer};
use node::Store;
use replica::Provision;

use super::bag::{Bag, Move};
use super::disk::Disk;
use super::fault::{Checked, must, sound};
use super::history::{History, Written};
use super::office;
use super::printer::Printer;
use super::street::Street;
use super::terminal::Terminal;

pub struct Device {
    pub place: usize,
    pub provision: Provision,
    pub settings: Settings,
    pack: Arc<Pack>,
    pub disk: Disk,
    /// How much the disk takes until it is full, where it is nearly so.
    pub pages_left: Option<u32>,
    pub(super) desk: Option<Desk>,
    pub history: History,
    pub printer: Printer,
    pub terminal: Terminal,
    pub clock: Clock,
    /// It has a line to the centre now.
    pub covered: bool,
    /// Power is cut after so many more effects.
    pub cut_after: Option<u64>,
    /// Cash that no officer has received, as those who took it know.
    pub bag: Bag,
    /// The office took it out of service.
    pub retired: bool,
    /// It was told that the office has another history of it.
    pub apart: bool,
}

/// What a program has in memory: gone with the power.
pub struct Desk {
    pub flow: Flow,
    pub lending: Lending,
    pub next_send_ms: u64,
    /// The request that is under way, and when it is given up.
    pub sending: Option<(u64, u64)>,
    pub send_again: bool,
    pub online: bool,
}

/// The clocks of one device, against the true time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    pub true_ms: i64,
    pub skew_ms: i64,
    /// It stood wrong at some time.
    pub was_wrong: bool,
    booted_ms: i64,
}

impl Clock {
    pub fn moment(self, boot: u32) -> Moment {
        let mono_ms = u64::try_from(self.true_ms - self.booted_ms).unwrap_or_default() + 1_000;
        Moment { wall_ms: self.true_ms + self.skew_ms, mono_ms, boot }
    }
}

impl Device {
    pub fn new(place: usize, provision: Provision, profile: flow::Profile, true_ms: i64) -> Self {
        let members = provision.staff.iter();
        let settings = Settings {
            name: provision.name.clone(),
            profile,
            language: provision.language,
            wards: provision.wards.clone(),
            staff: members
                .map(|member| flow::Member {
                    id: member.id,
                    name: member.name.clone(),
                    receives: member.receives,
                    badge: member.badge,
                })
                .collect(),
            has_terminal: true,
            has_scanner: true,
            has_stick: false,
            has_camera: false,
            has_card_reader: false,
            has_scale: false,
            has_gnss: false,
            battery: flow::BatteryLimits::USUAL,
            has_viewfinder: false,
            practice: false,
            is_centre: false,
            hospital: None,
            works_complaints: false,
        };
        Self {
            place,
            settings,
            pack: office::pack(),
            disk: Disk::new(),
            pages_left: None,
            desk: None,
            history: History::new(provision.writer),
            provision,
            printer: Printer::default(),
            terminal: Terminal::default(),
            clock: Clock { true_ms, ..Clock::default() },
            covered: false,
            cut_after: None,
            bag: Bag::default(),
            retired: false,
            apart: false,
        }
    }

    pub fn writer(&self) -> Writer {
        self.provision.writer
    }

    pub fn is_on(&self) -> bool {
        self.desk.is_some()
    }

    /// Whether houses reached it; one that is off is not looked into.
    pub fn has_register(&self) -> bool {
        let ward = self.settings.wards.first().copied().unwrap_or_default();
        let round = self.desk.as_ref().map(|desk| desk.lending.store.round(ward, None, 1));
        round.is_none_or(|round| round.is_ok_and(|houses| !houses.is_empty()))
    }

    pub fn is_handheld(&self) -> bool {
        self.settings.profile != flow::Profile::Kiosk
    }

    /// Those who work with it.
    pub fn crew(&self) -> [StaffId; 2] {
        match self.settings.profile {
            flow::Profile::Kiosk => office::CASHIERS,
            flow::Profile::Collector => office::COLLECTORS,
            flow::Profile::Karmasena => office::WORKERS,
        }
    }

    /// Power comes back: the books are opened and must be what they were.
    pub fn start(&mut self, street: &mut Street) -> Checked {
        self.clock.booted_ms = self.clock.true_ms;
        let connection = self.disk.open(self.pages_left);
        let store = sound(Store::on(connection, &self.provision), "opening the books")?;
        let (found, known) = (store.day_book().head(), self.history.head());
        must(found == known, || {
            format!("after a restart the books end with {found:?}, {known:?} was on disk")
        })?;
        let last_slip = self.printer.out.keys().last().copied().unwrap_or_default();
        must(last_slip <= known.seq, || {
            format!("a slip of entry {last_slip}, which is not there")
        })?;
        self.bag.settle(store.day_book())?;
        let members = self.provision.staff.clone();
        let address = self.pack.public_address.clone();
        self.desk = Some(Desk {
            flow: Flow::new(self.settings.clone(), Arc::clone(&self.pack)),
            lending: Lending::new(store, address, members, &self.provision),
            next_send_ms: 0,
            sending: None,
            send_again: false,
            online: false,
        });
        street.counts.boots += 1;
        self.take(Event::World(World::Started), street)?;
        self.tell_confirmations(street)
    }

    /// Whatever is in memory is gone, and what of the log was not synced may be; printer and
    /// terminal go on by themselves.
    pub fn cut_power(&mut self, street: &mut Street) {
        if let Some(desk) = self.desk.take() {
            let synced_to = desk.lending.store.durable_to();
            drop(desk);
            self.forgets_after(synced_to, street);
        }
        self.cut_after = None;
        self.printer.cut(&mut street.chance);
        self.terminal.cut(&mut street.chance);
        street.counts.cuts += 1;
        street.note(self.place, "power cut");
    }

    /// The end of what was committed without a sync goes with the power, or some of it, or nothing.
    fn forgets_after(&mut self, synced_to: u64, street: &mut Street) {
        let written_to = self.history.head().seq;
        let unsynced = written_to.saturating_sub(synced_to);
        let kept_to = written_to - street.chance.below(unsynced + 1);
        if kept_to < written_to {
            self.disk.forget_after(kept_to);
            let receipts = self.history.back_to(kept_to);
            assert!(receipts.is_empty(), "{receipts:?} were written and not synced");
            street.counts.prints_forgotten += written_to - kept_to;
        }
    }

    pub fn moment(&self) -> Option<Moment> {
        self.desk.as_ref().map(|desk| self.clock.moment(desk.lending.store.boot()))
    }

    pub fn screen(&self) -> Option<Screen> {
        self.desk.as_ref().map(|desk| desk.flow.screen(&desk.lending))
    }

    /// The sequence of the slip that a page would ask about first.
    pub fn asked_slip_is_out(&self) -> bool {
        let Some(desk) = &self.desk else { return false };
        let mut unknown =
            desk.lending.store.day_book().paper().filter(|(_, paper)| paper.outcome.is_some());
        unknown.next().is_some_and(|(of, _)| self.printer.out.contains_key(&of))
    }

    /// Somebody touches the glass; cash that moves by it is followed by what the glass says.
    pub fn touch(&mut self, touch: Touch, screen: &Screen, street: &mut Street) -> Checked {
        let planned = Move::by(&touch, screen);
        street.note(self.place, "touch");
        self.take(Event::Touch(touch), street)?;
        match (self.screen(), planned) {
            (None, planned) => {
                self.bag.is_left(planned);
                Ok(())
            }
            (Some(after), Some(planned)) if planned.was_done(&after.page, &self.bag)? => {
                street.counts.moved(planned);
                self.bag.make(street.sabotage.bend(planned))
            }
            (Some(_), _) => Ok(()),
        }
    }

    /// One step of whatever is attached, and time that passes.
    pub fn attached(&mut self, street: &mut Street) -> Checked {
        if street.chance.percent(80)
            && let Some(world) = self.printer.step(&mut street.chance)
        {
            self.take(Event::World(world), street)?;
        }
        if let Some(world) = self.terminal.step(&mut street.chance) {
            self.take(Event::World(world), street)?;
        }
        self.take(Event::World(World::Tick), street)
    }

    /// Nobody is near: the books have the cash of the bag, and end with what was written.
    pub fn check_at_rest(&self) -> Checked {
        let Some(desk) = &self.desk else { return Ok(()) };
        let day_book = desk.lending.store.day_book();
        self.bag.check(day_book)?;
        must(day_book.head() == self.history.head(), || {
            format!(
                "the books end with {:?}, {:?} was written",
                day_book.head(),
                self.history.head()
            )
        })
    }

    /// An older image is put in. Says which receipts went with the disk.
    pub fn put_back(&mut self, image: Disk, seq: u64, bag: Bag) -> Vec<Written> {
        assert!(self.desk.is_none(), "a disk is changed while the power is off");
        self.disk = image;
        self.bag = bag;
        self.history.back_to(seq)
    }
}

/// A season's money is far below the limit.
pub fn plus(sum: Paise, more: Paise) -> Paise {
    sum.checked_add(more).expect("far below the limit of money")
}
