//! A desk for stories: it performs what the journeys ask for, and keeps what terminal and printer
//! are asked until the story answers.

use std::collections::VecDeque;
use std::sync::Arc;

use flow::{
    Approval, Button, Detail, DetailSaid, Effect, Event, Field, Flow, Member, NoPicture,
    NotRecorded, Page, PaperEnding, Picture, Profile, Purpose, Refusal, RefusalCode, SaidDetail,
    Screen, Settings, TerminalEnding, Ticket, Touch, World,
};
use ledger::{
    Answer, Applied, Breach, CardMark, Entry, Fact, Language, Moment, Pack, Paise, PhotoHash,
    Receipt, SealedFile, Slip, StaffId, Writer, sha256,
};

use crate::books::MemoryBooks;
use crate::packs::pack;

/// 14 August 2026, 10:00 in India.
pub const MORNING_MS: i64 = 1_786_681_800_000;

/// The mark of a badge, or of a card that is nobody's badge.
pub fn card(number: u8) -> CardMark {
    CardMark::from([number; 16])
}

/// Each has the badge with their own number.
fn member(id: u8, name: &str, receives: bool) -> Member {
    let (badge, id) = (Some(card(id)), StaffId(id.into()));
    Member { id, name: name.to_owned(), receives, badge }
}

pub struct Teller {
    pub flow: Flow,
    pub books: MemoryBooks,
    pub settings: Settings,
    pub pack: Arc<Pack>,
    pub now: Moment,
    /// Sales that the terminal was asked for, and those that it was asked about.
    pub charges: Vec<(u64, Paise)>,
    pub look_ups: Vec<u64>,
    pub aborts: usize,
    /// What the terminal was asked about at each day's end.
    pub settled: Vec<Vec<flow::CardAsked>>,
    pub syncs: usize,
    /// The names that the office was asked for, and by whom.
    pub names: Vec<(ledger::StaffId, String)>,
    /// Jobs that the printer has and has not ended.
    pub prints: VecDeque<(Ticket, Slip)>,
    /// What was applied for, with its answers.
    pub applied: Vec<(Applied, Vec<Answer>)>,
    /// How often the drawer was opened, and the test slips that were asked for.
    pub drawers: usize,
    pub tests: Vec<flow::TestSlip>,
    pub boards: Vec<flow::RatesSlip>,
    /// How many more writes the disk takes; none where it has no end.
    pub room: Option<usize>,
    /// What the ledger refused: the journeys must never ask for it.
    pub breaches: Vec<Breach>,
    /// How many entries each transaction had.
    pub transactions: Vec<usize>,
    /// When practice was asked for, and when its end was.
    pub practised: Vec<bool>,
    /// How often the stick was to be written, and the squares that were scanned for carrying.
    pub sticks: usize,
    /// The buildings whose earlier payments the office was asked for.
    pub asked_earlier: Vec<u32>,
    pub carried: Vec<String>,
    pub removed: Vec<Writer>,
    /// The newest picture of the camera and when it was made, or why there is none.
    pub camera: Result<(PhotoHash, i64), NoPicture>,
    /// What a form's question is shown, and the pictures that the last application had.
    pub still: Result<Picture, NoPicture>,
    pub pictures: Vec<Picture>,
}

impl Teller {
    pub fn new(profile: Profile) -> Self {
        Self::with(profile, MemoryBooks::new())
    }

    pub fn with(profile: Profile, books: MemoryBooks) -> Self {
        Self::at(MORNING_MS, profile, books)
    }

    /// A device with another pack than the shipped one.
    pub fn of_pack(profile: Profile, pack: Arc<Pack>) -> Self {
        Self::set_up(MORNING_MS, profile, MemoryBooks::new(), pack)
    }

    pub fn at(wall_ms: i64, profile: Profile, books: MemoryBooks) -> Self {
        Self::set_up(wall_ms, profile, books, pack())
    }

