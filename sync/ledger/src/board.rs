//! The rate board: what each service takes on a day, with the days on which each figure holds. All
//! of it is read off the pack; nothing is known here besides. Its words are those of the pack, and
//! signs that need none; each is one that the faces of the glass have.

use chrono::{Datelike, NaiveDate};

use crate::demand::percent;
use crate::language::Language;
use crate::money::{Paise, grouped};
use crate::pack::{
    BasisPoints, CentreCharge, Count, Dated, Fee, FeeRule, Figure, LateCharge, MonthDay, Pack,
    Service, ServiceKind, ShareOf, StepTakes, Text, heads,
};

/// What one service takes, or what is taken besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardPart {
    pub title: String,
    pub rates: Vec<BoardRate>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardRate {
    /// "Library cess", "shop, 1–100 m²".
    pub what: String,
    /// "5 %"; empty where the body has not set it yet.
    pub takes: String,
    pub from: NaiveDate,
    /// The last day; none while it holds until further notice.
    pub to: Option<NaiveDate>,
}

struct Board<'a> {
    pack: &'a Pack,
    on: NaiveDate,
    language: Language,
    /// A centre that is not the body's own.
    is_centre: bool,
}

impl Pack {
    /// What each service takes on a day, in the order in which the glass offers them, and at the
    /// end the charge of this place.
    pub fn rate_board(&self, on: NaiveDate, is_centre: bool, language: Language) -> Vec<BoardPart> {
        let board = Board { pack: self, on, language, is_centre };
        let services = self.services.iter().map(|service| board.service(service));
        let mut parts: Vec<BoardPart> = services.collect();
        let charge = board.label(heads::SERVICE_CHARGE);
        parts.push(BoardPart { title: charge, rates: board.charge() });
        parts.retain(|part| !part.rates.is_empty());
        parts
    }
}

