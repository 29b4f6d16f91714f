//! What a pack says of the bills of utilities: whose they are and whether the body takes their
//! money, by when they are due, and what is added after that day.

use chrono::NaiveDate;

use super::body::{Head, Service, ServiceKind, heads};
use super::fees::Fees;
use super::figure::{Figure, certainty_or_unset, overlap, read_figure, read_unset};
use super::rates::{BasisPoints, basis_points};
use super::reader::{Faults, Section};
use crate::money::Paise;

const FILE: &str = "rates.toml";

/// What a service of the kind `bill` is besides its name and picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillService {
    /// The head of what is billed.
    pub head: String,
    /// The head of what is added to a bill that is paid late.
    pub late_head: String,
    /// The body collects for the utility, by its licence as an agency. Without one nothing is
    /// taken.
    pub agency: bool,
    /// Where it is paid instead.
    pub address: Option<String>,
}

/// The figures of bills, by their services.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bills {
    due: Vec<OfService<u16>>,
    late: Vec<OfService<LateCharge>>,
}

/// A figure of one service; none where the body has still to set it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct OfService<T> {
    service: String,
    figure: Figure<Option<T>>,
    line: u32,
}

/// What is added to a bill after its last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LateCharge {
    Nothing,
    Sum(Paise),
    /// A share of what is unpaid, once.
    Share(BasisPoints),
    /// What the bill itself names.
    AsBilled,
}

/// A figure as a demand asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<T> {
    Is(T),
    Unset,
    Missing,
}

impl BillService {
    pub(super) fn read(section: &Section<'_>) -> Self {
        let agency = section.yes("agency");
        let address = (!agency).then(|| section.text("address"));
        if address.as_ref().is_some_and(|address| !address.starts_with("https://")) {
            section.fault_at("address", "must begin with https://");
        }
        Self { head: section.text("head"), late_head: section.text("late_head"), agency, address }
    }

    /// Whether its receipts may have lines of this head.
    pub fn has_head(&self, head: &str) -> bool {
        self.head == head || self.late_head == head
    }
}

impl Bills {
    /// How many days after the end of its month a bill is due that names no day of its own.
    pub fn due_days(&self, service: &str, month: NaiveDate) -> Found<u16> {
        found(&self.due, service, month)
    }

    /// What is added after that, by the rule of the month's first day.
    pub fn late(&self, service: &str, month: NaiveDate) -> Found<LateCharge> {
        found(&self.late, service, month)
    }

    /// The figure of a day by which a late bill costs more, set or not.
    pub(crate) fn late_at(
        &self,
        service: &str,
        day: NaiveDate,
    ) -> Option<&Figure<Option<LateCharge>>> {
        let holds = |it: &&OfService<LateCharge>| it.service == service && it.figure.holds_on(day);
        self.late.iter().find(holds).map(|it| &it.figure)
    }

    pub(super) fn read(file: &Section<'_>) -> Self {
        let days = |section: &Section<'_>| {
            u16::try_from(section.whole("days", 0..=366)).expect("checked to be at most 366")
        };
        Self { due: each(file, "bill_due", days), late: each(file, "bill_late", late_charge) }
    }

    /// What must agree between the bills' figures and the pack's services and heads.
    pub(super) fn check(&self, services: &[Service], all: &[Head], fees: &Fees, faults: &Faults) {
        let bills = || services.iter().filter(|service| service.kind == ServiceKind::Bill);
        self.check_named(services, faults);
        for service in bills() {
            let Some(bill) = &service.bill else { continue };
            for head in [&bill.head, &bill.late_head] {
                let own = !heads::ALL.contains(&&**head)
                    && all.iter().any(|known| known.code == *head)
                    && fees.rules.iter().all(|fee| fee.head != *head)
                    && bills().all(|other| other.id == service.id || !has(other, head));
                if !own {
                    let what = format!("{head} of {} must be a head of its own", service.id);
                    faults.note("pack.toml", 1, what);
                }
            }
            if bill.head == bill.late_head {
                let what = format!("{}: head and late_head are the same", service.id);
                faults.note("pack.toml", 1, what);
            }
            for (key, any) in [
                ("bill_due", self.due.iter().any(|it| it.service == service.id)),
                ("bill_late", self.late.iter().any(|it| it.service == service.id)),
            ] {
                if bill.agency && !any {
                    faults.note(FILE, 1, format!("the service {} has no [[{key}]]", service.id));
                }
            }
        }
    }

    fn check_named(&self, services: &[Service], faults: &Faults) {
        let is_bill = |id: &str| {
            services.iter().any(|service| service.id == id && service.kind == ServiceKind::Bill)
        };
        let named = self.due.iter().map(|it| (&it.service, it.line));
        for (service, line) in named.chain(self.late.iter().map(|it| (&it.service, it.line))) {
            if !is_bill(service) {
                let what = format!("{service} is no service of the kind bill in pack.toml");
                faults.note(FILE, line, what);
            }
        }
    }
}

fn has(service: &Service, head: &str) -> bool {
    service.bill.as_ref().is_some_and(|bill| bill.has_head(head))
}

fn found<T: Copy>(all: &[OfService<T>], service: &str, day: NaiveDate) -> Found<T> {
    let of = all.iter().find(|it| it.service == service && it.figure.holds_on(day));
    match of.map(|it| it.figure.value) {
        Some(Some(value)) => Found::Is(value),
        Some(None) => Found::Unset,
        None => Found::Missing,
    }
}

fn each<T>(file: &Section<'_>, key: &str, value: impl Fn(&Section<'_>) -> T) -> Vec<OfService<T>> {
    let mut all: Vec<OfService<T>> = Vec::new();
    for section in file.sections_if_any(key) {
        let service = section.text("service");
        let figure = match certainty_or_unset(&section) {
            Some(_) => read_figure(&section, |section| Some(value(section))),
            None => {
                let Figure { from, to, source, certainty, .. } = read_unset(&section);
                Figure { value: None, from, to, source, certainty }
            }
        };
        if all.iter().any(|it| it.service == service && overlap(&it.figure, &figure)) {
            section.fault(format!("{key}: two figures of {service} hold on {}", figure.from));
        }
        let line = section.line();
        section.finish();
        all.push(OfService { service, figure, line });
    }
    all
}

fn late_charge(section: &Section<'_>) -> LateCharge {
    #[derive(Clone, Copy)]
    enum Kind {
        Nothing,
        Sum,
        Share,
        AsBilled,
    }
    let kinds = [
        ("nothing", Kind::Nothing),
        ("flat", Kind::Sum),
        ("share", Kind::Share),
        ("as_billed", Kind::AsBilled),
    ];
    match section.one_of("kind", &kinds) {
        Kind::Nothing => LateCharge::Nothing,
        Kind::Sum => LateCharge::Sum(section.money("rupees")),
        Kind::Share => LateCharge::Share(basis_points(section)),
        Kind::AsBilled => LateCharge::AsBilled,
    }
}
