//! The receipt: its number from the open book, its lines from what is owed, and cash for it.

use ledger::{BookReturn, CashTender, Fact, Paise, Period, Receipt, ReceiptLine, Tender};

use crate::effect::Purpose;
use crate::flow::{Flow, Outcome, Turn, not_here, typed};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::CashPage;
use crate::state::{Cash, Paying, State};
use crate::touch::{Button, Field, Touch};

/// Round sums that payers hand over, in rupees.
const ROUND_SUMS: [i64; 4] = [50, 100, 500, 2_000];

/// The most round sums that are offered at once.
const ROUND_SUMS_MAX: usize = 3;

impl Flow {
    /// The facts that make a receipt possible: the used-up book goes back, the next one is opened.
    fn book_facts(&self, turn: &Turn<'_>) -> Result<(Vec<Fact>, String, u32), Refusal> {
        let day_book = turn.books.day_book();
        if let Ok((book, number)) = day_book.next_number() {
            return Ok((Vec::new(), book, number));
        }
        let next = turn.books.next_lease().ok_or(Refusal::new(RefusalCode::NoBookLeft))?;
        let mut facts = Vec::new();
        if let Some(open) = day_book.book() {
            let used = open.lease.last - open.lease.first + 1;
            let back = BookReturn { book: open.lease.book.clone(), used };
            facts.push(Fact::BookReturned(back));
        }
        let (book, number) = (next.lease.book.clone(), next.lease.first);
        facts.push(Fact::BookOpened(next));
        Ok((facts, book, number))
    }

    /// Opens the device's first book as soon as its books are open.
    pub(crate) fn first_book(&self, turn: &Turn<'_>) -> Vec<Fact> {
        match (turn.books.day_book().book(), turn.books.next_lease()) {
            (None, Some(lease)) => vec![Fact::BookOpened(lease)],
            _ => Vec::new(),
        }
    }

    pub(crate) fn check_book(&self, turn: &Turn<'_>) -> Outcome {
        self.book_facts(turn).map(|_| ())
    }

    /// The facts of a receipt, the books' own included.
    pub(crate) fn receipt_facts(
        &self,
        paying: &Paying,
        amount: Paise,
        tender: Tender,
        turn: &Turn<'_>,
    ) -> Result<Vec<Fact>, Refusal> {
        let (mut facts, book, number) = self.book_facts(turn)?;
        let lines = match &paying.demand {
            Some(demand) => crate::pay::lines_of(demand, amount)?,
            None => vec![ReceiptLine {
                period: Period::month_of(turn.now.date()),
                head: ledger::heads::SUSPENSE.to_owned(),
                amount,
            }],
        };
        facts.push(Fact::Receipt(Receipt {
            book,
            number,
            service: paying.service.clone(),
            payer: paying.payer.clone(),
            lines,
            total: amount,
            tender,
            pack: self.pack.body.version,
            language: self.language,
        }));
        Ok(facts)
    }

    pub(crate) fn begin_cash(&mut self, paying: Paying, turn: &mut Turn<'_>) -> Outcome {
        self.check_cash(paying.amount(), turn)?;
        let cash = Cash { paying, typed: String::new() };
        self.enter(State::Cash(cash), turn.now);
        Ok(())
    }

    /// Cash is taken up to the body's cap, and not after the day was closed.
    pub(crate) fn check_cash(&self, amount: Paise, turn: &Turn<'_>) -> Outcome {
        let day_book = turn.books.day_book();
        if day_book.closed_day().is_some_and(|day| turn.now.day() <= day) {
            return Err(Refusal::new(RefusalCode::DayClosed));
        }
        let cap = self.pack.limits.cash_cap;
        let held = day_book.cash().checked_add(amount);
        match held {
            Ok(held) if held <= cap => Ok(()),
            _ => Err(Refusal::with_amount(RefusalCode::CashLimit, cap)),
        }
    }

    pub(crate) fn cash_page(&self, state: &Cash) -> CashPage {
        let amount = state.paying.amount();
        let tendered = Paise::parse(&state.typed).ok();
        CashPage {
            amount,
            place: self.paying_place(&state.paying),
            typed: state.typed.clone(),
            tendered,
            change: tendered
                .and_then(|tendered| tendered.checked_sub(amount).ok())
                .filter(|change| *change >= Paise::ZERO),
            quick: quick_sums(amount),
        }
    }

    pub(crate) fn touched_cash(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Cash(cash) = &mut self.state else { return Err(not_here()) };
        if touch != Touch::Press(Button::Next) {
            cash.typed = typed(&touch, Field::Tendered).ok_or_else(not_here)?.to_owned();
            return Ok(());
        }
        let (paying, text) = (cash.paying.clone(), cash.typed.clone());
        if self.demand_changed(&paying, turn)? {
            return Ok(());
        }
        let amount = paying.amount();
        let tendered = crate::pay::read_amount(&text)?;
        if tendered < amount {
            let missing = amount.checked_sub(tendered).unwrap_or(amount);
            return Err(Refusal::with_amount(RefusalCode::TenderedTooLittle, missing));
        }
        let limit = self.pack.limits.receipt_max;
        if tendered.checked_sub(amount).is_ok_and(|change| change > limit) {
            return Err(Refusal::with_amount(RefusalCode::AmountAboveLimit, limit));
        }
        self.check_cash(amount, turn)?;
        let tender = Tender::Cash(CashTender { tendered });
        let facts = self.receipt_facts(&paying, amount, tender, turn)?;
        self.record(Purpose::Payment, facts, turn);
        Ok(())
    }
}

fn quick_sums(amount: Paise) -> Vec<Paise> {
    let mut sums = vec![amount];
    let round = ROUND_SUMS.into_iter().map(Paise::rupees);
    for note in round {
        let above = amount.round_up_to(note);
        if !sums.contains(&above) {
            sums.push(above);
        }
    }
    sums.truncate(ROUND_SUMS_MAX);
    sums
}
