//! What staff do besides taking money, and the change money that a day begins with.

use ledger::{Fact, Paise, ServiceKind};

use crate::books::Books;
use crate::effect::{Effect, Purpose};
use crate::flow::{Flow, Outcome, Turn, not_here, typed};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{FloatPage, MenuItem, MenuPage, Profile, Task, TestPrint, Tile};
use crate::state::{Float, State};
use crate::touch::{Button, Field, Touch};

impl Flow {
    pub(crate) fn begin_menu(&mut self, turn: &Turn<'_>) -> Outcome {
        if self.staff.is_none() {
            return Err(not_here());
        }
        self.enter(State::Menu, turn.now);
        Ok(())
    }

    pub(crate) fn menu_page(&self, books: &dyn Books) -> MenuPage {
        let items = [
            Some(plain(Task::Receipts)),
            self.may_take_float(books).then(|| plain(Task::Float)),
            Some(plain(Task::EndDay)),
            self.may_settle().then(|| plain(Task::Settle)),
            self.hand_in_item(books),
            self.is_officer().then(|| plain(Task::Receive)),
            self.notices_item(books),
            apart_item(books),
            (!self.settings.practice).then(|| carry_item(books)),
            Some(plain(Task::Printer)),
            Some(plain(Task::Rates)),
            Some(plain(Task::Practice)),
            Some(plain(Task::SignOut)),
        ];
        let carried = books.day_book().cash();
        MenuPage {
            services: self.carried_services(),
            items: items.into_iter().flatten().collect(),
            carried,
            pack: self.pack_note(),
        }
    }

    /// A collector takes fees and applications as well, for which there is no house on the round; a
    /// kiosk has them on its first page.
    fn carried_services(&self) -> Vec<Tile> {
        let officers = self.settings.works_complaints;
        let carries = self.settings.profile == Profile::Collector && !officers;
        let asks =
            |kind| matches!(kind, ServiceKind::Fees | ServiceKind::Bill | ServiceKind::Application);
        let services = self.pack.services.iter();
        let services = services.filter(|service| carries && asks(service.kind));
        self.complaints_tile()
            .into_iter()
            .chain(services.map(|service| self.tile(service)))
            .collect()
    }

    /// A lesson has no terminal whose day could be closed.
    fn may_settle(&self) -> bool {
        self.settings.has_terminal && !self.settings.practice
    }

    fn hand_in_item(&self, books: &dyn Books) -> Option<MenuItem> {
        let closes = self.own_closes(books);
        let late = closes.iter().any(|close| close.late);
        (!closes.is_empty()).then(|| counted(Task::HandIn, closes.len(), late))
    }

    fn notices_item(&self, books: &dyn Books) -> Option<MenuItem> {
        let notices = self.open_notices(books).count();
        (notices > 0).then(|| counted(Task::Notices, notices, false))
    }

    pub(crate) fn is_officer(&self) -> bool {
        self.staff.as_ref().is_some_and(|member| member.receives)
    }

    /// Change money comes before the first receipt of the day, and once.
    fn may_take_float(&self, books: &dyn Books) -> bool {
        let till = self.till(books);
        till.float.is_zero() && till.receipts == 0
    }

    pub(crate) fn touched_menu(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let Touch::Choose(id) = touch else { return Err(not_here()) };
        if self.carried_services().iter().any(|service| service.id == id) {
            if self.around.is_stopped() {
                return Err(Refusal::new(RefusalCode::BatteryEmpty));
            }
            return self.choose_service(&id, turn);
        }
        let offered = self.menu_page(turn.books).items.into_iter().map(|item| item.id);
        let task = offered.into_iter().find(|task| task.id() == id).ok_or_else(not_here)?;
        match task {
            Task::Receipts => self.begin_receipts(turn),
            Task::Float => {
                self.check_day_open(turn)?;
                self.enter(State::Float(Float::default()), turn.now);
                Ok(())
            }
            Task::EndDay => self.begin_day_end(turn),
            Task::Settle => self.begin_settlement(turn),
            Task::HandIn => self.begin_hand_in(turn),
            Task::Receive => self.begin_receive(turn),
            Task::Notices => {
                self.enter(State::Notices, turn.now);
                Ok(())
            }
            Task::Apart => {
                self.enter(State::Apart, turn.now);
                Ok(())
            }
            Task::Carry => self.begin_carry(turn),
            Task::Printer => {
                self.enter(State::Printer(TestPrint::NotAsked), turn.now);
                Ok(())
            }
            Task::Rates => self.begin_rates(turn),
            Task::Practice => self.practise(turn),
            Task::SignOut => self.sign_out(turn),
        }
    }