impl Board<'_> {
    fn service(&self, service: &Service) -> BoardPart {
        let rates = match service.kind {
            ServiceKind::PropertyTax => self.property_tax(),
            ServiceKind::WasteFee => self.waste_fee(),
            ServiceKind::Fees => self.fees(&service.id),
            ServiceKind::Bill => self.bill(service),
            ServiceKind::CheckReceipt | ServiceKind::Elsewhere | ServiceKind::Application => {
                Vec::new()
            }
        };
        BoardPart { title: self.pack.service_title(&service.id, self.language).to_owned(), rates }
    }

    fn property_tax(&self) -> Vec<BoardRate> {
        let rates = &self.pack.rates;
        let mut rows = Vec::new();
        for area in rates.tax_by_area.iter().filter(|area| area.rate.holds_on(self.on)) {
            let most = area.area_m2_max.map(|most| format!(", 1–{} m²", grouped(most.into())));
            let what = format!("{}{}", area.use_code, most.unwrap_or_default());
            rows.push(row(&area.rate, what, format!("{} / m²", rupees(area.rate.value))));
        }
        rows.extend(self.dated(&rates.library_cess, heads::LIBRARY_CESS, |share| share_of(*share)));
        // A month of amnesty takes none, whatever the rate.
        match rates.amnesty(self.on) {
            Some(window) => rows.push(row(window, self.label(heads::INTEREST), share_of(0))),
            None => rows.extend(self.interest()),
        }
        let tax = self.label(heads::PROPERTY_TAX);
        for rule in holding(&rates.relief.exemptions, self.on) {
            let what = format!("{}, 1–{} m²", rule.value.uses.join(", "), rule.value.area_m2_max);
            rows.push(row(rule, what, rupees(Paise::ZERO)));
        }
        for rule in holding(&rates.relief.own_use, self.on) {
            let what = format!("{tax}: {}", rule.value.uses.join(", "));
            rows.push(row(rule, what, less(rule.value.share)));
        }
        for rule in holding(&rates.relief.early, self.on) {
            let most = rule.value.annual_tax_max.map(|most| format!(", …{} / a", rupees(most)));
            let what = format!("{tax} {}{}", self.by(rule.value.by), most.unwrap_or_default());
            rows.push(row(rule, what, less(rule.value.share)));
        }
        rows
    }

    fn interest(&self) -> Vec<BoardRate> {
        let label = self.pack.head_brief(heads::INTEREST, self.language).to_owned();
        self.dated(&self.pack.rates.interest_month, heads::INTEREST, |share| {
            let percent = percent(*share);
            let values = [("label", label.as_str()), ("percent", &percent)];
            self.pack.fill(Text::BriefInterestOneMonth, self.language, &values)
        })
    }

    fn waste_fee(&self) -> Vec<BoardRate> {
        let rates = &self.pack.rates;
        let month = |fee: Paise| {
            self.pack.fill(Text::WhyFeeMonth, self.language, &[("amount", &fee.on_glass())])
        };
        let mut rows = self.dated(&rates.user_fee_house, heads::USER_FEE, |fee| month(*fee));
        let shop = |fee: &crate::EstablishmentFee| {
            let most = fee.included_sacks.to_string();
            let more = [
                ("sacks", &*(fee.included_sacks + 1).to_string()),
                ("included", &*most),
                ("amount", &*fee.extra_sack.on_glass()),
            ];
            let more = self.pack.fill(Text::WhyExtraSacks, self.language, &more);
            self.pack.fill(
                Text::WhyAnd,
                self.language,
                &[("one", &month(fee.month)), ("other", &more)],
            )
        };
        rows.extend(self.dated(&rates.user_fee_establishment, heads::EXTRA_SACKS, shop));
        let fee = rates.user_fee_house.at(self.on).map_or(Paise::ZERO, |fee| fee.value);
        rows.extend(self.dated(&rates.user_fee_default, heads::FEE_DEFAULT, |default| {
            let values = [
                ("percent", &*percent(default.share)),
                ("amount", &*fee.on_glass()),
                ("days", &*default.after_days.to_string()),
            ];
            self.pack.fill(Text::WhyFeeDefault, self.language, &values)
        }));
        rows
    }

    fn fees(&self, service: &str) -> Vec<BoardRate> {
        let fees = self.pack.rates.fees.of(service).filter(|fee| fee.rule.holds_on(self.on));
        fees.flat_map(|fee| self.fee(fee)).collect()
    }

    /// A row for each slab or block, and one for any other rule.
    fn fee(&self, fee: &Fee) -> Vec<BoardRate> {
        let mut what = self.label(&fee.head);
        let only = fee.only_if.iter().flat_map(|one| &one.is).map(String::as_str);
        let of: Vec<String> = only.chain(units(&fee.rule.value)).map(spaced).collect();
        if !of.is_empty() {
            what = format!("{what} ({})", of.join(", "));
        }
        let one = |takes: String| vec![row(&fee.rule, what.clone(), takes)];
        match &fee.rule.value {
            FeeRule::Flat(sum) => one(rupees(*sum)),
            FeeRule::PerUnit { rate, included, .. } => one(match included {
                0 => format!("1 × {}", rupees(*rate)),
                _ => format!("1 × {} (> {})", rupees(*rate), grouped(*included)),
            }),
            FeeRule::Blocks { blocks, .. } => {
                let mut above = 0;
                let each = blocks.iter().map(|block| {
                    let what = format!("{what} {}", span(above + 1, block.to));
                    above = block.to.unwrap_or(above);
                    row(&fee.rule, what, format!("1 × {}", rupees(block.rate)))
                });
                each.collect()
            }
            FeeRule::Slab { slabs, .. } => {
                let each = slabs.iter().map(|slab| {
                    let what = format!("{what} {}", span(slab.from, slab.to));
                    row(&fee.rule, what, rupees(slab.amount))
                });
                each.collect()
            }
            FeeRule::Share { of, share, most } => {
                let most = most.map(|most| format!(", …{}", rupees(most))).unwrap_or_default();
                one(format!("{}{most}{}", share_of(*share), self.of(of)))
            }
            FeeRule::Late { month_rate, .. } => {
                let percent = percent(*month_rate);
                let label = self.pack.head_brief(&fee.head, self.language);
                let values = [("label", label), ("percent", &*percent)];
                one(self.pack.fill(Text::BriefInterestOneMonth, self.language, &values))
            }
            FeeRule::Rebate { share, by, .. } => {
                let by = by.map(|by| format!(" {}", self.by(by))).unwrap_or_default();
                one(format!("{}{by}", less(*share)))
            }
            FeeRule::Unset => one(String::new()),
        }
    }

    /// Which earlier lines a share is of; of an answer the form says what it is.
    fn of(&self, of: &ShareOf) -> String {
        match of {
            ShareOf::Answer { .. } => String::new(),
            ShareOf::Heads(heads) => {
                let labels: Vec<String> = heads.iter().map(|head| self.label(head)).collect();
                format!(" ({})", labels.join(", "))
            }
        }
    }

    /// What is added to a utility's bill that is paid late; the bill itself is the utility's.
    fn bill(&self, service: &Service) -> Vec<BoardRate> {
        let late = self.pack.rates.bills.late_at(&service.id, self.on);
        let Some((bill, figure)) = service.bill.as_ref().zip(late) else { return Vec::new() };
        let takes = match figure.value {
            None => String::new(),
            Some(LateCharge::Nothing) => rupees(Paise::ZERO),
            Some(LateCharge::Sum(sum)) => rupees(sum),
            Some(LateCharge::Share(share)) => share_of(share),
            Some(LateCharge::AsBilled) => self.label(&bill.head),
        };
        vec![row(figure, self.label(&bill.late_head), takes)]
    }

    fn charge(&self) -> Vec<BoardRate> {
        let rates = &self.pack.rates;
        if let Some(steps) = rates.centre_charge.at(self.on).filter(|_| self.is_centre) {
            return self.steps(steps);
        }
        self.dated(&rates.service_charge, heads::SERVICE_CHARGE, |charge| rupees(*charge))
    }

    fn steps(&self, steps: &Figure<CentreCharge>) -> Vec<BoardRate> {
        let mut above = 0;
        let each = steps.value.steps().iter().map(|step| {
            let to = step.to.map(|to| u64::try_from(to.get() / 100).unwrap_or(u64::MAX));
            let what = format!("₹{}", span(above + 1, to));
            above = to.unwrap_or(above);
            let takes = match step.takes {
                StepTakes::Sum(sum) => rupees(sum),
                StepTakes::Share { share, most: Some(most) } => {
                    format!("{}, …{}", share_of(share), rupees(most))
                }
                StepTakes::Share { share, most: None } => share_of(share),
            };
            row(steps, what, takes)
        });
        each.collect()
    }

    /// The row of a figure that holds on the day, or of one that the body must still set.
    fn dated<T>(
        &self,
        dated: &Dated<T>,
        head: &str,
        takes: impl Fn(&T) -> String,
    ) -> Vec<BoardRate> {
        let what = self.label(head);
        if let Some(figure) = dated.at(self.on) {
            return vec![row(figure, what, takes(&figure.value))];
        }
        let unset = dated.unset_at(self.on).map(|open| row(open, what, String::new()));
        unset.into_iter().collect()
    }

    /// "…31-05": the last day to pay, in any year.
    fn by(&self, by: MonthDay) -> String {
        format!("…{}", by.in_year(self.on.year()).format("%d-%m"))
    }

    fn label(&self, head: &str) -> String {
        self.pack.head_label(head, self.language).to_owned()
    }
}

