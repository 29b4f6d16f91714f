//! What the monkey does with a form: it answers, well or badly, changes its mind, and goes on.

use flow::{Button, Field, FormAnswer, FormKeys, Page, Touch};

use super::Monkey;

impl Monkey {
    /// What somebody would do there; false on every other page.
    pub fn form(&mut self, page: &Page) -> bool {
        match page {
            Page::Form(page) => match self.dice.roll(4) {
                0 => self.press(&[Button::Next, Button::Next, Button::Back]),
                _ => self.answer(&page.answer),
            },
            Page::Answers(page) => match self.dice.roll(4) {
                0 => {
                    let id = self.dice.one_of(&page.rows).id.clone();
                    self.touch(Touch::Choose(id));
                }
                _ => self.press(&[Button::Next, Button::Next, Button::Next, Button::Back]),
            },
            _ => return false,
        }
        true
    }

    /// An answer, and mostly on to the next question.
    fn answer(&mut self, answer: &FormAnswer) {
        match answer {
            FormAnswer::Shown(_) => {}
            FormAnswer::One(choices) | FormAnswer::Several(choices) => {
                let id = self.dice.one_of(choices).id.clone();
                self.touch(Touch::Choose(id));
            }
            FormAnswer::Place { .. } => {
                let id = self.dice.text(&["here", "none"]);
                self.touch(Touch::Choose(id));
            }
            FormAnswer::Picture { .. } => {
                let id = self.dice.text(&["take", "none"]);
                self.touch(Touch::Choose(id));
            }
            FormAnswer::Turns(_) => {
                let id = self.dice.text(&["add", "add", "change:1", "remove:1", "remove:9"]);
                self.touch(Touch::Choose(id));
            }
            FormAnswer::Agreed(agreed) if *agreed => {}
            FormAnswer::Agreed(_) => self.touch(Touch::Choose("ok".to_owned())),
            FormAnswer::Typed { keys, .. } => {
                let texts: &[&str] = match keys {
                    FormKeys::Whole => &["12000", "20000", "40000", "900", "x", ""],
                    FormKeys::Decimal => &["12.5", "9", "1.2.3", ""],
                    FormKeys::Date => &["14-08-2020", "01/02/2021", "31-02-2020", "14-0", ""],
                    FormKeys::Time => &["14:05", "9.30", "25:00", "1", ""],
                    FormKeys::Names | FormKeys::Words => &["Suma", "സുമ", "\u{202e}x", ""],
                    FormKeys::Code => &["L/42", ""],
                };
                self.write(Field::Answer, texts);
            }
        }
        if self.dice.roll(4) > 0 {
            self.touch(Touch::Press(Button::Next));
        }
    }
}
