//! `POST /v1/photo`: a piece of a photo from a device that was told of in an edit before. `GET
//! /photo/HASH`: a photo that a record names, for the office's page.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ledger::{Hash, PhotoHash, PhotoKind, SEALED_BYTES_MAX, Writer};
use replica::{
    PIECE_MESSAGE_BYTES_MAX, PhotoAnswer, PhotoError, PhotoRefusal, PhotoSays, Piece, SignedPiece,
};

use super::Centre;
use super::denied::Denied;
use super::exchange::{note_unread, read_body, said};
use super::turned::Why;
use crate::photos::{NewPhoto, Photos, PhotosError, PieceCame, PieceTaken};
use crate::time::{moment, now_ms};

/// How long a piece may take: the largest one over a line of 10 kbit/s.
const PIECE_READ: Duration = Duration::from_secs(30);

/// How many pieces are taken at once.
pub(super) const AT_ONCE_MAX: usize = 4;

pub async fn post(State(centre): State<Arc<Centre>>, request: Request) -> Response {
    let answer = posted(&centre, request, now_ms()).await;
    said(&centre, answer)
}

async fn posted(centre: &Centre, request: Request, now_ms: i64) -> Result<Vec<u8>, Denied> {
    let body = read_body(request, PIECE_MESSAGE_BYTES_MAX, PIECE_READ).await;
    let body = body.inspect_err(|denied| note_unread(centre, denied))?;
    centre.counts.bytes_in.add(body.len());
    let (piece, digest) = opened(centre, &body, now_ms).await?;
    // Receipts have the rest of the books' time.
    let _place = centre.pieces.try_acquire().map_err(|_| Denied::busy())?;
    let (to, photo) = (piece.writer, piece.photo);
    let says = centre.take_piece(piece, now_ms).await?;
    if let PhotoSays::Refused(why) = says {
        tracing::warn!(writer = to.0, %photo, %why, "a photo is not taken");
    }
    Ok(PhotoAnswer { to, photo, piece: digest, says }.sealed(centre.office()))
}

/// The piece, once it was found to be signed by the device that it names.
async fn opened(centre: &Centre, body: &[u8], now_ms: i64) -> Result<(Piece, Hash), Denied> {
    let unreadable = || Denied::new(StatusCode::BAD_REQUEST, "This is no piece of a photo.");
    let signed = SignedPiece::read(body).map_err(|_| {
        centre.turned.note(None, Why::Unreadable, now_ms);
        unreadable()
    })?;
    let writer = signed.writer;
    let key = centre.key_of(writer, now_ms).await?;
    signed.opened(&key).map_err(|error| match error {
        PhotoError::Signature(_) | PhotoError::WrongWriter => {
            centre.turned.note(Some(writer), Why::Signature, now_ms);
            let sentence = "The piece is not signed by the device that it names.";
            Denied::new(StatusCode::UNAUTHORIZED, sentence)
        }
        PhotoError::TooLarge(_) | PhotoError::Shape(_) | PhotoError::Piece => {
            centre.turned.note(Some(writer), Why::Unreadable, now_ms);
            unreadable()
        }
    })
}

impl Centre {
    async fn take_piece(&self, piece: Piece, now_ms: i64) -> Result<PhotoSays, Denied> {
        let Piece { writer, photo, size, offset, bytes } = piece;
        let most = self.trusted.packs.on(moment(now_ms).date()).limits.photo_bytes_max;
        // A sealed file holds several pictures.
        let is_sealed = size > most && self.store.names_application(photo).await?;
        let most = if is_sealed { SEALED_BYTES_MAX } else { most };
        if size > most {
            return Ok(PhotoSays::Refused(PhotoRefusal::TooLarge(most)));
        }
        let came = PieceCame { writer, photo, size, offset, bytes: bytes.into(), now_ms };
        match self.store.photo_piece(came).await? {
            PieceTaken::Has(has) => Ok(PhotoSays::Has(has)),
            PieceTaken::Whole => Ok(PhotoSays::Whole),
            PieceTaken::Unnamed => Ok(PhotoSays::Refused(PhotoRefusal::Unnamed)),
            PieceTaken::DayFull(most) => Ok(PhotoSays::Refused(PhotoRefusal::DayFull(most))),
            PieceTaken::Full => {
                let file = self.store.photo_pieces(writer, photo).await?;
                if self.store.names_application(photo).await? {
                    return self.take_sealed(writer, photo, file, now_ms).await;
                }
                let (kept, says) = match checked(photo, &file) {
                    Err(why) => (None, PhotoSays::Refused(why)),
                    Ok(kind) => {
                        self.photos()?.keep(photo, file).await.map_err(failed)?;
                        (Some(NewPhoto { size, kind }), PhotoSays::Whole)
                    }
                };
                self.store.photo_ended(writer, photo, kept, now_ms).await?;
                Ok(says)
            }
        }
    }

