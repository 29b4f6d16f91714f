//! A monkey at the glass: seeded random touches, scans and words of the world, with what must hold
//! after each of them.

mod account;
pub mod dice;
mod form;
mod office;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use flow::{
    Button, Event, Field, Page, PaperCause, PaperEnding, PrinterState, Profile, TerminalEnding,
    Touch, World,
};
use ledger::Language;

use self::account::Account;
use self::dice::{Dice, FIELDS};
use crate::books::sticker;
use crate::buttons::BUTTONS;
use crate::teller::{Teller, approval};

const STEPS: usize = 20_000;

const CAUSES: [PaperCause; 6] = [
    PaperCause::PaperOut,
    PaperCause::CoverOpen,
    PaperCause::Away,
    PaperCause::Jam,
    PaperCause::Hot,
    PaperCause::Broken,
];

/// Houses beside those of the stories, so that there is always somebody who owes.
const HOUSES: usize = 150;

/// The last events that are shown where a step fails.
const TRACE_MAX: usize = 25;

#[test]
fn a_monkey_at_the_kiosk() {
    Monkey::run(Profile::Kiosk, 0x5eed_0001);
}

#[test]
fn a_monkey_with_the_collectors_handheld() {
    Monkey::run(Profile::Collector, 0x5eed_0002);
}

/// What is typed where a building is asked for.
const TYPED: [&str; 8] =
    ["12/345", "12/346", "12/347", "12/349", "3/50", "2/17", "temple", "laxmi"];

#[test]
fn a_monkey_with_the_karmasenas_handheld() {
    Monkey::run(Profile::Karmasena, 0x5eed_0006);
}

struct Monkey {
    seed: u64,
    step: usize,
    dice: Dice,
    teller: Teller,
    trace: VecDeque<String>,
    /// Whether the terminal took the money of a sale, or the bank that of a UPI request.
    taken: BTreeMap<u64, bool>,
    /// Sales and look-ups that the terminal has not answered.
    charging: Vec<u64>,
    asking: Vec<u64>,
    charges_seen: usize,
    books: Account,
}

impl Drop for Monkey {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("seed {:#x}, step {}; the last events:", self.seed, self.step);
            self.trace.iter().for_each(|event| eprintln!("  {event}"));
        }
    }
}

impl Monkey {
    fn run(profile: Profile, seed: u64) {
        let mut monkey = Self {
            seed,
            step: 0,
            dice: Dice(seed),
            teller: Teller::of_pack(profile, crate::form::sample::pack()),
            trace: VecDeque::new(),
            taken: BTreeMap::new(),
            charging: Vec::new(),
            asking: Vec::new(),
            charges_seen: 0,
            books: Account::default(),
        };
        monkey.teller.books.grow(HOUSES);
        for step in 0..STEPS {
            monkey.step = step;
            monkey.leases();
            monkey.mend();
            match monkey.dice.roll(10) {
                0..=5 => monkey.sensible(),
                6 => monkey.anything(),
                _ => monkey.world(),
            }
            monkey.check();
        }
        monkey.home_again();
    }

    /// New receipt books come now and then, so that the device is without one at times.
    fn leases(&mut self) {
        if self.dice.roll(60) == 0 && self.teller.books.leases.len() < 4_000 {
            let place = self.teller.books.leases.len();
            let year = 2026 + u16::try_from(place % 2).expect("small");
            let size = u32::try_from(self.dice.roll(30)).expect("small");
            self.teller.books.lease(&format!("K{}", place / 2), year, 1, 1 + size);
        }
    }

    /// A full disk or an unreadable book is seen to after a while.
    fn mend(&mut self) {
        if self.dice.roll(20) == 0 {
            self.teller.room = None;
            self.teller.books.unreadable.set(false);
        }
    }

    fn event(&mut self, event: Event) {
        self.trace.push_back(format!("{event:?}"));
        while self.trace.len() > TRACE_MAX {
            self.trace.pop_front();
        }
        self.teller.event(event);
        while self.charges_seen < self.teller.charges.len() {
            let (intent, amount) = self.teller.charges[self.charges_seen];
            assert!(amount.is_positive());
            let taken = self.dice.roll(10) < 6;
            let before = self.taken.insert(intent, taken);
            assert_eq!(before, None, "a sale was asked for twice");
            self.charging.push(intent);
            self.charges_seen += 1;
        }
        self.asking.append(&mut self.teller.look_ups);
    }

    fn touch(&mut self, touch: Touch) {
        self.event(Event::Touch(touch));
    }

    fn press(&mut self, of: &[Button]) {
        let button = *self.dice.one_of(of);
        self.touch(Touch::Press(button));
    }

