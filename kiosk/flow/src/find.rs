//! "Which building?", and "Is this slip true?"

use ledger::{Building, ClaimError, Demand, Payer, ServiceKind, day_text};

use crate::effect::Effect;
use crate::flow::{Flow, Outcome, Turn, not_here, typed};
use crate::refusal::{Refusal, RefusalCode};
use crate::scan;
use crate::screen::{self, CheckedPage, Match, Place, Profile};
use crate::state::{Checked, Choice, Find, Paying, State};
use crate::touch::{Button, Field, Touch};

/// The most buildings that are offered at once: more are typed more precisely.
const MATCHES_MAX: usize = 8;

/// What every square of a receipt, or of an acknowledgement, holds.
const SLIP_MARKS: [&str; 3] = ["/R/", "/A/", EXTRACT_MARK];

/// The mark of an extract of the register, which is no slip of a device.
const EXTRACT_MARK: &str = "/C/";

impl State {
    pub(crate) fn find(service: &str, receipt: bool) -> Self {
        Self::Find(Find {
            service: service.to_owned(),
            typed: String::new(),
            matches: Vec::new(),
            searched: false,
            more: false,
            asking: false,
            receipt,
        })
    }
}

impl Flow {
    pub(crate) fn choose_service(&mut self, id: &str, turn: &mut Turn<'_>) -> Outcome {
        if id == crate::elsewhere::ELSEWHERE {
            return self.begin_elsewhere(turn);
        }
        if id == crate::complaint::COMPLAINTS {
            return self.begin_complaints(turn);
        }
        if self.takes_complaints(id) {
            return self.begin_complaint(turn);
        }
        let service = self.pack.service(id).ok_or_else(not_here)?;
        self.check_line(service)?;
        match service.kind {
            ServiceKind::Elsewhere => return Err(not_here()),
            ServiceKind::Fees => return self.begin_form(id, turn),
            ServiceKind::Application => return self.begin_applying(id, turn),
            ServiceKind::PropertyTax
            | ServiceKind::WasteFee
            | ServiceKind::CheckReceipt
            | ServiceKind::Bill => {}
        }
        let find = State::find(id, service.kind == ServiceKind::CheckReceipt);
        self.enter(find, turn.now);
        Ok(())
    }

    /// A code shown to the idle page says by itself what is wanted.
    pub(crate) fn scanned_at_home(&mut self, text: &str, turn: &mut Turn<'_>) -> Outcome {
        if is_slip(text) {
            return self.check_slip(text, turn);
        }
        if let Some(done) = self.scanned_tag(text, turn) {
            return done;
        }
        match self.by_code(text, turn) {
            Ok(building) => self.at_home_with(building, turn),
            // A bill's square, or the number of its account.
            Err(refusal) => match self.open_bill(text, turn)? {
                true => Ok(()),
                false => Err(refusal),
            },
        }
    }

    /// A building that was shown to the idle page: what is owed for it.
    pub(crate) fn at_home_with(&mut self, building: Building, turn: &mut Turn<'_>) -> Outcome {
        let service = self.pack.service_of(ServiceKind::PropertyTax).ok_or_else(not_here)?;
        let id = service.id.clone();
        self.show_demand(&id, building, turn)
    }

    pub(crate) fn touched_find(&mut self, touch: Touch, turn: &mut Turn<'_>) -> Outcome {
        let State::Find(find) = &mut self.state else { return Err(not_here()) };
        let (service, receipt) = (find.service.clone(), find.receipt);
        match &touch {
            Touch::Press(Button::Next) => self.look_up(turn),
            Touch::Press(Button::Camera) => self.begin_looking(turn),
            Touch::Scan(text) if is_slip(text) => self.check_slip(text, turn),
            Touch::Scan(text) if receipt => Err(scan::no_receipt(text)),
            Touch::Scan(text) => match self.by_code(text, turn) {
                Ok(building) => self.found(&service, building, true, turn),
                Err(refusal) => match self.open_bill(text, turn)? {
                    true => Ok(()),
                    false => Err(refusal),
                },
            },
            Touch::Choose(id) => {
                let chosen = find.matches.iter().find(|building| building.id.to_string() == *id);
                let building = chosen.ok_or_else(not_here)?.clone();
                self.found(&service, building, false, turn)
            }
            touch => {
                let text = typed(touch, Field::Number).ok_or_else(not_here)?;
                find.typed = text.to_owned();
                find.matches.clear();
                (find.searched, find.more, find.asking) = (false, false, false);
                Ok(())
            }
        }
    }