    /// A sealed file of an application lies in the books, and is never looked into here.
    async fn take_sealed(
        &self,
        writer: Writer,
        hash: PhotoHash,
        file: Vec<u8>,
        now_ms: i64,
    ) -> Result<PhotoSays, Denied> {
        if PhotoHash::of(&file) != hash {
            self.store.photo_ended(writer, hash, None, now_ms).await?;
            return Ok(PhotoSays::Refused(PhotoRefusal::OtherHash));
        }
        self.store.application_came(hash, file, now_ms).await?;
        Ok(PhotoSays::Whole)
    }

    /// Looks whether photos are kept of which the books do not know it: these were put back from a
    /// backup, and the devices have the files no more.
    pub async fn find_photos_again(&self) -> Result<usize, Denied> {
        let photos = self.photos()?;
        let mut found = 0;
        for (photo, writer) in self.store.photos_missing().await? {
            let file = match photos.get(photo).await {
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::error!(error, %photo, "a kept photo cannot be read");
                    continue;
                }
                Ok(None) => continue,
                Ok(Some(file)) => file,
            };
            let Ok(kind) = PhotoKind::of(&file) else { continue };
            let size = u32::try_from(file.len()).unwrap_or(u32::MAX);
            let kept = Some(NewPhoto { size, kind });
            self.store.photo_ended(writer, photo, kept, now_ms()).await?;
            found += 1;
        }
        Ok(found)
    }

    fn photos(&self) -> Result<&Photos, Denied> {
        let sentence = "This office takes no photos over the line.";
        self.photos.as_ref().ok_or_else(|| Denied::new(StatusCode::NOT_FOUND, sentence))
    }
}

/// What the pieces make, where it is the photo that they were sent as.
fn checked(photo: PhotoHash, file: &[u8]) -> Result<PhotoKind, PhotoRefusal> {
    if PhotoHash::of(file) != photo {
        return Err(PhotoRefusal::OtherHash);
    }
    PhotoKind::of(file).map_err(|_| PhotoRefusal::NoPicture)
}

/// The pieces stay in the books: the device comes again, and they are put together then.
fn failed(error: PhotosError) -> Denied {
    tracing::error!(error = &error as &dyn std::error::Error, "a photo cannot be kept or read");
    match error {
        PhotosError::Damaged(_) => {
            let sentence = "The office's copy of this photo is damaged. An operator must look.";
            Denied::new(StatusCode::INTERNAL_SERVER_ERROR, sentence)
        }
        _ => Denied::busy(),
    }
}

/// The picture as it came: whoever sent it may have put anything into it, so that a browser shall
/// take it for nothing but a picture, and run nothing of it.
pub async fn get(
    State(centre): State<Arc<Centre>>,
    Path(hash): Path<String>,
) -> Result<Response, Denied> {
    let none = || Denied::new(StatusCode::NOT_FOUND, "There is no such photo here.");
    let hash: PhotoHash = hash.parse().map_err(|_| none())?;
    let kind = centre.store.photo_kind(hash).await?.ok_or_else(none)?;
    let file = centre.photos()?.get(hash).await.map_err(failed)?.ok_or_else(none)?;
    const HEADERS: [(HeaderName, &str); 6] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    Ok((HEADERS, [(header::CONTENT_TYPE, kind.content_type())], file).into_response())
}