    fn choose(&mut self, of: &[&str]) {
        let id = self.dice.text(of);
        self.touch(Touch::Choose(id));
    }

    fn write(&mut self, field: Field, of: &[&str]) {
        let text = self.dice.text(of);
        self.touch(Touch::Type { field, text });
    }

    /// What somebody would do on this page who wants to get on.
    fn sensible(&mut self) {
        if self.dice.roll(60) == 0 {
            return self.errand();
        }
        let next = [Button::Next];
        match (self.teller.page(), self.dice.roll(3)) {
            (Page::Home(_), 0) => {
                self.press(&[Button::SignIn, Button::Menu, Button::Menu, Button::SignOut]);
            }
            (Page::Home(_) | Page::Round(_), 1) | (Page::Find(_), 0) => self.scan_a_house(),
            (Page::Home(_), _) => {
                self.choose(&["property_tax", "waste_fee", "check_receipt", "trade_fee"]);
            }
            (Page::SignIn(page), _) if page.tries_left == 0 => self.a_quarter_of_an_hour(),
            (Page::SignIn(page), 0 | 1) if page.chosen.is_none() => {
                self.choose(&["4", "4", "4", "4", "5"]);
            }
            (Page::SignIn(page), 0 | 1) if page.pin_digits < 4 => {
                self.write(Field::Pin, &["4711", "4711", "4711", "5050"]);
            }
            (Page::Find(page), 1 | 2) if page.searched => {
                let found: Vec<&str> = page.matches.iter().map(|found| found.id.as_str()).collect();
                self.choose(&found);
            }
            (Page::Find(_), 1) => self.write(Field::Number, &TYPED),
            (Page::Pay(_), 0) => self.choose(&["whole", "late", "advance", "another"]),
            (Page::Pay(_), 1) => self.choose(&["cash", "card", "upi", "cash", "cheque"]),
            (Page::Amount(_), 0) => {
                self.write(Field::Amount, &["50", "7.35", "1000", "0", "200000", "-1", "x"]);
            }
            (Page::Demand(_), 0) => {
                self.press(&[Button::Back, Button::Finish, Button::Next, Button::Earlier]);
            }
            (Page::Demand(page), 1) if page.may_list => self.press(&[Button::AnotherToo]),
            (Page::Group(_), 0) => self.press(&[Button::AnotherToo, Button::Back]),
            (Page::Group(_), 1) => self.choose(&["345", "346", "347"]),
            (Page::Printing(_), _) => self.printer(),
            (Page::Card(_), 1 | 2) => self.terminal(),
            (Page::Cash(_), 0) => self.write(Field::Tendered, &["2000", "200000", "1", "1184"]),
            (Page::Upi(_), _) => {
                self.press(&[Button::PrintWaiting, Button::CheckNow, Button::Back, Button::Next]);
            }
            (Page::Card(_), 0) => self.press(&[Button::Back, Button::Next, Button::Finish]),
            (Page::Stopped(_), _) => self.press(&[Button::CollectLater, Button::MoreTime]),
            (Page::AskPaper(_), _) => self.press(&[Button::Yes, Button::No]),
            (Page::Round(_), 0) => self.choose(&["345", "346", "347", "349", "350", "352"]),
            (Page::Round(_), _) => match self.dice.roll(8) {
                0 => self.press(&[Button::EndDay, Button::SignOut]),
                1 => self.press(&[Button::Menu]),
                _ => self.press(&[Button::Next, Button::Suspense]),
            },
            (Page::Visit(_), 0) => {
                self.choose(&["collected", "locked", "refused", "no_waste", "not_segregated"]);
            }
            (Page::Visit(_), 1) => {
                self.choose(&["fee_now", "fee_now", "fee_later", "kind:plastic"])
            }
            (Page::Suspense(_), 0) => self.write(Field::Payer, &["Ammini", "", "പേര്"]),
            (Page::Suspense(_), 1) => self.write(Field::Place, &["Ferry", "\u{202e}x"]),
            (Page::Suspense(_), _) => match self.dice.roll(3) {
                0 => self.write(Field::Amount, &["500", "12.5", "0"]),
                _ => self.press(&[Button::Next, Button::Next, Button::Back]),
            },
            (Page::DayEnd(_), 0 | 1) => self.write(Field::Reason, &["torn", ""]),
            (Page::Earlier(page), _) => self.earlier(&page),
            (Page::Checked(_), _) => self.press(&[Button::Finish, Button::Back]),
            (page, _) if self.form(&page) || self.office(&page) => {}
            _ => self.press(&next),
        }
    }

    fn scan_a_house(&mut self) {
        let house = match self.dice.roll(3) {
            0 => *self.dice.one_of(&[345, 346, 347, 348, 349, 350, 351, 352, 400]),
            _ => 1_000 + u32::try_from(self.dice.roll(HOUSES)).expect("small"),
        };
        self.touch(Touch::Scan(sticker(house)));
    }

