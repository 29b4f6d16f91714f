//! What stands on the glass, by where the journey stands.

use super::Flow;
use crate::books::{Books, Unreadable};
use crate::screen::Page;
use crate::state::State;

impl Flow {
    pub(super) fn page(&self, books: &dyn Books) -> Result<Page, Unreadable> {
        Ok(match &self.state {
            State::Home => self.home_page(),
            State::SignIn(state) => Page::SignIn(self.sign_in_page(state, books)),
            State::Find(state) => Page::Find(self.find_page(state)),
            State::Form(asking) => Page::Form(self.form_page(asking)),
            State::Answers(asking) => Page::Answers(self.answers_page(asking)),
            State::Documents(asking) => Page::Form(self.documents_page(asking)),
            State::Report(report) => Page::Form(self.report_page(report)),
            State::Demand(state) => Page::Demand(self.demand_page(state)),
            State::Pay(state) => Page::Pay(self.pay_page(state)),
            State::Amount(state) => Page::Amount(self.amount_page(state)),
            State::Upi(state) => Page::Upi(self.upi_page(state)),
            State::Card(state) => Page::Card(self.card_page(state)),
            State::Cash(state) => Page::Cash(self.cash_page(state)),
            State::Printing(state) => Page::Printing(state.page()),
            State::Paid(state) => Page::Paid(self.paid_page(state, books)),
            State::Stopped(state) => Page::Stopped(self.stopped_page(state, books)),
            State::AskPaper(state) => Page::AskPaper(state.page.clone()),
            State::Checked(state) => Page::Checked(self.checked_page(state)),
            State::Round(state) => Page::Round(self.round_page(state, books)?),
            State::Visit(state) => Page::Visit(self.visit_page(state)),
            State::Details(state) => Page::Details(self.details_page(state)),
            State::Suspense(state) => Page::Suspense(state.page()),
            State::DayEnd(state) => Page::DayEnd(self.day_end_page(state, books)),
            State::DayClosed(state) => Page::DayClosed(self.day_closed_page(state, books)),
            State::Menu => Page::Menu(self.menu_page(books)),
            State::Receipts(state) => Page::Receipts(self.receipts_page(state)),
            State::Receipt(state) => Page::Receipt(state.page.clone()),
            State::Cancel(state) => Page::Cancel(self.cancel_page(state, books)),
            State::Notices => Page::Notices(self.notices_page(books)?),
            State::Apart => Page::Apart(self.apart_page(books)?),
            State::Settlement(state) => Page::Settlement(self.settlement_page(state)),
            State::Float(state) => Page::Float(self.float_page(state)),
            State::HandIn(state) => Page::HandIn(self.hand_in_page(state, books)),
            State::Receive(state) => Page::Receive(self.receive_page(state, books)),
            State::Received(state) => Page::Received(self.received_page(state)),
            State::Instrument(state) => Page::Instrument(self.instrument_page(state)),
            State::Carry(state) => Page::Carry(self.carry_page(state, books)?),
            State::Printer(test) => Page::Printer(self.printer_page(*test)),
            State::Viewfinder(state) => Page::Viewfinder(state.page()),
            State::Group(_) => Page::Group(self.group_page()),
            State::Rates(paper) => Page::Rates(self.rates_page(*paper)),
            State::Earlier(state) => Page::Earlier(self.earlier_page(state)),
            State::Book(book) => Page::Book(self.book_page(book, books.day_book())),
            State::Asset(id) => Page::Asset(self.asset_page(id)),
            State::Complaint(state) => Page::Form(self.complaint_page(state, books)?),
            State::Elsewhere(shown) => Page::Elsewhere(self.elsewhere_page(shown.as_deref())),
        })
    }
}
