//! The end of a season: everything is mended, the line holds, and all copies must agree.

use std::collections::BTreeSet;

use central::store::BankWordState;
use flow::{Event, World};
use ledger::{Building, Demand, Moment, ReceiptLine, heads};

use super::Season;
use super::device::Device;
use super::fault::{Checked, must, sound};
use super::network::Weather;
use super::person::Wish;

/// How often devices and centre may talk until all is said: books are short and lines fair, so few
/// turns are needed; a season that needs more never ends.
const ROUNDS_MAX: u32 = 400;

/// Longer than any page stands, and than look-ups are apart.
const PAUSE_MS: i64 = 310_000;

impl Season {
    pub(super) fn heal(&mut self) -> Checked {
        self.street.weather = Weather::FAIR;
        for place in 0..self.devices.len() {
            self.mend(place)?;
        }
        self.talk_until_quiet()?;
        let now_ms = self.now_ms;
        self.street.bank.repeat(&self.office, now_ms)?;
        self.talk_until_quiet()?;
        self.check_devices()?;
        self.check_details()?;
        self.check_histories()?;
        self.check_clocks()?;
        self.check_bank()?;
        self.check_terminals()?;
        self.copies.check_totals(&self.office)?;
        let (quarantined, documents) = self.office.oddities()?;
        must(quarantined == 0, || format!("{quarantined} entries lie in quarantine"))?;
        must(documents == 0, || format!("{documents} day documents differ"))?;
        self.check_the_centre()
    }

    /// `central verify` finds every fork, and the entries of clocks that stood wrong, and nothing
    /// else.
    fn check_the_centre(&mut self) -> Checked {
        let report = self.office.verify()?;
        let mut found = BTreeSet::new();
        for fault in &report.faults {
            let named = self.devices.iter().filter(|device| device.provision.name == fault.chain);
            let named: Vec<&Device> = named.collect();
            let wrong_clock = named.iter().any(|device| device.clock.was_wrong);
            let writer = named.first().map(|device| device.writer());
            let forked = writer.filter(|writer| self.copies.of(*writer).forked);
            let says = |what: &str| fault.what.contains(what);
            let (says_fork, says_clock) = (says("forked"), says("back-dated"));
            let true_words = says_fork && forked.is_some() || says_clock && wrong_clock;
            must(true_words, || {
                format!("the centre's books, {}: {}, {:?}", fault.chain, fault.what, fault.seq)
            })?;
            found.extend(forked.filter(|_| says_fork));
            self.street.counts.back_dated += u64::from(says_clock);
        }
        let forked = self.copies.forked();
        must(found == forked, || format!("forks of {forked:?}, found were those of {found:?}"))
    }

    /// A device that was taken away for its fork is switched on in the office, where nobody works
    /// with it: it sends what it has.
    fn mend(&mut self, place: usize) -> Checked {
        let device = &mut self.devices[place];
        (device.printer.dead, device.terminal.dead) = (false, false);
        (device.covered, device.cut_after) = (true, None);
        device.clock.skew_ms = 0;
        device.clock.true_ms = self.now_ms;
        if device.pages_left.take().is_some() && device.is_on() {
            device.cut_power(&mut self.street);
        }
        if !device.is_on() {
            device.start(&mut self.street)?;
        }
        if device.retired {
            return Ok(());
        }
        self.end_the_day_of(place)?;
        // The bank's words of now need somebody whose receipt book is open.
        match self.devices[place].is_handheld() {
            true => self.visit(place, Wish::DayEnd(self.devices[place].crew()[0])),
            false => Ok(()),
        }
    }

    fn talk_until_quiet(&mut self) -> Checked {
        for _ in 0..ROUNDS_MAX {
            self.now_ms += PAUSE_MS;
            for place in 0..self.devices.len() {
                self.turn_of(place)?;
            }
            while !self.street.network.is_quiet() {
                self.street.step += 1;
                self.deliver()?;
            }
            while self.street.bank.has_words() {
                let super::Street { bank, chance, .. } = &mut self.street;
                bank.step(&self.office, self.now_ms, chance)?;
            }
            if self.devices.iter().all(Device::is_quiet) {
                return Ok(());
            }
        }
        must(false, || format!("devices and centre talk on after {ROUNDS_MAX} rounds"))
    }

    fn turn_of(&mut self, place: usize) -> Checked {
        let (device, street) = (&mut self.devices[place], &mut self.street);
        street.step += 1;
        device.clock.true_ms = self.now_ms;
        device.take(Event::World(World::Tick), street)?;
        for _ in 0..4 {
            device.attached(street)?;
        }
        device.send_when_due(street)
    }

