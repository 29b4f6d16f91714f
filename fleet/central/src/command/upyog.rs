//! `central upyog`: what was handed over goes to a platform that speaks as UPYOG does.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::Args;

use super::{CommandError, Place};
use crate::time::now_ms;
use crate::upyog::Platform;

#[derive(Args)]
pub struct UpyogArguments {
    #[command(flatten)]
    place: Place,
    /// The service of the rule pack whose payments go there.
    #[arg(long, value_name = "SERVICE")]
    service: String,
    /// The platform, through a proxy on this machine: http://127.0.0.1:PORT.
    #[arg(long, value_name = "URL")]
    url: String,
    /// How the platform names the body; its code where it is left out.
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// A file with the token that the platform gave the body.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Goes through the queue once and ends.
    #[arg(long, required = true)]
    once: bool,
}

pub async fn upyog(arguments: UpyogArguments) -> Result<(), CommandError> {
    let UpyogArguments { place, service, url, tenant, token_file, once: _ } = arguments;
    let token = match &token_file {
        None => None,
        Some(file) => {
            let failed = |error| CommandError::Read(file.clone(), error);
            Some(std::fs::read_to_string(file).map_err(failed)?.trim().to_owned())
        }
    };
    let opened = place.open().await?;
    let tenant = tenant.unwrap_or_else(|| {
        let today = crate::time::moment(now_ms()).date();
        opened.trusted.packs.on(today).body.code.clone()
    });
    let platform = Platform::at(&url, tenant, service.clone(), token)?;
    // What nobody handed over yet goes into a batch of its own first, so that it is written down
    // before it leaves.
    opened.store.hand_over(service.clone(), None, now_ms()).await?;
    let waiting = opened.store.undelivered(service.clone()).await?;
    let (count, mut there) = (waiting.len(), 0);
    let (mut trouble, mut refused) = (None, BTreeSet::new());
    for waits in waiting {
        // What is not there cannot be taken back yet.
        if refused.contains(&waits.item.receipt) {
            continue;
        }
        if let Err(error) = platform.deliver(&waits.item) {
            // A receipt that is refused holds up its own reversal alone; a platform that does not
            // answer holds up all.
            eprintln!("{}: {error}", waits.item.receipt);
            let goes_on = matches!(error, crate::upyog::UpyogError::Refused { .. });
            trouble = Some(error);
            if goes_on {
                refused.insert(waits.item.receipt);
                continue;
            }
            break;
        }
        opened.store.delivered(waits, now_ms()).await?;
        there += 1;
    }
    println!("{there} of {count} are at the platform; {} wait.", count - there);
    match trouble {
        None => Ok(()),
        Some(error) => Err(error.into()),
    }
}
