//! Where the files of photos are kept: each under its hash, written once and never over another. A
//! folder by default; for a State any store that speaks S3.

use std::path::Path;
use std::sync::Arc;

use ledger::{PhotoHash, PhotoKind, Writer};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use serde::Serialize;
use thiserror::Error;

/// The folder beside the books, where no other place is named.
const FOLDER: &str = "photos";

pub struct Photos {
    store: Arc<dyn ObjectStore>,
    /// What stands before each name in a store that has other things too.
    prefix: Place,
}

#[derive(Debug, Error)]
pub enum PhotosError {
    #[error("photos cannot be kept at {0}: name a folder, or s3://BUCKET/PREFIX")]
    Uri(String, #[source] Option<object_store::Error>),
    #[error("this program was built without S3: build it with --features s3, or name a folder")]
    WithoutS3,
    #[error("the folder of photos cannot be made: {0}")]
    Folder(std::path::PathBuf, #[source] std::io::Error),
    #[error("the store of photos fails")]
    Store(#[source] object_store::Error),
    /// Somebody changed the file behind our back.
    #[error("the kept file of photo {0} is another: take it from a backup")]
    Damaged(PhotoHash),
}

impl Photos {
    /// The place that a URI names: a folder, file:///FOLDER, or s3://BUCKET/PREFIX.
    pub fn open(uri: Option<&str>, data: &Path) -> Result<Self, PhotosError> {
        let folder = match uri {
            None => data.join(FOLDER),
            Some(uri) if uri.starts_with("s3://") => return s3(uri),
            Some(uri) => match uri.split_once("://") {
                None if !uri.is_empty() => Path::new(uri).to_owned(),
                Some(("file", path)) if path.starts_with('/') => Path::new(path).to_owned(),
                _ => return Err(PhotosError::Uri(uri.to_owned(), None)),
            },
        };
        std::fs::create_dir_all(&folder)
            .map_err(|error| PhotosError::Folder(folder.clone(), error))?;
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(PhotosError::Store)?;
        // What is acknowledged is on the disk.
        let store = Arc::new(store.with_fsync(true));
        Ok(Self { store, prefix: Place::default() })
    }

    /// Keeps a file under its hash; one that is there already is the same, or an error.
    pub async fn keep(&self, hash: PhotoHash, file: Vec<u8>) -> Result<(), PhotosError> {
        let options = PutOptions::from(PutMode::Create);
        let payload = PutPayload::from(file);
        match self.store.put_opts(&self.place(hash), payload, options).await {
            Ok(_) => Ok(()),
            Err(object_store::Error::AlreadyExists { .. }) => match self.get(hash).await? {
                Some(_) => Ok(()),
                None => Err(PhotosError::Damaged(hash)),
            },
            Err(error) => Err(PhotosError::Store(error)),
        }
    }

    /// The file of a photo, once its hash was found to be right; none where it is not kept.
    pub async fn get(&self, hash: PhotoHash) -> Result<Option<Vec<u8>>, PhotosError> {
        let found = match self.store.get(&self.place(hash)).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            found => found.map_err(PhotosError::Store)?,
        };
        let file = found.bytes().await.map_err(PhotosError::Store)?;
        match PhotoHash::of(&file) == hash {
            true => Ok(Some(file.to_vec())),
            false => Err(PhotosError::Damaged(hash)),
        }
    }

    /// Folders of some hundred files each, for whoever looks into them.
    fn place(&self, hash: PhotoHash) -> Place {
        let name = hash.to_string();
        self.prefix.clone().join(&name[..2]).join(name.as_str())
    }
}

/// Its keys, region and endpoint are in the environment, as AWS_… names them.
#[cfg(feature = "s3")]
fn s3(uri: &str) -> Result<Photos, PhotosError> {
    let wrong = |error| PhotosError::Uri(uri.to_owned(), error);
    let url = url::Url::parse(uri).map_err(|_| wrong(None))?;
    let settings = std::env::vars().filter(|(name, _)| name.starts_with("AWS_"));
    let (store, prefix) = object_store::parse_url_opts(&url, settings.map(lower))
        .map_err(|error| wrong(Some(error)))?;
    Ok(Photos { store: Arc::from(store), prefix })
}

#[cfg(feature = "s3")]
fn lower((name, value): (String, String)) -> (String, String) {
    (name.to_ascii_lowercase(), value)
}

#[cfg(not(feature = "s3"))]
fn s3(_: &str) -> Result<Photos, PhotosError> {
    Err(PhotosError::WithoutS3)
}

/// A piece that a device sent, its signature found to be true.
pub struct PieceCame {
    pub writer: Writer,
    pub photo: PhotoHash,
    /// The whole file's.
    pub size: u32,
    pub offset: u32,
    pub bytes: Vec<u8>,
    pub now_ms: i64,
}

/// What the books say of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceTaken {
    /// So many bytes are here, and more are to come.
    Has(u32),
    /// All of them are here: they are to be put together.
    Full,
    /// The photo is kept already.
    Whole,
    Unnamed,
    /// The device's share of today is used up, in bytes.
    DayFull(u32),
}

/// What was put together, and is kept from now on.
#[derive(Clone, Copy, Debug)]
pub struct NewPhoto {
    pub size: u32,
    pub kind: PhotoKind,
}

/// A photo that a record names, for the office's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhotoSaid {
    pub photo: String,
    pub record: String,
    pub field: String,
    /// The building's ward and number.
    pub place: String,
    /// The device that named it; "office" for an officer at the centre.
    pub device: String,
    pub named_ms: i64,
    /// When its file was here whole; none until then.
    pub whole_ms: Option<i64>,
    /// How many bytes of it are here, and of how many; none where nothing came.
    pub has: Option<u32>,
    pub size: Option<u32>,
}
