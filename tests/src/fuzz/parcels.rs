//! What comes on a stick: a device's parcel, and the office's reply to one.

use std::sync::LazyLock;

use ledger::{Signer, sha256};
use replica::{PARCEL_BYTES_MAX, Parcel, REQUESTS_MAX, Replies, Reply, SignedReplies};

use super::files;
use super::samples::{BOOKS, REQUESTS};
use super::signed::{is_read_again, request};
use crate::books::DEVICE;

/// The most requests of a sample.
const FEW: usize = 3;

/// A parcel, and each of its requests as far as the books.
pub fn parcel(bytes: &[u8]) -> bool {
    let Ok(parcel) = Parcel::read(bytes) else { return false };
    assert!(bytes.len() <= PARCEL_BYTES_MAX && parcel.requests.len() <= REQUESTS_MAX);
    is_read_again(&parcel);
    assert_eq!(Parcel::read(&parcel.written()).ok().as_ref(), Some(&parcel));
    parcel.requests.iter().for_each(|one| {
        request(one);
    });
    true
}

pub fn parcels() -> Vec<Vec<u8>> {
    let of = |requests: usize| {
        let requests = REQUESTS.iter().take(requests);
        let sealed =
            requests.map(|request| request.sealed_to_carry(&BOOKS.device, false).bytes.into());
        Parcel { writer: DEVICE, requests: sealed.collect() }.written()
    };
    let many = Parcel { writer: DEVICE, requests: vec![Vec::new().into(); REQUESTS_MAX + 1] };
    (0..=FEW).map(of).chain([many.written()]).collect()
}

/// A reply: what was altered is not the office's.
pub fn reply(bytes: &[u8]) -> bool {
    let Ok(signed) = SignedReplies::read(bytes) else { return false };
    is_read_again(&signed);
    if let Ok(sealed) = signed.opened(&BOOKS.office.public_key()) {
        assert!(REPLIES.contains(&signed), "never signed: {signed:?}");
        let replies = sealed.unsealed(BOOKS.device.opening()).expect("sealed for it");
        assert!(replies.to == sealed.to && replies.replies.len() <= REQUESTS_MAX);
    }
    true
}

pub fn replies() -> Vec<Vec<u8>> {
    REPLIES.iter().map(SignedReplies::written).collect()
}

static REPLIES: LazyLock<Vec<SignedReplies>> = LazyLock::new(|| {
    let answers = files::answers();
    let of = |replies: usize| {
        let named = answers
            .iter()
            .take(replies)
            .map(|answer| Reply { request: sha256(answer), answer: answer.clone().into() });
        let replies = Replies { to: DEVICE, replies: named.collect() };
        replies.sealed(&BOOKS.device.public_key(), [9; 32], &BOOKS.office).expect("a key")
    };
    (0..=FEW).map(of).collect()
});
