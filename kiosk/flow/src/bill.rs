//! Bills of a utility: what its page says besides the sums, and how a bill is found by its account
//! or its square.

use std::iter::successors;

use ledger::{BILLED_MONTHS_MAX, BillCode, BillService, Building, Period};

use crate::flow::{Flow, Outcome, Turn};
use crate::refusal::{Refusal, RefusalCode};
use crate::screen::{BillPart, UseBar};
use crate::state::Paying;

impl Flow {
    /// What the page of a demand says where it is one of bills.
    pub(crate) fn bill_part(&self, paying: &Paying) -> Option<BillPart> {
        let bill = self.bill_of(&paying.service)?;
        let connection = paying.building.as_ref()?.connection(&paying.service)?;
        let newest = connection.months.last().map(|billed| billed.month);
        let months = newest.into_iter().flat_map(|newest| {
            successors(Some(newest), |month: &Period| Some(month.previous()))
                .take(BILLED_MONTHS_MAX)
        });
        let mut bars: Vec<UseBar> = months
            .map(|month| UseBar {
                month: month.label(self.language),
                units: connection.billed(month).map(|billed| billed.units),
            })
            .collect();
        bars.reverse();
        Some(BillPart {
            biller: self.pack.biller(&paying.service, self.language).to_owned(),
            account: connection.account.clone(),
            unit: self.pack.bill_unit(&paying.service, self.language).to_owned(),
            bars,
            elsewhere: bill.address.clone(),
        })
    }

    /// Whether a service is one that this body only shows.
    pub(crate) fn is_paid_elsewhere(&self, service: &str) -> bool {
        self.bill_of(service).is_some_and(|bill| !bill.agency)
    }

    fn bill_of(&self, service: &str) -> Option<&BillService> {
        self.pack.service(service)?.bill.as_ref()
    }

    /// The bill that a square or a number means: its service and its building. None where the text
    /// is of no account that is known here.
    pub(crate) fn bill_by_code(
        &self,
        text: &str,
        turn: &Turn<'_>,
    ) -> Result<Option<(String, Building)>, Refusal> {
        let code = BillCode::parse(text);
        if code.as_ref().is_some_and(|code| code.body != self.pack.body.code) {
            return Err(Refusal::new(RefusalCode::UnknownCode));
        }
        let (service, account) = match &code {
            Some(code) => (Some(code.service.as_str()), code.account.as_str()),
            None if ledger::is_account(text.trim()) => (None, text.trim()),
            None => return Ok(None),
        };
        let found = turn.books.by_account(service, account)?.into_iter().next();
        let Some(building) = found else {
            return match code {
                Some(_) => Err(Refusal::new(RefusalCode::UnknownBuilding)),
                None => Ok(None),
            };
        };
        let building = self.own(building)?;
        let sought = ledger::Connection::sought(account);
        let drawn = building.connections.iter().find(|drawn| {
            ledger::Connection::sought(&drawn.account) == sought
                && service.is_none_or(|service| drawn.service == service)
                && self.bill_of(&drawn.service).is_some()
        });
        Ok(drawn.map(|drawn| drawn.service.clone()).map(|service| (service, building)))
    }

    /// Opens the bill that a scanned text is of; says whether it was one.
    pub(crate) fn open_bill(&mut self, text: &str, turn: &mut Turn<'_>) -> Result<bool, Refusal> {
        let Some((service, building)) = self.bill_by_code(text, turn)? else { return Ok(false) };
        self.show_demand(&service, building, turn).map(|()| true)
    }

    /// The buildings whose account was typed: of the service that was chosen, where it bills.
    pub(crate) fn by_typed_account(
        &self,
        service: &str,
        typed: &str,
        turn: &Turn<'_>,
    ) -> Result<Vec<Building>, Refusal> {
        match self.bill_of(service) {
            Some(_) if ledger::is_account(typed) => {
                Ok(turn.books.by_account(Some(service), typed)?)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Nothing is taken for a bill that is paid elsewhere.
    pub(crate) fn check_paid_here(&self, service: &str) -> Outcome {
        match self.is_paid_elsewhere(service) {
            true => Err(Refusal::new(RefusalCode::NotHere)),
            false => Ok(()),
        }
    }
}
