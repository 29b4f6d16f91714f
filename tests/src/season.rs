//! A season: months of business of one centre and many devices, on one thread and from one seed.
//! Ledger, journeys, stores, outbox and centre are the real ones; clock, disk, network, printers,
//! terminals, the bank and the people are played here, and fail as they do in life. What must hold
//! is held after every step.

mod account;
mod bag;
mod bank;
mod cheques;
mod copies;
mod desk;
mod details;
mod device;
mod disk;
mod fault;
mod heal;
mod history;
mod network;
mod odds;
mod office;
mod person;
mod planted;
mod printer;
mod register;
mod sabotage;
mod staff;
mod sticks;
mod street;
mod terminal;

use std::fmt::{self, Display};
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use central::store::{NewDevice, Profile};
use chrono::NaiveDate;
use flow::{Event, Mode, World};
use ledger::{Language, Paise, Period, StaffId};
use replica::Provision;

pub use fault::Fault;
pub use sabotage::Sabotage;
pub use street::Counts;

use copies::Copies;
use device::Device;
use fault::Checked;
use network::Message;
use odds::Odds;
use office::{COLLECTORS, OFFICERS, Office, WORKERS};
use person::{Deed, Errand, Person, Wish};
use planted::Image;
use register::Register;
use sticks::Stick;
use street::Street;

/// Wards of the season: each has a few devices, which meet at its houses.
const WARDS: u16 = 5;

/// The most steps of one person; who needs more walks away.
const PERSON_STEPS_MAX: u32 = 80;

/// Most pay a part: small sums, so that demands and the cap on cash last a season.
const RUPEES_MAX: u32 = 90;

const DAY_MS: i64 = 86_400_000;
const HOUR_MS: i64 = 3_600_000;

/// Nine in the morning in India, as the world's time of day.
const MORNING_MS: i64 = 12_600_000;

/// How large a season is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub devices: usize,
    pub days: i64,
    /// People a day at each device.
    pub people: usize,
}

impl Size {
    pub const FULL: Self = Self { devices: 20, days: 90, people: 29 };
}

/// A season that found a fault.
#[derive(Debug)]
pub struct Failure {
    pub seed: u64,
    pub step: u64,
    pub fault: Fault,
    trace: String,
}

impl Display for Failure {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, step, fault, trace } = self;
        write!(to, "season {seed} at step {step}: {fault}\n{trace}")
    }
}

/// Plays a whole season.
pub fn play(seed: u64, size: Size, sabotage: Sabotage) -> Result<Counts, Failure> {
    let mut season = Season::new(seed, size, sabotage);
    match season.play() {
        Ok(()) => Ok(season.street.counts),
        Err(fault) => {
            let street = season.street;
            Err(Failure { seed, step: street.step, fault, trace: street.trace() })
        }
    }
}

/// Plays a season of each seed, as many side by side as there are cores, and adds up what happened.
/// The first that finds a fault ends it.
pub fn play_all(seeds: Range<u64>, size: Size) -> Result<Counts, Failure> {
    let next = AtomicU64::new(seeds.start);
    let all = Mutex::new(Ok(Counts::default()));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let held = || all.lock().expect("a season that panics ends the program's test");
                while held().is_ok() {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let played = play(seed, size, Sabotage::None);
                    match (&mut *held(), played) {
                        (Ok(all), Ok(counts)) => all.add(counts),
                        (all @ Ok(_), Err(failure)) => *all = Err(failure),
                        (Err(_), _) => {}
                    }
                }
            });
        }
    });
    all.into_inner().expect("every thread is at its end")
}

struct Season {
    size: Size,
    street: Street,
    office: Office,
    devices: Vec<Device>,
    copies: Copies,
    register: Register,
    images: Vec<Image>,
    sticks: Vec<Stick>,
    /// The true time.
    now_ms: i64,
}

impl Season {
    fn new(seed: u64, size: Size, sabotage: Sabotage) -> Self {
        let mut street = Street::new(seed, sabotage);
        let chance = &mut street.chance;
        // Any day of the pack's first year: some seasons go over the turn of a year.
        let first = NaiveDate::from_ymd_opt(2026, 4, 10).expect("a day of the calendar");
        let first = first + chrono::Days::new(chance.below(300));
        let now_ms = first.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        let office = Office::new(chance.seed());
        let register = Register::new(&office::pack(), WARDS, first, chance);
        Self {
            size,
            street,
            office,
            devices: Vec::new(),
            copies: Copies::default(),
            register,
            images: Vec::new(),
            sticks: Vec::new(),
            now_ms,
        }
    }

