//! What is said of a fact without reading it.

use crate::entry::Fact;

impl Fact {
    /// Whether only the office writes it, into its own book.
    pub const fn is_offices_alone(&self) -> bool {
        matches!(
            self,
            Self::Confirmed(_)
                | Self::BookLeased(_)
                | Self::DeviceEnrolled(_)
                | Self::ExcessHeld(_)
                | Self::InstrumentSettled(_)
                | Self::Deposited(_)
                | Self::Realised(_)
                | Self::Restored(_)
                | Self::ForkSettled(_)
                | Self::ApartSettled(_)
                | Self::WardsAssigned(_)
                | Self::PaidElsewhere(_)
                | Self::SlotsLeased(_)
                | Self::SlotsRecalled(_)
                | Self::ApplicationErased(_)
                | Self::Decided(_)
                | Self::ExtractIssued(_)
        )
    }

    /// Its name, as interfaces write it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::BookOpened(_) => "book_opened",
            Self::BookReturned(_) => "book_returned",
            Self::Receipt(_) => "receipt",
            Self::Print(_) => "print",
            Self::Intent(_) => "intent",
            Self::IntentEnded(_) => "intent_ended",
            Self::Visit(_) => "visit",
            Self::DayClosed(_) => "day_closed",
            Self::Voided(_) => "voided",
            Self::Certified(_) => "certified",
            Self::FloatTaken(_) => "float_taken",
            Self::Duplicated(_) => "duplicated",
            Self::Received(_) => "received",
            Self::HandedIn(_) => "handed_in",
            Self::NoticeWritten(_) => "notice_written",
            Self::ExcessHeld(_) => "excess_held",
            Self::InstrumentSettled(_) => "instrument_settled",
            Self::Deposited(_) => "deposited",
            Self::Realised(_) => "realised",
            Self::Restored(_) => "restored",
            Self::ForkSettled(_) => "fork_settled",
            Self::ApartSettled(_) => "apart_settled",
            Self::WardsAssigned(_) => "wards_assigned",
            Self::PaidElsewhere(_) => "paid_elsewhere",
            Self::PackSaid(_) => "pack_said",
            Self::SlotsLeased(_) => "slots_leased",
            Self::SlotsOpened(_) => "slots_opened",
            Self::SlotsRecalled(_) => "slots_recalled",
            Self::SlotsReturned(_) => "slots_returned",
            Self::Applied(_) => "applied",
            Self::ApplicationErased(_) => "application_erased",
            Self::Decided(_) => "decided",
            Self::ExtractIssued(_) => "extract_issued",
            Self::ComplaintWorked(_) => "complaint_worked",
            Self::ComplaintAnswered(_) => "complaint_answered",
            Self::SignedIn => "signed_in",
            Self::SignedOut => "signed_out",
            Self::Confirmed(_) => "confirmed",
            Self::BookLeased(_) => "book_leased",
            Self::DeviceEnrolled(_) => "device_enrolled",
        }
    }
}
