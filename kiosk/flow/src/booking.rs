//! A hall or a ground is booked: the place, the day and the time are chosen of what the office
//! leased to this device, then the service's form is asked.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};
use ledger::{Booking, DayBook, Facility, FacilitySlot, Fact, Period, date_of, date_text};

use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{BookPage, BookStep, DayCell, DayState, FacilityRow, SlotRow, SlotState};
use crate::state::{Paying, State};
use crate::touch::Touch;

/// What the office said of slots is written down so often at most: a disk that is full must not be
/// tried with every tick.
const SLOTS_AGAIN_MS: u64 = 30_000;

/// The ids by which the month is turned.
const EARLIER: &str = "earlier";
const LATER: &str = "later";

/// What was chosen until now.
#[derive(Clone, Debug)]
pub(crate) struct Book {
    pub service: String,
    pub facility: Option<String>,
    /// The first day of the month on the page.
    month: NaiveDate,
    /// Days since 1970-01-01.
    day: Option<i64>,
}

impl Flow {
    pub(crate) fn begin_booking(&mut self, service: &str, turn: &mut Turn<'_>) -> Outcome {
        crate::pay::check_not_frozen(turn)?;
        let facilities: Vec<&Facility> = self.pack.facilities_of(service).collect();
        let facility = match facilities[..] {
            [] => return Err(Refusal::new(RefusalCode::CannotAsk)),
            [only] => Some(only.id.clone()),
            _ => None,
        };
        let month = first_of(turn.now.date());
        let book = Book { service: service.to_owned(), facility, month, day: None };
        self.enter(State::Book(Box::new(book)), turn.now);
        Ok(())
    }

    pub(crate) fn touched_book(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Book(book) = &self.state else { return Err(not_here()) };
        let Touch::Choose(id) = touch else { return Err(not_here()) };
        let mut book = book.clone();
        let Some(facility) = book.facility.clone() else {
            let known = self.pack.facilities_of(&book.service).find(|known| known.id == id);
            book.facility = Some(known.ok_or_else(not_here)?.id.clone());
            book.month = self.first_free_month(&book, turn.books.day_book());
            self.enter(State::Book(book), turn.now);
            return Ok(());
        };
        let facility = self.pack.facility(&facility).ok_or_else(not_here)?;
        let Some(day) = book.day else {
            match &*id {
                EARLIER if self.has_earlier(book.month) => book.month = book.month - Months::new(1),
                LATER if self.has_later(facility, book.month) => {
                    book.month = book.month + Months::new(1);
                }
                _ => book.day = Some(self.day_of(facility, &id)?),
            }
            self.enter(State::Book(book), turn.now);
            return Ok(());
        };
        let slot = facility.slot(&id).ok_or_else(not_here)?;
        if self.slot_state(facility, day, slot, turn.books.day_book()) != SlotState::Free {
            return Err(Refusal::new(RefusalCode::SlotTaken));
        }
        let booking = Booking { facility: facility.id.clone(), day, slot: id };
        let service = book.service;
        self.ask_form(&service, Some(booking), turn)
    }

    /// A day of the page that can be booked at all.
    fn day_of(&self, facility: &Facility, id: &str) -> Result<i64, Refusal> {
        let date: NaiveDate = id.parse().map_err(|_| not_here())?;
        match self.is_within(facility, date) && !facility.is_closed_on(date, &self.pack.calendar) {
            true => Ok(day_number(date)),
            false => Err(not_here()),
        }
    }

    /// Back by one choice, and out of the booking in the end.
    pub(crate) fn back_from_book(&self, mut book: Book) -> Option<State> {
        if book.day.take().is_some() {
            return Some(State::Book(Box::new(book)));
        }
        if self.pack.facilities_of(&book.service).count() > 1 && book.facility.take().is_some() {
            return Some(State::Book(Box::new(book)));
        }
        self.before_form()
    }

    /// The times of the day that a form was asked for.
    pub(crate) fn book_again(&self, service: &str, booking: &Booking) -> State {
        State::Book(Box::new(Book {
            service: service.to_owned(),
            facility: Some(booking.facility.clone()),
            month: first_of(date_of(booking.day)),
            day: Some(booking.day),
        }))
    }

