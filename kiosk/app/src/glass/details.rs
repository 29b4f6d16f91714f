//! What people know of a house.

use std::rc::Rc;

use flow::{DetailAnswer, DetailRow, DetailWord, DetailsPage};
use panes::{
    DetailHolds, DetailLine, DetailOption, DetailSaying, DetailYes, DetailsAdapter, FrameAdapter,
    RefusedLine,
};
use slint::{ComponentHandle, ModelRc, VecModel};

use super::Glass;
use super::models::settle;
use super::round::count;

pub(super) fn details(glass: &Glass, page: &DetailsPage) {
    let frame = glass.window.global::<FrameAdapter>();
    frame.set_house(page.place.number.as_str().into());
    frame.set_owner(page.place.owner.as_str().into());
    frame.set_ward(page.place.ward.to_string().into());
    frame.set_scanned(false);
    let adapter = glass.window.global::<DetailsAdapter>();
    adapter.set_can_save(page.can_save);
    let refused = page.refused.iter().map(|refused| RefusedLine {
        label: refused.label.as_str().into(),
        reason: refused.reason.as_str().into(),
    });
    settle(&glass.models.refused_details, refused.collect());
    settle(&glass.models.details, page.rows.iter().map(line).collect());
}

fn line(row: &DetailRow) -> DetailLine {
    let mut line = DetailLine {
        id: row.id.as_str().into(),
        label: row.label.as_str().into(),
        count: -1,
        said: listed(row.said.iter().map(saying)),
        undecided: row.undecided,
        waiting: row.waiting,
        ..DetailLine::default()
    };
    match &row.answer {
        DetailAnswer::Count { count: chosen, max } => {
            line.holds = DetailHolds::Count;
            line.count = chosen.map_or(-1, count);
            line.max = count(*max);
        }
        DetailAnswer::YesNo(chosen) => {
            line.holds = DetailHolds::YesNo;
            line.yes = yes(*chosen);
        }
        DetailAnswer::Photo { taken, can_take } => {
            line.holds = DetailHolds::Photo;
            line.can_take = *can_take;
            line.taken = taken.as_deref().unwrap_or_default().into();
        }
        DetailAnswer::Card { presented, can_present } => {
            line.holds = DetailHolds::Card;
            line.presented = *presented;
            line.can_present = *can_present;
        }
        DetailAnswer::Choice(choices) => {
            line.holds = DetailHolds::Choice;
            line.options = listed(choices.iter().map(|choice| DetailOption {
                id: choice.id.as_str().into(),
                label: choice.label.as_str().into(),
                chosen: choice.chosen,
            }));
        }
    }
    line
}

fn saying(word: &DetailWord) -> DetailSaying {
    DetailSaying {
        text: word.text.as_str().into(),
        yes: yes(word.yes),
        photo: word.photo,
        card: word.card,
        by: word.by.as_str().into(),
        at: word.at.as_str().into(),
    }
}

fn yes(answer: Option<bool>) -> DetailYes {
    match answer {
        None => DetailYes::Open,
        Some(true) => DetailYes::Yes,
        Some(false) => DetailYes::No,
    }
}

fn listed<T: Clone + 'static>(rows: impl Iterator<Item = T>) -> ModelRc<T> {
    ModelRc::from(Rc::new(VecModel::from(rows.collect::<Vec<_>>())))
}