    /// What the printer still has, or a terminal has not answered, comes to its end first: its word
    /// must find the books that it belongs to.
    fn practise(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let day_book = turn.books.day_book();
        if !self.at_printer.is_empty() || day_book.intents().next().is_some() {
            return Err(Refusal::new(RefusalCode::PaymentRunning));
        }
        turn.effects.push(Effect::Practise(!self.settings.practice));
        self.forget(turn)
    }

    pub(crate) fn float_page(&self, state: &Float) -> FloatPage {
        FloatPage { typed: state.typed.clone(), amount: Paise::parse(&state.typed).ok() }
    }

    pub(crate) fn touched_float(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Float(float) = &mut self.state else { return Err(not_here()) };
        if touch != Touch::Press(Button::Next) {
            float.typed = typed(&touch, Field::Float).ok_or_else(not_here)?.to_owned();
            return Ok(());
        }
        let amount = crate::pay::read_amount(&float.typed)?;
        if amount.is_zero() {
            return Err(Refusal::new(RefusalCode::AmountZero));
        }
        if amount < Paise::ZERO {
            return Err(Refusal::new(RefusalCode::AmountNegative));
        }
        let most = self.pack.limits.cash_cap;
        if amount > most {
            return Err(Refusal::with_amount(RefusalCode::AmountAboveLimit, most));
        }
        self.check_day_open(turn)?;
        if !self.may_take_float(turn.books) {
            return Err(Refusal::new(RefusalCode::FloatTaken));
        }
        self.record(Purpose::Float, vec![Fact::FloatTaken(amount)], turn);
        Ok(())
    }

    /// Change money is on disk: the day begins.
    pub(crate) fn float_recorded(&mut self, turn: &mut Turn<'_>) -> Outcome {
        turn.effects.push(Effect::Sync);
        self.forget(turn)
    }

    /// Cash is taken for so long without the office's word, and no longer.
    pub(crate) fn check_heard(&self, turn: &Turn<'_>) -> Outcome {
        let most = self.pack.limits.cash_hours_max;
        match turn.books.unheard_hours(turn.now).is_some_and(|hours| hours >= most) {
            true => Err(Refusal::with_count(RefusalCode::TooLongAway, most)),
            false => Ok(()),
        }
    }
}

impl Task {
    /// The id to `choose`.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Receipts => "receipts",
            Self::Float => "float",
            Self::EndDay => "end_day",
            Self::Settle => "settle",
            Self::HandIn => "hand_in",
            Self::Receive => "receive",
            Self::Notices => "notices",
            Self::Apart => "apart",
            Self::Carry => "carry",
            Self::Printer => "printer",
            Self::Rates => "rates",
            Self::Practice => "practice",
            Self::SignOut => "sign_out",
        }
    }
}

/// There for as long as there is anything to see, and counted by what is open.
fn apart_item(books: &dyn Books) -> Option<MenuItem> {
    let apart = books.kept_apart();
    let open = apart.iter().filter(|apart| apart.settled.is_none()).count();
    (!apart.is_empty()).then(|| counted(Task::Apart, open, false))
}

/// Counted by the devices for whom something is carried.
fn carry_item(books: &dyn Books) -> MenuItem {
    counted(Task::Carry, books.errands().map_or(0, |errands| errands.len()), false)
}

fn plain(id: Task) -> MenuItem {
    MenuItem { id, count: 0, late: false }
}

fn counted(id: Task, count: usize, late: bool) -> MenuItem {
    MenuItem { id, count: u32::try_from(count).unwrap_or(u32::MAX), late }
}
