//! `central init`.

use std::path::PathBuf;

use clap::Args;

use super::{CommandError, Place, pack};
use crate::folder::Folder;

#[derive(Args)]
pub struct InitArguments {
    #[command(flatten)]
    place: Place,
    /// The folder of the body's rule pack.
    #[arg(long, value_name = "PACKDIR")]
    pack: PathBuf,
    /// A name or address by which devices reach the centre, besides localhost; for the certificate.
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
}

pub async fn init(arguments: InitArguments) -> Result<(), CommandError> {
    pack::check_folder(&arguments.pack)?;
    let pack = Folder::at(&arguments.place.data).make(&arguments.pack, &arguments.host)?;
    arguments.place.open().await?.store.answers().await?;
    println!("The centre of {} has the pack {}.", pack.body.code, pack.name());
    Ok(())
}
