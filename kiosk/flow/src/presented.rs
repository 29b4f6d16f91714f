//! A card that somebody presents. A badge says who it is, and the PIN is asked all the same; the
//! card of a household says which house it is, as the sticker at the door does.

use ledger::{Building, CardMark, FieldKind, FieldValue, StaffId};

use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::state::{Details, State};
use crate::touch::Touch;

impl Flow {
    pub(crate) fn presented(&mut self, mark: CardMark, turn: &mut Turn<'_>) -> Outcome {
        let badge = self.badge_of(mark);
        match (&self.state, badge) {
            (State::SignIn(_), Some(id)) => {
                self.touched_sign_in(Touch::Choose(id.0.to_string()), turn)
            }
            (State::Cancel(_), Some(id)) => {
                if self.staff.as_ref().is_some_and(|member| member.id == id) {
                    return Err(Refusal::new(RefusalCode::SecondPersonNeeded));
                }
                self.touched_cancel(Touch::Choose(id.0.to_string()), turn)
            }
            (State::SignIn(_) | State::Cancel(_), None) => {
                Err(Refusal::new(RefusalCode::UnknownBadge))
            }
            (State::Home, Some(id)) if self.staff.is_none() => {
                let mut sign_in = State::sign_in(&self.settings.staff);
                if let State::SignIn(page) = &mut sign_in {
                    page.chosen = Some(id);
                }
                self.enter(sign_in, turn.now);
                Ok(())
            }
            (State::Details(_), Some(_)) => Err(Refusal::new(RefusalCode::BadgeNotHouse)),
            (State::Details(_), None) => self.card_for_house(mark, turn),
            (State::Home | State::Round(_), None) if self.around.is_stopped() => {
                Err(Refusal::new(RefusalCode::BatteryEmpty))
            }
            (State::Home | State::Find(_) | State::Round(_), None) => {
                let building = self.by_card(mark, turn)?;
                self.open_by_card(building, turn)
            }
            _ => Err(not_here()),
        }
    }

    fn badge_of(&self, mark: CardMark) -> Option<StaffId> {
        let member = self.settings.staff.iter().find(|member| member.badge == Some(mark));
        member.map(|member| member.id)
    }

    /// The one house of this device's wards that people said the card to be of.
    fn by_card(&self, mark: CardMark, turn: &Turn<'_>) -> Result<Building, Refusal> {
        let mut found = turn.books.by_card(mark)?;
        match found.len() {
            0 => Err(Refusal::new(RefusalCode::UnknownCard)),
            1 => self.own(found.remove(0)),
            _ => Err(Refusal::new(RefusalCode::CardOfSeveral)),
        }
    }

    fn open_by_card(&mut self, building: Building, turn: &mut Turn<'_>) -> Outcome {
        match &self.state {
            State::Find(find) if find.receipt => Err(not_here()),
            State::Find(find) => {
                let service = find.service.clone();
                self.found(&service, building, true, turn)
            }
            State::Round(_) => self.at_house(building, true, turn),
            _ => self.at_home_with(building, turn),
        }
    }

    /// On the page of a house's details the card is what is chosen; it is the house's once it is
    /// said.
    fn card_for_house(&mut self, mark: CardMark, turn: &Turn<'_>) -> Outcome {
        let of_others = turn.books.by_card(mark)?;
        let State::Details(details) = &mut self.state else { return Err(not_here()) };
        if of_others.iter().any(|building| building.id != details.building.id) {
            return Err(Refusal::new(RefusalCode::CardTaken));
        }
        details.choose_card(mark)
    }
}

impl Details {
    fn choose_card(&mut self, mark: CardMark) -> Outcome {
        let mut fields = self.fields.iter_mut();
        let detail = fields.find(|detail| detail.field.holds == FieldKind::Card);
        let detail = detail.ok_or_else(not_here)?;
        if detail.said.len() > 1 {
            return Err(Refusal::new(RefusalCode::Undecided));
        }
        detail.chosen = Some(FieldValue::Card(mark));
        Ok(())
    }
}
