//! What this machine does not do: each service says so, and where and how it is done.

use ledger::{Service, ServiceKind, Text};

use crate::flow::{Flow, Outcome, Turn, not_here};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{DoneElsewhere, ElsewherePage, Tile, Works};
use crate::state::State;
use crate::touch::Touch;

/// The id of the tile behind which they all are.
pub(crate) const ELSEWHERE: &str = "elsewhere";

impl Flow {
    fn elsewhere(&self) -> impl Iterator<Item = &Service> {
        self.pack.services.iter().filter(|service| service.kind == ServiceKind::Elsewhere)
    }

    /// One tile for all that is done elsewhere: the first page is for what is done here.
    pub(crate) fn elsewhere_tile(&self) -> Option<Tile> {
        self.elsewhere().next()?;
        Some(Tile {
            id: ELSEWHERE.to_owned(),
            title: self.pack.text(Text::HomeOther, self.language).to_owned(),
            help: self.pack.text(Text::HomeOtherHelp, self.language).to_owned(),
            picture: "message".to_owned(),
            badge: String::new(),
            works: Works::Elsewhere,
        })
    }

    pub(crate) fn begin_elsewhere(&mut self, turn: &Turn<'_>) -> Outcome {
        self.elsewhere().next().ok_or_else(not_here)?;
        self.enter(State::Elsewhere(None), turn.now);
        Ok(())
    }

    pub(crate) fn touched_elsewhere(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let (State::Elsewhere(None), Touch::Choose(id)) = (&self.state, touch) else {
            return Err(not_here());
        };
        let found = self.elsewhere().find(|service| service.id == id).ok_or_else(not_here)?;
        let shown = Some(found.id.clone());
        self.enter(State::Elsewhere(shown), turn.now);
        Ok(())
    }

    pub(crate) fn elsewhere_page(&self, shown: Option<&str>) -> ElsewherePage {
        let service = shown.and_then(|id| self.pack.service(id));
        let shown = service.map(|service| DoneElsewhere {
            title: self.pack.service_title(&service.id, self.language).to_owned(),
            says: self.pack.service_says(&service.id, self.language).to_owned(),
            bring: self.pack.service_bring(&service.id, self.language).to_owned(),
            address: service.address.clone().unwrap_or_default(),
        });
        let tiles = self.elsewhere().map(|service| self.tile(service)).collect();
        ElsewherePage { tiles, shown }
    }

    /// Whether a service can be begun with the line as it is.
    pub(crate) fn check_line(&self, service: &Service) -> Outcome {
        match service.needs_line && !self.online {
            true => Err(Refusal::new(RefusalCode::NeedsLine)),
            false => Ok(()),
        }
    }
}

/// How a service stands to the line.
pub(crate) fn works(service: &Service) -> Works {
    match service.kind {
        ServiceKind::Elsewhere => Works::Elsewhere,
        _ if service.needs_line => Works::Line,
        _ => Works::Offline,
    }
}
