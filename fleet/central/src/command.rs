//! What an operator types. Each subcommand ends with one plain sentence, good or bad.

mod apart;
mod application;
mod assign;
mod bills;
mod collect;
mod collection;
mod complaint;
mod fork;
mod init;
mod load;
mod loss;
mod pack;
mod print_bills;
mod provision;
mod record;
mod registrar;
mod reminders;
mod remit;
mod serve;
mod settlement;
mod slots;
mod staff;
mod upyog;
mod walk;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use ledger::{FieldFault, MoneyError, PackRefusal};
use replica::{ApplicationFileError, PackFileError};
use thiserror::Error;

use crate::bills::BillsError;
use crate::folder::{Folder, FolderError};
use crate::keys::KeyError;
use crate::packs::PackError;
use crate::photos::PhotosError;
use crate::printed::BillError;
use crate::reminders::PhonesError;
use crate::settlement::SettlementError;
use crate::sms::GatewayError;
use crate::statement::StatementError;
use crate::store::books::Books;
use crate::store::{Store, StoreError, Trusted, postgres};
use crate::upyog::UpyogError;

pub use collection::check_days;
pub use provision::ProvisionArguments;

/// The office of a local body: keeps the books of all its devices.
#[derive(Parser)]
#[command(name = "central", version, about, arg_required_else_help = true)]
pub struct Command {
    #[command(subcommand)]
    deed: Deed,
}