    pub(crate) fn find_page(&self, state: &Find) -> screen::Find {
        screen::Find {
            typed: state.typed.clone(),
            example: "12/345".to_owned(),
            can_scan: self.settings.has_scanner,
            can_look: self.settings.has_viewfinder,
            matches: state.matches.iter().map(|building| self.as_match(building)).collect(),
            searched: state.searched,
            more: state.more,
            // A kiosk has the register without names, whoever stands behind it: it asks the office.
            by_name: self.staff.is_some() && (!self.lacks_names() || self.online),
            asking: state.asking,
            receipt: state.receipt,
        }
    }

    /// The building that a sticker, a bill or a typed code means.
    pub(crate) fn by_code(&self, code: &str, turn: &Turn<'_>) -> Result<Building, Refusal> {
        let found = turn.books.by_house_code(code.trim())?;
        self.own(found.ok_or_else(|| scan::no_house(code))?)
    }

    pub(crate) fn place(&self, building: &Building) -> Place {
        let owner = building.owner_in(self.language);
        Place {
            number: building.number.clone(),
            ward: building.ward,
            ward_name: self
                .pack
                .ward(building.ward)
                .map_or(String::new(), |ward| ward.name(self.language).to_owned()),
            owner: match self.staff {
                Some(_) => owner.to_owned(),
                None => ledger::masked(owner),
            },
        }
    }

    /// The building that was asked for: at the door it is visited, at a counter it is paid for.
    pub(crate) fn found(
        &mut self,
        service: &str,
        building: Building,
        scanned: bool,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        if self.is_application(service) {
            return self.apply_for(service, building, turn);
        }
        match self.settings.profile {
            Profile::Karmasena => self.begin_visit(building, scanned, turn),
            Profile::Kiosk | Profile::Collector => self.show_demand(service, building, turn),
        }
    }

    /// What is owed for a building, and the page that explains it.
    pub(crate) fn show_demand(
        &mut self,
        service: &str,
        building: Building,
        turn: &mut Turn<'_>,
    ) -> Outcome {
        let demand = self.demand(service, &building, turn)?;
        let paying = Paying {
            service: service.to_owned(),
            payer: Payer::Building(building.id),
            building: Some(building),
            demand: Some(demand),
            choice: Choice::Whole,
            mode: None,
            filled: None,
            intents: Vec::new(),
            members: Vec::new(),
        };
        self.enter(State::Demand(paying), turn.now);
        Ok(())
    }

    pub(crate) fn demand(
        &self,
        service: &str,
        building: &Building,
        turn: &Turn<'_>,
    ) -> Result<Demand, Refusal> {
        let since = turn.books.paid_since(building.id)?;
        let on = turn.now.date();
        let kind = self.pack.service(service).ok_or_else(not_here)?.kind;
        let demand = match kind {
            ServiceKind::PropertyTax => Demand::of(&self.pack, building, on, &since),
            ServiceKind::WasteFee => Demand::of_waste_fee(&self.pack, building, on, &since, 0),
            ServiceKind::Bill => {
                let service = self.pack.service(service).ok_or_else(not_here)?;
                Demand::of_bill(&self.pack, service, building, on, &since)
            }
            ServiceKind::CheckReceipt
            | ServiceKind::Fees
            | ServiceKind::Elsewhere
            | ServiceKind::Application => return Err(not_here()),
        };
        // Where a bill is shown alone, nothing is taken and no charge with it.
        let demand = match self.is_paid_elsewhere(service) {
            true => demand,
            false => demand.and_then(|demand| self.here(demand)),
        };
        demand.map_err(|error| match error {
            ledger::DemandError::NoHousehold { .. } => Refusal::new(RefusalCode::NothingDue),
            ledger::DemandError::NoConnection { .. } => Refusal::new(RefusalCode::NoConnection),
            error if error.is_unset() => Refusal::new(RefusalCode::NotSetYet),
            _ => Refusal::new(RefusalCode::StoreFailed),
        })
    }

    /// The same demand with the charge of this place.
    pub(crate) fn here(&self, demand: Demand) -> Result<Demand, ledger::DemandError> {
        match self.settings.is_centre {
            true => demand.at_a_centre(&self.pack),
            false => Ok(demand),
        }
    }

