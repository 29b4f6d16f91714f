//! What people know of a house besides its money: who lives there, what waits at the gate. Several
//! say it apart from each other; where they disagree, both words stand until the office decides.

use ledger::{
    Building, FieldKind, FieldValue, Moment, PhotoHash, RecordField, RecordId, RecordKind,
};

use crate::books::{Detail, DetailRefused, DetailSaid};
use crate::effect::{Effect, SaidDetail};
use crate::event::NoPicture;
use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{
    DetailAnswer, DetailChoice, DetailRow, DetailWord, DetailsPage, Profile, RefusedDetail,
};
use crate::state::{DetailField, Details, State};
use crate::touch::{Button, Touch};

impl Flow {
    /// Whether a house's details are kept here at all: a kiosk has none.
    pub(crate) fn has_details(&self) -> bool {
        self.settings.profile != Profile::Kiosk && !self.pack.record_fields.is_empty()
    }

    /// Opens the details of the house that the page is about, and comes back to it.
    pub(crate) fn begin_details(&mut self, building: Building, turn: &mut Turn<'_>) -> Outcome {
        if !self.has_details() || self.staff.is_none() {
            return Err(not_here());
        }
        let mut fields = Vec::new();
        for kind in RecordKind::ALL {
            let known = turn.books.details(RecordId { kind, number: building.id })?;
            fields.extend(self.pack.fields_of(kind).map(|field| DetailField::of(field, &known)));
        }
        let refused = turn.books.refused_details(building.id)?;
        let back = Box::new(self.state.clone());
        let opened_ms = turn.now.wall_ms;
        let details = Details { building, back, opened_ms, fields, refused };
        self.enter(State::Details(Box::new(details)), turn.now);
        Ok(())
    }

    pub(crate) fn details_page(&self, details: &Details) -> DetailsPage {
        DetailsPage {
            place: self.place(&details.building),
            rows: details.fields.iter().map(|field| self.detail_row(field)).collect(),
            refused: details.refused.iter().map(|refused| self.refused_detail(refused)).collect(),
            can_save: details.changed().next().is_some(),
        }
    }

    fn detail_row(&self, detail: &DetailField) -> DetailRow {
        let field = &detail.field;
        let chosen = detail.chosen.as_ref();
        let answer = match (&field.holds, chosen) {
            (FieldKind::Count { max }, Some(FieldValue::Count(count))) => {
                DetailAnswer::Count { count: Some(*count), max: *max }
            }
            (FieldKind::Count { max }, _) => DetailAnswer::Count { count: None, max: *max },
            (FieldKind::YesNo, Some(FieldValue::YesNo(yes))) => DetailAnswer::YesNo(Some(*yes)),
            (FieldKind::YesNo, _) => DetailAnswer::YesNo(None),
            (FieldKind::Choice(choices), _) => {
                let choice = |choice: &String| DetailChoice {
                    id: choice.clone(),
                    label: self.pack.choice_label(field, choice, self.language).to_owned(),
                    chosen: chosen == Some(&FieldValue::Choice(choice.clone())),
                };
                DetailAnswer::Choice(choices.iter().map(choice).collect())
            }
            (FieldKind::Photo, _) => DetailAnswer::Photo {
                taken: detail.taken_ms.map(time_text),
                can_take: self.settings.has_camera,
            },
            (FieldKind::Card, _) => DetailAnswer::Card {
                presented: detail.chosen.is_some() && detail.chosen != detail.known,
                can_present: self.settings.has_card_reader,
            },
        };
        DetailRow {
            id: detail.id(),
            label: self.pack.field_label(field, self.language).to_owned(),
            answer,
            said: detail.said.iter().map(|said| self.detail_word(field, said)).collect(),
            undecided: detail.said.len() > 1,
            waiting: detail.waiting,
        }
    }

    fn detail_word(&self, field: &RecordField, said: &DetailSaid) -> DetailWord {
        DetailWord {
            text: self.value_text(field, &said.value),
            yes: match said.value {
                FieldValue::YesNo(yes) => Some(yes),
                _ => None,
            },
            photo: matches!(said.value, FieldValue::Photo(_)),
            card: matches!(said.value, FieldValue::Card(_)),
            by: said.by.clone(),
            at: time_text(said.at_ms),
        }
    }

    fn refused_detail(&self, refused: &DetailRefused) -> RefusedDetail {
        let field = self.pack.field(refused.record.kind, &refused.field);
        let label = field
            .map_or(refused.field.as_str(), |field| self.pack.field_label(field, self.language));
        RefusedDetail { label: label.to_owned(), reason: refused.reason.clone() }
    }

    /// The value as a number or as the pack's word for a choice; the glass has its own words for
    /// the others.
    fn value_text(&self, field: &RecordField, value: &FieldValue) -> String {
        match value {
            FieldValue::Count(count) => count.to_string(),
            FieldValue::YesNo(_) | FieldValue::Photo(_) | FieldValue::Card(_) => String::new(),
            FieldValue::Choice(choice) => {
                self.pack.choice_label(field, choice, self.language).to_owned()
            }
        }
    }

