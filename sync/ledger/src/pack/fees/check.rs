//! What must agree between a pack's fees and its services and heads.

use chrono::NaiveDate;

use super::{FEES_MAX, Fee, FeeRule, Fees};
use crate::pack::body::{Head, Service, ServiceKind, heads};
use crate::pack::figure::overlap;
use crate::pack::reader::Faults;

const FILE: &str = "rates.toml";

impl Fees {
    pub(in crate::pack) fn check(&self, services: &[Service], all: &[Head], faults: &Faults) {
        let kind = |id: &str| services.iter().find(|service| service.id == id).map(|it| it.kind);
        let named = self.rules.iter().map(|fee| (&fee.service, fee.line));
        let named = named.chain(self.periods.iter().map(|period| (&period.service, period.line)));
        for (service, line) in named {
            if kind(service) != Some(ServiceKind::Fees) {
                let what = format!("{service} is no service of the kind fees in pack.toml");
                faults.note(FILE, line, what);
            }
        }
        for fee in &self.rules {
            if heads::ALL.contains(&&*fee.head) || !all.iter().any(|head| head.code == fee.head) {
                let what = format!("{} is no head of pack.toml that a fee may have", fee.head);
                faults.note(FILE, fee.line, what);
            }
        }
        for service in services.iter().filter(|service| service.kind == ServiceKind::Fees) {
            if self.of(&service.id).next().is_none() {
                let what = format!("the service {} has no [[fee]]", service.id);
                faults.note(FILE, 1, what);
            }
        }
        self.check_order(faults);
        self.check_twins(faults);
    }

    /// A line leans on lines before it, and a due day on a period.
    fn check_order(&self, faults: &Faults) {
        for (place, fee) in self.rules.iter().enumerate() {
            let before = |head: &String| {
                self.rules[..place]
                    .iter()
                    .any(|other| other.service == fee.service && other.head == *head)
            };
            for head in fee.rule.value.leans_on().iter().filter(|head| !before(head)) {
                let what = format!("no fee of {} before this one has the head {head}", fee.service);
                faults.note(FILE, fee.line, what);
            }
            let by_day = matches!(
                &fee.rule.value,
                FeeRule::Late { .. } | FeeRule::Rebate { by: Some(_), .. }
            );
            let has_period = self.periods.iter().any(|period| period.service == fee.service);
            if (fee.only_late || by_day) && !has_period {
                let what = format!("{} has no [[fee_period]] to be late for", fee.service);
                faults.note(FILE, fee.line, what);
            }
        }
    }

    /// No day has two rules for one line, two periods, or more lines than a receipt may have.
    fn check_twins(&self, faults: &Faults) {
        for (place, fee) in self.rules.iter().enumerate() {
            let earlier = &self.rules[..place];
            if earlier.iter().any(|other| is_twin(other, fee) && overlap(&other.rule, &fee.rule)) {
                let what = format!("two fees of one line hold on {}", fee.rule.from);
                faults.note(FILE, fee.line, what);
            }
            if self.holding(&fee.service, fee.rule.from) > FEES_MAX {
                let what = format!("{} has more than {FEES_MAX} fees on a day", fee.service);
                faults.note(FILE, fee.line, what);
            }
        }
        for (place, period) in self.periods.iter().enumerate() {
            let twin = self.periods[..place]
                .iter()
                .any(|other| other.service == period.service && overlap(&other.rule, &period.rule));
            if twin {
                let what = format!("two periods of {} hold on one day", period.service);
                faults.note(FILE, period.line, what);
            }
        }
    }

    fn holding(&self, service: &str, day: NaiveDate) -> usize {
        self.of(service).filter(|fee| fee.rule.holds_on(day)).count()
    }
}

/// Whether both would ask the same: the same head for the same questions, of payers that both mean.
fn is_twin(one: &Fee, other: &Fee) -> bool {
    let same = one.service == other.service
        && one.head == other.head
        && kind_of(&one.rule.value) == kind_of(&other.rule.value)
        && one.rule.value.questions() == other.rule.value.questions()
        && one.rule.value.leans_on() == other.rule.value.leans_on();
    same && !are_apart(one, other)
}

/// Whether some question parts them: nobody can have given an answer of both.
fn are_apart(one: &Fee, other: &Fee) -> bool {
    one.only_if.iter().any(|condition| {
        other.only_if.iter().any(|against| {
            condition.answer == against.answer
                && !condition.is.iter().any(|answer| against.is.contains(answer))
        })
    })
}

/// A late share and a rebate stand beside the line of their own head.
fn kind_of(rule: &FeeRule) -> u8 {
    match rule {
        FeeRule::Late { .. } => 1,
        FeeRule::Rebate { .. } => 2,
        FeeRule::Share { .. } => 3,
        _ => 0,
    }
}
