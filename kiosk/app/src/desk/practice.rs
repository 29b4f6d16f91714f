//! Practice: the very same journeys on books that are gone afterwards. The printer prints, with its
//! warning on each slip; terminal and bank are not asked, and say yes by themselves.

use flow::{Approval, Books, Effect, Event, Flow, PrinterState, TerminalEnding, World};
use ledger::IntentMode;

use super::{Desk, Lending, Seat};
use crate::bench::PrinterJob;

/// How many quarters of a second a practised payment waits for its bank.
const BANK_TICKS: u32 = 16;

impl Desk {
    /// The device's own journeys and books, whoever is served.
    pub(super) fn own(&mut self) -> &mut Seat {
        self.aside.as_mut().unwrap_or(&mut self.seat)
    }

    pub(super) fn is_practice(&self) -> bool {
        self.seat.flow.is_practice()
    }

    /// What concerns the device's own books goes to them, while somebody practises too.
    pub(super) fn take_in_own(&mut self, world: World) {
        let Some(own) = self.aside.take() else { return self.take(Event::World(world)) };
        let practice = std::mem::replace(&mut self.seat, own);
        self.take(Event::World(world));
        self.aside = Some(std::mem::replace(&mut self.seat, practice));
    }

    /// The printer is the same in a lesson and outside it.
    pub(super) fn printer_is(&mut self, state: PrinterState) {
        if self.is_practice() {
            self.take(Event::World(World::Printer(state)));
        }
        self.take_in_own(World::Printer(state));
    }

    pub(super) fn tick(&mut self) {
        self.take(Event::World(World::Tick));
        self.next_square();
        let waits = self.is_practice() && self.seat.flow.waits_for_the_bank();
        self.waited = if waits { self.waited + 1 } else { 0 };
        if self.waited > BANK_TICKS {
            self.confirm_by_itself();
        }
    }

    /// Begins or ends practice, once nothing of the last word is under way.
    pub(super) fn change_seats(&mut self) {
        let left = self.is_practice() && self.seat.flow.is_unattended();
        match self.wished.take() {
            Some(true) => self.begin_practice(),
            Some(false) => self.end_practice(),
            None if left => self.end_practice(),
            None => {}
        }
    }

    fn begin_practice(&mut self) {
        if self.is_practice() {
            return;
        }
        let (now, store) = (self.now(), &self.seat.lending.store);
        let year = now.financial_year();
        let books = node::practice(store, &self.setup.provision, year, now.wall_ms);
        let books = match books {
            Ok(books) => books,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no practice");
                return;
            }
        };
        // Nobody gets new tries of a PIN by a lesson.
        let tried = self.seat.lending.wrong_pins();
        if let Err(error) = books.keep_wrong_pins(tried) {
            tracing::error!(error = &error as &dyn std::error::Error, "no practice");
            return;
        }
        let wards = self.seat.lending.store.wards();
        let (settings, pack) = (self.setup.settings(wards), self.setup.pack.clone());
        let flow = Flow::practising(settings, pack, &self.seat.flow);
        let lending = Lending::practising(books, &self.seat.lending);
        let own = std::mem::replace(&mut self.seat, Seat { flow, lending });
        self.aside = Some(own);
        tracing::info!("practice begins");
        self.take(Event::World(World::Started));
    }

    /// PINs that are tried in a lesson are those of real people: they count in the device's own
    /// books, or the lesson ends.
    pub(super) fn count_pins_of_a_lesson(&mut self) {
        let Some(own) = &self.aside else { return };
        let tried = self.seat.lending.wrong_pins();
        if tried == own.lending.wrong_pins() {
            return;
        }
        if let Err(error) = own.lending.store.keep_wrong_pins(tried) {
            tracing::error!(error = &error as &dyn std::error::Error, "the lesson ends");
            self.wished = Some(false);
        }
    }

    fn end_practice(&mut self) {
        let Some(own) = self.aside.take() else { return };
        self.seat = own;
        tracing::info!("practice has ended");
        self.take(Event::World(World::Tick));
    }

    /// What a lesson asks of the world: only the printer and the camera really do it.
    pub(super) fn pretend(&mut self, effect: Effect) {
        let (intent, ending) = match effect {
            Effect::Record { purpose, staff, facts } => return self.record(purpose, staff, facts),
            Effect::Apply { staff, facts, applied, answers, pictures } => {
                return self.apply(staff, facts, *applied, (answers, pictures));
            }
            Effect::SayDetails { staff, said } => return self.say_details(staff, &said),
            Effect::Photograph { question, since_ms } => {
                return self.photograph(question, since_ms);
            }
            Effect::Print { ticket, slip, drawer } => {
                return self.print(PrinterJob::Slip { ticket, slip, drawer });
            }
            Effect::PrintTest(test) => return self.print(PrinterJob::Test(test)),
            Effect::PrintRates(rates) => return self.print(PrinterJob::Rates(rates)),
            Effect::Charge { intent, .. } => (intent, TerminalEnding::Approved(approval())),
            Effect::LookUp { intent, .. } => (intent, TerminalEnding::NeverSeen),
            Effect::AbortCharge
            | Effect::SettleTerminal { .. }
            | Effect::Sync
            | Effect::AskNames { .. }
            | Effect::AskEarlier { .. }
            | Effect::CarryToStick
            | Effect::CarryScan(_)
            | Effect::RemoveErrand(_)
            | Effect::Practise(_)
            | Effect::TakePicture { .. } => return,
        };
        self.take(Event::World(World::TerminalEnded { intent, ending }));
    }

    fn confirm_by_itself(&mut self) {
        let intents = self.seat.lending.store.day_book().intents();
        let asked = intents.filter(|(_, intent)| intent.by == IntentMode::Upi);
        let asked: Vec<u64> = asked.map(|(seq, _)| seq).collect();
        for intent in asked {
            let bank_reference = "PRACTICE".to_owned();
            let world = World::Confirmed { intent, bank_reference, confirmation: 1 };
            self.take(Event::World(world));
        }
    }
}

fn approval() -> Approval {
    Approval {
        last_four: "0000".to_owned(),
        authorisation: "PRACTICE".to_owned(),
        terminal: "PRACTICE".to_owned(),
        terminal_receipt: "0".to_owned(),
    }
}
