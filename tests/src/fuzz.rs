//! Every decoder of something from outside, as a function that is fed any bytes: it never panics,
//! what it takes is written as it was read, its limits are kept, and nothing that was altered
//! verifies. The list is closed; `cargo run --bin fuzz` and the test `fuzz` play the same targets.

mod applications;
mod around;
mod bills;
mod cameras;
mod cards;
mod channels;
mod cloud;
mod corpus;
mod files;
mod forms;
mod meetings;
mod mutator;
mod names;
mod office;
mod packs;
mod parcels;
mod photos;
mod play;
mod records;
mod sales;
mod samples;
mod signed;
mod texts;
mod wires;

pub use corpus::{KEPT, keep, kept};
pub use play::{Found, Played, Until, play};
pub use samples::entries as every_kind;

/// One decoder.
pub struct Target {
    pub name: &'static str,
    /// Feeds bytes to the decoder and says whether it took them. Panics where something does not
    /// hold that must.
    pub feed: fn(&[u8]) -> bool,
    /// Sound inputs, made from real values, that mutations begin with.
    pub samples: fn() -> Vec<Vec<u8>>,
    /// About how many times as long as the quickest target a run takes: where all are played, this
    /// one gets so many times fewer runs.
    pub weight: u64,
}

const fn target(
    name: &'static str,
    feed: fn(&[u8]) -> bool,
    samples: fn() -> Vec<Vec<u8>>,
    weight: u64,
) -> Target {
    Target { name, feed, samples, weight }
}

pub const TARGETS: &[Target] = &[
    target("receipt_number", texts::receipt_number, texts::receipt_numbers, 1),
    target("house_code", texts::house_code, texts::house_codes, 1),
    target("period", texts::period, texts::periods, 1),
    target("money", texts::money, texts::sums, 1),
    target("port_address", texts::port_address, texts::port_addresses, 1),
    target("entry", signed::entry, signed::entry_samples, 1),
    target("slip", signed::slip, signed::slips, 1),
    target("remittance", signed::remittance, signed::remittances, 1),
    target("lease", signed::lease, signed::lease_samples, 1),
    target("checkpoint", signed::checkpoint, signed::checkpoint_samples, 1),
    target("notice", signed::notice, signed::notice_samples, 1),
    target("batch", signed::batch, signed::batch_samples, 1),
    target("columns", signed::columns, signed::column_samples, 4),
    target("request", signed::request, signed::request_samples, 1),
    target("answer", files::answer, files::answers, 1),
    target("short_answer", files::short_answer, files::short_answers, 1),
    target("parcel", parcels::parcel, parcels::parcels, 1),
    target("reply", parcels::reply, parcels::replies, 1),
    target("stream_of_squares", meetings::frames, meetings::streams, 4),
    target("offer", meetings::offer, meetings::offers, 1),
    target("greeting", meetings::greeting, meetings::greetings, 1),
    target("sealed", meetings::sealed, meetings::sealed_samples, 2),
    target("name_question", names::question, names::questions, 1),
    target("name_answer", names::answer, names::answers, 1),
    target("photo", photos::photo, photos::photos, 1),
    target("photo_piece", photos::piece, photos::pieces, 1),
    target("photo_answer", photos::answer, photos::answers, 1),
    target("extract", applications::extract, applications::extracts, 2),
    target("application_file", applications::file, applications::files, 2),
    target("packing", files::packing, files::packed_samples, 1),
    target("provision", files::provision, files::provisions, 1),
    target("export", files::export, files::exports, 8),
    target("rule_pack", files::rule_pack, files::rule_packs, 24),
    target("pack_file", packs::pack_file, packs::pack_files, 24),
    target("day_document", files::day_document, files::day_documents, 4),
    target("record_change", records::record_change, records::record_changes, 24),
    target("record", records::record, records::records, 8),
    target("records_asked", records::records_asked, records::asked, 1),
    target("records_answer", records::records_answer, records::answered, 1),
    target("expression", forms::expression, forms::expressions, 1),
    target("survey", forms::survey, forms::surveys, 24),
    target("workbook", forms::workbook, forms::workbooks, 24),
    target("kept_filling", forms::kept_filling, forms::kept_fillings, 24),
    target("config", files::config, files::configs, 1),
    target("printer_profiles", files::printer_profiles, files::printer_profile_files, 2),
    target("touch", wires::touch, wires::touch_lines, 1),
    target("bank", wires::bank, wires::bank_words, 1),
    target("bank_signature", office::bank_signature, office::bank_signatures, 1),
    target("bank_statement", office::statement, office::statements, 1),
    target("bills_csv", bills::csv, bills::csv_files, 1),
    target("bills_upyog", bills::upyog, bills::upyog_files, 1),
    target("bills_bbps", bills::bbps, bills::bbps_files, 1),
    target("bill_code", bills::code, bills::codes, 1),
    target("settlement", channels::settlement, channels::settlements, 2),
    target("bill_reference", channels::bill_reference, channels::bill_references, 1),
    target("signed_statement", channels::statement, channels::statements, 1),
    target("earlier_asked", channels::earlier_asked, channels::earlier_questions, 1),
    target("earlier_answer", channels::earlier_answer, channels::earlier_answers, 1),
    target("register_file", office::register_file, office::register_files, 4),
    target("close_name", office::close_name, office::close_names, 1),
    target("receipt_form", office::receipt_form, office::receipt_forms, 1),
    target("receipt_page", office::receipt_page, office::receipt_pages, 2),
    target("pin_hash", texts::pin_hash, texts::pin_hashes, 1),
    target("printer", wires::printer, wires::printer_answers, 1),
    target("terminal", wires::terminal, wires::terminal_messages, 1),
    target("terminal_frames", wires::terminal_frames, wires::framed_messages, 1),
    target("cloud_answer", cloud::answer, cloud::answers, 1),
    target("terminal_sale", sales::terminal_sale, sales::terminal_sales, 2),
    target("scanner", wires::scanner, wires::scanned_lines, 4),
    target("card_reader", cards::rdm6300, cards::frames, 1),
    target("card_number", cards::number, cards::numbers, 1),
    target("keys", cards::keys, cards::typed, 4),
    target("video", cameras::video, cameras::videos, 1),
    target("frame", cameras::frame, cameras::frames, 64),
    target("aadhaar", cameras::aadhaar, cameras::squares, 8),
    target("certificate", cameras::certificate, cameras::certificates, 4),
    target("scale", around::scale, around::scale_messages, 24),
    target("scale_file", around::scale_file, around::scale_files, 4),
    target("nmea", around::nmea, around::nmea_sentences, 1),
    target("gpsd", around::gpsd_report, around::gpsd_reports, 1),
    target("supply", around::supply, around::supplies, 1),
];

pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