    fn look_up(&mut self, turn: &mut Turn<'_>) -> Outcome {
        let State::Find(find) = &self.state else { return Err(not_here()) };
        let (service, typed) = (find.service.clone(), find.typed.trim().to_owned());
        if typed.is_empty() {
            return Err(Refusal::new(RefusalCode::NothingTyped));
        }
        if find.receipt {
            return self.check_slip(&typed, turn);
        }
        let mut found = self.by_typed_account(&service, &typed, turn)?;
        if found.is_empty() {
            found = turn.books.by_number(&typed)?;
        }
        if found.is_empty() {
            return self.search(&typed, turn);
        }
        let mut own: Vec<Building> =
            found.into_iter().filter_map(|building| self.own(building).ok()).collect();
        own.truncate(MATCHES_MAX);
        match own.len() {
            0 => Err(Refusal::new(RefusalCode::OtherWard)),
            1 => self.found(&service, own.remove(0), false, turn),
            _ => {
                let State::Find(find) = &mut self.state else { return Err(not_here()) };
                find.matches = own;
                Ok(())
            }
        }
    }

    /// No building has what was typed as its number: those that agree with it are offered, and one
    /// alone is no certainty. Names are looked for once somebody is signed in.
    fn search(&mut self, typed: &str, turn: &mut Turn<'_>) -> Outcome {
        let (with_names, wards) = (self.staff.is_some(), &self.settings.wards);
        let found = turn.books.search(typed, with_names, wards, MATCHES_MAX + 1)?;
        let mut own: Vec<Building> =
            found.into_iter().filter_map(|building| self.own(building).ok()).collect();
        let more = own.len() > MATCHES_MAX;
        own.truncate(MATCHES_MAX);
        let asking = self.ask_names(typed, turn);
        if own.is_empty() && !asking {
            return Err(Refusal::new(self.nothing_found(typed)));
        }
        let State::Find(find) = &mut self.state else { return Err(not_here()) };
        (find.searched, find.more, find.asking) = (!own.is_empty(), more, asking);
        find.matches = own;
        Ok(())
    }

    /// Why nothing was found, for whoever typed this.
    fn nothing_found(&self, typed: &str) -> RefusalCode {
        if typed.chars().any(char::is_numeric) {
            return RefusalCode::UnknownBuilding;
        }
        match self.staff.is_some() && self.lacks_names() && !self.online {
            true => RefusalCode::NamesAtOffice,
            false => RefusalCode::NothingFound,
        }
    }

    /// Whether the names of owners are no part of this device's register.
    fn lacks_names(&self) -> bool {
        self.settings.profile == Profile::Kiosk
    }

    /// Has the office asked after a name, where staff typed one, only it knows names, and there is
    /// a line to it.
    fn ask_names(&self, typed: &str, turn: &mut Turn<'_>) -> bool {
        let Some(member) = &self.staff else { return false };
        let is_name = typed.chars().any(char::is_alphabetic);
        let asks = is_name && self.lacks_names() && self.online && !self.settings.practice;
        if asks {
            let (staff, typed) = (member.id, typed.to_owned());
            turn.effects.push(Effect::AskNames { staff, typed });
        }
        asks
    }

    /// The office's houses join those that were found here. What was typed meanwhile, or by
    /// somebody else, is another question.
    pub(crate) fn named(
        &mut self,
        typed: &str,
        houses: Option<(Vec<u32>, bool)>,
        turn: &Turn<'_>,
    ) -> Outcome {
        let is_asked = |find: &Find| find.asking && find.typed.trim() == typed;
        let State::Find(find) = &self.state else { return Ok(()) };
        if !is_asked(find) || self.staff.is_none() {
            return Ok(());
        }
        let mut matches = find.matches.clone();
        let (found, mut more) = houses.clone().unwrap_or_default();
        for house in found {
            let is_new = matches.iter().all(|known| known.id != house);
            let building = turn.books.building(house)?.filter(|_| is_new);
            matches.extend(building.and_then(|building| self.own(building).ok()));
        }
        more |= find.more || matches.len() > MATCHES_MAX;
        matches.truncate(MATCHES_MAX);
        let is_empty = matches.is_empty();
        let State::Find(find) = &mut self.state else { return Err(not_here()) };
        (find.matches, find.more, find.asking) = (matches, more, false);
        find.searched = !is_empty;
        match houses {
            None => Err(Refusal::new(RefusalCode::NamesAtOffice)),
            Some(_) if is_empty => Err(Refusal::new(self.nothing_found(typed))),
            Some(_) => Ok(()),
        }
    }

