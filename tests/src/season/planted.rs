//! What is done to the devices on purpose: power cuts, full disks, wrong clocks, dead printers and
//! terminals, disks that are put back and devices that are copied.

use ledger::{SignedClaim, Slip, SlipLine};

use super::bag::Bag;
use super::device::Device;
use super::disk::Disk;
use super::fault::{Checked, Fault, must};
use super::history::Written;
use super::odds::Odds;
use super::person::Wish;
use super::{Sabotage, Season};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// When a bug is planted, if one is: there is business before and after it.
const SABOTAGE_DAY: i64 = 6;

/// The most images that are kept.
const IMAGES_MAX: usize = 12;

/// A device's disk as it stood on an evening.
pub struct Image {
    place: usize,
    disk: Disk,
    seq: u64,
    bag: Bag,
}

impl Season {
    pub(super) fn morning(&mut self, day: i64) -> Checked {
        for place in 0..self.devices.len() {
            if self.devices[place].retired {
                continue;
            }
            let (device, street) = (&mut self.devices[place], &mut self.street);
            device.printer.dead = street.chance.permille(40);
            device.terminal.dead = street.chance.permille(40);
            self.set_clock(place);
        }
        if self.street.chance.permille(60) {
            self.office.restart();
            self.street.counts.centre_restarts += 1;
        }
        self.settle_cheques()?;
        if day > 1 && self.street.chance.permille(60) {
            self.put_an_image_back()?;
        }
        if day > 1 && self.street.chance.permille(50) {
            self.clone_a_device()?;
        }
        if day == SABOTAGE_DAY {
            self.sabotage()?;
        }
        Ok(())
    }

    /// Clocks jump, and most are set right again some days later.
    fn set_clock(&mut self, place: usize) {
        let (device, street) = (&mut self.devices[place], &mut self.street);
        // The last is a clock without a battery: it begins at 1970.
        let jumps =
            [-DAY_MS, DAY_MS, -3 * HOUR_MS, 5 * HOUR_MS, -365 * DAY_MS, 365 * DAY_MS, -self.now_ms];
        if device.clock.skew_ms != 0 && street.chance.permille(400) {
            device.clock.skew_ms = 0;
        } else if street.chance.permille(15) {
            device.clock.skew_ms = *street.chance.pick(&jumps);
            device.clock.was_wrong = true;
            street.counts.clocks += 1;
        }
    }

    /// What may befall a device before the next person comes.
    pub(super) fn strike(&mut self, place: usize) -> Checked {
        let (device, street) = (&mut self.devices[place], &mut self.street);
        let lucky = street.chance.percent(if device.is_handheld() { 10 } else { 25 });
        // A new one is set up at the office, where there is a line.
        device.covered = lucky || !device.has_register();
        if street.chance.permille(25) {
            device.cut_after = Some(street.chance.below(40));
        }
        let was_full = device.pages_left.is_some();
        if was_full && street.chance.percent(20) || !was_full && street.chance.permille(4) {
            device.pages_left =
                (!was_full).then(|| u32::try_from(street.chance.below(6)).expect("few"));
            if device.is_on() {
                device.cut_power(street);
            }
        }
        Ok(())
    }

    pub(super) fn evening(&mut self, _day: i64) -> Checked {
        for place in 0..self.devices.len() {
            let device = &self.devices[place];
            if !device.retired && self.street.chance.percent(90) {
                self.end_the_day_of(place)?;
            }
        }
        self.carry()?;
        self.copies.check_totals(&self.office)?;
        self.take_an_image();
        self.retire_the_frozen()
    }

    /// Whoever has cash in hand counts it, and an officer comes for all that was counted.
    pub(super) fn end_the_day_of(&mut self, place: usize) -> Checked {
        for staff in self.devices[place].bag.holders() {
            self.visit(place, Wish::DayEnd(staff))?;
        }
        match self.devices[place].bag.waits() {
            true => self.visit(place, Wish::Receive),
            false => Ok(()),
        }
    }

    fn take_an_image(&mut self) {
        let place = self.street.chance.place(self.devices.len());
        let device = &mut self.devices[place];
        if device.retired {
            return;
        }
        if device.is_on() {
            device.cut_power(&mut self.street);
        }
        let (seq, bag) = (device.history.head().seq, device.bag.clone());
        // Money on the table when the power went is in the books or not: the image must be of a
        // moment that is known.
        if !device.bag.is_known() {
            return;
        }
        if self.images.len() == IMAGES_MAX {
            self.images.remove(0);
        }
        self.images.push(Image { place, disk: device.disk.image(), seq, bag });
    }

