//! A rule pack as one file: its files in one archive, and the office's word on it. The archive has
//! no folders to unpack into: its files are read where they are, by their names, and `ledger` says
//! which names a pack may have. The same pack always makes the same archive.
//!
//! The office signs what the archive is (by its hash), of which body and version, from when it
//! takes effect and until when it may be taken. Nothing of the archive is unpacked before that
//! signature and that hash were checked.

#[cfg(test)]
mod tests;

use data_encoding::HEXLOWER;
use ledger::{
    Hash, PACK_BYTES_MAX, PACK_FILES_MAX, Pack, PackFault, PackFile, PackRefusal, PublicKey,
    Purpose, Signature, Signer, WrongSignature, sha256,
};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use thiserror::Error;

use crate::message::encoded;
use crate::packing::{PackingError, pack_large, unpack};

/// The largest file of a pack that is read: the shipped one has about 40 kB; a hundred workbooks
/// of 15 kB, which are packed already, have 1.5 MB.
pub const PACKED_BYTES_MAX: usize = 4 * 1_024 * 1_024;

/// How much of a file goes over a line at once, in bytes: receipts wait no longer than this takes.
pub const PACK_FILE_PIECE_BYTES: usize = 8 * 1_024;

/// The largest file that is put into a parcel: with it the reply still fits into the squares of a
/// screen (256 KiB) with as much besides.
pub const CARRIED_PACK_BYTES_MAX: usize = 128 * 1_024;

/// What a file of a pack begins with.
const MAGIC: &[u8] = b"padi pack file 1\n";

/// Names, lengths and lists around the bytes of the files themselves.
const ARCHIVE_BYTES_MAX: usize = PACK_BYTES_MAX + PACK_FILES_MAX * 128;

/// The files of a pack, packed. Nobody has signed them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackArchive(Vec<u8>);

/// What the office says of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PackManifest {
    /// The local body's code, "G0802".
    #[n(0)]
    pub body: String,
    #[n(1)]
    pub version: u32,
    /// The first day on which it holds, days since 1970-01-01.
    #[n(2)]
    pub effective: i64,
    /// The last day on which it may be taken, days since 1970-01-01.
    #[n(3)]
    pub expires: i64,
    /// The hash of the pack itself, whatever it is packed by.
    #[n(4)]
    pub content: Hash,
    /// The SHA-256 of the archive.
    #[n(5)]
    pub archive: Hash,
}

/// An archive under the office's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPack {
    pub manifest: PackManifest,
    signature: Signature,
    archive: PackArchive,
}

/// The office has a pack that the device has not spoken of. It is in an answer only then.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct PackOffer {
    #[n(0)]
    pub version: u32,
    /// The length of the file.
    #[n(1)]
    pub bytes: u32,
    /// The SHA-256 of the file.
    #[n(2)]
    pub digest: Hash,
    /// The file itself, where there is no line to ask for it.
    #[n(3)]
    pub file: Option<ByteVec>,
}

#[derive(Encode, Decode)]
struct Written {
    #[n(0)]
    archive: ByteVec,
    #[n(1)]
    manifest: Option<PackManifest>,
    #[n(2)]
    signature: Option<Signature>,
}

#[derive(Encode, Decode)]
struct Archived {
    #[n(0)]
    name: String,
    #[n(1)]
    bytes: ByteVec,
}

