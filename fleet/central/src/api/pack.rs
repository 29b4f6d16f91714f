//! `GET /v1/pack/SHA256`: the file of a rule pack in service, whole or a range of it. Packs are for
//! everybody to read: what makes one the office's is its signature, which devices check.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use replica::{CARRIED_PACK_BYTES_MAX, PackOffer, pack_file_named};

use super::Centre;
use super::denied::Denied;

pub async fn get(
    State(centre): State<Arc<Centre>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let none = || Denied::new(StatusCode::NOT_FOUND, "There is no such rule pack here.");
    let digest = pack_file_named(&name).ok_or_else(none)?;
    let file = centre.store.pack_file(digest).await?.ok_or_else(none)?;
    const KIND: [(HeaderName, &str); 1] = [(header::CONTENT_TYPE, "application/octet-stream")];
    let Some(asked) = headers.get(header::RANGE) else {
        centre.counts.bytes_out.add(file.len());
        return Ok((KIND, file).into_response());
    };
    let range = asked.to_str().ok().and_then(|asked| range(asked, file.len()));
    let (from, to) = range.ok_or_else(|| {
        let sentence =
            format!("Of this file there are the bytes 0 to {}.", file.len().saturating_sub(1));
        Denied::new(StatusCode::RANGE_NOT_SATISFIABLE, sentence)
    })?;
    let piece = file[from..=to].to_vec();
    centre.counts.bytes_out.add(piece.len());
    let place = [(header::CONTENT_RANGE, format!("bytes {from}-{to}/{}", file.len()))];
    Ok((StatusCode::PARTIAL_CONTENT, KIND, place, piece).into_response())
}

/// The first and last byte of the one range that may be asked for (RFC 9110, section 14.1.2).
fn range(asked: &str, length: usize) -> Option<(usize, usize)> {
    let (from, to) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let from: usize = from.parse().ok()?;
    let last = length.checked_sub(1)?;
    let to = match to {
        "" => last,
        to => to.parse::<usize>().ok()?.min(last),
    };
    (from <= to).then_some((from, to))
}

impl Centre {
    /// The offer with the file in it, for a device that has no line to ask for it; a file that is
    /// too large for a parcel waits for a line.
    pub(super) async fn with_file(
        &self,
        offer: Option<PackOffer>,
    ) -> Result<Option<PackOffer>, Denied> {
        let Some(offer) = offer else { return Ok(None) };
        if offer.bytes as usize > CARRIED_PACK_BYTES_MAX {
            tracing::warn!(version = offer.version, "a rule pack is too large to be carried");
            return Ok(Some(offer));
        }
        let file = self.store.pack_file(offer.digest).await?;
        Ok(Some(PackOffer { file: file.map(Into::into), ..offer }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_range_of_bytes_that_are_there_is_read() {
        assert_eq!(range("bytes=0-9", 100), Some((0, 9)));
        assert_eq!(range("bytes=90-200", 100), Some((90, 99)));
        assert_eq!(range("bytes=90-", 100), Some((90, 99)));
        for asked in
            ["", "bytes=", "bytes=-5", "bytes=9-8", "bytes=100-", "bytes=0-1,3-4", "items=0-1"]
        {
            assert_eq!(range(asked, 100), None, "{asked}");
        }
        assert_eq!(range("bytes=0-", 0), None);
    }
}