    fn play(&mut self) -> Checked {
        self.office.add_staff()?;
        self.office.load(self.register.houses.clone(), self.now_ms)?;
        for place in 0..self.size.devices {
            self.enrol(place)?;
        }
        for day in 0..self.size.days {
            self.now_ms += MORNING_MS;
            self.morning(day)?;
            for _ in 0..self.size.people * self.size.devices {
                self.somebody_comes()?;
            }
            self.evening(day)?;
            self.now_ms += DAY_MS - self.now_ms.rem_euclid(DAY_MS);
        }
        self.heal()?;
        self.street.counts.steps = self.street.step;
        self.street.counts.reused = self.street.account.reused;
        Ok(())
    }

    /// A new device, as `central provision` makes one: kiosks, collectors, and a few of the Haritha
    /// Karma Sena, whose fees a season soon has paid.
    fn enrol(&mut self, kind: usize) -> Checked {
        let chance = &mut self.street.chance;
        let profile = match kind % 10 {
            3 => Profile::Karmasena,
            kind if kind % 2 == 0 => Profile::Kiosk,
            _ => Profile::Collector,
        };
        let place = self.devices.len();
        let ward = u16::try_from(kind / 2).expect("few devices") % WARDS + 1;
        let key = office::private_key(chance.seed());
        let operator = match profile {
            Profile::Kiosk | Profile::Centre | Profile::Officer => None,
            Profile::Collector => Some(COLLECTORS[0]),
            Profile::Karmasena => Some(WORKERS[0]),
        };
        let today = ledger::Moment { wall_ms: self.now_ms, ..Default::default() }.date();
        let new = NewDevice {
            body: office::pack().body.code.clone(),
            year: Period::financial_year_of(today).year(),
            name: format!("device-{place}"),
            profile,
            key: office::public_key(&key),
            wards: vec![ward],
            operator,
            book_numbers: chance.between(20, 120),
            now_ms: self.now_ms,
        };
        let (name, body) = (new.name.clone(), new.body.clone());
        let enrolled = self.office.enrol(new)?;
        let provision = Provision {
            body,
            writer: enrolled.writer,
            name,
            profile: profile.code().to_owned(),
            wards: vec![ward],
            key: key.into(),
            office: self.office.key(),
            sisters: enrolled.sisters,
            staff: enrolled.staff,
            book: enrolled.book,
            certificate: None,
            language: *self.street.chance.pick(&Language::ALL),
            acknowledgements: None,
            likeness: None,
            hospital: None,
        };
        let glass = office::glass_profile(profile);
        let mut device = Device::new(place, provision, glass, self.now_ms);
        device.start(&mut self.street)?;
        self.devices.push(device);
        Ok(())
    }

    /// Somebody comes to one of the devices, and goes again.
    fn somebody_comes(&mut self) -> Checked {
        let working: Vec<usize> = self
            .devices
            .iter()
            .filter(|device| !device.retired)
            .map(|device| device.place)
            .collect();
        let place = *self.street.chance.pick(&working);
        let day_ms = 8 * HOUR_MS / (self.size.people * self.size.devices) as i64;
        self.now_ms += day_ms;
        self.strike(place)?;
        let wish = self.wish(place);
        self.visit(place, wish)
    }

    fn wish(&mut self, place: usize) -> Wish {
        let chance = &mut self.street.chance;
        let mode = match chance.below(100) {
            0..48 => Mode::Cash,
            48..53 => Mode::Cheque,
            53..55 => Mode::DemandDraft,
            55..80 => Mode::Upi,
            _ => Mode::Card,
        };
        if chance.permille(30) && !self.devices[place].bag.holders().is_empty() {
            return Wish::Cancel;
        }
        match self.devices[place].settings.profile {
            flow::Profile::Kiosk => Wish::Pay(mode),
            flow::Profile::Collector if chance.percent(15) => Wish::Suspense(mode),
            flow::Profile::Collector => Wish::Pay(mode),
            flow::Profile::Karmasena => {
                let outcome = *chance.pick(&["collected", "collected", "locked", "no_waste"]);
                Wish::Visit { outcome, pays: chance.percent(70) }
            }
        }
    }

