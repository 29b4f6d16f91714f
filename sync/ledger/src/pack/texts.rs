//! The words of a pack: every label and sentence of slips and explanations, in every language that
//! the body offers. A text that is missing, unknown or without its places is a fault of the pack.

use std::collections::BTreeMap;

use super::reader::Section;
use super::slips::line_fault;

/// Names each fixed text once: the variant, its path in the file, and the places that it must have.
macro_rules! texts {
    ($($variant:ident $path:literal [$($place:literal),*],)+) => {
        /// A text that every pack has, by what it is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Text { $($variant,)+ }

        impl Text {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Where it stands in texts.<language>.toml.
            pub const fn path(self) -> &'static str {
                match self { $(Self::$variant => $path,)+ }
            }

            /// What must stand in it in braces.
            pub const fn places(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($place),*],)+ }
            }
        }
    };
}

texts! {
    BodyName "body.name" [],
    BodyNote "body.note" [],
    Help "body.help" [],
    UpiPayee "upi.payee" [],
    UpiNote "upi.note" ["number"],

    WhyTaxByArea "why.tax_by_area" ["area", "rate"],
    WhyAsAssessed "why.as_assessed" [],
    WhyBilled "why.billed" ["units", "unit", "account", "by"],
    WhyBilledPlain "why.billed_plain" ["account", "by"],
    WhyBillLateShare "why.bill_late_share" ["percent", "amount", "date"],
    WhyBillLateSum "why.bill_late_sum" ["date"],
    BriefBilled "brief.billed" ["label", "units", "unit"],
    Account "slip.account" [],
    WhyShareOfTax "why.share_of_tax" ["percent"],
    WhyInterest "why.interest" ["percent", "amount", "months"],
    WhyInterestOneMonth "why.interest_one_month" ["percent", "amount"],
    WhyAnd "why.and" ["one", "other"],
    WhyFeeMonth "why.fee_month" ["amount"],
    WhyExtraSacks "why.extra_sacks" ["sacks", "included", "amount"],
    WhyFeeDefault "why.fee_default" ["percent", "amount", "days"],
    WhyTakenOff "why.taken_off" [],
    WhyFlatFee "why.flat_fee" ["amount"],
    WhyPerUnit "why.per_unit" ["units", "amount"],
    WhyPerUnitIncluded "why.per_unit_included" ["units", "included", "amount"],
    WhySlab "why.slab" ["value", "from", "to"],
    WhySlabOpen "why.slab_open" ["value", "from"],
    WhyShareOfSum "why.share_of_sum" ["percent", "amount"],
    WhyShareCapped "why.share_capped" ["percent", "amount", "most"],
    WhyRebate "why.rebate" ["why", "percent", "amount"],

    BriefShare "brief.share" ["label", "percent"],
    BriefInterest "brief.interest" ["label", "percent", "months"],
    BriefInterestOneMonth "brief.interest_one_month" ["label", "percent"],
    BriefInterestMixed "brief.interest_mixed" ["label", "months"],
    BriefPerUnit "brief.per_unit" ["label", "units", "amount"],
    BriefSlab "brief.slab" ["label", "from", "to"],
    BriefSlabOpen "brief.slab_open" ["label", "from"],
    BriefRebate "brief.rebate" ["brief", "percent"],

    TitlePropertyTax "titles.property_tax" [],
    TitleWasteFee "titles.waste_fee" [],
    TitleSuspense "titles.suspense" [],
    TitleUpiWaiting "titles.upi_waiting" [],
    TitleVisit "titles.visit" [],
    TitleDayClose "titles.day_close" [],
    TitleVoided "titles.voided" [],
    TitleCertificate "titles.certificate" [],
    TitleReceived "titles.received" [],
    TitleExcess "titles.excess" [],
    TitleDishonour "titles.dishonour" [],
    TitleReturned "titles.returned" [],

    Number "slip.number" [],
    Date "slip.date" [],
    Building "slip.building" [],
    BuildingPlace "slip.building_place" ["ward", "number"],
    Name "slip.name" [],
    Matter "slip.matter" [],
    Total "slip.total" [],
    OnAccount "slip.on_account" [],
    Mode "slip.mode" [],
    ModeCash "slip.mode_cash" [],
    ModeCard "slip.mode_card" ["last_four"],
    ModeUpi "slip.mode_upi" [],
    ModeCheque "slip.mode_cheque" [],
    ModeDraft "slip.mode_draft" [],
    InstrumentBank "slip.instrument_bank" [],
    InstrumentDated "slip.instrument_dated" [],
    Duplicate "slip.duplicate" ["nth"],
    Reference "slip.reference" [],
    Tendered "slip.tendered" [],
    Change "slip.change" [],
    Status "slip.status" [],
    StatusClaimed "slip.status_claimed" [],
    StatusConfirmed "slip.status_confirmed" [],
    StatusSubjectToRealisation "slip.status_subject_to_realisation" [],
    StatusPending "slip.status_pending" [],
    StatusSuspense "slip.status_suspense" [],
    Recorded "slip.recorded" [],
    CheckCode "slip.check_code" [],
    CheckSquare "slip.check_square" [],
    NextDue "slip.next_due" ["date"],
    HelpLine "slip.help" ["help"],
    Practice "slip.practice" [],
    ClockUnverified "slip.clock_unverified" ["since"],
    Collector "slip.collector" [],

    WaitingNotPaid "upi_waiting.not_paid" [],
    WaitingAmount "upi_waiting.amount" [],
    WaitingUntil "upi_waiting.until" ["time"],
    WaitingNext "upi_waiting.next" [],

    SuspensePayer "suspense.payer" [],
    SuspensePlace "suspense.place" [],
    SuspenseWhy "suspense.why" [],
    SuspenseNext "suspense.next" [],

    VisitOutcome "visit.outcome" [],
    VisitKinds "visit.kinds" [],
    VisitWeight "visit.weight" [],
    VisitKilograms "visit.kilograms" ["weight"],
    VisitSacks "visit.sacks" [],
    VisitFeeLeft "visit.fee_left" [],
    VisitNext "visit.next" ["date"],

    DayDevice "day.device" [],
    DayReceipts "day.receipts" [],
    DayNumbers "day.numbers" [],
    DayNotes "day.notes" [],
    DayNoteCount "day.note_count" ["note", "count"],
    DayCoins "day.coins" [],
    DayCounted "day.counted" [],
    DayExpected "day.expected" [],
    DayDifference "day.difference" [],
    DayReason "day.reason" [],
    DayHeads "day.heads" [],
    DayModes "day.modes" [],
    DayRemitBy "day.remit_by" ["date"],
    DaySignCashier "day.sign_cashier" [],
    DaySignOfficer "day.sign_officer" [],
    DayFloat "day.float" [],
    DayInstruments "day.instruments" [],
    DayScan "day.scan" [],

    VoidedSays "voided.says" [],
    VoidedReason "voided.reason" [],
    VoidedSecond "voided.second" [],

    CertificateNumber "certificate.number" [],
    CertificateSays "certificate.says" ["amount", "number", "date"],
    CertificateNoReceipt "certificate.no_receipt" [],

    ReceivedDay "received.day" [],
    ReceivedClaimed "received.claimed" [],
    ReceivedCounted "received.counted" [],
    ReceivedScan "received.scan" [],
    ReceivedBy "received.by" [],
    ReceivedFrom "received.from" [],

    TitleDeficiency "deficiency.title" [],
    AckNumber "acknowledgement.number" [],
    AckService "acknowledgement.service" [],
    AckHandedIn "acknowledgement.handed_in" [],
    AckNothing "acknowledgement.nothing" [],
    AckMissing "acknowledgement.missing" [],
    AckComplete "acknowledgement.complete" [],
    AckDue "acknowledgement.due" [],
    AckDueSays "acknowledgement.due_says" [],
    AckOfficer "acknowledgement.officer" [],
    AckFirstAppeal "acknowledgement.first_appeal" [],
    AckSecondAppeal "acknowledgement.second_appeal" [],
    AckContact "acknowledgement.contact" [],
    AckCheck "acknowledgement.check" [],
    AckTakenBy "acknowledgement.taken_by" [],
    DocumentsAsk "documents.ask" [],
    DocumentsHint "documents.hint" [],
    DeficiencySays "deficiency.says" [],
    DeficiencyNext "deficiency.next" [],

    ReportDelay "registration.delay" [],
    ReportFee "registration.fee" [],
    ReportNoFee "registration.no_fee" [],
    ReportSays "registration.says" [],
    AlikeAsk "registration.alike" ["number", "date"],
    AlikeHint "registration.alike_hint" [],
    AlikeSame "registration.alike_same" [],
    AlikeChild "registration.alike_child" [],
    AlikeOther "registration.alike_other" [],
    LookOverAsk "registration.look_over" [],
    LookOverHint "registration.look_over_hint" [],
    ExtractTitle "registration.extract" [],
    ExtractSays "registration.extract_says" ["body"],
    RegisterNumber "registration.number" [],
    RegisterDay "registration.registered" [],
    ExtractIssued "registration.issued" [],
    ExtractRegistrar "registration.registrar" [],
    ExtractCheck "registration.check" [],

    NoticeReceipt "notice.receipt" [],
    ExcessSays "notice.excess_says" [],
    ExcessHeld "notice.excess_held" [],
    ExcessNext "notice.excess_next" [],
    DishonourSays "notice.dishonour_says" [],
    DishonourReason "notice.dishonour_reason" [],
    ReturnedSays "notice.returned_says" [],
    ReturnedReason "notice.returned_reason" [],
    ReturnedVoucher "notice.returned_voucher" [],

    BillTitle "bill.title" [],
    BillNumber "bill.number" [],
    BillLate "bill.late" ["date"],
    BillDue "bill.due" ["date"],
    BillTotal "bill.total" ["date"],
    BillAfter "bill.after" ["percent"],
    BillKiosk "bill.kiosk" [],
    BillUpi "bill.upi" [],
    BookingReserved "booking.reserved" [],
    BookingFacility "booking.facility" [],
    BookingDay "booking.day" [],
    BookingSlot "booking.slot" [],
    BookingTimes "booking.times" ["slot", "from", "to"],

    HomeOther "home.other" [],
    HomeOtherHelp "home.other_help" [],

    SmsDue "sms.due" ["body", "number", "amount", "date"],
    SmsLate "sms.late" ["body", "number", "amount", "percent"],
}