#[derive(Subcommand)]
enum Deed {
    /// Makes the data folder of a centre, or adds a newer rule pack to it.
    ///
    /// Makes the office's key, the TLS certificate that devices pin, the secret of the bank's
    /// confirmations, and the database. What is there is never written over.
    Init(init::InitArguments),
    /// Checks a rule pack with its forms, makes a file of it, signs that, and puts it into service.
    ///
    /// check DIR, build DIR --out FILE, sign FILE --expires DAY --out FILE, add FILE: from then on
    /// devices get it with their next contact, and use it from its first day on.
    Pack(pack::PackArguments),
    /// Loads buildings into the register.
    ///
    /// FILE has one building a line, as JSON. Rows with faults are listed and refused, the others
    /// go in; with any row refused, the exit code is 1. A building that has receipts is not loaded
    /// again.
    Load(load::LoadArguments),
    /// Adds a member of staff, or gives them a new name, role or PIN.
    ///
    /// The PIN, 4 to 8 digits, is the first line of standard input.
    Staff(staff::StaffArguments),
    /// Registers a device and writes the one file that makes it.
    ///
    /// The file has the device's private key: carry it by hand and delete it. The centre may be
    /// running.
    Provision(ProvisionArguments),
    /// Gives a device other wards than it has.
    ///
    /// At its next contact it is sent the houses of the new ones and forgets those of the wards
    /// that left it. Its own entries stay, and what it took before it knew is good.
    Assign(assign::AssignArguments),
    /// Serves devices, the bank, the office's page and the public check page.
    ///
    /// Prints one line of JSON when it listens: {"listening":"https://127.0.0.1:8443"}. Ends with
    /// exit code 0 on SIGTERM. Logs go to standard error; RUST_LOG chooses what (info).
    Serve(serve::ServeArguments),
    /// Takes the parcels that devices without a line wrote with `kiosk carry`, each from
    /// FILE.parcel in DIR, and writes the office's reply beside it, FILE.reply.
    ///
    /// Who carries them does not matter: each device signed what it sent, and the office signs what
    /// it replies. The same parcel again changes nothing. Whatever is refused is named, the others
    /// are taken; the exit code is then 1. The centre may be running.
    Collect(collect::CollectArguments),
    /// Writes bills of the property tax as pages of A4, in one HTML file to be printed.
    ///
    /// One for each building that owes something today, with every line explained, a square that
    /// the kiosk's idle page takes, and one for UPI whose reference `settlement` finds again.
    PrintBills(print_bills::BillsArguments),
    /// Keeps mobile numbers that people gave for a building, each with its language and whether its
    /// owner wants messages. They stay here; no device hears of them.
    ///
    /// FILE is CSV in UTF-8 with the columns building (its number in the register), mobile (ten
    /// digits), language (en, ml, hi, mr, or) and consent (yes or no; no takes a number out). With
    /// a bad row nothing is taken; the exit code is then 1, as it is where a building is not there.
    Phones(reminders::PhonesArguments),
    /// Queues a reminder by SMS for each number of a building that owes property tax: the sum, its
    /// due day, and what being late costs. Nobody is reminded again within a week.
    Remind(reminders::RemindArguments),
    /// Says what became of reminders; with --once it sends what is due, as `serve --sms` does.
    Outbox(reminders::OutboxArguments),
    /// Prints the statement of receipts by head of account, with modes, devices, persons, what was
    /// cancelled, and where the cash was at each day's end.
    ///
    /// With --json it is signed by the office: two lines, which the program `verify` checks. Where
    /// sums in it do not agree, it says which, and the exit code is 1.
    Collection(collection::CollectionArguments),
    /// Writes a device's chain for an auditor, as JSON lines: every entry, every head that was
    /// signed, and the office's signature over all of it. The program `verify` checks it.
    Export(walk::ExportArguments),
    /// Prints the office's public key, which an auditor gives to the program `verify`.
    Key(walk::KeyArguments),
    /// Looks whether the books have the receipt of a slip, whose square is the first line of
    /// standard input.
    ///
    /// A genuine receipt that no device has sent is kept as a case until one does. With --restore
    /// it counts by its slip until then: its demand is paid, and its payer finds it on the check
    /// page.
    Claim(loss::ClaimArguments),
    /// Prints what a lost device may have collected and never sent.
    Lost(loss::LostArguments),
    /// An officer receives the money of a day's close at the office.
    ///
    /// The close's device is told. A count that differs from the close needs a reason, and so does
    /// a cheque or draft that did not come: its receipt stays in the hand of whoever took it.
    /// Whoever took the money cannot receive it.
    Receive(remit::ReceiveArguments),
    /// Writes down that received money was paid into the bank.
    ///
    /// It is the whole of what was received of its closes, less the change money, and each close
    /// goes into one deposit only.
    Deposit(remit::DepositArguments),
    /// Looks for the rows of the bank's statement among the deposits.
    ///
    /// FILE is CSV in UTF-8 whose first line names the columns, in any order: date (2026-08-17 or
    /// 17-08-2026), amount (rupees, with or without thousands commas), challan or reference, and
    /// bank_reference. Other columns are not read. One row for each sum that came in; a field with
    /// a comma stands in double quotes.
    ///
    /// With any bad row nothing is taken, and each is listed with its line; the exit code is then
    /// 1. The same file may be given again. A row whose challan and amount are those of a deposit
    /// realises it; the others are listed here and on the dashboard.
    BankStatement(remit::StatementArguments),
    /// Takes a utility's bills into the register: what is owed of each account for each month, and
    /// what was used.
    ///
    /// A file is a snapshot, as CSV, as UPYOG answers to a bill search, or as billers give bills to
    /// BBPS; the README describes each. With any bad row nothing is taken, and each is listed with
    /// its line; the exit code is then 1. The same file may be given again. Devices hear of the
    /// changed houses at their next contact.
    Bills(bills::BillsArguments),
    /// Hands over what was collected for a utility since the last time: each receipt once, and one
    /// that was handed over and does not stand any more as a reversal.
    ///
    /// Each hand-over has a number and stays in the books; --again writes it once more, just as it
    /// was.
    Payments(bills::PaymentsArguments),
    /// Gives what was handed over to a platform that speaks as UPYOG does, each receipt once.
    ///
    /// What the platform refuses, or does not answer, stays in the queue and is tried again the
    /// next time; the exit code is then 1.
    Upyog(upyog::UpyogArguments),
    /// Takes up the settlement of a channel that takes money for the body: a payment page, an app,
    /// a bank.
    ///
    /// FILE is CSV in UTF-8 whose first line names the columns, in any order: reference, amount and
    /// fee (rupees), time (2026-08-17 14:05 in India), channel, and account: the reference of a
    /// bill, the code of a house, or a building's number. Besides, where they are there: net
    /// (amount less fee) and service. Or JSON: {"settlement": [{"reference": "…", …}]}.
    ///
    /// A payment whose building is found goes into the office book and comes off what is owed
    /// there; what nobody owed is held for the building. The others are kept and listed with the
    /// reason, here and on the dashboard. With a row that cannot be read nothing is taken; the exit
    /// code is then 1. The same file may be given again.
    Settlement(settlement::SettlementArguments),
    /// Writes down what the bank said of a cheque or a draft.
    ///
    /// A dishonoured one needs two persons, and that an officer received it: its receipt does not
    /// stand any more, and what it paid is owed again. The receipt's device is told.
    Instrument(remit::InstrumentArguments),
    /// Closes the case of a device that was copied or put back to an older disk.
    ///
    /// Two persons look at what both histories hold, as the dashboard lists it, and say what came
    /// of it. Nothing is taken into the books by this, and the device stays locked for ever: its
    /// machine is provisioned anew, under another name and with an empty data folder. What a copy
    /// sends after it opens the case again.
    SettleFork(fork::SettleForkArguments),
    /// Prints what people said of a house, with who said it and when; without RECORD, the fields of
    /// which people said different things apart from each other.
    Record(record::RecordArguments),
    /// An officer says what a field of a record holds, where people said different things or not.
    ///
    /// It is an edit like any other, by the office: every device of the ward hears of it.
    Decide(record::DecideArguments),
    /// Lets a device sell slots of a facility, wants them back, or lists who has which.
    ///
    /// A slot is leased to one device at a time, which sells it with or without a line. What is
    /// wanted back is the office's again once the device has heard and answered; until then it may
    /// sell. A device that never answers keeps its slots until their days are over.
    Slots(slots::SlotsArguments),
    /// Settles an entry that broke a rule and is kept apart: in quarantine.
    ///
    /// Two persons look at it, and neither is whoever wrote it. It is accepted, fixed, rejected, or
    /// its money returned. Entries after it that broke a rule only because it was missing count
    /// with it. The device is told, and shows what came of it.
    SettleEntry(apart::SettleEntryArguments),
    /// Lists what was applied for, by the day on which its answer is due.
    Applications(application::ApplicationsArguments),
    /// Prints an application with its answers, which only the office's key opens.
    Application(application::ApplicationArguments),
    /// Deletes what was answered in an application, for good; the office book says that, when, by
    /// whom and why.
    ///
    /// Its acknowledgement stays in its device's chain, which names nobody. What was copied before
    /// (backups, what somebody printed) is not reached.
    EraseApplication(application::EraseApplicationArguments),
    /// The Registrar's work: lists births and deaths that were reported, with what looks like them,
    /// decides on them, and gives out extracts of the register.
    ///
    /// A report that looks like another is registered once each was looked at. Registration numbers
    /// are given here and nowhere else: B-2026-00001 for births, D for deaths, S for still births.
    Registrar(registrar::RegistrarArguments),
    #[command(flatten)]
    Complaint(complaint::ComplaintCommand),
    /// Walks every chain again and says "complete", or what is wrong and where.
    Verify(walk::VerifyArguments),
}

