//! Whether services can take money, or applications, by the answers of their forms.

use forms::Form;
use ledger::{
    BOOKED_DAY, BOOKED_FACILITY, BOOKED_SLOT, Booking, DELAY_ANSWER, Pack, Registration,
    ServiceKind,
};

/// Why services cannot take applications: a form that is not there, or cannot be asked whole, or
/// does not ask what a document looks at.
pub(super) fn application_faults(pack: &Pack, forms: &[Form]) -> Vec<String> {
    let mut faults = Vec::new();
    let applications = pack.services.iter().filter_map(|service| {
        service.application.as_ref().map(|application| (service, application))
    });
    for (service, application) in applications {
        let (id, named) = (&service.id, service.form.as_deref().unwrap_or_default());
        let Some(form) = forms.iter().find(|form| form.id == named) else {
            let line = application.line;
            let what = format!("{id} asks the form {named}: there is none in forms/");
            faults.push(format!("pack.toml:{line}: {what}"));
            continue;
        };
        let said = form.glass_faults();
        faults.extend(said.iter().map(|fault| format!("forms/{fault} (for the service {id})")));
        let conditions = application.documents.iter().flat_map(|document| &document.only_if);
        let is_computed = |name: &str| application.registration.is_some() && name == DELAY_ANSWER;
        let strange = conditions.filter(|condition| {
            !is_computed(&condition.answer) && is_unasked(form, &condition.answer)
        });
        faults.extend(strange.map(|condition| {
            let name = &condition.answer;
            format!("forms/{named}: a document of {id} looks at {name}: ask it, in no repeat")
        }));
        faults.extend(registration_faults(id, application.registration.as_ref(), form));
    }
    faults
}

/// Why a birth or a death cannot be reported by a form: it does not ask what is registered.
fn registration_faults(id: &str, rule: Option<&Registration>, form: &Form) -> Vec<String> {
    let Some(rule) = rule else { return Vec::new() };
    let named = &form.id;
    let missing = rule.questions().filter(|name| form.named(name).is_none());
    let mut faults: Vec<String> = missing
        .map(|name| format!("forms/{named}: {id} registers by {name}: ask it in the form"))
        .collect();
    faults.sort();
    faults.dedup();
    if form.named(DELAY_ANSWER).is_some() {
        faults.push(format!("forms/{named}: {DELAY_ANSWER} is computed: name it otherwise"));
    }
    faults
}

/// Why they cannot: a form that is not there, cannot be asked whole, or does not ask what a rule
/// looks at.
pub(super) fn fee_faults(pack: &Pack, forms: &[Form]) -> Vec<String> {
    let mut faults = Vec::new();
    for service in pack.services.iter().filter(|service| service.kind == ServiceKind::Fees) {
        let (id, named) = (&service.id, service.form.as_deref().unwrap_or_default());
        let Some(form) = forms.iter().find(|form| form.id == named) else {
            faults.push(format!("pack.toml: {id} asks the form {named}: there is none in forms/"));
            continue;
        };
        let said = form.fee_faults();
        faults.extend(said.iter().map(|fault| format!("forms/{fault} (for the service {id})")));
        let own = [BOOKED_FACILITY, BOOKED_DAY, BOOKED_SLOT];
        faults.extend(own.into_iter().filter(|name| form.named(name).is_some()).map(|name| {
            format!("forms/{named}: {name} is what a booking says: name the question otherwise")
        }));
        let fees = &pack.rates.fees;
        let days = fees.of(id).map(|fee| fee.rule.from);
        let mut asked: Vec<&str> = days.flat_map(|day| fees.questions(id, day)).collect();
        asked.sort_unstable();
        asked.dedup();
        faults.extend(
            asked
                .iter()
                .filter(|name| {
                    is_unasked(form, name) && !(service.books && Booking::is_answer(name))
                })
                .map(|name| {
                    format!(
                        "forms/{named}: a [[fee]] of {id} looks at {name}: ask it, in no repeat"
                    )
                }),
        );
    }
    faults
}

/// Whether a form has no one answer of this name.
fn is_unasked(form: &Form, name: &str) -> bool {
    form.named(name).is_none() || form.is_repeated(name)
}
