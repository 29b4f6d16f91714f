//! What the monkey does on the pages of the office's own work.

use flow::{
    Button, EarlierOffice, EarlierPage, Event, Field, Page, SettlementState, TerminalDay, Touch,
    World,
};
use ledger::StaffId;

use super::Monkey;

impl Monkey {
    /// What somebody would do there; false on every other page.
    pub fn office(&mut self, page: &Page) -> bool {
        match (page, self.dice.roll(3)) {
            (Page::Menu(page), _) => {
                let tasks = page.items.iter().map(|item| {
                    let id = serde_json::to_value(item.id).expect("a task is JSON");
                    id.as_str().expect("a word").to_owned()
                });
                let services = page.services.iter().map(|service| service.id.clone());
                let tasks: Vec<String> = tasks.chain(services).collect();
                let task = self.dice.one_of(&tasks).clone();
                self.touch(Touch::Choose(task));
            }
            (Page::Receipts(page), 0 | 1) if !page.receipts.is_empty() => {
                let id = page.receipts[self.dice.roll(page.receipts.len().min(3))].id.clone();
                self.touch(Touch::Choose(id));
            }
            (Page::Receipts(_), _) => self.write(Field::Number, &["", "12/345", "K", "x"]),
            (Page::Receipt(_), _) => {
                self.press(&[Button::CancelReceipt, Button::CancelReceipt, Button::Reprint]);
            }
            (Page::Cancel(page), _) if page.tries_left == 0 => self.a_quarter_of_an_hour(),
            (Page::Cancel(page), _) if page.chosen.is_none() => self.choose(&["4", "5"]),
            (Page::Cancel(page), _) if page.reason.is_empty() => {
                self.write(Field::Reason, &["The wrong house", ""]);
            }
            (Page::Cancel(page), _) if page.pin_digits == 0 => {
                let right = if page.chosen.as_deref() == Some("4") { "4711" } else { "5050" };
                self.write(Field::Pin, &[right, right, right, "1"]);
            }
            (Page::Float(_), 0 | 1) => self.write(Field::Float, &["300", "0", "x", "50"]),
            (Page::Settlement(page), dice) if page.state == SettlementState::Asking => {
                let (total, count) = (page.here_sum, page.here);
                let day = match dice {
                    0 => TerminalDay::NotReached,
                    _ => TerminalDay::Totals { total, count, first: Some(1), last: Some(9) },
                };
                self.event(Event::World(World::TerminalSettled(day)));
            }
            (Page::Settlement(_), _) => self.press(&[Button::Next, Button::Back]),
            (Page::HandIn(page), 0 | 1) if !page.closes.is_empty() => {
                self.touch(Touch::Choose(page.closes[0].id.clone()));
            }
            (Page::HandIn(_), _) => self.press(&[Button::Back, Button::Finish]),
            (Page::Receive(page), _) => self.receive(page),
            (Page::Instrument(_), 0) => self.write(Field::InstrumentNumber, &["004217", "x"]),
            (Page::Instrument(_), 1) => self.write(Field::Bank, &["SBI", "SBI", ""]),
            (Page::Instrument(_), _) if self.dice.roll(2) == 0 => {
                let today = self.teller.now.date_text();
                self.touch(Touch::Type { field: Field::Dated, text: today });
            }
            _ => return false,
        }
        true
    }

    /// The office lists what it knows, or the line is down.
    pub fn earlier(&mut self, page: &EarlierPage) {
        if page.office != EarlierOffice::Asking {
            return self.press(&[Button::Back, Button::Back, Button::Finish]);
        }
        let building = *self.teller.asked_earlier.last().expect("it is asked");
        let receipts = (self.dice.roll(2) == 0).then(Vec::new);
        self.event(Event::World(World::EarlierTold { building, receipts }));
    }

    /// Somebody comes with a purpose: an officer for the cash of a closed day, or a cashier with a
    /// witness, to cancel a receipt. Whatever stands on the glass may get in their way.
    pub fn errand(&mut self) {
        let day_book = &self.teller.books.day_book;
        let close = day_book.carried().find(|(_, carried)| carried.staff == StaffId(4));
        let close = close.map(|(seq, carried)| (seq.to_string(), carried.counted.plain()));
        let receipt =
            day_book.voidable(StaffId(4), self.teller.now.day()).last().map(|seq| seq.to_string());
        match (close, receipt, self.dice.roll(2)) {
            (Some((close, counted)), _, 0) | (Some((close, counted)), None, _) => {
                self.at_menu("5", "5050", "receive");
                self.touch(Touch::Choose(close));
                self.touch(Touch::Type { field: Field::Counted, text: counted });
                self.touch(Touch::Press(Button::Next));
            }
            (_, Some(receipt), _) => {
                self.at_menu("4", "4711", "receipts");
                self.touch(Touch::Choose(receipt));
                self.touch(Touch::Press(Button::CancelReceipt));
                self.write(Field::Reason, &["The wrong house"]);
                self.choose(&["5"]);
                self.write(Field::Pin, &["5050"]);
                self.touch(Touch::Press(Button::Next));
            }
            (None, None, _) => self.at_menu("4", "4711", "end_day"),
        }
    }

    fn at_menu(&mut self, staff: &str, pin: &str, task: &str) {
        for button in [Button::Finish, Button::SignOut, Button::SignIn] {
            self.touch(Touch::Press(button));
        }
        self.choose(&[staff]);
        self.write(Field::Pin, &[pin]);
        for button in [Button::Next, Button::Menu] {
            self.touch(Touch::Press(button));
        }
        self.choose(&[task]);
    }

    fn receive(&mut self, page: &flow::ReceivePage) {
        match (&page.of, page.here.first(), self.dice.roll(3)) {
            (Some(of), _, 0) => {
                let text = of.claimed.plain();
                self.touch(Touch::Type { field: Field::Counted, text });
            }
            (Some(_), _, 1) => self.write(Field::Reason, &["torn", ""]),
            (Some(_), _, _) => self.press(&[Button::Next, Button::Next, Button::Back]),
            (None, Some(close), _) => self.touch(Touch::Choose(close.id.clone())),
            (None, None, _) => self.press(&[Button::Back]),
        }
    }
}
