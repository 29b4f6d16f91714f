//! The lists on the pages. They are changed row by row and never replaced, so that a part keeps the
//! finger or the focus that rests on it.

use std::rc::Rc;

use panes::{
    self, AmountRow, AnswerLine, ApartLine, CarryRow, CashSum, CloseLine, DayLine, DemandPeriod,
    DetailLine, EarlierLine, ErrandLine, FacilityLine, FormOption, FormTurn, FoundPlace,
    GlassWindow, GroupLine, HouseRow, LanguageChoice, ModeRow, NoteRow, NoticeLine, RateLine,
    ReceiptLine, RefusedLine, ServiceTile, SlotLine, StaffRow, TaskRow, UnmatchedLine, UseBar,
    VisitOutcome, WasteKind,
};
use slint::{ComponentHandle, Model, ModelRc, VecModel};

pub(super) struct Models {
    pub languages: Rc<VecModel<LanguageChoice>>,
    pub tiles: Rc<VecModel<ServiceTile>>,
    pub matches: Rc<VecModel<FoundPlace>>,
    pub periods: Rc<VecModel<DemandPeriod>>,
    pub amounts: Rc<VecModel<AmountRow>>,
    pub modes: Rc<VecModel<ModeRow>>,
    pub quick: Rc<VecModel<CashSum>>,
    pub staff: Rc<VecModel<StaffRow>>,
    pub houses: Rc<VecModel<HouseRow>>,
    pub usual_outcomes: Rc<VecModel<VisitOutcome>>,
    pub other_outcomes: Rc<VecModel<VisitOutcome>>,
    pub kinds: Rc<VecModel<WasteKind>>,
    pub form_options: Rc<VecModel<FormOption>>,
    pub form_turns: Rc<VecModel<FormTurn>>,
    pub answers: Rc<VecModel<AnswerLine>>,
    pub details: Rc<VecModel<DetailLine>>,
    pub refused_details: Rc<VecModel<RefusedLine>>,
    pub notes: Rc<VecModel<NoteRow>>,
    pub tasks: Rc<VecModel<TaskRow>>,
    pub receipts: Rc<VecModel<ReceiptLine>>,
    pub seconds: Rc<VecModel<StaffRow>>,
    pub notices: Rc<VecModel<NoticeLine>>,
    pub apart: Rc<VecModel<ApartLine>>,
    pub unmatched: Rc<VecModel<UnmatchedLine>>,
    pub closes: Rc<VecModel<CloseLine>>,
    pub closed_here: Rc<VecModel<CloseLine>>,
    pub ways: Rc<VecModel<CarryRow>>,
    pub errands: Rc<VecModel<ErrandLine>>,
    pub bars: Rc<VecModel<UseBar>>,
    pub later_bars: Rc<VecModel<UseBar>>,
    pub group: Rc<VecModel<GroupLine>>,
    pub rates: Rc<VecModel<RateLine>>,
    pub earlier: Rc<VecModel<EarlierLine>>,
    pub facilities: Rc<VecModel<FacilityLine>>,
    pub days: Rc<VecModel<DayLine>>,
    pub slots: Rc<VecModel<SlotLine>>,
    pub elsewhere: Rc<VecModel<ServiceTile>>,
    pub asset: Rc<VecModel<ServiceTile>>,
}

impl Models {
    pub fn attach(window: &GlassWindow) -> Self {
        let models = Self {
            languages: Rc::default(),
            tiles: Rc::default(),
            matches: Rc::default(),
            periods: Rc::default(),
            amounts: Rc::default(),
            modes: Rc::default(),
            quick: Rc::default(),
            staff: Rc::default(),
            houses: Rc::default(),
            usual_outcomes: Rc::default(),
            other_outcomes: Rc::default(),
            kinds: Rc::default(),
            form_options: Rc::default(),
            form_turns: Rc::default(),
            answers: Rc::default(),
            details: Rc::default(),
            refused_details: Rc::default(),
            notes: Rc::default(),
            tasks: Rc::default(),
            receipts: Rc::default(),
            seconds: Rc::default(),
            notices: Rc::default(),
            apart: Rc::default(),
            unmatched: Rc::default(),
            closes: Rc::default(),
            closed_here: Rc::default(),
            ways: Rc::default(),
            errands: Rc::default(),
            bars: Rc::default(),
            later_bars: Rc::default(),
            group: Rc::default(),
            rates: Rc::default(),
            earlier: Rc::default(),
            facilities: Rc::default(),
            days: Rc::default(),
            slots: Rc::default(),
            elsewhere: Rc::default(),
            asset: Rc::default(),
        };
        models.attach_to_the_round(window);
        models.attach_to_the_office(window);
        models.attach_to_bookings(window);
        window.global::<panes::FrameAdapter>().set_languages(listed(&models.languages));
        window.global::<panes::HomeAdapter>().set_tiles(listed(&models.tiles));
        window.global::<panes::FindAdapter>().set_matches(listed(&models.matches));
        window.global::<panes::DemandAdapter>().set_periods(listed(&models.periods));
        window.global::<panes::DemandAdapter>().set_bars(listed(&models.bars));
        window.global::<panes::DemandAdapter>().set_later_bars(listed(&models.later_bars));
        window.global::<panes::FormAdapter>().set_options(listed(&models.form_options));
        window.global::<panes::FormAdapter>().set_turns(listed(&models.form_turns));
        window.global::<panes::AnswersAdapter>().set_lines(listed(&models.answers));
        window.global::<panes::PayAdapter>().set_amounts(listed(&models.amounts));
        window.global::<panes::PayAdapter>().set_modes(listed(&models.modes));
        window.global::<panes::CashAdapter>().set_quick(listed(&models.quick));
        window.global::<panes::GroupAdapter>().set_lines(listed(&models.group));
        window.global::<panes::RatesAdapter>().set_lines(listed(&models.rates));
        models
    }

