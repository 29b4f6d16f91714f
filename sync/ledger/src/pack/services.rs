//! Reads the services of a pack: what each is, what it asks, and where it is done.

use super::applications;
use super::bills::BillService;
use super::body::{Service, ServiceKind};
use super::main_file::{name, refuse_twins};
use super::reader::Section;

/// The longest address of a place, in bytes: its square must be read from a glass by any phone.
const ADDRESS_BYTES_MAX: usize = 200;

pub(super) fn read(root: &Section<'_>) -> Vec<Service> {
    let services: Vec<Service> = root.sections("service").into_iter().map(read_one).collect();
    refuse_twins(root, "service", &services, |service| &service.id);
    services
}

fn read_one(section: Section<'_>) -> Service {
    let kinds = [
        ("property_tax", ServiceKind::PropertyTax),
        ("waste_fee", ServiceKind::WasteFee),
        ("check_receipt", ServiceKind::CheckReceipt),
        ("fees", ServiceKind::Fees),
        ("bill", ServiceKind::Bill),
        ("application", ServiceKind::Application),
        ("elsewhere", ServiceKind::Elsewhere),
    ];
    let kind = section.one_of("kind", &kinds);
    let elsewhere = kind == ServiceKind::Elsewhere;
    let fees = kind == ServiceKind::Fees;
    let applies = kind == ServiceKind::Application;
    let books = fees && section.has("books");
    if books {
        section.one_of("books", &[("facility", ())]);
    }
    let service = Service {
        id: name(&section, "id"),
        kind,
        form: (fees || applies).then(|| name(&section, "form")),
        application: applies.then(|| applications::read(&section)),
        bill: (kind == ServiceKind::Bill).then(|| BillService::read(&section)),
        picture: name(&section, "picture"),
        badge: if elsewhere { String::new() } else { name(&section, "badge") },
        books,
        needs_line: !elsewhere && section.has("needs_line") && section.yes("needs_line"),
        address: elsewhere.then(|| address(&section)),
    };
    if service.id == "elsewhere" {
        section.fault_at("id", "is the name of the tile behind which such services are");
    }
    section.finish();
    service
}

fn address(section: &Section<'_>) -> String {
    let address = section.text("address");
    let host = address.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    let named = |host: &str| {
        host.contains('.') && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b))
    };
    let plain = address.bytes().all(|b| b.is_ascii_graphic());
    if !host.is_some_and(named) || !plain || address.len() > ADDRESS_BYTES_MAX {
        let what = "must be the place's address, https:// and a host, 200 bytes at most";
        section.fault_at("address", what);
    }
    address
}