    /// A frozen device is taken away, with all its copies, and the office makes another.
    fn retire_the_frozen(&mut self) -> Checked {
        for place in 0..self.devices.len() {
            let writer = self.devices[place].writer();
            if self.devices[place].retired || !self.copies.of(writer).forked {
                continue;
            }
            for device in self.devices.iter_mut().filter(|device| device.writer() == writer) {
                device.retired = true;
                device.desk = None;
                for receipt in device.history.receipts.iter().filter(|receipt| receipt.own) {
                    let at_centre = self.office.holds(writer, receipt.head)?;
                    self.street.counts.stranded += u64::from(!at_centre);
                }
            }
            self.images.retain(|image| image.place != place);
            self.enrol(place)?;
        }
        Ok(())
    }

    /// A disk fails and its backup is put in.
    fn put_an_image_back(&mut self) -> Checked {
        let Some(image) = self.an_image() else { return Ok(()) };
        let device = &mut self.devices[image.place];
        if device.is_on() {
            device.cut_power(&mut self.street);
        }
        self.street.account.plant(device.writer());
        self.street.counts.restored += 1;
        let lost = device.put_back(image.disk.image(), image.seq, image.bag);
        for receipt in &lost {
            self.street.counts.lost_with_a_disk += 1;
            if let Some(slip) = device.printer.out.get(&receipt.seq) {
                proves(slip, receipt, device)?;
                self.street.counts.proved_by_slip += 1;
            }
        }
        device.printer.out.retain(|of, _| *of <= image.seq);
        Ok(())
    }

    /// A device's disk is put into a second device.
    fn clone_a_device(&mut self) -> Checked {
        let Some(image) = self.an_image() else { return Ok(()) };
        let place = self.devices.len();
        let first = &self.devices[image.place];
        let (provision, profile) = (first.provision.clone(), first.settings.profile);
        let mut clone = Device::new(place, provision, profile, self.now_ms);
        clone.history = first.history.cloned_at(image.seq);
        clone.disk = image.disk.image();
        clone.bag = image.bag;
        clone.clock.was_wrong = first.clock.was_wrong;
        self.street.account.plant(clone.writer());
        self.street.counts.clones += 1;
        clone.start(&mut self.street)?;
        self.devices.push(clone);
        Ok(())
    }

    /// An image of a device that still works, and whose books go on from it.
    fn an_image(&mut self) -> Option<Image> {
        let place = self.street.chance.place(self.images.len().max(1));
        let image = (place < self.images.len()).then(|| self.images.swap_remove(place))?;
        let device = &self.devices[image.place];
        let older = device.history.head().seq >= image.seq;
        (!device.retired && older && !self.street.account.is_planted(device.writer()))
            .then_some(image)
    }

    /// The bug that this season was given on purpose.
    fn sabotage(&mut self) -> Checked {
        match self.street.sabotage {
            Sabotage::None | Sabotage::InventsARupee => Ok(()),
            Sabotage::LosesEntries | Sabotage::DoublesNumbers => {
                // The image that most was written since.
                let devices = &self.devices;
                let since = |image: &Image| devices[image.place].history.head().seq - image.seq;
                self.images.sort_by_key(since);
                let Some(image) = self.images.pop() else { return Ok(()) };
                let device = &mut self.devices[image.place];
                device.desk = None;
                device.bag.is_left(None);
                device.disk = image.disk.image();
                if self.street.sabotage == Sabotage::DoublesNumbers {
                    device.history.back_to(image.seq);
                    device.printer.out.clear();
                    device.bag = image.bag;
                }
                Ok(())
            }
            Sabotage::CentreForgets => {
                let sql = "DELETE FROM receipt WHERE at_ms = (SELECT max(at_ms) FROM receipt)";
                self.office.tamper(sql).map(|_| ())
            }
            Sabotage::RegisterForgets => {
                let fresh = self.register.houses.clone();
                self.office.forget_payments(&fresh)
            }
        }
    }
}

/// The slip of a receipt that is lost proves it to anybody who has the device's key.
fn proves(slip: &Slip, receipt: &Written, device: &Device) -> Checked {
    let square = slip.lines.iter().find_map(|line| match line {
        SlipLine::Square(square) => Some(square),
        _ => None,
    });
    let Some(square) = square else { return Err(Fault("a receipt's slip has no square".into())) };
    let key = super::office::public_key(&device.provision.key);
    let signed = SignedClaim::read(square).map_err(|error| Fault(error.to_string()))?;
    let claim = signed
        .checked(|writer| (writer == device.writer()).then_some(key))
        .map_err(|error| Fault(error.to_string()))?;
    let (entry, claimed) = claim.entry().map_err(|error| Fault(error.to_string()))?;
    must(entry.seq == receipt.seq && claimed.total == receipt.amount, || {
        format!("the slip of entry {} says {}", receipt.seq, claimed.total)
    })
}
