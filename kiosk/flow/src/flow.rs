//! The journey's own loop: one event in, effects out, and a screen to look at in between.

mod pages;

use std::collections::BTreeSet;
use std::sync::Arc;

use ledger::{Entry, Fact, Language, Moment, Pack};

use crate::around::Around;
use crate::books::{Books, Unreadable};
use crate::effect::{Effect, Purpose, SaidDetail, Ticket};
use crate::event::{Event, NotRecorded, World};
use crate::refusal::{Refusal, RefusalCode};
use crate::scan;
use crate::screen::{PackNote, PackStanding, PrinterState, Profile, Screen};
use crate::settings::{Member, Settings};
use crate::state::{Paying, State};
use crate::touch::{Button, Field, Touch, check_length};

/// One device's journeys.
pub struct Flow {
    pub(crate) settings: Settings,
    pub(crate) pack: Arc<Pack>,
    /// A newer pack waits for the session's end.
    next_pack: Option<Arc<Pack>>,
    pack_standing: PackStanding,
    pub(crate) language: Language,
    pub(crate) state: State,
    /// The handheld is locked: this comes back after the PIN.
    pub(crate) behind_lock: Option<Box<State>>,
    pub(crate) staff: Option<Member>,
    /// When a wrong PIN was typed last, or the program began: a further try is waited for from then
    /// on.
    pub(crate) wrong_pin_ms: u64,
    pub(crate) refusal: Option<Refusal>,
    /// What will be paid together.
    pub(crate) group: Vec<Paying>,
    pub(crate) online: bool,
    pub(crate) terminal_present: bool,
    pub(crate) printer: PrinterState,
    /// Card intents that a settlement since the start found at the terminal.
    pub(crate) settled: BTreeSet<u64>,
    pub(crate) touched_ms: u64,
    pub(crate) entered_ms: u64,
    pub(crate) attempt: u32,
    /// Facts that the page waits for are being written: a second press must not write them twice.
    pub(crate) recording: bool,
    /// Entries whose slip the printer has and has not ended.
    pub(crate) at_printer: BTreeSet<u64>,
    /// When open sales were last looked up.
    pub(crate) looked_up_ms: u64,
    pub(crate) slots_tried_ms: Option<u64>,
    pub(crate) around: Around,
    pub(crate) now: Moment,
}

/// What one event's handling may use and what it asks for.
pub(crate) struct Turn<'a> {
    pub books: &'a dyn Books,
    pub now: Moment,
    pub effects: Vec<Effect>,
}

/// How a handler ends: the rules said no, or all is well.
pub(crate) type Outcome = Result<(), Refusal>;

/// How often a wrong PIN may be typed in a row; after that there is one more try each quarter of an
/// hour that the program runs, which makes a guess among ten thousand a matter of weeks.
pub(crate) const PIN_TRIES: u8 = 5;
pub(crate) const PIN_WAIT_MS: u64 = 15 * 60 * 1_000;

impl Flow {
    pub fn new(settings: Settings, pack: Arc<Pack>) -> Self {
        let language = settings.language;
        let terminal_present = settings.has_terminal;
        let mut flow = Self {
            settings,
            pack,
            next_pack: None,
            pack_standing: PackStanding::default(),
            language,
            state: State::Home,
            behind_lock: None,
            staff: None,
            wrong_pin_ms: 0,
            refusal: None,
            group: Vec::new(),
            online: false,
            terminal_present,
            printer: PrinterState::Ready,
            settled: BTreeSet::new(),
            touched_ms: 0,
            entered_ms: 0,
            attempt: 0,
            recording: false,
            at_printer: BTreeSet::new(),
            looked_up_ms: 0,
            slots_tried_ms: None,
            around: Around::default(),
            now: Moment::default(),
        };
        flow.state = flow.idle_state();
        flow
    }

    /// The same as practice, with whoever wants to learn signed in already.
    pub fn practising(settings: Settings, pack: Arc<Pack>, who: &Flow) -> Self {
        let mut flow = Self::new(Settings { practice: true, ..settings }, pack);
        flow.staff = who.staff.clone();
        flow.language = who.language;
        flow.online = true;
        flow.printer = who.printer;
        flow.around = who.around.clone();
        flow
    }

    /// Whether all of this is for learning.
    pub fn is_practice(&self) -> bool {
        self.settings.practice
    }

    /// Whether nobody is signed in.
    pub fn is_unattended(&self) -> bool {
        self.staff.is_none()
    }