    fn set_up(wall_ms: i64, profile: Profile, books: MemoryBooks, pack: Arc<Pack>) -> Self {
        let settings = Settings {
            name: "kiosk-1".to_owned(),
            profile,
            language: Language::En,
            wards: vec![7],
            staff: vec![member(4, "Suja", false), member(5, "Biju", true)],
            has_terminal: true,
            has_scanner: true,
            has_stick: true,
            has_camera: true,
            has_card_reader: true,
            has_scale: true,
            has_gnss: true,
            battery: flow::BatteryLimits::USUAL,
            has_viewfinder: true,
            practice: false,
            is_centre: false,
            hospital: None,
            works_complaints: false,
        };
        let mut teller = Self {
            flow: Flow::new(settings.clone(), pack.clone()),
            pack,
            books,
            settings,
            now: Moment { wall_ms, mono_ms: 5_000, boot: 1 },
            charges: Vec::new(),
            look_ups: Vec::new(),
            aborts: 0,
            settled: Vec::new(),
            syncs: 0,
            names: Vec::new(),
            prints: VecDeque::new(),
            applied: Vec::new(),
            drawers: 0,
            tests: Vec::new(),
            boards: Vec::new(),
            room: None,
            breaches: Vec::new(),
            transactions: Vec::new(),
            practised: Vec::new(),
            sticks: 0,
            asked_earlier: Vec::new(),
            carried: Vec::new(),
            removed: Vec::new(),
            camera: Err(NoPicture::NoCamera),
            still: Err(NoPicture::NoCamera),
            pictures: Vec::new(),
        };
        teller.world(World::Started);
        teller.world(World::Line { online: true });
        teller
    }

    /// A kiosk with nobody behind it.
    pub fn kiosk() -> Self {
        Self::new(Profile::Kiosk)
    }

    /// A kiosk with a cashier.
    pub fn counter() -> Self {
        let mut teller = Self::kiosk();
        teller.press(Button::SignIn);
        teller.sign_in("4", "4711");
        teller
    }

    pub fn handheld(profile: Profile) -> Self {
        let mut teller = Self::new(profile);
        teller.sign_in("4", "4711");
        teller
    }

    pub fn sign_in(&mut self, staff: &str, pin: &str) {
        self.choose(staff);
        self.write(Field::Pin, pin);
        self.press(Button::Next);
    }

    /// Power is cut and comes back: the books stay, the journeys begin anew, jobs are lost.
    pub fn restart(&mut self) {
        self.flow = Flow::new(self.settings.clone(), self.pack.clone());
        self.now.boot += 1;
        self.now.wall_ms += 60_000;
        self.now.mono_ms = 1_000;
        self.prints.clear();
        self.world(World::Started);
    }

    pub fn event(&mut self, event: Event) {
        let effects = self.flow.handle(event, self.now, &self.books);
        for effect in effects {
            self.perform(effect);
        }
    }

    pub fn world(&mut self, world: World) {
        self.event(Event::World(world));
    }

    pub fn touch(&mut self, touch: Touch) {
        self.event(Event::Touch(touch));
    }

    pub fn press(&mut self, button: Button) {
        self.touch(Touch::Press(button));
    }

    pub fn choose(&mut self, id: &str) {
        self.touch(Touch::Choose(id.to_owned()));
    }

    pub fn write(&mut self, field: Field, text: &str) {
        self.touch(Touch::Type { field, text: text.to_owned() });
    }

    pub fn scan(&mut self, text: &str) {
        self.touch(Touch::Scan(text.to_owned()));
    }