    fn attach_to_the_round(&self, window: &GlassWindow) {
        window.global::<panes::SignInAdapter>().set_staff(listed(&self.staff));
        window.global::<panes::RoundAdapter>().set_houses(listed(&self.houses));
        window.global::<panes::VisitAdapter>().set_usual(listed(&self.usual_outcomes));
        window.global::<panes::VisitAdapter>().set_others(listed(&self.other_outcomes));
        window.global::<panes::VisitAdapter>().set_kinds(listed(&self.kinds));
        window.global::<panes::DetailsAdapter>().set_lines(listed(&self.details));
        window.global::<panes::DetailsAdapter>().set_refused(listed(&self.refused_details));
        window.global::<panes::DayEndAdapter>().set_notes(listed(&self.notes));
    }

    fn attach_to_bookings(&self, window: &GlassWindow) {
        window.global::<panes::BookAdapter>().set_facilities(listed(&self.facilities));
        window.global::<panes::BookAdapter>().set_days(listed(&self.days));
        window.global::<panes::BookAdapter>().set_slots(listed(&self.slots));
        window.global::<panes::AssetAdapter>().set_tiles(listed(&self.asset));
        window.global::<panes::ElsewhereAdapter>().set_tiles(listed(&self.elsewhere));
    }

    fn attach_to_the_office(&self, window: &GlassWindow) {
        window.global::<panes::MenuAdapter>().set_tasks(listed(&self.tasks));
        window.global::<panes::ReceiptsAdapter>().set_receipts(listed(&self.receipts));
        window.global::<panes::CancelAdapter>().set_seconds(listed(&self.seconds));
        window.global::<panes::NoticesAdapter>().set_notices(listed(&self.notices));
        window.global::<panes::ApartAdapter>().set_lines(listed(&self.apart));
        window.global::<panes::SettlementAdapter>().set_lines(listed(&self.unmatched));
        window.global::<panes::HandInAdapter>().set_closes(listed(&self.closes));
        window.global::<panes::ReceiveAdapter>().set_here(listed(&self.closed_here));
        window.global::<panes::CarryAdapter>().set_ways(listed(&self.ways));
        window.global::<panes::CarryAdapter>().set_errands(listed(&self.errands));
        window.global::<panes::EarlierAdapter>().set_lines(listed(&self.earlier));
    }
}

fn listed<T: Clone + 'static>(model: &Rc<VecModel<T>>) -> ModelRc<T> {
    ModelRc::from(model.clone())
}

/// Makes the model hold these rows, touching only those that differ.
pub(super) fn settle<T: Clone + PartialEq + 'static>(model: &VecModel<T>, rows: Vec<T>) {
    while model.row_count() > rows.len() {
        model.remove(model.row_count() - 1);
    }
    for (place, row) in rows.into_iter().enumerate() {
        match model.row_data(place) {
            Some(old) if old == row => {}
            Some(_) => model.set_row_data(place, row),
            None => model.push(row),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_changed_in_place() {
        let model = VecModel::from(vec![1, 2, 3]);
        settle(&model, vec![1, 5]);
        assert_eq!(model.iter().collect::<Vec<_>>(), [1, 5]);
        settle(&model, vec![4, 5, 6]);
        assert_eq!(model.iter().collect::<Vec<_>>(), [4, 5, 6]);
    }
}
