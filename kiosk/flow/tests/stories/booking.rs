//! A hall is booked at a device that has its times on lease: place, day, time, form, money.

use flow::{BookPage, BookStep, Button, DayState, Field, Page, RefusalCode, SlotState};
use ledger::{Answer, Booking, Fact, Payer, SlotLease, SlotsRecalled};

use crate::books::{BODY, MemoryBooks};
use crate::teller::{Teller, rupees};

impl MemoryBooks {
    /// The office leases slots of a facility to this device: so many days from a day on.
    pub fn lease_slots(
        &mut self,
        number: u32,
        facility: &str,
        from: &str,
        days: i64,
        slots: &[&str],
    ) {
        let date: chrono::NaiveDate = from.parse().expect("a day");
        let from = date.signed_duration_since(ledger::date_of(0)).num_days();
        let lease = SlotLease {
            body: BODY.to_owned(),
            number,
            writer: self.day_book.writer(),
            facility: facility.to_owned(),
            from,
            to: from + days - 1,
            slots: slots.iter().map(|slot| (*slot).to_owned()).collect(),
            issued_ms: 0,
        };
        self.slot_leases.push(lease.signed(&self.office));
    }

    /// The office wants one back.
    pub fn recall_slots(&mut self, lease: u32) {
        let writer = self.day_book.writer();
        self.slots_recalled.push(SlotsRecalled { writer, lease });
    }
}

/// A counter whose kiosk may sell the hall on three days, a Saturday first, and the ground's
/// mornings on one.
fn counter() -> Teller {
    let mut books = MemoryBooks::new();
    books.lease_slots(3, "community_hall", "2026-08-22", 3, &["morning", "evening"]);
    books.lease_slots(4, "play_ground", "2026-08-14", 2, &["morning", "evening"]);
    let mut teller = Teller::with(flow::Profile::Kiosk, books);
    teller.wait(1);
    teller.press(Button::SignIn);
    teller.sign_in("4", "4711");
    teller
}

fn book(teller: &Teller) -> BookPage {
    match teller.page() {
        Page::Book(page) => page,
        other => panic!("{:?}: {other:?}", teller.refused()),
    }
}

fn day(page: &BookPage, id: &str) -> DayState {
    page.days.iter().find(|day| day.id == id).expect("a day of the month").state
}

/// From the times of a day to the demand.
fn fill(teller: &mut Teller, slot: &str, purpose: &str) {
    teller.choose(slot);
    teller.write(Field::Answer, "Suma P.");
    teller.press(Button::Next);
    teller.choose(purpose);
    teller.press(Button::Next);
    let Page::Answers(page) = teller.page() else { panic!("{:?}", teller.page()) };
    assert_eq!(page.rows.len(), 5, "the booking stands before the answers");
    assert!(page.rows[..3].iter().all(|row| !row.can_change));
    teller.press(Button::Next);
}

fn pay(teller: &mut Teller, cash: &str) {
    teller.press(Button::Next);
    teller.pay_by("cash");
    teller.write(Field::Tendered, cash);
    teller.press(Button::Next);
}

#[test]
fn a_free_time_is_chosen_paid_and_gone() {
    let mut teller = counter();
    let taken = |fact: &&&Fact| matches!(fact, Fact::SlotsOpened(_));
    assert_eq!(teller.facts().iter().filter(taken).count(), 2, "what was leased is taken once");
    teller.choose("hall_booking");
    let page = book(&teller);
    assert_eq!((page.step, page.none_free), (BookStep::Facility, false));
    // The Monday between is closed.
    let free: Vec<u32> = page.facilities.iter().map(|row| row.free_days).collect();
    assert_eq!(free, [2, 2]);
    teller.choose("community_hall");
    let page = book(&teller);
    assert_eq!((page.step, page.month.as_str(), page.blanks), (BookStep::Day, "August 2026", 5));
    assert_eq!(page.facility, "Community hall");
    let days = ["2026-08-13", "2026-08-15", "2026-08-21", "2026-08-22", "2026-08-24"];
    let states = days.map(|id| day(&page, id));
    assert_eq!(
        states,
        [DayState::Outside, DayState::Closed, DayState::NoneHere, DayState::Free, DayState::Closed]
    );
    teller.choose("2026-08-24");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "closed days are not opened");
    teller.choose("2026-08-22");
    let page = book(&teller);
    assert_eq!(page.slots[0].title, "Morning, 09:00 to 13:00");
    assert!(page.slots.iter().all(|slot| slot.state == SlotState::Free));
    fill(&mut teller, "morning", "family");
    let Page::Demand(demand) = teller.page() else { panic!("{:?}", teller.refused()) };
    assert_eq!(demand.total, rupees(1_500));
    pay(&mut teller, "1500");
    let (_, receipt) = teller.receipts().pop().expect("a receipt");
    assert!(matches!(&receipt.payer, Payer::Named(named) if named.name == "Suma P."));
    let booking = Booking::of_receipt(&receipt).expect("whole").expect("a booking");
    assert_eq!((booking.facility.as_str(), booking.slot.as_str()), ("community_hall", "morning"));
    let slip = teller.slip();
    for line in ["RESERVED", "Place\tCommunity hall", "Day\t22-08-2026"] {
        assert!(slip.lines().any(|text| text == line), "{line}: {slip}");
    }
    assert!(slip.contains("Time\tMorning, 09:00 to 13:00"), "{slip}");

    teller.paper(flow::PaperEnding::Whole);
    teller.press(Button::Finish);
    teller.choose("hall_booking");
    teller.choose("community_hall");
    teller.choose("2026-08-22");
    assert_eq!(book(&teller).slots[0].state, SlotState::Sold);
    teller.choose("morning");
    assert_eq!(teller.refused(), Some(RefusalCode::SlotTaken));
    teller.assert_sound();
}