/// Where the books are.
#[derive(Args, Clone)]
pub struct Place {
    /// The data folder: keys, packs and, without --db, the SQLite file central.db.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Another database: sqlite:FILE, or postgres://USER@HOST/DATABASE, which several centres with
    /// the same keys and packs may share.
    ///
    /// For a socket of this machine: "postgres:///DATABASE?host=/run/postgresql&user=USER". The
    /// password is better given as PGPASSWORD, since others see what a command was started with.
    /// The connection is not encrypted.
    #[arg(long, value_name = "URI")]
    pub db: Option<String>,
}

#[derive(Debug, Error)]
pub enum CommandError {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Key(#[from] KeyError),
    // The URI is not said again: it may have a password.
    #[error(
        "the database is of no known kind: leave --db out, or name sqlite:FILE or \
         postgres://USER@HOST/DATABASE"
    )]
    UnknownDatabase,
    #[error("the runtime cannot start")]
    Runtime(#[source] io::Error),
    #[error("{0} cannot be read: name a file that is there")]
    Read(PathBuf, #[source] io::Error),
    #[error("{refused} rows were refused: correct those lines and load them again")]
    Refused { refused: usize },
    #[error(transparent)]
    Photos(#[from] PhotosError),
    #[error("the PIN has 4 to 8 digits: give it as the first line of standard input")]
    Pin,
    #[error("{0}")]
    Unusable(String),
    #[error("{0} cannot be listened on: choose another --listen address")]
    Listen(String, #[source] io::Error),
    #[error(
        "plain HTTP is for this machine only: listen on 127.0.0.1 or [::1], or leave --plain out"
    )]
    PlainBeyondLoopback,
    #[error("serving failed")]
    Serve(#[source] io::Error),
    #[error("the answer cannot be written")]
    Output(#[source] io::Error),
    #[error("the chains are not complete: {0} faults")]
    Incomplete(usize),
    #[error("this is not the square of a slip: scan it whole, and give it as the first line")]
    Square,
    #[error("this is no slip of a device of this body: {0}")]
    NoSlip(String),
    #[error("no device is named {0}: the dashboard lists them")]
    NoSuchDevice(String),
    #[error("{0} is no sum of money")]
    Sum(String, #[source] MoneyError),
    #[error("{0} is no day's close: name its device and its entry, as collector-1:42")]
    Close(String),
    #[error("{0} is larger than {1} bytes: give the statement in parts")]
    TooLarge(PathBuf, u64),
    #[error("the statement cannot be used")]
    Statement(#[source] StatementError),
    #[error("the numbers cannot be used")]
    Phones(#[source] PhonesError),
    #[error("the gateway for SMS cannot be used")]
    Gateway(#[source] GatewayError),
    #[error("the bills cannot be written")]
    Bill(#[source] BillError),
    #[error("the settlement cannot be used")]
    Settlement(#[source] SettlementError),
    #[error("{refused} rows were refused and nothing was taken: correct them and give it again")]
    StatementRows { refused: usize },
    #[error("the bills cannot be used")]
    Bills(#[source] BillsError),
    #[error(transparent)]
    Upyog(#[from] UpyogError),
    #[error("{0} cannot be written: hand-over {1} is in the books, write it with --again {1}")]
    HandOver(PathBuf, u64, #[source] io::Error),
    #[error("the rule pack has no field {field} of a {kind}: it has {known}")]
    NoSuchField { field: String, kind: &'static str, known: String },
    #[error(transparent)]
    Field(FieldFault),
    #[error("no parcel lies in {0}: `kiosk carry` writes them")]
    NoParcels(PathBuf),
    #[error("{refused} parcels were not taken as a whole: see above")]
    Parcels { refused: usize },
    #[error("the pack cannot be read")]
    Pack(#[source] PackError),
    #[error("{0} faults: correct them and check again")]
    PackFaults(usize),
    #[error("{0} cannot be used as a rule pack")]
    PackFile(PathBuf, #[source] PackFileError),
    #[error("the pack is not put into service: {0}")]
    PackRefused(PackRefusal),
    #[error("{0} sums of the statement do not agree: see above, and `central verify`")]
    Differences(usize),
    #[error("{0} cannot be written")]
    Write(PathBuf, #[source] io::Error),
    #[error("no application has the number {0}: `central applications` lists them")]
    NoSuchApplication(String),
    #[error("no complaint has the number {0}: `central complaints` lists them")]
    NoSuchComplaint(String),
    #[error("the answers cannot be read: they were sealed for another office, or damaged")]
    Answers(#[source] ApplicationFileError),
    #[error("the file has the answers of {0}, and not of this application")]
    OtherAnswers(String),
    #[error("no device has the writer number {0}: `central verify` names the chains")]
    NoSuchWriter(u32),
}

impl Command {
    pub fn run(self) -> Result<(), CommandError> {
        match self.deed {
            Deed::Serve(arguments) => wide_runtime()?.block_on(serve::serve(arguments)),
            Deed::Init(arguments) => narrow_runtime()?.block_on(init::init(arguments)),
            Deed::Pack(arguments) => narrow_runtime()?.block_on(pack::pack(arguments)),
            Deed::Load(arguments) => narrow_runtime()?.block_on(load::load(arguments)),
            Deed::Staff(arguments) => narrow_runtime()?.block_on(staff::staff(arguments)),
            Deed::Provision(arguments) => {
                narrow_runtime()?.block_on(provision::provision(arguments))
            }
            Deed::Assign(arguments) => narrow_runtime()?.block_on(assign::assign(arguments)),
            Deed::Bills(arguments) => narrow_runtime()?.block_on(bills::bills(arguments)),
            Deed::Payments(arguments) => narrow_runtime()?.block_on(bills::payments(arguments)),
            Deed::Upyog(arguments) => narrow_runtime()?.block_on(upyog::upyog(arguments)),
            Deed::Collect(arguments) => narrow_runtime()?.block_on(collect::collect(arguments)),
            Deed::Phones(arguments) => narrow_runtime()?.block_on(reminders::phones(arguments)),
            Deed::Remind(arguments) => narrow_runtime()?.block_on(reminders::remind(arguments)),
            Deed::Outbox(arguments) => narrow_runtime()?.block_on(reminders::outbox(arguments)),
            Deed::PrintBills(arguments) => {
                narrow_runtime()?.block_on(print_bills::print_bills(arguments))
            }
            Deed::Collection(arguments) => {
                narrow_runtime()?.block_on(collection::collection(arguments))
            }
            Deed::Export(arguments) => narrow_runtime()?.block_on(walk::export(arguments)),
            Deed::Key(arguments) => walk::key(&arguments),
            Deed::Claim(arguments) => narrow_runtime()?.block_on(loss::claim(arguments)),
            Deed::Lost(arguments) => narrow_runtime()?.block_on(loss::lost(arguments)),
            Deed::Receive(arguments) => narrow_runtime()?.block_on(remit::receive(arguments)),
            Deed::Deposit(arguments) => narrow_runtime()?.block_on(remit::deposit(arguments)),
            Deed::BankStatement(arguments) => {
                narrow_runtime()?.block_on(remit::bank_statement(arguments))
            }
            Deed::Settlement(arguments) => {
                narrow_runtime()?.block_on(settlement::settlement(arguments))
            }
            Deed::Instrument(arguments) => narrow_runtime()?.block_on(remit::instrument(arguments)),
            Deed::SettleFork(arguments) => narrow_runtime()?.block_on(fork::settle_fork(arguments)),
            Deed::Record(arguments) => narrow_runtime()?.block_on(record::record(arguments)),
            Deed::Decide(arguments) => narrow_runtime()?.block_on(record::decide(arguments)),
            Deed::Slots(arguments) => narrow_runtime()?.block_on(slots::slots(arguments)),
            Deed::SettleEntry(arguments) => {
                narrow_runtime()?.block_on(apart::settle_entry(arguments))
            }
            Deed::Applications(arguments) => {
                narrow_runtime()?.block_on(application::applications(arguments))
            }
            Deed::Application(arguments) => {
                narrow_runtime()?.block_on(application::application(arguments))
            }
            Deed::EraseApplication(arguments) => {
                narrow_runtime()?.block_on(application::erase_application(arguments))
            }
            Deed::Registrar(arguments) => {
                narrow_runtime()?.block_on(registrar::registrar(arguments))
            }
            Deed::Complaint(command) => narrow_runtime()?.block_on(complaint::run(command)),
            Deed::Verify(arguments) => narrow_runtime()?.block_on(walk::verify(arguments)),
        }
    }
}

/// The books, and what they are kept by.
pub struct Opened {
    pub folder: Folder,
    pub trusted: Arc<Trusted>,
    pub store: Arc<dyn Store>,
}

impl Place {
    /// Opens the books, with every rule pack that is in service.
    pub async fn open(&self) -> Result<Opened, CommandError> {
        let folder = Folder::at(&self.data);
        let trusted = Arc::new(Trusted { office: folder.office()?, packs: folder.packs()? });
        let store = self.books(&folder, Arc::clone(&trusted))?;
        store.take_up_packs().await?;
        Ok(Opened { folder, trusted, store: Arc::new(store) })
    }

    fn books(&self, folder: &Folder, trusted: Arc<Trusted>) -> Result<Books, CommandError> {
        let uri = match &self.db {
            None => return Ok(Books::open(&folder.books(), trusted)?),
            Some(uri) => uri,
        };
        if uri.starts_with("postgres:") || uri.starts_with("postgresql:") {
            return Ok(postgres::open(uri, trusted)?);
        }
        match uri.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Books::open(Path::new(path), trusted)?),
            _ => Err(CommandError::UnknownDatabase),
        }
    }
}

fn narrow_runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CommandError::Runtime)
}

fn wide_runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CommandError::Runtime)
}