    /// Takes one event and says what is to be done about it.
    pub fn handle(&mut self, event: Event, now: Moment, books: &dyn Books) -> Vec<Effect> {
        self.now = now;
        let mut turn = Turn { books, now, effects: Vec::new() };
        let outcome = match event {
            Event::Touch(touch) => self.touched(touch, &mut turn),
            Event::World(world) => self.told(world, &mut turn),
        };
        if let Err(refusal) = outcome {
            self.refusal = Some(refusal);
        }
        turn.effects
    }

    /// What stands on the glass now.
    pub fn screen(&self, books: &dyn Books) -> Screen {
        let page = match self.page(books) {
            Ok(page) => page,
            // The page's own facts cannot be read: the idle page can always be shown.
            Err(Unreadable) => self.home_page(),
        };
        Screen { frame: self.frame(books), page }
    }

    /// The language on the glass and on the next slip.
    pub fn language(&self) -> Language {
        self.language
    }

    /// What was refused last, until the next touch.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// A payer stands at a UPI page: the centre is asked more often.
    pub fn waits_for_the_bank(&self) -> bool {
        matches!(self.state, State::Upi(_))
    }

    /// A newer rule pack takes effect with the next session: at once where none is under way.
    pub fn set_pack(&mut self, pack: Arc<Pack>) {
        self.next_pack = Some(pack);
        if self.is_between_sessions() {
            self.take_next_pack();
        }
    }

    /// The rule pack that is in use.
    pub fn pack(&self) -> &Arc<Pack> {
        &self.pack
    }

    /// What staff are to know of the rule pack that is in use.
    pub fn set_pack_standing(&mut self, standing: PackStanding) {
        self.pack_standing = standing;
    }

    pub(crate) fn pack_note(&self) -> PackNote {
        PackNote { version: self.pack.body.version, standing: self.pack_standing.clone() }
    }

    /// Whether nothing of a payer, a house or a count is under way that began by the present rules.
    fn is_between_sessions(&self) -> bool {
        let idle = |state: &State| matches!(state, State::Home | State::Round(_));
        match (&self.state, &self.behind_lock) {
            (State::SignIn(_), None) => true,
            (State::SignIn(_), Some(behind)) => idle(behind),
            (state, _) => idle(state),
        }
    }

    pub(crate) fn take_next_pack(&mut self) {
        if let Some(pack) = self.next_pack.take() {
            self.pack = pack;
        }
    }

    fn touched(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        if self.wiped(turn.now) {
            // The count is over: this touch is the next person's, who finds a fresh page.
            return self.wipe(turn);
        }
        let asked = self.still_there_s().is_some();
        self.refusal = None;
        self.touched_ms = turn.now.mono_ms;
        if asked {
            // The first touch under the veil only says that somebody is still there.
            return Ok(());
        }
        check_length(&touch).map_err(|refusal| scan::instead(&touch, refusal))?;
        if self.recording {
            return Err(Refusal::new(RefusalCode::AlreadyDoing));
        }
        match touch {
            Touch::Language(language) => self.change_language(language, turn),
            Touch::Press(Button::Back) => self.back(turn),
            Touch::Press(Button::Finish) => self.finish(turn),
            Touch::Press(Button::SignOut) => self.sign_out(turn),
            Touch::Press(Button::MoreTime) => self.more_time(turn),
            Touch::Present(mark) => self.presented(mark, turn),
            touch => self.touched_page(touch, turn),
        }
    }