#[test]
fn a_school_pays_half_and_the_rules_look_at_what_is_booked() {
    let mut teller = counter();
    teller.choose("hall_booking");
    teller.choose("community_hall");
    teller.choose("2026-08-23");
    fill(&mut teller, "evening", "school");
    let Page::Demand(demand) = teller.page() else { panic!("{:?}", teller.refused()) };
    assert_eq!(demand.total, rupees(1_250));
    pay(&mut teller, "1250");
    let (_, receipt) = teller.receipts().pop().expect("a receipt");
    let kept = |answer: &Answer| format!("{} {}", answer.name, answer.value);
    let kept: Vec<String> = receipt.answers.iter().map(kept).collect();
    let told = [
        "purpose school",
        "booked_facility community_hall",
        "booked_day 2026-08-23",
        "booked_slot evening",
    ];
    assert_eq!(kept, told);
}

#[test]
fn where_nothing_is_leased_the_page_says_so_and_sells_nothing() {
    let mut teller = counter();
    teller.choose("hall_booking");
    teller.choose("community_hall");
    teller.choose("2026-08-20");
    let page = book(&teller);
    assert!(page.none_free && page.slots.iter().all(|slot| slot.state == SlotState::NotHere));
    teller.choose("morning");
    assert_eq!(teller.refused(), Some(RefusalCode::SlotTaken));
    teller.press(Button::Back);
    assert_eq!(book(&teller).step, BookStep::Day);
    teller.choose("later");
    let page = book(&teller);
    assert_eq!((page.month.as_str(), page.none_free), ("September 2026", true));
    teller.choose("earlier");
    teller.choose("earlier");
    assert_eq!(teller.refused(), Some(RefusalCode::NotHere), "no month before this one");
    // What has begun today is over.
    teller.press(Button::Back);
    teller.choose("play_ground");
    teller.choose("2026-08-14");
    let states: Vec<SlotState> = book(&teller).slots.iter().map(|slot| slot.state).collect();
    assert_eq!(states, [SlotState::Over, SlotState::Over, SlotState::Free]);
}

#[test]
fn what_the_office_wants_back_is_answered_between_two_payers() {
    let mut teller = counter();
    teller.choose("hall_booking");
    teller.choose("community_hall");
    teller.choose("2026-08-22");
    teller.books.recall_slots(3);
    let back = |teller: &Teller| {
        let facts = teller.facts();
        let mut back = facts.iter().filter_map(|fact| match fact {
            Fact::SlotsReturned(back) => Some((back.lease, back.unsold)),
            _ => None,
        });
        back.next()
    };
    // Whoever has begun to book ends it first.
    teller.wait(31);
    fill(&mut teller, "morning", "family");
    teller.wait(31);
    assert_eq!(back(&teller), None);
    pay(&mut teller, "1500");
    teller.paper(flow::PaperEnding::Whole);
    teller.press(Button::Finish);
    teller.wait(31);
    assert_eq!(back(&teller), Some((3, 5)), "six slots, one of them sold");
    teller.choose("hall_booking");
    teller.choose("community_hall");
    assert!(book(&teller).none_free);
    teller.assert_sound();
}

#[test]
fn a_form_that_was_asked_for_a_time_leads_back_to_the_times_of_its_day() {
    let mut teller = counter();
    teller.choose("hall_booking");
    teller.choose("community_hall");
    teller.choose("2026-08-22");
    teller.choose("evening");
    assert!(matches!(teller.page(), Page::Form(_)));
    teller.press(Button::Back);
    let page = book(&teller);
    assert_eq!((page.step, page.day.as_deref()), (BookStep::Slot, Some("22-08-2026")));
    for _ in 0..3 {
        teller.press(Button::Back);
    }
    assert!(matches!(teller.page(), Page::Home(_)), "{:?}", teller.page());
}