/// The texts of one language, by their path in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Texts(BTreeMap<String, String>);

impl Texts {
    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Reads a texts file; `own` are the paths that this pack's services, heads and kinds need
    /// besides the fixed ones.
    pub(super) fn read(root: Section<'_>, own: &[String]) -> Self {
        let mut wanted: BTreeMap<&str, &[&str]> =
            Text::ALL.iter().map(|text| (text.path(), text.places())).collect();
        wanted.extend(own.iter().map(|path| (path.as_str(), &[] as &[&str])));
        let mut texts = Self::default();
        texts.collect(&root, "", &wanted);
        for path in wanted.keys().filter(|path| !texts.0.contains_key(**path)) {
            root.fault(format!("{path} is missing"));
        }
        root.finish();
        texts
    }

    fn collect(&mut self, section: &Section<'_>, path: &str, wanted: &BTreeMap<&str, &[&str]>) {
        for key in section.keys() {
            let full = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            if section.is_section(&key) {
                let inside = section.section(&key);
                inside.iter().for_each(|inside| self.collect(inside, &full, wanted));
                continue;
            }
            let text = section.text(&key);
            match wanted.get(full.as_str()) {
                None => section.fault_at(&key, "is not known here"),
                Some(places) => {
                    if let Some(what) = line_fault(&full, &text) {
                        section.fault_at(&key, &what);
                    }
                    check_places(section, &key, &text, places);
                    self.0.insert(full, text);
                }
            }
        }
    }
}

/// Puts values in a text's places. One pass, so that a value with braces stays as it is.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((place, tail)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        let value = values.iter().find(|(name, _)| *name == place);
        let (_, value) = value.expect("the places of every text were checked when it was read");
        filled.push_str(value);
        rest = tail;
    }
    filled.push_str(rest);
    filled
}

fn check_places(section: &Section<'_>, key: &str, text: &str, places: &[&str]) {
    if text.is_empty() {
        return;
    }
    let found = places_of(text);
    for place in places.iter().filter(|place| !found.contains(*place)) {
        section.fault_at(key, &format!("lacks {{{place}}}"));
    }
    for place in found.iter().filter(|place| !places.contains(*place)) {
        section.fault_at(key, &format!("{{{place}}} is not known here"));
    }
}

fn places_of(text: &str) -> Vec<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|part| part.split_once('}'))
        .map(|(place, _)| place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_to_their_places_once() {
        let filled = fill("{percent} % × {months} {", &[("months", "{percent}"), ("percent", "1")]);
        assert_eq!(filled, "1 % × {percent} {");
    }
}
