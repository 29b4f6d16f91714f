//! A card terminal behind a cloud service, put together: what is said comes from the drivers, the
//! line and the disk from the node.

use std::path::Path;
use std::time::Duration;

use devices::terminal::pinelabs::messages::{self, Account, AnswerError, STATUS};
use devices::terminal::pinelabs::{Asked, References, SendFault, Sender};
use devices::{Fault, PineLabsSettings, PineLabsTerminal};
use node::{
    Kept, TerminalLine, TerminalLineError, TerminalLineFault, TerminalLineOptions, TerminalNumbers,
    TerminalNumbersError,
};
use thiserror::Error;

use crate::config::CloudTerminalConfig;

/// The service answers within a second or two on a good line; a bad one costs a question, which is
/// asked again.
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(20);

/// A token has some dozens of letters.
const TOKEN_BYTES_MAX: usize = 1_024;

#[derive(Debug, Error)]
pub enum CloudTerminalError {
    #[error("{path} cannot be read")]
    Read {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("{0} holds no secret: it must be one line of at most {TOKEN_BYTES_MAX} letters")]
    Token(String),
    #[error("the line to the terminal's service cannot be made")]
    Line(#[source] TerminalLineError),
    #[error("what was asked of the terminal's service cannot be looked up")]
    Numbers(#[source] TerminalNumbersError),
    #[error("the terminal's service was asked in vain")]
    Away(#[source] TerminalLineFault),
    #[error("what answers is no service of terminals")]
    Answer(#[source] AnswerError),
}

/// The terminal of kiosk.toml; its numbers lie beside the books in `data`.
pub fn cloud_terminal(
    config: &CloudTerminalConfig,
    data: &Path,
) -> Result<PineLabsTerminal, CloudTerminalError> {
    let (account, line) = (account(config)?, line(config)?);
    let numbers = TerminalNumbers::open(data).map_err(CloudTerminalError::Numbers)?;
    let settings = PineLabsSettings::new(account);
    Ok(PineLabsTerminal::new(settings, Box::new(Line(line)), Box::new(Numbers(numbers))))
}

/// Asks the service about a request that it cannot have: nothing is put up, and the file of numbers
/// is left to the desk. What is wrong, where its answer is none of a terminal's.
pub fn try_cloud_terminal(config: &CloudTerminalConfig) -> Result<(), CloudTerminalError> {
    let (account, mut line) = (account(config)?, line(config)?);
    let answer = line.post(STATUS, &account.status(0)).map_err(CloudTerminalError::Away)?;
    match messages::status(&answer, 0) {
        // It knows no such request, and says so as it says everything.
        Ok(_) | Err(AnswerError::Unclear { .. } | AnswerError::OtherRequest) => Ok(()),
        Err(error) => Err(CloudTerminalError::Answer(error)),
    }
}

fn account(config: &CloudTerminalConfig) -> Result<Account, CloudTerminalError> {
    Ok(Account {
        merchant: config.merchant.clone(),
        store: config.store.clone(),
        client: config.client.clone(),
        token: token(&config.token)?,
    })
}

fn line(config: &CloudTerminalConfig) -> Result<TerminalLine, CloudTerminalError> {
    let certificate = config.certificate.as_deref().map(read).transpose()?;
    let url = config.url.clone();
    let options = TerminalLineOptions { url, certificate, connect: CONNECT, answer: ANSWER };
    TerminalLine::new(&options).map_err(CloudTerminalError::Line)
}

fn token(path: &Path) -> Result<String, CloudTerminalError> {
    let text = String::from_utf8(read(path)?).unwrap_or_default();
    let token = text.trim();
    let fits = (1..=TOKEN_BYTES_MAX).contains(&token.len());
    match fits && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(token.to_owned()),
        false => Err(CloudTerminalError::Token(path.display().to_string())),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, CloudTerminalError> {
    let failed = |source| CloudTerminalError::Read { path: path.display().to_string(), source };
    std::fs::read(path).map_err(failed)
}

struct Line(TerminalLine);

impl Sender for Line {
    fn post(&mut self, path: &str, body: &str) -> Result<String, SendFault> {
        self.0.post(path, body).map_err(|fault| {
            tracing::warn!(%fault, path, "the terminal's service does not answer");
            match fault {
                TerminalLineFault::NotSent(_) => SendFault::NotSent(Fault::Unplugged),
                TerminalLineFault::Timeout => SendFault::Lost(Fault::Timeout),
                TerminalLineFault::Cut(_) => SendFault::Lost(Fault::Unplugged),
                TerminalLineFault::Refused(_) | TerminalLineFault::Rubbish => {
                    SendFault::Lost(Fault::Protocol(fault.to_string()))
                }
            }
        })
    }
}

struct Numbers(TerminalNumbers);

impl References for Numbers {
    fn asked(&mut self, reference: &str) -> Result<Asked, Fault> {
        Ok(match self.0.of(reference) {
            Kept::Never => Asked::Never,
            Kept::Sent => Asked::Sent,
            Kept::Number(number) => Asked::Known(number),
        })
    }

    fn keep(&mut self, reference: &str, asked: Asked) -> Result<(), Fault> {
        let kept = match asked {
            Asked::Never => Kept::Never,
            Asked::Sent => Kept::Sent,
            Asked::Known(number) => Kept::Number(number),
        };
        self.0.keep(reference, kept).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "not on disk");
            Fault::Broken
        })
    }

    fn last(&mut self) -> Result<Option<String>, Fault> {
        Ok(self.0.last().map(str::to_owned))
    }
}
