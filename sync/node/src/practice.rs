//! Books for learning: in memory, under keys that nobody knows, with numbers that no office leased.
//! They are gone with the lesson, and nothing of them can be sent or believed anywhere.

use ledger::{Enrolment, Lease, PRACTICE_BODY, Signer, SlotLease, Writer};
use replica::Provision;
use ring::rand::SystemRandom;
use ring::signature::Ed25519KeyPair;

use crate::key::DeviceKey;
use crate::store::{Store, StoreError};

/// No device of a body has this number: the centre counts them from 1.
pub const PRACTICE_WRITER: Writer = Writer(u32::MAX);

/// The numbers of a practice book: more than a lesson needs.
const NUMBERS: u32 = 999;

/// Books for practice beside a device's own, with the same staff, the same houses as they stand in
/// `real`, and all slots of its leases. `year` is the financial year, `now_ms` the present time.
pub fn practice(
    real: &Store,
    provision: &Provision,
    year: u16,
    now_ms: i64,
) -> Result<Store, StoreError> {
    let (office, _) = fresh_key();
    let (device, pkcs8) = fresh_key();
    let lease = Lease {
        body: PRACTICE_BODY.to_owned(),
        year,
        book: "P1".to_owned(),
        writer: PRACTICE_WRITER,
        operator: None,
        first: 1,
        last: NUMBERS,
        issued_ms: now_ms,
        acknowledges: None,
    };
    let acknowledgements = Lease {
        book: "P2".to_owned(),
        // What is applied for in a lesson is sealed to nobody, and read by nobody.
        acknowledges: Some(fresh_key().0.public_key()),
        ..lease.clone()
    };
    let (writer, name, key) = (PRACTICE_WRITER, provision.name.clone(), device.public_key());
    let provision = Provision {
        writer,
        key: pkcs8.into(),
        office: office.public_key(),
        sisters: vec![Enrolment { writer, name, key }],
        book: lease.signed(&office),
        acknowledgements: Some(acknowledgements.signed(&office)),
        ..provision.clone()
    };
    let mut store = Store::in_memory(&provision)?;
    for lease in real.day_book().slot_leases() {
        let (body, writer) = (PRACTICE_BODY.to_owned(), PRACTICE_WRITER);
        let lease = SlotLease { body, writer, ..lease.clone() };
        store.lend_slots(lease.signed(&office));
    }
    for ward in real.wards() {
        let houses = real.round(*ward, None, usize::MAX)?;
        store.put_buildings(houses, 0)?;
    }
    Ok(store)
}

/// A key that is forgotten with the lesson.
fn fresh_key() -> (DeviceKey, Vec<u8>) {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
        .expect("a running system has randomness");
    let key = DeviceKey::from_pkcs8(pkcs8.as_ref()).expect("a key that was just made");
    (key, pkcs8.as_ref().to_vec())
}
