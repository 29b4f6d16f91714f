//! The data folder of a centre: keys, packs and, unless another database is named, the books.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use axum_server::tls_rustls::RustlsConfig;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use ledger::Pack;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use thiserror::Error;

use crate::keys::{KeyError, SigningKey, TlsPair, random};
use crate::packs::{PackError, Packs};

/// The bytes of the secret that the bank's confirmations are signed with.
const SECRET_BYTES: usize = 32;

pub struct Folder {
    path: PathBuf,
}

#[derive(Debug, Error)]
pub enum FolderError {
    #[error("{0} cannot be written")]
    Write(PathBuf, #[source] io::Error),
    #[error("{0} cannot be read: make the folder with `central init --data DIR --pack PACKDIR`")]
    Read(PathBuf, #[source] io::Error),
    #[error("{0} is damaged: take it from a backup")]
    Damaged(PathBuf),
    #[error("a key cannot be used")]
    Key(#[source] KeyError),
    #[error("the rule pack cannot be used")]
    Pack(#[source] PackError),
}

impl Folder {
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Makes keys where there are none, and adds the pack. Nothing that is there is written over.
    pub fn make(&self, pack: &Path, hosts: &[String]) -> Result<Pack, FolderError> {
        let packs = self.packs_path();
        fs::create_dir_all(&packs).map_err(|e| FolderError::Write(packs.clone(), e))?;
        let here = match Packs::read(&packs) {
            Ok(here) => Some(here),
            Err(PackError::None(_)) => None,
            Err(error) => return Err(FolderError::Pack(error)),
        };
        let added = Packs::add(&packs, pack, here.as_ref()).map_err(FolderError::Pack)?;
        if !self.office_path().exists() {
            self.make_keys(hosts)?;
        }
        Ok(added)
    }

    pub fn packs(&self) -> Result<Packs, FolderError> {
        Packs::read(&self.packs_path()).map_err(FolderError::Pack)
    }

    pub fn office(&self) -> Result<SigningKey, FolderError> {
        SigningKey::read(&read(&self.office_path())?).map_err(FolderError::Key)
    }

    /// The certificate that devices pin, as DER.
    pub fn certificate(&self) -> Result<Vec<u8>, FolderError> {
        let path = self.keys().join("tls.certificate.pem");
        let certificate = CertificateDer::from_pem_slice(&read(&path)?);
        Ok(certificate.map_err(|_| FolderError::Damaged(path))?.to_vec())
    }

    pub async fn tls(&self) -> Result<RustlsConfig, FolderError> {
        let certificate = read(&self.keys().join("tls.certificate.pem"))?;
        let key_path = self.keys().join("tls.key.pem");
        let key = read(&key_path)?;
        let read = RustlsConfig::from_pem(certificate, key).await;
        read.map_err(|_| FolderError::Damaged(key_path))
    }

    /// What the bank's confirmations are signed with.
    pub fn upi_secret(&self) -> Result<Vec<u8>, FolderError> {
        let path = self.keys().join("upi.secret");
        let hex = read(&path)?;
        let secret = HEXLOWER_PERMISSIVE.decode(hex.trim_ascii());
        match secret {
            Ok(secret) if secret.len() == SECRET_BYTES => Ok(secret),
            _ => Err(FolderError::Damaged(path)),
        }
    }

    /// The SQLite file.
    pub fn books(&self) -> PathBuf {
        self.path.join("central.db")
    }

    fn make_keys(&self, hosts: &[String]) -> Result<(), FolderError> {
        let keys = self.keys();
        fs::create_dir_all(&keys).map_err(|e| FolderError::Write(keys.clone(), e))?;
        let tls = TlsPair::generate(hosts).map_err(FolderError::Key)?;
        let secret = random::<SECRET_BYTES>().map_err(FolderError::Key)?;
        let secret = format!("{}\n", HEXLOWER.encode(&secret));
        // Without the office's key, what lies here is left from a start that was cut off.
        for part in ["tls.key.pem", "tls.certificate.pem", "upi.secret"] {
            match fs::remove_file(keys.join(part)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(FolderError::Write(keys.join(part), error));
                }
                _ => {}
            }
        }
        write_secret(&keys.join("tls.key.pem"), tls.key.as_bytes())?;
        write_secret(&keys.join("tls.certificate.pem"), tls.certificate.as_bytes())?;
        write_secret(&keys.join("upi.secret"), secret.as_bytes())?;
        // The office's key comes last: its presence says that all of them are there.
        let office = SigningKey::generate().map_err(FolderError::Key)?;
        write_secret(&self.office_path(), &office)?;
        for folder in [&keys, &self.path] {
            synced(folder).map_err(|error| FolderError::Write(folder.clone(), error))?;
        }
        Ok(())
    }

    fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    fn office_path(&self) -> PathBuf {
        self.keys().join("office.pk8")
    }

    fn packs_path(&self) -> PathBuf {
        self.path.join("packs")
    }
}

/// Writes a new file that only its owner may read, down to the disk.
pub fn write_secret(path: &Path, content: &[u8]) -> Result<(), FolderError> {
    let failed = |error| FolderError::Write(path.to_owned(), error);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(failed)
}

/// Brings a file, or the names in a folder, down to the disk.
pub fn synced(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn read(path: &Path) -> Result<Vec<u8>, FolderError> {
    fs::read(path).map_err(|error| FolderError::Read(path.to_owned(), error))
}