/// What is counted, by the questions' names: two lines of one head may count different things.
fn units(rule: &FeeRule) -> impl Iterator<Item = &str> {
    let counted: &[Count] = match rule {
        FeeRule::PerUnit { units, .. } => units,
        FeeRule::Blocks { units, .. } => std::slice::from_ref(units),
        _ => &[],
    };
    counted.iter().map(|count| count.answer.as_str())
}

/// "tickets_first" as words.
fn spaced(name: &str) -> String {
    name.replace('_', " ")
}

fn holding<T>(rules: &[Figure<T>], on: NaiveDate) -> impl Iterator<Item = &Figure<T>> {
    rules.iter().filter(move |rule| rule.holds_on(on))
}

fn row<T>(figure: &Figure<T>, what: String, takes: String) -> BoardRate {
    BoardRate { what, takes, from: figure.from, to: figure.to }
}

fn rupees(sum: Paise) -> String {
    format!("₹{}", sum.on_glass())
}

fn share_of(share: BasisPoints) -> String {
    format!("{} %", percent(share))
}

fn less(share: BasisPoints) -> String {
    format!("-{} %", percent(share))
}

/// "1,001–5,000", "5,001–" without an end.
fn span(from: u64, to: Option<u64>) -> String {
    format!("{}–{}", grouped(from), to.map(grouped).unwrap_or_default())
}

#[cfg(test)]
mod tests;
