//! One device: the real journeys, the real desk's way of lending the books, the real store; its
//! disk, printer, terminal, clock and line are played.

use std::sync::Arc;

use flow::{Button, Event, Flow, Page, Screen, Settings, Touch, World};
use kiosk::desk::Lending;
use ledger::{Moment, Pack, Paise, Writer};
use node::Store;
use replica::Provision;

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
    pub bag: Paise,
    /// Cash that people handed over here, ever.
    pub handed: Paise,
    /// Cash that lay on the table, or was being received, when the power went.
    pub on_the_table: Option<Paise>,
    being_received: Option<Paise>,
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
                })
                .collect(),
            has_terminal: true,
            has_scanner: true,
            practice: false,
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
            bag: Paise::ZERO,
            handed: Paise::ZERO,
            on_the_table: None,
            being_received: None,
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

    pub fn is_handheld(&self) -> bool {
        self.settings.profile != flow::Profile::Kiosk
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
        self.settle_the_table(store.day_book().cash())?;
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

    /// Money lay on the table when the power went: it was taken as a whole, or not at all.
    fn settle_the_table(&mut self, cash: Paise) -> Checked {
        let bag = self.bag;
        if let Some(offered) = self.on_the_table.take()
            && Ok(cash) == bag.checked_add(offered)
        {
            self.bag = cash;
            self.handed = plus(self.handed, offered);
        }
        if let Some(received) = self.being_received.take()
            && Ok(cash) == bag.checked_sub(received)
        {
            self.bag = cash;
        }
        must(cash == self.bag, || {
            format!("after a restart the books have {cash} in hand, the bag {bag}")
        })
    }

    /// Whatever is in memory is gone; printer and terminal go on by themselves.
    pub fn cut_power(&mut self, street: &mut Street) {
        self.desk = None;
        self.cut_after = None;
        self.printer.cut(&mut street.chance);
        self.terminal.cut(&mut street.chance);
        street.counts.cuts += 1;
        street.note(self.place, "power cut");
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

    /// Somebody touches the glass; cash that they lay down is followed by what the glass says.
    pub fn touch(&mut self, touch: Touch, screen: &Screen, street: &mut Street) -> Checked {
        let carries_on =
            touch == Touch::Press(Button::Next) && screen.frame.still_there_s.is_none();
        let offered = offered(&screen.page).filter(|_| carries_on);
        let received = received(&screen.page).filter(|_| carries_on);
        let counts = carries_on && matches!(screen.page, Page::DayEnd(_));
        let before = self.uncounted();
        street.note(self.place, "touch");
        self.take(Event::Touch(touch), street)?;
        match self.screen() {
            None => {
                (self.on_the_table, self.being_received) = (offered, received);
                Ok(())
            }
            Some(after) => {
                let counted = counts.then_some(before);
                self.follow_the_bag(counted, received, &after.page, street)?;
                self.follow_the_cash(offered, &after.page, street)
            }
        }
    }

    /// What of the bag was not counted at a day's end: which part that is, only the books know.
    pub fn uncounted(&self) -> Paise {
        let Some(desk) = &self.desk else { return self.bag };
        let carried = desk.lending.store.day_book().carried();
        let counted = Paise::sum(carried.map(|(_, carried)| carried.counted));
        let counted = counted.expect("a handheld carries a few days");
        self.bag.checked_sub(counted).expect("two sums of a season").at_least_zero()
    }

    /// The day's end counts what lay in the bag; only an officer takes it out.
    fn follow_the_bag(
        &mut self,
        counted: Option<Paise>,
        received: Option<Paise>,
        after: &Page,
        street: &mut Street,
    ) -> Checked {
        if let (Some(bag), Page::DayClosed(page)) = (counted, after) {
            must(page.counted == bag && page.difference.is_zero(), || {
                format!(
                    "the day closed with {} and {} too much, {bag} lay in the bag",
                    page.counted, page.difference
                )
            })?;
            street.counts.closes += 1;
        }
        if let (Some(received), Page::Received(_)) = (received, after) {
            let left = self.bag.checked_sub(received).ok();
            let left = left.filter(|left| *left >= Paise::ZERO);
            must(left.is_some(), || format!("{received} came out of a bag with {}", self.bag))?;
            self.bag = left.unwrap_or_default();
            street.counts.handed_in += 1;
        }
        Ok(())
    }

    fn follow_the_cash(
        &mut self,
        offered: Option<Paise>,
        after: &Page,
        street: &mut Street,
    ) -> Checked {
        let Some(offered) = offered else { return Ok(()) };
        let taken = match after {
            Page::Printing(page) => page.amount,
            Page::Stopped(page) => page.amount,
            Page::Paid(page) => page.amount,
            _ => None,
        };
        let Some(taken) = taken else { return Ok(()) };
        must(taken == offered, || format!("{offered} lay on the table, {taken} was taken"))?;
        let short = street.sabotage.take_from_the_table(taken);
        self.bag = plus(self.bag, short);
        self.handed = plus(self.handed, short);
        Ok(())
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

    /// Nobody is near: the books' cash is the bag's, and the money that was handed over is what the
    /// receipts say.
    pub fn check_at_rest(&self) -> Checked {
        let Some(desk) = &self.desk else { return Ok(()) };
        let day_book = desk.lending.store.day_book();
        must(day_book.cash() == self.bag, || {
            format!("the books have {} in hand, the bag {}", day_book.cash(), self.bag)
        })?;
        must(day_book.head() == self.history.head(), || {
            format!(
                "the books end with {:?}, {:?} was written",
                day_book.head(),
                self.history.head()
            )
        })
    }

    /// An older image is put in. Says which receipts went with the disk.
    pub fn put_back(&mut self, image: Disk, seq: u64, bag: Paise) -> Vec<Written> {
        assert!(self.desk.is_none(), "a disk is changed while the power is off");
        self.disk = image;
        self.bag = bag;
        (self.on_the_table, self.being_received) = (None, None);
        self.history.back_to(seq)
    }
}

/// What an officer is about to receive.
fn received(page: &Page) -> Option<Paise> {
    match page {
        Page::Receive(page) => page.of.as_ref().and_then(|of| of.counted),
        _ => None,
    }
}

/// Cash that lies on the table when the primary button of a page is pressed.
fn offered(page: &Page) -> Option<Paise> {
    match page {
        Page::Cash(page) if page.change.is_some() => Some(page.amount),
        Page::Visit(page) if page.fee.paying && page.can_save => Some(page.fee.to_pay),
        _ => None,
    }
}

/// A season's money is far below the limit.
pub fn plus(sum: Paise, more: Paise) -> Paise {
    sum.checked_add(more).expect("far below the limit of money")
}