    pub(crate) fn touched_details(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Details(details) = &mut self.state else { return Err(not_here()) };
        match touch {
            Touch::Choose(id) => match details.picture_for(&id)? {
                None => details.choose(&id),
                Some(field) => {
                    let since_ms = details.opened_ms;
                    turn.effects.push(Effect::TakePicture { field, since_ms });
                    Ok(())
                }
            },
            Touch::Press(Button::Next) => {
                let said: Vec<SaidDetail> = details.changed().collect();
                if said.is_empty() {
                    return Err(Refusal::new(RefusalCode::ChooseFirst));
                }
                self.say_details(said, turn);
                Ok(())
            }
            _ => Err(not_here()),
        }
    }

    /// The camera's picture is what is chosen; it is kept once it is said.
    pub(crate) fn picture_taken(
        &mut self,
        of: &str,
        photo: PhotoHash,
        (at_ms, since_ms): (i64, i64),
    ) -> Outcome {
        let State::Details(details) = &mut self.state else { return Ok(()) };
        // A person may have gone on to another house meanwhile.
        let is_of_here = since_ms == details.opened_ms;
        let detail = details.fields.iter_mut().find(|detail| detail.id() == of);
        if let Some(detail) = detail.filter(|_| is_of_here) {
            detail.chosen = Some(FieldValue::Photo(photo));
            detail.taken_ms = Some(at_ms);
        }
        Ok(())
    }

    /// What was said is on disk: back to the page that it was opened from.
    pub(crate) fn details_saved(&mut self, turn: &mut Turn<'_>) -> Outcome {
        turn.effects.push(Effect::Sync);
        if let State::Details(details) = &self.state {
            let back = *details.back.clone();
            self.enter(back, turn.now);
        }
        Ok(())
    }
}

impl Details {
    /// What was chosen and is not what is known.
    fn changed(&self) -> impl Iterator<Item = SaidDetail> + '_ {
        let number = self.building.id;
        self.fields.iter().filter_map(move |detail| {
            let value = detail.chosen.clone().filter(|_| detail.chosen != detail.known)?;
            let record = RecordId { kind: detail.field.of, number };
            Some(SaidDetail { record, field: detail.field.name.clone(), value })
        })
    }

    /// The field that "property.gate_photo:take" asks a picture for; none where something else is
    /// chosen.
    fn picture_for(&self, id: &str) -> Result<Option<String>, Refusal> {
        let Some(of) = id.strip_suffix(":take") else { return Ok(None) };
        let detail = self.fields.iter().find(|detail| detail.id() == of);
        let detail = detail.filter(|detail| detail.field.holds == FieldKind::Photo);
        match detail {
            None => Ok(None),
            Some(detail) if detail.said.len() > 1 => Err(Refusal::new(RefusalCode::Undecided)),
            Some(_) => Ok(Some(of.to_owned())),
        }
    }

    /// "household.people:5", "household.composts:yes", "household.gate:dog".
    fn choose(&mut self, id: &str) -> Outcome {
        let (of, written) = id.split_once(':').ok_or_else(not_here)?;
        let detail = self.fields.iter_mut().find(|detail| detail.id() == of);
        // A photo comes from the camera and a card from its reader, and neither from a hand.
        let by_hand = |holds: &FieldKind| !matches!(holds, FieldKind::Photo | FieldKind::Card);
        let detail = detail.filter(|detail| by_hand(&detail.field.holds));
        let detail = detail.ok_or_else(not_here)?;
        if detail.said.len() > 1 {
            return Err(Refusal::new(RefusalCode::Undecided));
        }
        let value = detail.field.parse(written).map_err(|_| match detail.field.holds {
            FieldKind::Count { max } => Refusal::with_count(RefusalCode::TextTooLong, max),
            FieldKind::YesNo | FieldKind::Choice(_) | FieldKind::Photo | FieldKind::Card => {
                not_here()
            }
        })?;
        detail.chosen = Some(value);
        Ok(())
    }
}

impl DetailField {
    fn of(field: &RecordField, known: &[Detail]) -> Self {
        let found = known.iter().find(|detail| detail.field == field.name);
        let said: Vec<DetailSaid> = found.map(|found| found.said.clone()).unwrap_or_default();
        let value = said.first().map(|said| said.value.clone());
        // What an older pack allowed is shown, and is no answer to be chosen any more.
        let value = value.filter(|value| field.check(value).is_ok());
        Self {
            field: field.clone(),
            chosen: value.clone().filter(|_| said.len() == 1),
            known: value,
            said,
            waiting: found.is_some_and(|found| found.waiting),
            taken_ms: None,
        }
    }

    fn id(&self) -> String {
        format!("{}.{}", self.field.of.code(), self.field.name)
    }
}

fn time_text(at_ms: i64) -> String {
    let at = Moment { wall_ms: at_ms, ..Moment::default() };
    format!("{} {}", at.date_text(), at.time_text())
}

impl From<NoPicture> for Refusal {
    fn from(why: NoPicture) -> Self {
        match why {
            NoPicture::NoCamera => Self::new(RefusalCode::NoCamera),
            NoPicture::NoneSince => Self::new(RefusalCode::NoNewPicture),
            NoPicture::Unreadable => Self::new(RefusalCode::PictureUnreadable),
            NoPicture::TooLarge(bytes) => {
                Self::with_count(RefusalCode::PictureTooLarge, bytes / 1_000)
            }
            NoPicture::DayFull => Self::new(RefusalCode::PicturesDayFull),
        }
    }
}