    /// Who must be signed in for it; nobody in particular for most.
    fn who(&mut self, place: usize, wish: Wish) -> Option<StaffId> {
        let (device, chance) = (&self.devices[place], &mut self.street.chance);
        let crew = device.crew();
        match wish {
            Wish::DayEnd(staff) => Some(staff),
            Wish::Receive => Some(*chance.pick(&OFFICERS)),
            Wish::Cancel => device.bag.holders().first().copied(),
            Wish::Pay(Mode::Card | Mode::Upi) if !device.is_handheld() => None,
            Wish::Pay(_) if !device.is_handheld() => Some(*chance.pick(&crew)),
            // A colleague takes the handheld over, or has it back.
            Wish::Pay(_) | Wish::Suspense(_) | Wish::Visit { .. } => {
                chance.permille(60).then(|| *chance.pick(&crew))
            }
        }
    }

    /// One person at one device, from the idle page back to it.
    fn visit(&mut self, place: usize, wish: Wish) -> Checked {
        let device = &mut self.devices[place];
        device.clock.true_ms = device.clock.true_ms.max(self.now_ms);
        if !device.is_on() {
            device.start(&mut self.street)?;
        }
        // The time since the last person passed: what they left is wiped.
        self.devices[place].take(Event::World(World::Tick), &mut self.street)?;
        let mut person = self.person(place, wish);
        for _ in 0..PERSON_STEPS_MAX {
            let pause_ms = i64::from(self.street.chance.between(1_500, 6_000));
            if self.person_steps(place, &mut person, pause_ms)? {
                break;
            }
        }
        if let Some(why) = person.refused {
            *self.street.counts.refused.entry(format!("{why:?}")).or_default() += 1;
        }
        self.street.counts.people += 1;
        self.devices[place].check_at_rest()
    }

    fn person(&mut self, place: usize, wish: Wish) -> Person {
        let who = self.who(place, wish);
        let device = &self.devices[place];
        let houses = self.register.of_ward(&device.settings.wards);
        let chance = &mut self.street.chance;
        let errand = Errand {
            house_code: chance.pick(&houses).house_code.clone(),
            amount: Paise::rupees(i64::from(chance.between(1, RUPEES_MAX))),
            service: if chance.percent(4) { "waste_fee" } else { "property_tax" },
            today: ledger::day_text(device.clock.true_ms.div_euclid(DAY_MS)),
            tells: details::told(chance),
        };
        Person::new(wish, who, errand)
    }

    /// One step of a person, and of all that goes on beside them; true where they are gone.
    fn person_steps(&mut self, place: usize, person: &mut Person, pause_ms: i64) -> Checked<bool> {
        self.street.step += 1;
        let (device, street) = (&mut self.devices[place], &mut self.street);
        device.clock.true_ms += pause_ms;
        let Some(screen) = device.screen() else {
            // The power went; it comes back at once, and the person looks what is on the glass.
            device.clock.true_ms += 60_000;
            device.start(street)?;
            return Ok(false);
        };
        let slip_is_out = device.asked_slip_is_out();
        match person.deed(&screen, slip_is_out, &device.bag, &mut street.chance) {
            Deed::Touch(touch) => device.touch(touch, &screen, street)?,
            Deed::Pay { reference, amounts } => {
                for amount in amounts {
                    street.bank.pay(&reference, amount, device.clock.true_ms, &mut street.chance);
                }
            }
            Deed::Wait => {}
            Deed::Gone => return Ok(true),
        }
        device.attached(street)?;
        device.send_when_due(street)?;
        self.elsewhere(place)?;
        Ok(false)
    }

    /// What happens beside the person: messages arrive, the bank says something.
    fn elsewhere(&mut self, place: usize) -> Checked {
        for _ in 0..2 {
            self.deliver()?;
        }
        let now_ms = self.devices[place].clock.true_ms.max(self.now_ms);
        if self.street.chance.percent(30) {
            let Street { bank, chance, .. } = &mut self.street;
            bank.step(&self.office, now_ms, chance)?;
        }
        Ok(())
    }

    /// Whatever message arrives next is dealt with.
    fn deliver(&mut self) -> Checked {
        let street = &mut self.street;
        match street.network.arrival(street.weather, &mut street.chance) {
            None => Ok(()),
            Some(Message::Request { device, id, packed }) => {
                let now_ms = self.devices[device].clock.true_ms.max(self.now_ms);
                let Self { office, devices, copies, register, street, .. } = self;
                let answer = copies.turn(&packed, office, now_ms, devices, register, street)?;
                street.network.answer(device, id, answer);
                Ok(())
            }
            Some(Message::Answer { device, id, packed }) => {
                self.devices[device].answered(id, &packed, street)
            }
        }
    }
}