    /// Lets time pass, a tick each second.
    pub fn wait(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now.mono_ms += 1_000;
            self.now.wall_ms += 1_000;
            self.world(World::Tick);
        }
    }

    /// Another day, with nobody near.
    pub fn sleep_a_day(&mut self) {
        self.now.wall_ms += 86_400_000;
        self.now.mono_ms += 86_400_000;
        self.world(World::Tick);
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Record { purpose, staff, facts } => {
                let world = self.append(purpose, staff, facts);
                self.world(world);
            }
            Effect::Apply { staff, mut facts, mut applied, answers, pictures } => {
                applied.sealed = SealedFile { hash: sha256(b"sealed"), bytes: 900 };
                facts.push(Fact::Applied((*applied).clone()));
                let world = self.append(Purpose::Application, staff, facts);
                if matches!(world, World::Recorded { .. }) {
                    self.applied.push((*applied, answers));
                    self.pictures = pictures;
                }
                self.world(world);
            }
            Effect::Charge { intent, amount, .. } => self.charges.push((intent, amount)),
            Effect::LookUp { intent, .. } => self.look_ups.push(intent),
            Effect::AbortCharge => self.aborts += 1,
            Effect::SettleTerminal { asked } => self.settled.push(asked),
            Effect::Print { ticket, slip, drawer } => {
                self.prints.push_back((ticket, slip));
                self.drawers += usize::from(drawer);
            }
            Effect::PrintTest(slip) => self.tests.push(slip),
            Effect::PrintRates(slip) => self.boards.push(slip),
            Effect::AskEarlier { building } => self.asked_earlier.push(building),
            Effect::Sync => self.syncs += 1,
            Effect::AskNames { staff, typed } => self.names.push((staff, typed)),
            Effect::SayDetails { staff, said } => {
                let world = self.say_details(staff, said);
                self.world(world);
            }
            Effect::TakePicture { field, since_ms } => {
                let world = match self.camera {
                    Ok((photo, at_ms)) if at_ms >= since_ms => {
                        World::PictureTaken { field, photo, at_ms, since_ms }
                    }
                    Ok(_) => World::NoPicture(NoPicture::NoneSince),
                    Err(why) => World::NoPicture(why),
                };
                self.world(world);
            }
            Effect::Photograph { question, since_ms } => {
                let world = match self.still.clone() {
                    Ok(picture) => {
                        let at_ms = self.now.wall_ms;
                        World::Photographed { question, picture, at_ms, since_ms }
                    }
                    Err(why) => World::NoPicture(why),
                };
                self.world(world);
            }
            Effect::Practise(begins) => self.practised.push(begins),
            Effect::CarryToStick => self.sticks += 1,
            Effect::CarryScan(text) => self.carried.push(text),
            Effect::RemoveErrand(writer) => self.removed.push(writer),
        }
    }

    /// The books say it over whatever was known, as the device's own do.
    fn say_details(&mut self, staff: Option<StaffId>, said: Vec<SaidDetail>) -> World {
        let purpose = Purpose::Details;
        if self.room == Some(0) {
            return World::NotRecorded { purpose, cause: NotRecorded::DiskFull };
        }
        let by = staff.map_or_else(String::new, |staff| format!("staff {}", staff.0));
        for one in said {
            let known = self.books.details.entry(one.record).or_default();
            known.retain(|detail| detail.field != one.field);
            let said = DetailSaid { value: one.value, by: by.clone(), at_ms: self.now.wall_ms };
            known.push(Detail { field: one.field, said: vec![said], waiting: true });
        }
        World::Recorded { purpose, entries: Vec::new() }
    }

    fn append(&mut self, purpose: Purpose, staff: Option<StaffId>, facts: Vec<Fact>) -> World {
        if self.room == Some(0) {
            return World::NotRecorded { purpose, cause: NotRecorded::DiskFull };
        }
        let mut day_book = self.books.day_book.clone();
        let mut entries = Vec::new();
        for fact in facts {
            let seq = day_book.head().seq + 1;
            let unsure_since_ms = self.books.unsure_since_ms;
            let at = self.now;
            let entry = Entry { seq, at, staff, countersigned: 0, fact, unsure_since_ms };
            if let Err(breach) = day_book.apply(&entry) {
                self.breaches.push(breach);
                return World::NotRecorded { purpose, cause: NotRecorded::Failed };
            }
            entries.push(entry);
        }
        self.room = self.room.map(|room| room - 1);
        self.transactions.push(entries.len());
        self.books.take(day_book, &entries);
        World::Recorded { purpose, entries }
    }

    pub fn screen(&self) -> Screen {
        self.flow.screen(&self.books)
    }

    pub fn wanted(&self) -> flow::Wanted {
        self.flow.wanted()
    }

    /// How long nobody may touch before it is asked whether somebody is still there.
    pub fn idle_s(&self) -> u32 {
        self.pack.limits.idle_s
    }

    pub fn page(&self) -> Page {
        self.screen().page
    }

    pub fn refused(&self) -> Option<RefusalCode> {
        self.refusal().map(|refusal| refusal.code)
    }

    pub fn refusal(&self) -> Option<Refusal> {
        self.screen().frame.refusal
    }

    /// What stands on the glass but the office's clock and line, which go on by themselves.
    pub fn glass(&self) -> serde_json::Value {
        let mut glass = serde_json::to_value(self.screen()).expect("a screen is JSON");
        let frame = glass["frame"].as_object_mut().expect("a frame");
        frame.remove("clock");
        frame.remove("line");
        glass
    }

    pub fn receipts(&self) -> Vec<(u64, Receipt)> {
        let entries = self.books.entries.iter();
        entries
            .filter_map(|entry| match &entry.fact {
                Fact::Receipt(receipt) => Some((entry.seq, receipt.clone())),
                _ => None,
            })
            .collect()
    }

    pub fn facts(&self) -> Vec<&Fact> {
        self.books.entries.iter().map(|entry| &entry.fact).collect()
    }

    /// The only receipt, as "head amount" by its lines.
    pub fn lines(&self) -> Vec<String> {
        let (_, receipt) = self.receipts().pop().expect("a receipt");
        let line = |line: &ledger::ReceiptLine| format!("{} {}", line.head, line.amount.on_glass());
        receipt.lines.iter().map(line).collect()
    }

    /// The oldest job that the printer has, as text.
    pub fn slip(&self) -> String {
        let (_, slip) = self.prints.front().expect("a print");
        slip.canonical_text()
    }

    /// The printer ends its oldest job.
    pub fn paper(&mut self, ending: PaperEnding) {
        let (ticket, _) = self.prints.pop_front().expect("a print");
        self.world(World::PaperEnded { ticket, ending });
    }

    pub fn ticket(&self) -> Ticket {
        self.prints.front().expect("a print").0
    }

    pub fn approve(&mut self, intent: u64) {
        self.terminal(intent, approval());
    }

    pub fn terminal(&mut self, intent: u64, ending: TerminalEnding) {
        self.world(World::TerminalEnded { intent, ending });
    }

    pub fn confirm(&mut self, intent: u64) {
        let bank_reference = format!("BANK{intent}");
        self.world(World::Confirmed { intent, bank_reference, confirmation: 900 + intent });
    }

    /// From the idle page to "how much, and how" of a building's property tax.
    pub fn go_to_pay(&mut self, number: &str) {
        self.choose("property_tax");
        self.write(Field::Number, number);
        self.press(Button::Next);
        self.press(Button::Next);
        assert!(matches!(self.page(), Page::Pay(_)), "{:?}", self.refused());
    }

    pub fn pay_by(&mut self, mode: &str) {
        self.choose(mode);
        self.press(Button::Next);
    }

    /// From the idle page to the terminal or the bank; the intent's sequence.
    pub fn ask_for(&mut self, number: &str, mode: &str) -> u64 {
        self.go_to_pay(number);
        self.pay_by(mode);
        let intents = self.books.day_book.intents();
        intents.map(|(seq, _)| seq).max().expect("an intent")
    }

    /// No entry was ever refused by the ledger.
    pub fn assert_sound(&self) {
        assert_eq!(self.breaches, [], "the journeys asked for something that the ledger refuses");
    }
}

pub fn approval() -> TerminalEnding {
    TerminalEnding::Approved(Approval {
        last_four: "4242".to_owned(),
        authorisation: "A77".to_owned(),
        terminal: "T1".to_owned(),
        terminal_receipt: "19".to_owned(),
    })
}

pub fn rupees(rupees: i64) -> Paise {
    Paise::rupees(rupees)
}
