//! The tag of something that the body owns: what it is, and what can be done about it here.

use ledger::Pack;

use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::AssetPage;
use crate::state::State;
use crate::touch::Touch;

impl Flow {
    /// Opens the page of a tag; none where the code is of no tag.
    pub(crate) fn scanned_tag(&mut self, text: &str, turn: &Turn<'_>) -> Option<Outcome> {
        if !Pack::is_tag(text) {
            return None;
        }
        let Some(asset) = self.pack.asset_by_tag(text) else {
            return Some(Err(Refusal::new(RefusalCode::UnknownCode)));
        };
        let id = asset.id.clone();
        self.enter(State::Asset(id), turn.now);
        Some(Ok(()))
    }

    pub(crate) fn asset_page(&self, id: &str) -> AssetPage {
        let asset = self.pack.asset(id);
        let ward = asset.and_then(|asset| self.pack.ward(asset.ward));
        let services = asset.into_iter().flat_map(|asset| &asset.services);
        let known = services.filter_map(|id| self.pack.service(id));
        let kind = asset.map_or("", |asset| &asset.kind);
        AssetPage {
            title: self.pack.asset_name(id, self.language).to_owned(),
            kind: self.pack.asset_kind(kind, self.language).to_owned(),
            ward: asset.map_or(0, |asset| asset.ward),
            ward_name: ward.map(|ward| ward.name(self.language)).unwrap_or_default().to_owned(),
            says: self.pack.asset_says(id, self.language).to_owned(),
            tiles: known.map(|service| self.tile(service)).collect(),
        }
    }

    /// A service of the asset is begun; the facility that it is needs not be chosen again.
    pub(crate) fn touched_asset(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let (State::Asset(asset), Touch::Choose(id)) = (&self.state, touch) else {
            return Err(not_here());
        };
        let asset = self.pack.asset(asset).ok_or_else(not_here)?;
        if !asset.services.contains(&id) {
            return Err(not_here());
        }
        let (facility, tagged) = (asset.facility.clone(), asset.id.clone());
        if self.takes_complaints(&id) {
            self.begin_applying(&id, turn)?;
            if let State::Form(asking) = &mut self.state {
                asking.asset = Some(tagged);
            }
            return Ok(());
        }
        self.choose_service(&id, turn)?;
        if let (State::Book(book), Some(facility)) = (&self.state, facility)
            && book.facility.is_none()
        {
            return self.touched_book(Touch::Choose(facility), turn);
        }
        Ok(())
    }
}