    /// A device takes money for its own wards only.
    pub(crate) fn own(&self, building: Building) -> Result<Building, Refusal> {
        match self.settings.wards.contains(&building.ward) {
            true => Ok(building),
            false => Err(Refusal::new(RefusalCode::OtherWard)),
        }
    }

    fn as_match(&self, building: &Building) -> Match {
        let place = self.place(building);
        Match {
            id: building.id.to_string(),
            place: format!("{} · {}", place.ward_name, place.number),
            street: building.street.clone(),
            owner: place.owner,
        }
    }

    pub(crate) fn check_slip(&mut self, square: &str, turn: &mut Turn<'_>) -> Outcome {
        if is_extract(square) {
            return self.check_extract(square, turn);
        }
        let checked = turn.books.check_square(square).map_err(not_ours)?;
        let complaint = checked.application.as_ref().and_then(|it| it.complaint.clone());
        if let Some(code) = complaint {
            return self.show_complaint(checked.number, code, turn);
        }
        let building = match checked.building {
            Some(id) => turn.books.building(id)?,
            None => None,
        };
        let page = CheckedPage {
            genuine: true,
            number: checked.number.to_string(),
            amount: checked.amount,
            date: checked.at.date_text(),
            place: String::new(),
            device: checked.device,
            service: String::new(),
            extract: false,
            due: checked.application.as_ref().map_or(String::new(), |it| day_text(it.due)),
        };
        let service = checked.application.map(|application| application.service);
        self.enter(State::Checked(Checked { page, service, building }), turn.now);
        Ok(())
    }

    /// What stands on an extract is in its square: whoever checks it compares it with the paper.
    fn check_extract(&mut self, square: &str, turn: &mut Turn<'_>) -> Outcome {
        let extract = turn.books.check_extract(square).map_err(not_ours)?;
        let form = self.form_of(&extract.service);
        let values = extract.particulars.iter().map(|it| match &form {
            Some(form) => form.said(&it.name, &it.value, self.language.code()),
            None => it.value.clone(),
        });
        let page = CheckedPage {
            genuine: true,
            number: extract.register.clone(),
            amount: None,
            date: day_text(extract.registered),
            place: values.collect::<Vec<_>>().join(" · "),
            device: self.pack.text(ledger::Text::ExtractRegistrar, self.language).to_owned(),
            service: String::new(),
            extract: true,
            due: String::new(),
        };
        let service = Some(extract.service);
        self.enter(State::Checked(Checked { page, service, building: None }), turn.now);
        Ok(())
    }

    /// The ward's name and the service follow the language on the glass.
    pub(crate) fn checked_page(&self, state: &Checked) -> CheckedPage {
        let place = state.building.as_ref().map_or(state.page.place.clone(), |building| {
            format!("{} · {}", self.place(building).ward_name, building.number)
        });
        let service = state.service.as_deref();
        let service = service.map(|it| self.acknowledged_title(it, self.language));
        CheckedPage { place, service: service.unwrap_or_default(), ..state.page.clone() }
    }
}

/// Why a square is not believed.
pub(crate) fn not_ours(error: ClaimError) -> Refusal {
    Refusal::new(match error {
        ClaimError::UnknownDevice(_) | ClaimError::Altered(_) => RefusalCode::ForgedSlip,
        ClaimError::Shape | ClaimError::Entry(_) | ClaimError::NotAReceipt => {
            RefusalCode::UnreadableCode
        }
        ClaimError::NotAClose | ClaimError::NotAReceiving => RefusalCode::NotAClose,
        ClaimError::Practice => RefusalCode::PracticeSlip,
    })
}

pub(crate) fn is_extract(square: &str) -> bool {
    let address = square.split('#').next().unwrap_or_default();
    address.to_ascii_uppercase().contains(EXTRACT_MARK)
}

pub(crate) fn is_slip(text: &str) -> bool {
    let text = text.to_ascii_uppercase();
    SLIP_MARKS.into_iter().any(|mark| text.contains(mark))
}