#[derive(Debug, Error)]
pub enum PackFileError {
    #[error("it is larger than {PACKED_BYTES_MAX} bytes")]
    TooLarge,
    #[error("it is no file of a pack")]
    NoPackFile,
    #[error("it is not signed: sign it with `central pack sign`")]
    NotSigned,
    #[error("it is not signed by this office")]
    Signature(#[source] WrongSignature),
    #[error("its archive is not the one that was signed")]
    OtherArchive,
    #[error("its archive cannot be unpacked")]
    Packing(#[source] PackingError),
    #[error("its archive is damaged")]
    Archive,
    #[error("the pack in it has faults:\n{}", lines(.0))]
    Faults(Vec<PackFault>),
    #[error("the pack in it is not the one that its signature speaks of")]
    OtherPack,
}

impl PackArchive {
    /// Packs the files of a pack, in the order of their names.
    pub fn of(files: &[PackFile<'_>]) -> Self {
        let mut sorted = files.to_vec();
        sorted.sort_unstable();
        let archived: Vec<Archived> = sorted
            .into_iter()
            .map(|(name, bytes)| Archived { name: name.to_owned(), bytes: bytes.to_vec().into() })
            .collect();
        Self(pack_large(&encoded(&archived)))
    }

    /// The file of an archive that nobody has signed.
    pub fn written(&self) -> Vec<u8> {
        written(&Written { archive: self.0.clone().into(), manifest: None, signature: None })
    }

    /// Reads the file of a pack, signed or not; a signature is not checked.
    pub fn read(file: &[u8]) -> Result<Self, PackFileError> {
        Ok(Self(read(file)?.archive.into()))
    }

    /// Unpacks its files: each name once, in their order.
    pub fn files(&self) -> Result<Vec<(String, Vec<u8>)>, PackFileError> {
        let unpacked = unpack(&self.0, ARCHIVE_BYTES_MAX).map_err(PackFileError::Packing)?;
        let archived: Vec<Archived> =
            minicbor::decode(&unpacked).map_err(|_| PackFileError::Archive)?;
        // Bytes that would be written otherwise, or names out of order, are another's work.
        let in_order = archived.windows(2).all(|pair| pair[0].name < pair[1].name);
        if !in_order || archived.len() > PACK_FILES_MAX || encoded(&archived) != unpacked {
            return Err(PackFileError::Archive);
        }
        Ok(archived.into_iter().map(|file| (file.name, file.bytes.into())).collect())
    }

    /// The pack in it, or everything that is wrong with it.
    pub fn pack(&self) -> Result<Pack, PackFileError> {
        let files = self.files()?;
        let files: Vec<PackFile<'_>> =
            files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        Pack::parse(&files).map_err(PackFileError::Faults)
    }

    /// Signs it, to be taken up to and with the day `expires`, counted from 1970-01-01. One that
    /// has a fault is not signed.
    pub fn signed(self, expires: i64, office: &dyn Signer) -> Result<SignedPack, PackFileError> {
        let pack = self.pack()?;
        let manifest = PackManifest {
            body: pack.body.code.clone(),
            version: pack.body.version,
            effective: pack.effective_day(),
            expires,
            content: pack.hash().into(),
            archive: sha256(&self.0),
        };
        let signature = office.sign(Purpose::Pack, &encoded(&manifest));
        Ok(SignedPack { manifest, signature, archive: self })
    }
}

impl SignedPack {
    pub fn written(&self) -> Vec<u8> {
        written(&Written {
            archive: self.archive.0.clone().into(),
            manifest: Some(self.manifest.clone()),
            signature: Some(self.signature),
        })
    }

    /// Reads a signed file and checks that the office signed it, and this very archive. What is in
    /// it is unpacked by [`SignedPack::pack`].
    pub fn read(file: &[u8], office: &PublicKey) -> Result<Self, PackFileError> {
        let Written { archive, manifest, signature } = read(file)?;
        let (Some(manifest), Some(signature)) = (manifest, signature) else {
            return Err(PackFileError::NotSigned);
        };
        office
            .verify(Purpose::Pack, &encoded(&manifest), &signature)
            .map_err(PackFileError::Signature)?;
        let archive = PackArchive(archive.into());
        match sha256(&archive.0) == manifest.archive {
            true => Ok(Self { manifest, signature, archive }),
            false => Err(PackFileError::OtherArchive),
        }
    }

    /// The pack, once it was found to be the one that the signature speaks of.
    pub fn pack(&self) -> Result<Pack, PackFileError> {
        let pack = self.archive.pack()?;
        let said = &self.manifest;
        let is_it = pack.body.code == said.body
            && pack.body.version == said.version
            && pack.effective_day() == said.effective
            && pack.hash() == said.content[..];
        if is_it { Ok(pack) } else { Err(PackFileError::OtherPack) }
    }

    pub fn archive(&self) -> &PackArchive {
        &self.archive
    }
}

impl PackManifest {
    /// Whether a device or a centre of `body` that has the packs `here` may take this one on a day,
    /// counted from 1970-01-01. Of the same version only the same text is taken, signed anew for
    /// no shorter a time.
    pub fn may_come(&self, body: &str, day: i64, here: &[PackHere]) -> Result<(), PackRefusal> {
        if self.body != body {
            return Err(PackRefusal::OtherBody);
        }
        if let Some(same) = here.iter().find(|here| here.version == self.version) {
            if same.content != self.content {
                return Err(PackRefusal::Changed);
            }
            if same.expires.is_some_and(|expires| expires > self.expires) {
                return Err(PackRefusal::Older);
            }
        } else if here.iter().any(|here| here.version > self.version) {
            return Err(PackRefusal::Older);
        }
        match self.expires < day {
            true => Err(PackRefusal::Expired),
            false => Ok(()),
        }
    }
}

/// A pack that is here already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackHere {
    pub version: u32,
    pub content: Hash,
    /// Days since 1970-01-01; none of one that came without the office's signature.
    pub expires: Option<i64>,
}

impl PackFileError {
    /// What a device says of such a file.
    pub fn refusal(&self) -> PackRefusal {
        match self {
            Self::NotSigned | Self::Signature(_) | Self::OtherArchive => PackRefusal::Signature,
            Self::TooLarge
            | Self::NoPackFile
            | Self::Packing(_)
            | Self::Archive
            | Self::Faults(_)
            | Self::OtherPack => PackRefusal::Faulty,
        }
    }
}

/// How an address names a pack's file: its SHA-256, in hexadecimal.
pub fn pack_file_name(digest: &Hash) -> String {
    HEXLOWER.encode(&digest[..])
}

/// The file that an address names.
pub fn pack_file_named(name: &str) -> Option<Hash> {
    let digest: [u8; 32] = HEXLOWER.decode(name.as_bytes()).ok()?.try_into().ok()?;
    Some(digest.into())
}

fn written(file: &Written) -> Vec<u8> {
    [MAGIC, &encoded(file)].concat()
}

fn read(file: &[u8]) -> Result<Written, PackFileError> {
    if file.len() > PACKED_BYTES_MAX {
        return Err(PackFileError::TooLarge);
    }
    let body = file.strip_prefix(MAGIC).ok_or(PackFileError::NoPackFile)?;
    let read: Written = minicbor::decode(body).map_err(|_| PackFileError::NoPackFile)?;
    // What follows the file is no part of it, and would have another hash.
    match encoded(&read) == body {
        true => Ok(read),
        false => Err(PackFileError::NoPackFile),
    }
}

fn lines(faults: &[PackFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