    pub(crate) fn book_page(&self, book: &Book, day_book: &DayBook) -> BookPage {
        let facility = book.facility.as_deref().and_then(|id| self.pack.facility(id));
        let step = match (facility, book.day) {
            (None, _) => BookStep::Facility,
            (Some(_), None) => BookStep::Day,
            (Some(_), Some(_)) => BookStep::Slot,
        };
        let mut page = BookPage {
            step,
            facilities: Vec::new(),
            facility: facility.map(|facility| self.facility_title(facility)).unwrap_or_default(),
            month: Period::month_of(book.month).label(self.language),
            blanks: u8::try_from(book.month.weekday().num_days_from_monday()).unwrap_or(0),
            days: Vec::new(),
            has_earlier: false,
            has_later: false,
            day: book.day.map(|day| date_text(date_of(day))),
            slots: Vec::new(),
            none_free: true,
        };
        match (facility, book.day) {
            (None, _) => self.fill_facilities(&mut page, book, day_book),
            (Some(facility), None) => self.fill_days(&mut page, facility, book.month, day_book),
            (Some(facility), Some(day)) => self.fill_slots(&mut page, facility, day, day_book),
        }
        page
    }

    fn fill_facilities(&self, page: &mut BookPage, book: &Book, day_book: &DayBook) {
        for facility in self.pack.facilities_of(&book.service) {
            let days = self.days_ahead(facility);
            let free = days.filter(|date| self.is_day_free(facility, *date, day_book)).count();
            let ward = facility.ward.and_then(|number| self.pack.ward(number));
            page.facilities.push(FacilityRow {
                id: facility.id.clone(),
                title: self.facility_title(facility),
                ward: facility.ward.unwrap_or_default(),
                ward_name: ward.map(|ward| ward.name(self.language)).unwrap_or_default().into(),
                free_days: u32::try_from(free).unwrap_or(u32::MAX),
            });
            page.none_free &= free == 0;
        }
    }

    fn fill_days(
        &self,
        page: &mut BookPage,
        facility: &Facility,
        month: NaiveDate,
        day_book: &DayBook,
    ) {
        page.has_earlier = self.has_earlier(month);
        page.has_later = self.has_later(facility, month);
        let mut date = month;
        while date.month() == month.month() {
            let state = self.day_state(facility, date, day_book);
            let (id, number) = (date.to_string(), date.day());
            page.days.push(DayCell { id, number, state });
            date = date + Days::new(1);
        }
        page.none_free = page.days.iter().all(|cell| cell.state != DayState::Free);
    }

    fn fill_slots(&self, page: &mut BookPage, facility: &Facility, day: i64, day_book: &DayBook) {
        let row = |slot: &FacilitySlot| SlotRow {
            id: slot.id.clone(),
            title: self.pack.slot_words(&facility.id, &slot.id, self.language),
            state: self.slot_state(facility, day, slot, day_book),
        };
        page.slots = facility.slots.iter().map(row).collect();
        page.none_free = page.slots.iter().all(|slot| slot.state != SlotState::Free);
    }

    fn facility_title(&self, facility: &Facility) -> String {
        self.pack.facility_name(&facility.id, self.language).to_owned()
    }

    fn days_ahead(&self, facility: &Facility) -> impl Iterator<Item = NaiveDate> {
        self.now.date().iter_days().take(usize::from(facility.days_ahead) + 1)
    }

    /// The month of the first day on which something is free, or this one.
    fn first_free_month(&self, book: &Book, day_book: &DayBook) -> NaiveDate {
        let facility = book.facility.as_deref().and_then(|id| self.pack.facility(id));
        let free = facility.and_then(|facility| {
            self.days_ahead(facility).find(|date| self.is_day_free(facility, *date, day_book))
        });
        first_of(free.unwrap_or(self.now.date()))
    }

    fn last_day(&self, facility: &Facility) -> NaiveDate {
        self.now.date() + Days::new(u64::from(facility.days_ahead))
    }

    fn is_within(&self, facility: &Facility, date: NaiveDate) -> bool {
        (self.now.date()..=self.last_day(facility)).contains(&date)
    }

