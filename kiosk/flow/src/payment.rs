//! The receipt: its number from the open book, its lines from what is owed, and cash for it.

use ledger::{
    CashTender, Fact, Paise, Period, Receipt, ReceiptLine, ReturnCause, ServiceKind, SignedLease,
    StaffId, Tender,
};

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

/// The book that the next receipt stands in.
pub(crate) struct NextNumbers {
    /// What must be written first: a book goes back, another one is opened.
    pub facts: Vec<Fact>,
    book: String,
    pub number: u32,
    /// How many numbers it has left.
    left: u32,
}

impl NextNumbers {
    /// Whether it has numbers for so many receipts of one payment. A book goes back with the hash
    /// of its counterfoils, which must be on disk before: one payment stands in one book.
    pub(crate) fn check(&self, receipts: usize) -> Outcome {
        match usize::try_from(self.left).is_ok_and(|left| receipts <= left) {
            true => Ok(()),
            false => Err(Refusal::with_count(RefusalCode::BookTooShort, self.left)),
        }
    }
}

impl Flow {
    /// The facts that make a receipt possible: a book that is used up, or whose year has ended,
    /// goes back, and the next one is opened.
    pub(crate) fn next_numbers(&self, turn: &Turn<'_>) -> Result<NextNumbers, Refusal> {
        let staff = self.staff.as_ref().map(|member| member.id);
        let year = self.year_now(turn);
        let open = turn.books.day_book().book_of(staff);
        let mut facts = Vec::new();
        let of_whom = match open {
            Some(open) => {
                let over = year.is_some_and(|year| year != open.lease.year);
                if !over && !open.is_used_up() {
                    let (book, number) = (open.lease.book.clone(), open.next);
                    let left = (open.lease.last + 1).saturating_sub(number);
                    return Ok(NextNumbers { facts, book, number, left });
                }
                let used_up = open.is_used_up();
                let cause = if used_up { ReturnCause::UsedUp } else { ReturnCause::YearEnded };
                facts.push(Fact::BookReturned(open.returned(cause)));
                vec![open.lease.operator]
            }
            None if staff.is_some() => vec![staff, None],
            None => vec![None],
        };
        let leases = turn.books.leases();
        let next = of_whom.iter().find_map(|operator| {
            let year = year.or(open.map(|open| open.lease.year));
            leases.iter().find(|signed| may_open(signed, *operator, year))
        });
        let next = next.ok_or(Refusal::new(RefusalCode::NoBookLeft))?;
        let (book, number) = (next.lease.book.clone(), next.lease.first);
        let left = (next.lease.last + 1).saturating_sub(number);
        facts.push(Fact::BookOpened(next.clone()));
        Ok(NextNumbers { facts, book, number, left })
    }

    /// The financial year; none where the clock cannot be believed, and no year can have ended.
    pub(crate) fn year_now(&self, turn: &Turn<'_>) -> Option<u16> {
        let sure = turn.books.unsure_since(turn.now).is_none();
        sure.then(|| turn.now.financial_year())
    }

    /// Opens the device's first books as soon as its books are open: one for each operator.
    pub(crate) fn first_books(&self, turn: &Turn<'_>) -> Vec<Fact> {
        let year = self.year_now(turn);
        let day_book = turn.books.day_book();
        let mut operators: Vec<Option<StaffId>> =
            day_book.books().map(|open| open.lease.operator).collect();
        let mut facts = Vec::new();
        for signed in turn.books.leases() {
            let operator = signed.lease.operator;
            if !operators.contains(&operator) && may_open(&signed, operator, year) {
                operators.push(operator);
                facts.push(Fact::BookOpened(signed));
            }
        }
        facts
    }

    pub(crate) fn check_book(&self, turn: &Turn<'_>) -> Outcome {
        self.next_numbers(turn).map(|_| ())
    }

    /// The facts of a receipt, the books' own included.
    pub(crate) fn receipt_facts(
        &self,
        paying: &Paying,
        amount: Paise,
        tender: Tender,
        turn: &Turn<'_>,
    ) -> Result<Vec<Fact>, Refusal> {
        let mut next = self.next_numbers(turn)?;
        let receipt = self.receipt(paying, amount, tender, &next, turn)?;
        next.facts.push(Fact::Receipt(receipt));
        Ok(next.facts)
    }

    pub(crate) fn receipt(
        &self,
        paying: &Paying,
        amount: Paise,
        tender: Tender,
        next: &NextNumbers,
        turn: &Turn<'_>,
    ) -> Result<Receipt, Refusal> {
        self.check_slot(paying, turn)?;
        let lines = match &paying.demand {
            Some(demand) => crate::pay::lines_of(demand, amount)?,
            None => vec![ReceiptLine {
                period: Period::month_of(turn.now.date()),
                head: ledger::heads::SUSPENSE.to_owned(),
                amount,
            }],
        };
        let answers = match &paying.demand {
            Some(demand) if demand.service == ServiceKind::Bill => {
                ledger::bill_answers(demand, &lines)
            }
            _ => self.kept_answers(paying, turn),
        };
        Ok(Receipt {
            book: next.book.clone(),
            number: next.number,
            service: paying.service.clone(),
            payer: paying.payer.clone(),
            lines,
            total: amount,
            tender,
            pack: self.pack.body.version,
            language: self.language,
            answers,
            group: None,
        })
    }

    pub(crate) fn begin_cash(&mut self, paying: Paying, turn: &mut Turn<'_>) -> Outcome {
        self.check_cash(paying.amount(), turn)?;
        let cash = Cash { paying, typed: String::new() };
        self.enter(State::Cash(cash), turn.now);
        Ok(())
    }

    /// Cash is taken up to the body's cap, not after the day was closed, and with no locked device.
    pub(crate) fn check_cash(&self, amount: Paise, turn: &Turn<'_>) -> Outcome {
        crate::pay::check_not_frozen(turn)?;
        self.check_day_open(turn)?;
        self.check_heard(turn)?;
        let cap = self.pack.limits.cash_cap;
        let held = turn.books.day_book().cash().checked_add(amount);
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
        let facts = self.payment_facts(&paying, amount, tender, turn)?;
        self.record(Purpose::Payment, facts, turn);
        Ok(())
    }
}

/// A book of this operator and, where the year is known, of this year.
fn may_open(signed: &SignedLease, operator: Option<StaffId>, year: Option<u16>) -> bool {
    let lease = &signed.lease;
    lease.acknowledges.is_none()
        && lease.operator == operator
        && year.is_none_or(|year| year == lease.year)
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
