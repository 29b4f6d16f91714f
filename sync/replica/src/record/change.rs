//! What a change may be: one value under one name, at the root, by a writer whose number it bears.
//! Nothing nests, as a map that two people make apart from each other would hide what one of them
//! put into it.

use automerge::legacy::{Key, ObjectId, OpType};
use automerge::{ActorId, Change, ScalarValue, Value};
use ledger::{
    CARD_MARK_BYTES, FieldValue, Hash, PhotoHash, RECORD_NAME_BYTES_MAX, StaffId, Writer,
};

use super::{Editor, RecordError};

/// The largest change that is read, in bytes: one value has about 120, and 32 for each other edit
/// that it was made upon.
pub const CHANGE_BYTES_MAX: usize = 4_096;

/// Where the checksum of a change stands in its bytes.
const CHECKSUM: std::ops::Range<usize> = 4..8;

/// What a change says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub field: String,
    pub says: Says,
    pub by: Editor,
    /// The hash by which the change is known.
    pub hash: Hash,
    /// The changes that it was made upon.
    pub upon: Vec<Hash>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// The field holds this, in place of so many values that were known.
    Holds(FieldValue, usize),
    /// Of several values the one that is shown stays: the library takes the others away.
    OthersAreWrong,
}

pub(super) fn read(bytes: &[u8]) -> Result<Change, RecordError> {
    if bytes.len() > CHANGE_BYTES_MAX {
        return Err(RecordError::TooLong(bytes.len()));
    }
    super::guarded(|| {
        let change = Change::from_bytes(bytes.to_vec()).map_err(RecordError::Change)?;
        // The library does not look at the checksum, which is the beginning of the hash; and what
        // is packed or has more behind it would be sent on as something else than what came.
        let summed_up = bytes.get(CHECKSUM) == change.hash().0.get(..CHECKSUM.len());
        match summed_up && change.raw_bytes() == bytes {
            true => Ok(change),
            false => Err(RecordError::NoEdit("it is not written as it would be sent on")),
        }
    })
}

pub(super) fn told(change: &Change) -> Result<Told, RecordError> {
    let by = editor(change.actor_id(), change.message(), change.timestamp())?;
    if !change.extra_bytes().is_empty() {
        return Err(RecordError::NoEdit("something stands behind it"));
    }
    if change.len() != 1 {
        return Err(RecordError::NoEdit("it does not say one thing"));
    }
    let expanded = change.decode();
    let [operation] = expanded.operations.as_slice() else {
        return Err(RecordError::NoEdit("it does not say one thing"));
    };
    if operation.obj != ObjectId::Root || operation.insert {
        return Err(RecordError::NoEdit("it says something that is not at the root"));
    }
    let Key::Map(name) = &operation.key else {
        return Err(RecordError::NoEdit("its value has no name"));
    };
    if name.is_empty() || name.len() > RECORD_NAME_BYTES_MAX {
        return Err(RecordError::NoEdit("its field has no name of a field"));
    }
    let says = match &operation.action {
        OpType::Put(scalar) => Says::Holds(of_scalar(scalar)?, operation.pred.len()),
        OpType::Delete if !operation.pred.is_empty() => Says::OthersAreWrong,
        _ => return Err(RecordError::NoEdit("it puts no value at the root")),
    };
    let hash = change.hash().0.into();
    let upon = change.deps().iter().map(|dep| dep.0.into()).collect();
    Ok(Told { field: name.to_string(), says, by, hash, upon })
}

/// Whose word a change is, from what the library keeps beside it.
pub(super) fn editor(
    actor: &ActorId,
    message: Option<&str>,
    seconds: i64,
) -> Result<Editor, RecordError> {
    let writer = <[u8; 4]>::try_from(actor.to_bytes())
        .map_err(|_| RecordError::NoEdit("its writer has no number"))?;
    let staff = match message {
        None => None,
        Some(digits) => {
            let written: u32 =
                digits.parse().map_err(|_| RecordError::NoEdit("its author has no number"))?;
            if written.to_string() != digits {
                return Err(RecordError::NoEdit("its author has no number"));
            }
            Some(StaffId(written))
        }
    };
    let at_ms = seconds.checked_mul(1_000).ok_or(RecordError::NoEdit("its time is no time"))?;
    Ok(Editor { writer: Writer(u32::from_be_bytes(writer)), staff, at_ms })
}

pub(super) fn scalar(value: &FieldValue) -> Result<ScalarValue, RecordError> {
    match value {
        FieldValue::Count(count) => Ok(ScalarValue::Uint(u64::from(*count))),
        FieldValue::YesNo(yes) => Ok(ScalarValue::Boolean(*yes)),
        FieldValue::Choice(choice) if choice.len() <= RECORD_NAME_BYTES_MAX => {
            Ok(ScalarValue::Str(choice.as_str().into()))
        }
        FieldValue::Photo(hash) => Ok(ScalarValue::Bytes(hash.bytes().to_vec())),
        FieldValue::Card(mark) => Ok(ScalarValue::Bytes(mark.bytes().to_vec())),
        FieldValue::Choice(_) => Err(RecordError::NoEdit("its choice has no name of a choice")),
    }
}

pub(super) fn value(value: &Value<'_>) -> Result<FieldValue, RecordError> {
    match value {
        Value::Scalar(scalar) => of_scalar(scalar),
        Value::Object(_) => Err(RecordError::NoEdit("a field holds no value")),
    }
}

fn of_scalar(scalar: &ScalarValue) -> Result<FieldValue, RecordError> {
    match scalar {
        ScalarValue::Uint(count) => u32::try_from(*count)
            .map(FieldValue::Count)
            .map_err(|_| RecordError::NoEdit("its count is beyond every count")),
        ScalarValue::Boolean(yes) => Ok(FieldValue::YesNo(*yes)),
        ScalarValue::Str(text) if text.len() <= RECORD_NAME_BYTES_MAX => {
            Ok(FieldValue::Choice(text.to_string()))
        }
        // A mark has half as many bytes as a photo's hash.
        ScalarValue::Bytes(bytes) if bytes.len() == CARD_MARK_BYTES => {
            let mark = <[u8; CARD_MARK_BYTES]>::try_from(bytes.as_slice());
            Ok(FieldValue::Card(mark.expect("so many bytes").into()))
        }
        ScalarValue::Bytes(bytes) => <[u8; 32]>::try_from(bytes.as_slice())
            .map(|hash| FieldValue::Photo(PhotoHash(hash.into())))
            .map_err(|_| RecordError::NoEdit("its photo has no hash of a photo")),
        _ => Err(RecordError::NoEdit("its value is none of a field")),
    }
}