    pub(crate) fn touched_page(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        self.check_battery(&touch)?;
        match &self.state {
            State::Home => self.touched_home(touch, turn),
            State::SignIn(_) => self.touched_sign_in(touch, turn),
            State::Find(_) => self.touched_find(touch, turn),
            State::Form(_) => self.touched_form(touch, turn),
            State::Answers(_) => self.touched_answers(touch, turn),
            State::Documents(_) => self.touched_documents(touch, turn),
            State::Report(_) => self.touched_report(touch, turn),
            State::Demand(_) => self.touched_demand(touch, turn),
            State::Pay(_) => self.touched_pay(touch, turn),
            State::Amount(_) => self.touched_amount(touch, turn),
            State::Upi(_) => self.touched_upi(touch, turn),
            State::Card(_) => self.touched_card(touch, turn),
            State::Cash(_) => self.touched_cash(touch, turn),
            State::Printing(_) => Err(Refusal::new(RefusalCode::AlreadyDoing)),
            State::Paid(_) => self.touched_paid(touch, turn),
            State::Stopped(_) => self.touched_stopped(touch, turn),
            State::AskPaper(_) => self.touched_ask_paper(touch, turn),
            State::Checked(_) => Err(not_here()),
            State::Round(_) => self.touched_round(touch, turn),
            State::Visit(_) => self.touched_visit(touch, turn),
            State::Details(_) => self.touched_details(touch, turn),
            State::Suspense(_) => self.touched_suspense(touch, turn),
            State::DayEnd(_) => self.touched_day_end(touch, turn),
            State::DayClosed(_) => self.touched_day_closed(touch, turn),
            State::Menu => self.touched_menu(touch, turn),
            State::Receipts(_) => self.touched_receipts(touch, turn),
            State::Receipt(_) => self.touched_receipt(touch, turn),
            State::Cancel(_) => self.touched_cancel(touch, turn),
            State::Notices => self.touched_notices(touch, turn),
            State::Apart => self.touched_apart(touch, turn),
            State::Settlement(_) => self.touched_settlement(touch, turn),
            State::Float(_) => self.touched_float(touch, turn),
            State::HandIn(_) => self.touched_hand_in(touch, turn),
            State::Receive(_) => self.touched_receive(touch, turn),
            State::Received(_) => self.touched_received(touch, turn),
            State::Instrument(_) => self.touched_instrument(touch, turn),
            State::Carry(_) => self.touched_carry(touch, turn),
            State::Printer(_) => self.touched_printer(touch, turn),
            State::Viewfinder(_) => self.touched_viewfinder(touch, turn),
            State::Group(_) => self.touched_group(touch, turn),
            State::Rates(_) => self.touched_rates(touch, turn),
            State::Earlier(_) => self.touched_earlier(&touch, turn),
            State::Book(_) => self.touched_book(touch, turn),
            State::Elsewhere(_) => self.touched_elsewhere(touch, turn),
            State::Asset(_) => self.touched_asset(touch, turn),
            State::Complaint(_) => self.touched_complaint(touch, turn),
        }
    }

    fn told(&mut self, world: World, turn: &mut Turn<'_>) -> Outcome {
        match world {
            World::Started => self.started(turn),
            World::Tick => self.ticked(turn),
            World::Recorded { purpose, entries } => self.recorded(purpose, &entries, turn),
            World::NotRecorded { purpose, cause } => self.not_recorded(purpose, cause, turn),
            World::Printing { ticket, bands_done, bands } => {
                self.printing(ticket, bands_done, bands, turn.now);
                Ok(())
            }
            World::PaperWaits { cause, .. } => {
                self.paper_waits(cause, turn);
                Ok(())
            }
            World::PaperEnded { ticket, ending } => self.paper_ended(ticket, ending, turn),
            World::Printer(state) => {
                self.printer = state;
                Ok(())
            }
            World::TestPrinted(ending) => {
                self.test_printed(ending);
                Ok(())
            }
            World::TerminalBusy => self.terminal_busy(turn),
            World::TerminalAnswerLost { intent } => self.answer_lost(intent),
            World::TerminalEnded { intent, ending } => self.terminal_ended(intent, ending, turn),
            World::TerminalSettled(day) => self.terminal_settled(day, turn),
            World::Confirmed { intent, bank_reference, confirmation } => {
                self.confirmed(intent, &bank_reference, confirmation, turn)
            }
            World::ReceivedAtOffice(said) => self.received_at_office(&said, turn),
            World::Line { online } => {
                self.online = online;
                Ok(())
            }
            World::Scanned(text) => self.touched(Touch::Scan(text), turn),
            World::Presented(mark) => self.touched(Touch::Present(mark), turn),
            World::Terminal { present } => self.terminal_found(present),
            World::Carried(word) => self.carried(word, turn),
            World::RegisterChanged => self.reload_round(turn),
            World::PictureTaken { field, photo, at_ms, since_ms } => {
                self.picture_taken(&field, photo, (at_ms, since_ms))
            }
            World::NoPicture(why) => Err(why.into()),
            World::Photographed { question, picture, at_ms, since_ms } => {
                self.photographed((&question, since_ms), picture, at_ms)
            }
            World::Sight(sight) => self.sighted(sight, turn),
            World::Named { typed, houses } => self.named(&typed, houses, turn),
            World::WardsAssigned(wards) => self.assigned(wards, turn),
            World::EarlierTold { building, receipts } => self.earlier_told(building, receipts),
            World::Weight(_) | World::Position(_) | World::Power(_) => {
                self.around.hear(&world, turn.now, self.settings.battery);
                Ok(())
            }
        }
    }

