//! A square as an issuer makes it: openssl makes the key, the certificate and the signature, and
//! Python packs the bytes and writes them as a number. Ours reads it with no network.

use std::path::Path;
use std::process::Command;

use devices::aadhaar::{AadhaarError, SignerCertificate, holder};
use tests::judges::{Case, Verdict, output};
use tests::{Trouble, has_program};

pub fn cases() -> Vec<Case> {
    vec![Case {
        judge: "openssl, Python",
        question: "the secure square of an Aadhaar, signed",
        name: "a_square_that_openssl_signed_is_believed",
        ask: square,
    }]
}

const FIELDS: [&str; 18] = [
    "V2",
    "1",
    "432120260308114407437",
    "Lakshmi R",
    "01-01-1984",
    "F",
    "C/O Raman Nair",
    "Palakkad",
    "near the temple",
    "12/345",
    "Padippura",
    "678001",
    "Padippura",
    "Kerala",
    "Temple Road",
    "Chittur",
    "Padippuram",
    "6789",
];

/// Joins what was signed with its signature, packs it as gzip does, and prints it as a number.
const PACK: &str = "import gzip, sys
signed, signature = (open(name, 'rb').read() for name in sys.argv[1:3])
print(int.from_bytes(gzip.compress(signed + signature), 'big'))";

fn square() -> Result<Verdict, Trouble> {
    if !has_program("openssl") || !has_program("python3") {
        return Ok(Verdict::Missing);
    }
    let folder = tempfile::tempdir().map_err(|error| Trouble::caused("no folder", error))?;
    let certificate = issuer(folder.path(), "issuer")?;
    let stranger = issuer(folder.path(), "stranger")?;
    let mut signed = Vec::new();
    for field in FIELDS {
        signed.extend_from_slice(field.as_bytes());
        signed.push(255);
    }
    signed.extend([0x5a; 1_000]);
    signed.extend([0x11; 32]);
    let text = number(folder.path(), &signed)?;
    let now_s = certificate.valid_from_s() + 3_600;
    let read = holder(&text, &[stranger.clone(), certificate.clone()], now_s)
        .map_err(|error| Trouble::caused("the square is refused", error))?;
    let last_four = read.last_four.to_string();
    if (last_four.as_str(), read.name.as_str(), read.address.pin.as_str())
        != ("4321", "Lakshmi R", "678001")
    {
        return Err(Trouble::new("the square was read as another's"));
    }
    for (certificates, now_s, refused) in [
        (vec![], now_s, AadhaarError::NoCertificate),
        (vec![stranger], now_s, AadhaarError::NotSigned),
        (vec![certificate.clone()], certificate.valid_to_s() + 1, AadhaarError::Expired),
        (vec![certificate.clone()], certificate.valid_from_s() - 1, AadhaarError::NotYetValid),
    ] {
        let said = holder(&text, &certificates, now_s);
        if said.as_ref().err() != Some(&refused) {
            return Err(Trouble::new(format!("{said:?} where {refused:?} is right")));
        }
    }
    Ok(Verdict::Agrees(format!("{} digits; 4 refusals", text.len())))
}

/// A key of its own and a certificate for it.
fn issuer(folder: &Path, name: &str) -> Result<SignerCertificate, Trouble> {
    let (key, file) = (format!("{name}.key"), format!("{name}.pem"));
    let mut command = Command::new("openssl");
    command
        .current_dir(folder)
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9"]);
    command.args(["-subj", "/CN=A test", "-keyout", &key, "-out", &file]);
    output(command)?;
    let bytes = std::fs::read(folder.join(file))
        .map_err(|error| Trouble::caused("no certificate was made", error))?;
    SignerCertificate::parse(&bytes)
        .map_err(|error| Trouble::caused("the certificate is refused", error))
}

fn number(folder: &Path, signed: &[u8]) -> Result<String, Trouble> {
    std::fs::write(folder.join("signed"), signed)
        .map_err(|error| Trouble::caused("what is signed cannot be written", error))?;
    let mut sign = Command::new("openssl");
    sign.current_dir(folder).args(["dgst", "-sha256", "-sign", "issuer.key"]);
    output(with(sign, &["-out", "signature", "signed"]))?;
    let mut pack = Command::new("python3");
    pack.current_dir(folder).args(["-c", PACK]);
    Ok(output(with(pack, &["signed", "signature"]))?.trim().to_owned())
}

fn with(mut command: Command, words: &[&str]) -> Command {
    command.args(words);
    command
}