    fn anything(&mut self) {
        const TEXTS: [&str; 14] = [
            "",
            "0",
            "1",
            "12",
            "2.4",
            "-3",
            "4711",
            "0000",
            "999999999999999999999",
            "12/345",
            "രൂപ",
            "\u{0}",
            "R/R/R#",
            "1e9",
        ];
        const IDS: [&str; 10] = [
            "property_tax",
            "whole",
            "cash",
            "another",
            "345",
            "4",
            "kind:glass",
            "collected",
            "",
            "x",
        ];
        match self.dice.roll(6) {
            0 => self.choose(&IDS),
            1 | 2 => {
                let field = *self.dice.one_of(&FIELDS);
                self.write(field, &TEXTS);
            }
            3 => {
                let text = self.scrap();
                self.touch(Touch::Scan(text));
            }
            4 => {
                let language = *self.dice.one_of(&Language::ALL);
                self.touch(Touch::Language(language));
            }
            _ if self.teller.settings.profile == Profile::Karmasena => {
                // A worker has no page of what is owed, from which earlier payments are looked at.
                let buttons: Vec<Button> =
                    BUTTONS.into_iter().filter(|button| *button != Button::Earlier).collect();
                self.press(&buttons);
            }
            _ => self.press(&BUTTONS),
        }
    }

    /// Something that a scanner may read: rubbish, or a slip of this device.
    fn scrap(&mut self) -> String {
        let slip = self.teller.prints.front().map(|(_, slip)| slip.canonical_text());
        let square =
            slip.and_then(|slip| slip.lines().find(|l| l.contains("/R/")).map(str::to_owned));
        match (square, self.dice.roll(3)) {
            (Some(square), 0) => square,
            (Some(square), 1) => square[..square.len() / 2].to_owned(),
            _ => self.dice.text(&["", "PADI:H:", "http://x/R/1#A", "\u{7f}"]),
        }
    }

    fn world(&mut self) {
        match self.dice.roll(24) {
            0..=5 => self.time(),
            6..=11 => self.printer(),
            12..=15 => self.terminal(),
            16..=18 => self.bank(),
            19 => {
                let online = self.dice.roll(4) > 0;
                self.event(Event::World(World::Line { online }));
            }
            20 => {
                let present = self.dice.roll(4) > 0;
                self.event(Event::World(World::Terminal { present }));
            }
            21 => {
                let pack = self.teller.pack.clone();
                self.teller.flow.set_pack(pack);
                self.event(Event::World(World::RegisterChanged));
            }
            22 => {
                self.teller.room = (self.dice.roll(4) == 0).then_some(0);
                self.teller.books.unreadable.set(self.dice.roll(8) == 0);
            }
            _ if self.dice.roll(6) == 0 => self.power_cut(),
            _ => {
                let text = self.scrap();
                self.event(Event::World(World::Scanned(text)));
            }
        }
    }

    fn power_cut(&mut self) {
        self.trace.push_back("power cut".to_owned());
        // A sale that the terminal was asked for lives on in the terminal.
        self.charging.clear();
        self.asking.clear();
        self.teller.restart();
        self.asking.append(&mut self.teller.look_ups);
    }

    /// Until one more PIN may be tried.
    fn a_quarter_of_an_hour(&mut self) {
        self.teller.now.mono_ms += 900_000;
        self.teller.now.wall_ms += 900_000;
        self.event(Event::World(World::Tick));
    }

    fn time(&mut self) {
        let passed_ms = *self
            .dice
            .one_of(&[250, 250, 1_000, 1_000, 3_000, 3_000, 9_000, 9_000, 30_000, 70_000, 400_000]);
        self.teller.now.mono_ms += passed_ms;
        self.teller.now.wall_ms += i64::try_from(passed_ms).expect("small");
        if self.dice.roll(8) == 0 {
            self.teller.now.wall_ms += 86_400_000;
        }
        self.event(Event::World(World::Tick));
    }