    /// Each device that still works has told the centre everything, and knows what the centre
    /// knows; its own books are whole.
    fn check_devices(&mut self) -> Checked {
        for device in &self.devices {
            device.check_at_rest()?;
            let writer = device.writer();
            let Some(desk) = &device.desk else { continue };
            let store = &desk.lending.store;
            let verified = sound(store.verify(), "verifying a device's books")?;
            must(verified.head == device.history.head(), || "other books were verified".into())?;
            if self.copies.of(writer).forked {
                must(store.locked().is_some(), || {
                    format!("device {} has two histories and does not know it", writer.0)
                })?;
                continue;
            }
            if device.apart {
                continue;
            }
            let head = self.office.head(writer)?;
            must(head == verified.head, || {
                format!(
                    "device {} ends with {:?}, the centre has {head:?}",
                    writer.0, verified.head
                )
            })?;
            for house in self.register.of_ward(&device.settings.wards) {
                let theirs = sound(store.building(house.id), "reading the register")?;
                let since = sound(store.paid_since(house.id), "reading what was paid")?;
                let ours = self.office.building(house.id)?;
                must(
                    theirs.is_some_and(|theirs| owe_alike(&theirs, &since, &ours, self.now_ms)),
                    || format!("device {} and the centre differ over house {}", writer.0, house.id),
                )?;
            }
        }
        Ok(())
    }

    /// Of a device with two histories, every entry of each is at the centre: in the chain, or
    /// beside it.
    fn check_histories(&mut self) -> Checked {
        for device in &self.devices {
            let writer = device.writer();
            if !self.copies.of(writer).forked {
                continue;
            }
            for seq in 1..=device.history.head().seq {
                let head = device.history.head_at(seq).expect("it was written");
                must(self.office.holds(writer, head)?, || {
                    format!("entry {seq} of a history of device {} is nowhere", writer.0)
                })?;
            }
            self.street.counts.histories += 1;
        }
        Ok(())
    }

    /// What the centre lists as dated outside what is possible is of clocks that stood wrong and
    /// did not say so.
    fn check_clocks(&mut self) -> Checked {
        for (writer, said_so) in self.office.misdated()? {
            let mut of_writer = self.devices.iter().filter(|device| device.writer() == writer);
            let wrong = of_writer.any(|device| device.clock.was_wrong);
            must(wrong && !said_so, || {
                format!("an entry of device {} is listed for its time", writer.0)
            })?;
            self.street.counts.misdated += 1;
        }
        Ok(())
    }

    /// Every payment has a receipt, or a reason to be with an officer.
    fn check_bank(&mut self) -> Checked {
        let mut late = 0;
        for payment in &self.street.bank.payments {
            let fulfilled = self.street.account.is_fulfilled(&payment.reference);
            match payment.state {
                Some(BankWordState::Confirmed) if fulfilled => {}
                // A device that was frozen, or whose intent went with its disk, cannot say it.
                Some(BankWordState::Confirmed | BankWordState::Waiting)
                    if self.is_planted(&payment.reference) =>
                {
                    late += 1;
                }
                Some(BankWordState::Differs | BankWordState::Twice) => late += 1,
                state => must(false, || {
                    format!("the bank's {} is {state:?} and has no receipt", payment.reference)
                })?,
            }
        }
        self.street.counts.late_words += late;
        Ok(())
    }

    fn is_planted(&self, reference: &str) -> bool {
        self.devices.iter().any(|device| {
            reference.contains(&format!("W{:04}S", device.writer().0))
                && self.street.account.is_planted(device.writer())
        })
    }

    /// Money that a terminal took has a receipt, or an intent that asks for one.
    fn check_terminals(&mut self) -> Checked {
        for device in &self.devices {
            if self.street.account.is_planted(device.writer()) {
                continue;
            }
            let Some(desk) = &device.desk else { continue };
            let day_book = desk.lending.store.day_book();
            for reference in device.terminal.sales.keys() {
                if self.street.account.is_fulfilled(reference) {
                    continue;
                }
                let mut asked = day_book.intents().chain(day_book.late_intents());
                must(asked.any(|(_, intent)| intent.reference == *reference), || {
                    format!("the money of {reference} is forgotten")
                })?;
                self.street.counts.unsettled_sales += 1;
            }
        }
        Ok(())
    }
}

/// Whether a device, by its row of the register and its own receipts since, asks the same of a
/// house as the centre. A row that only the device's own receipts changed does not come back to it.
fn owe_alike(theirs: &Building, since: &[ReceiptLine], ours: &Building, now_ms: i64) -> bool {
    let pack = super::office::pack();
    let on = Moment { wall_ms: now_ms, ..Moment::default() }.date();
    let tax = |house, since| Demand::of(&pack, house, on, since).ok();
    let fee = |house, since| Demand::of_waste_fee(&pack, house, on, since, 0).ok();
    // A row has whole months only: a part that this device took, it knows of by itself alone.
    let fees = [heads::USER_FEE, heads::EXTRA_SACKS, heads::FEE_DEFAULT];
    let took_fees = since.iter().any(|line| fees.contains(&line.head.as_str()));
    let same_fee = || took_fees || fee(theirs, since) == fee(ours, &[]);
    theirs.house_code == ours.house_code && tax(theirs, since) == tax(ours, &[]) && same_fee()
}

impl Device {
    /// Nothing is under way, and nothing is left to send.
    fn is_quiet(&self) -> bool {
        let Some(desk) = &self.desk else { return false };
        let store = &desk.lending.store;
        // One that was put back and has written nothing new since is told of no fork.
        // What a locked device says of houses, nobody takes any more.
        let said = store.edits_to_send() == 0 || store.locked().is_some();
        let sent = store.to_send() == 0 && said || self.apart && store.locked().is_none();
        sent && desk.sending.is_none() && self.printer.is_idle() && self.terminal.is_idle()
    }
}
