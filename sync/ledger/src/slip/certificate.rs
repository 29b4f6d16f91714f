//! The certificate of remittance: what a payer gets who lost a receipt, since no copy of one is
//! issued (Kerala Panchayat Raj (Accounts) Rules 2011, rule 21(1)(e)).

use super::receipt::{PaidBy, SlipPlace, paid_by, place_of};
use super::{Part, Slip, SlipKind, SlipLine, Writing};
use crate::language::Language;
use crate::money::Paise;
use crate::pack::{Pack, Text};
use crate::words::in_words;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts<'a> {
    /// The certificate's own number.
    pub number: &'a str,
    /// "14-08-2026 10:42", when it was given.
    pub at: &'a str,
    /// The receipt's number, and the day of the payment, "12-08-2026".
    pub receipt: &'a str,
    pub paid_on: &'a str,
    pub place: SlipPlace<'a>,
    pub name: &'a str,
    /// Sums by head of account.
    pub heads: &'a [(String, Paise)],
    pub total: Paise,
    pub paid_by: PaidBy<'a>,
    pub officer: &'a str,
    pub practice: bool,
}

impl Slip {
    pub fn certificate(pack: &Pack, language: Language, facts: &CertificateFacts<'_>) -> Self {
        let mut slip = Writing::new(pack, language, Text::TitleCertificate, facts.practice);
        slip.part(Part::Head);
        slip.field(Text::CertificateNumber, facts.number);
        slip.field(Text::Date, facts.at);
        place_of(&mut slip, facts.place, facts.name);
        slip.part(Part::Says);
        slip.push(SlipLine::Dashes);
        let values = [
            ("amount", &*facts.total.on_paper()),
            ("number", facts.receipt),
            ("date", facts.paid_on),
        ];
        slip.push(SlipLine::Text(slip.fill(Text::CertificateSays, &values)));
        for (head, amount) in facts.heads {
            let label = slip.pack.head_brief(head, slip.language).to_owned();
            slip.amount(label, *amount);
        }
        slip.push(SlipLine::Rule);
        slip.total(Text::Total, facts.total);
        slip.push(SlipLine::Text(in_words(facts.total, language)));
        slip.part(Part::Paid);
        slip.push(SlipLine::Dashes);
        paid_by(&mut slip, facts.paid_by);
        slip.part(Part::NoReceipt);
        slip.text(Text::CertificateNoReceipt);
        slip.part(Part::Signatures);
        slip.sign(Text::DaySignOfficer, facts.officer);
        slip.part(Part::Help);
        slip.help();
        slip.finish(SlipKind::Certificate, facts.practice)
    }
}