    fn printer(&mut self) {
        let cause = *self.dice.one_of(&CAUSES);
        // How the printer is changes no journey, so its dice are not those of the journeys.
        let mut aside = Dice(self.teller.now.mono_ms | 1);
        if aside.roll(4) == 0 {
            let states = [PrinterState::Ready, PrinterState::NearEnd, PrinterState::Stopped(cause)];
            self.event(Event::World(World::Printer(*aside.one_of(&states))));
        }
        if self.teller.tests.pop().is_some() {
            let endings = [PaperEnding::Whole, PaperEnding::NotStarted(cause)];
            self.event(Event::World(World::TestPrinted(*aside.one_of(&endings))));
        }
        let Some((ticket, _)) = self.teller.prints.front() else { return };
        let ticket = *ticket;
        let ending = match self.dice.roll(6) {
            0 => return self.event(Event::World(World::PaperWaits { ticket, cause })),
            1 => {
                let bands_done = u32::try_from(self.dice.roll(5)).expect("small");
                return self.event(Event::World(World::Printing { ticket, bands_done, bands: 4 }));
            }
            2 => PaperEnding::NotStarted(cause),
            3 => PaperEnding::Uncertain(cause),
            _ => PaperEnding::Whole,
        };
        self.teller.prints.pop_front();
        self.event(Event::World(World::PaperEnded { ticket, ending }));
    }

    fn terminal(&mut self) {
        let charge = !self.charging.is_empty();
        let asked = if charge { &mut self.charging } else { &mut self.asking };
        if asked.is_empty() {
            return self.event(Event::World(World::TerminalBusy));
        }
        let intent = asked[0];
        // Now and then the terminal says it twice.
        if self.dice.roll(8) > 0 {
            asked.remove(0);
        }
        let taken = self.taken[&intent];
        let ending = match (taken, self.dice.roll(6)) {
            (_, 0) => TerminalEnding::Lost,
            (_, 1) => TerminalEnding::CannotTell,
            (true, 2) if !charge => TerminalEnding::NotReached,
            (true, _) => approval(),
            (false, 2) => TerminalEnding::NotReached,
            (false, 3) => TerminalEnding::NeverSeen,
            (false, _) => TerminalEnding::Declined,
        };
        self.event(Event::World(World::TerminalEnded { intent, ending }));
    }

    fn bank(&mut self) {
        let intent = match self.books.upi.len() {
            0 => 9_999_999,
            known => {
                // The newest are paid most often; any may be, and twice.
                let back = self.dice.roll(known.min(6));
                self.books.upi[known - 1 - back]
            }
        };
        self.taken.insert(intent, true);
        let word = World::Confirmed { intent, bank_reference: "B1".to_owned(), confirmation: 1 };
        self.event(Event::World(word));
    }

    fn check(&mut self) {
        let screen = self.teller.screen();
        assert!(!screen.frame.body.is_empty());
        self.teller.assert_sound();
        self.books.add_up(&self.teller);
        let day_book = &self.teller.books.day_book;
        assert_eq!(day_book.cash(), self.books.cash(), "cash in hand");
        if self.step.is_multiple_of(50) {
            self.no_money_is_forgotten();
        }
    }

    /// Money that terminal or bank took has a receipt, or an intent that still asks for one.
    fn no_money_is_forgotten(&self) {
        let day_book = &self.teller.books.day_book;
        let open: BTreeSet<u64> =
            day_book.intents().chain(day_book.late_intents()).map(|(seq, _)| seq).collect();
        for (intent, taken) in self.taken.iter().filter(|(intent, _)| **intent < 9_999_999) {
            let known = self.books.receipted.contains(intent) || open.contains(intent);
            assert!(!taken || known, "the money of {intent} is forgotten");
        }
    }

    /// Everything is mended and nobody comes: the device finds back to its idle page by itself, and
    /// the terminal's words make receipts.
    fn home_again(&mut self) {
        self.trace.push_back("all is mended".to_owned());
        self.teller.room = None;
        self.teller.books.unreadable.set(false);
        self.teller.books.lease("KX", 2026, 1, 9_999);
        self.teller.wait(1_500);
        let page = self.teller.page();
        let idle = matches!(
            (self.teller.settings.profile, &page),
            (Profile::Kiosk, Page::Home(_)) | (_, Page::SignIn(_))
        );
        assert!(idle, "{page:?}");
        self.teller.look_ups.clear();
        self.teller.restart();
        for intent in std::mem::take(&mut self.teller.look_ups) {
            let ending = if self.taken[&intent] { approval() } else { TerminalEnding::NeverSeen };
            self.event(Event::World(World::TerminalEnded { intent, ending }));
        }
        self.check();
        self.no_money_is_forgotten();
        let left = self.teller.books.day_book.intents().count();
        assert_eq!(left, 0, "nothing is left open");
        let paid = self.books.receipts;
        assert!(paid > 100, "{paid} receipts are too few to prove anything");
        let carries = self.teller.settings.profile != Profile::Karmasena;
        assert_eq!(self.books.fees > 0, carries, "{} fees by a form", self.books.fees);
        let (cancelled, handed_in) = (self.books.cancelled, self.books.handed_in);
        assert!(cancelled > 0 && handed_in > 0, "{cancelled} cancelled, {handed_in} handed in");
    }
}