    /// The books are open: what a power cut left behind is taken up again.
    fn started(&mut self, turn: &mut Turn<'_>) -> Outcome {
        self.enter(self.idle_state(), turn.now);
        self.wrong_pin_ms = turn.now.mono_ms;
        let mut facts = self.first_books(turn);
        facts.extend(crate::paper::uncertain_after_restart(turn.books.day_book()));
        facts.extend(crate::upi::expired_by_restart(turn.books.day_book()));
        if !facts.is_empty() {
            self.record(Purpose::Aside, facts, turn);
        }
        self.look_up_open_intents(turn);
        turn.effects.push(Effect::Sync);
        Ok(())
    }

    fn recorded(&mut self, purpose: Purpose, entries: &[Entry], turn: &mut Turn<'_>) -> Outcome {
        if purpose != Purpose::Aside {
            self.recording = false;
        }
        match purpose {
            Purpose::Payment => self.payment_recorded(entries, turn),
            Purpose::CardIntent => self.card_intent_recorded(entries, turn),
            Purpose::UpiIntent => self.upi_intent_recorded(entries, turn),
            Purpose::Application => self.application_recorded(entries, turn),
            Purpose::Visit => self.visit_recorded(entries, turn),
            Purpose::DayEnd => self.day_end_recorded(entries, turn),
            Purpose::Float => self.float_recorded(turn),
            Purpose::Paper => self.paper_recorded(entries, turn),
            Purpose::HandIn => self.hand_in_recorded(turn),
            Purpose::Receive => self.receiving_recorded(entries, turn),
            Purpose::Details => self.details_saved(turn),
            Purpose::Complaint => self.complaint_recorded(turn),
            Purpose::Aside => {
                self.hold_late_receipt(entries, turn);
                Ok(())
            }
        }
    }

    /// Nothing was written, so nothing was taken; only a card that was charged already needs more
    /// than another try.
    fn not_recorded(
        &mut self,
        purpose: Purpose,
        cause: NotRecorded,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        if purpose != Purpose::Aside {
            self.recording = false;
        }
        if purpose == Purpose::Payment {
            self.payment_not_recorded(turn);
        }
        Err(cause.into())
    }

    fn change_language(&mut self, language: Language, turn: &mut Turn<'_>) -> Outcome {
        if !self.pack.languages.contains(&language) {
            return Err(not_here());
        }
        self.language = language;
        // What is wrong with an answer stays on its page, in the other words.
        let wrong = match &self.state {
            State::Form(asking) => asking.wrong_code(),
            _ => None,
        };
        self.refusal = wrong.map(Refusal::new);
        self.reload_round(turn)
    }

    /// Writes facts as one, in the name of whoever is signed in.
    pub(crate) fn record(&mut self, purpose: Purpose, facts: Vec<Fact>, turn: &mut Turn<'_>) {
        if purpose != Purpose::Aside {
            self.recording = true;
        }
        let staff = self.staff.as_ref().map(|member| member.id);
        turn.effects.push(Effect::Record { purpose, staff, facts });
    }

    /// Writes what whoever is signed in says of a house.
    pub(crate) fn say_details(&mut self, said: Vec<SaidDetail>, turn: &mut Turn<'_>) {
        self.recording = true;
        let staff = self.staff.as_ref().map(|member| member.id);
        turn.effects.push(Effect::SayDetails { staff, said });
    }

    pub(crate) fn enter(&mut self, state: State, now: Moment) {
        self.state = state;
        if matches!(self.state, State::Home | State::Round(_)) {
            self.group.clear();
        }
        // What was refused on the page before says nothing on this one.
        self.refusal = None;
        self.entered_ms = now.mono_ms;
        self.touched_ms = now.mono_ms;
    }

    /// Where the device stands when nobody is at it, or nobody's journey is under way.
    pub(crate) fn idle_state(&self) -> State {
        match (self.settings.profile, &self.staff) {
            (Profile::Kiosk, _) => State::Home,
            (_, None) => State::sign_in(&self.settings.staff),
            (_, Some(_)) if self.settings.works_complaints => State::Menu,
            (_, Some(_)) => State::Round(crate::state::Round::of(&self.settings.wards)),
        }
    }

    pub(crate) fn next_ticket(&mut self, of: u64) -> Ticket {
        self.attempt += 1;
        self.at_printer.insert(of);
        Ticket { of, attempt: self.attempt }
    }
}

pub(crate) fn not_here() -> Refusal {
    Refusal::new(RefusalCode::NotHere)
}

/// A field's text, if the touch sets this field.
pub(crate) fn typed(touch: &Touch, wanted: Field) -> Option<&str> {
    match touch {
        Touch::Type { field, text } if *field == wanted => Some(text),
        _ => None,
    }
}