    fn has_earlier(&self, month: NaiveDate) -> bool {
        month > first_of(self.now.date())
    }

    fn has_later(&self, facility: &Facility, month: NaiveDate) -> bool {
        month + Months::new(1) <= self.last_day(facility)
    }

    fn is_day_free(&self, facility: &Facility, date: NaiveDate, day_book: &DayBook) -> bool {
        self.day_state(facility, date, day_book) == DayState::Free
    }

    fn day_state(&self, facility: &Facility, date: NaiveDate, day_book: &DayBook) -> DayState {
        if !self.is_within(facility, date) {
            return DayState::Outside;
        }
        if facility.is_closed_on(date, &self.pack.calendar) {
            return DayState::Closed;
        }
        let day = day_number(date);
        let free =
            |slot: &FacilitySlot| self.slot_state(facility, day, slot, day_book) == SlotState::Free;
        if facility.slots.iter().any(free) { DayState::Free } else { DayState::NoneHere }
    }

    fn slot_state(
        &self,
        facility: &Facility,
        day: i64,
        slot: &FacilitySlot,
        day_book: &DayBook,
    ) -> SlotState {
        let booking = Booking { facility: facility.id.clone(), day, slot: slot.id.clone() };
        if day == self.now.day() && slot.from <= self.time_of_day() {
            return SlotState::Over;
        }
        match (day_book.is_slot_free(&booking), day_book.is_slot_sold(&booking)) {
            (true, _) => SlotState::Free,
            (false, true) => SlotState::Sold,
            (false, false) => SlotState::NotHere,
        }
    }

    fn time_of_day(&self) -> NaiveTime {
        self.now.civil().time()
    }

    /// Whether what a payment books can still be sold here.
    pub(crate) fn check_slot(&self, paying: &Paying, turn: &Turn<'_>) -> Outcome {
        let Some(filled) = &paying.filled else { return Ok(()) };
        match &filled.asking.booked {
            Some(booked) if !turn.books.day_book().is_slot_free(booked) => {
                Err(Refusal::new(RefusalCode::SlotTaken))
            }
            _ => Ok(()),
        }
    }

    /// What the office leased is taken, and what it wants back goes back: the latter not while
    /// somebody chooses a time or pays for one.
    pub(crate) fn slot_facts(&self, turn: &Turn<'_>) -> Vec<Fact> {
        let leases = turn.books.slot_leases().into_iter();
        let mut facts: Vec<Fact> = leases.map(Fact::SlotsOpened).collect();
        if facts.is_empty() && !self.is_booking(turn.books.day_book()) {
            let day_book = turn.books.day_book();
            let recalled = turn.books.slots_recalled().into_iter();
            let back = recalled.filter_map(|word| day_book.slots_returned(word.lease));
            facts.extend(back.map(Fact::SlotsReturned));
        }
        facts
    }

    /// Writes them, where the last try is long enough ago.
    pub(crate) fn settle_slots(&mut self, turn: &mut Turn<'_>) {
        let tried = self.slots_tried_ms;
        if tried.is_some_and(|tried| turn.now.mono_ms.saturating_sub(tried) < SLOTS_AGAIN_MS) {
            return;
        }
        let facts = self.slot_facts(turn);
        if !facts.is_empty() {
            self.slots_tried_ms = Some(turn.now.mono_ms);
            self.record(crate::effect::Purpose::Aside, facts, turn);
            turn.effects.push(crate::effect::Effect::Sync);
        }
    }

    fn is_booking(&self, day_book: &DayBook) -> bool {
        let books = |state: &State| {
            let service = state.service().and_then(|id| self.pack.service(id));
            service.is_some_and(|service| service.books)
        };
        let behind = self.behind_lock.as_deref().is_some_and(books);
        let asked = day_book.intents().any(|(_, intent)| {
            self.pack.service(&intent.service).is_some_and(|service| service.books)
        });
        books(&self.state) || behind || asked
    }
}

fn first_of(date: NaiveDate) -> NaiveDate {
    date.with_day(1).expect("every month has a first day")
}

fn day_number(date: NaiveDate) -> i64 {
    date.signed_duration_since(date_of(0)).num_days()
}
