//! What every page shares: whose device it is, how line, printer and battery are, and what was
//! refused last.

use ledger::Moment;

use crate::books::Books;
use crate::flow::Flow;
use crate::screen::{Frame, LineState, Step};

impl Flow {
    /// The stair is that of a payment: an application has none.
    fn step(&self) -> Option<Step> {
        let applies = self.state.service().is_some_and(|service| self.is_application(service));
        if applies { None } else { self.state.step() }
    }

    pub(crate) fn frame(&self, books: &dyn Books) -> Frame {
        let day_book = books.day_book();
        Frame {
            profile: self.settings.profile,
            language: self.language,
            languages: self.pack.languages.clone(),
            body: self.pack.text(ledger::Text::BodyName, self.language).to_owned(),
            service: self
                .state
                .service()
                .map(|id| self.pack.service_title(id, self.language).to_owned()),
            step: self.step(),
            line: LineState {
                online: self.online,
                to_send: day_book.head().seq.saturating_sub(books.acknowledged())
                    + books.details_to_send(),
                reached_at: books.reached_at().map(Moment::time_text),
            },
            frozen: books.frozen().is_some(),
            clock: self.now.time_text(),
            staff: self.staff.as_ref().map(|member| member.name.clone()),
            refusal: self.refusal.clone(),
            still_there_s: self.still_there_s(),
            back: self.has_back(),
            printer: self.printer,
            practice: self.settings.practice,
            battery: self.around.battery(self.settings.battery),
        }
    }
}
