//! The adapter against a service that the test plays answer by answer.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::*;

const REFERENCE: &str = "G0802W0007S00000123";
const WHOLE: &str = "6071980012344321";

/// What the service is to answer, in order; what it was asked stays to be looked at.
#[derive(Clone, Default)]
struct Service(Arc<Mutex<(VecDeque<Result<String, SendFault>>, Vec<(String, String)>)>>);

impl Service {
    fn answers(&self, answers: &[&str]) {
        let mut inner = self.0.lock().unwrap();
        inner.0.extend(answers.iter().map(|answer| Ok((*answer).to_owned())));
    }

    fn fails(&self, fault: SendFault) {
        self.0.lock().unwrap().0.push_back(Err(fault));
    }

    fn asked(&self, path: &str) -> Vec<String> {
        let inner = self.0.lock().unwrap();
        let asked = inner.1.iter().filter(|(to, _)| to == path);
        asked.map(|(_, body)| body.clone()).collect()
    }
}

impl Sender for Service {
    fn post(&mut self, path: &str, body: &str) -> Result<String, SendFault> {
        let mut inner = self.0.lock().unwrap();
        inner.1.push((path.to_owned(), body.to_owned()));
        inner.0.pop_front().expect("one question more than the test has answers")
    }
}

/// A disk that a test can look at and take away.
#[derive(Clone, Default)]
struct Disk(Arc<Mutex<(HashMap<String, Asked>, Option<String>, bool)>>);

impl References for Disk {
    fn asked(&mut self, reference: &str) -> Result<Asked, Fault> {
        Ok(self.0.lock().unwrap().0.get(reference).copied().unwrap_or(Asked::Never))
    }

    fn keep(&mut self, reference: &str, asked: Asked) -> Result<(), Fault> {
        let mut inner = self.0.lock().unwrap();
        if inner.2 {
            return Err(Fault::Broken);
        }
        inner.0.insert(reference.to_owned(), asked);
        if let Asked::Known(_) = asked {
            inner.1 = Some(reference.to_owned());
        }
        Ok(())
    }

    fn last(&mut self) -> Result<Option<String>, Fault> {
        Ok(self.0.lock().unwrap().1.clone())
    }
}

struct Bench {
    service: Service,
    disk: Disk,
    terminal: PineLabsTerminal,
}

fn bench() -> Bench {
    let (service, disk) = (Service::default(), Disk::default());
    let account = Account {
        merchant: "29610".to_owned(),
        store: "1221258".to_owned(),
        client: "1013592".to_owned(),
        token: "a-very-secret-token".to_owned(),
    };
    let settings = PineLabsSettings {
        pause: Duration::from_millis(1),
        payer_limit: Duration::from_secs(20),
        ..PineLabsSettings::new(account)
    };
    let (sender, references) = (Box::new(service.clone()), Box::new(disk.clone()));
    let terminal = PineLabsTerminal::new(settings, sender, references);
    Bench { service, disk, terminal }
}

fn intent() -> SaleIntent {
    SaleIntent { reference: REFERENCE.to_owned(), amount_paise: 118_400 }
}

impl Bench {
    fn sells(&mut self) -> SaleOutcome {
        self.terminal.sale(&intent(), &mut |_| {})
    }

    fn uploads(&self) -> usize {
        self.service.asked(UPLOAD).len()
    }

    /// The same disk in a program that was started anew.
    fn restarts(self) -> Bench {
        let Bench { service, disk, .. } = bench();
        *service.0.lock().unwrap() = std::mem::take(&mut *self.service.0.lock().unwrap());
        *disk.0.lock().unwrap() = std::mem::take(&mut *self.disk.0.lock().unwrap());
        let settings = self.terminal.settings.clone();
        let (sender, references) = (Box::new(service.clone()), Box::new(disk.clone()));
        Bench { service, disk, terminal: PineLabsTerminal::new(settings, sender, references) }
    }
}

const TAKEN: &str =
    r#"{"ResponseCode":0,"ResponseMessage":"APPROVED","PlutusTransactionReferenceID":501}"#;
const WAITS: &str =
    r#"{"ResponseCode":1001,"ResponseMessage":"TXN UPLOADED","PlutusTransactionReferenceID":501}"#;
const DECLINED: &str = r#"{"ResponseCode":1,"ResponseMessage":"TXN DECLINED"}"#;
const CANCELLED: &str = r#"{"ResponseCode":0,"ResponseMessage":"APPROVED"}"#;

fn paid(amount: u64) -> String {
    format!(
        r#"{{"ResponseCode":0,"ResponseMessage":"TXN APPROVED","PlutusTransactionReferenceID":501,
        "TransactionData":[{{"Tag":"AmountInPaisa","Value":"{amount}"}},
        {{"Tag":"Card Number","Value":"{WHOLE}"}},{{"Tag":"RRN","Value":"000792514130"}},
        {{"Tag":"ApprovalCode","Value":"849035"}},{{"Tag":"TID","Value":"30000123"}},
        {{"Tag":"Invoice Number","Value":"17"}}]}}"#
    )
}

#[test]
fn a_payment_is_asked_about_until_it_is_paid() {
    let mut bench = bench();
    bench.service.answers(&[TAKEN, WAITS, WAITS, &paid(118_400)]);
    let mut started = 0;
    let outcome = bench.terminal.sale(&intent(), &mut |_| started += 1);
    let SaleOutcome::Approved(approval) = outcome else { panic!("{outcome:?}") };
    assert_eq!((approval.amount_paise, &*approval.authorisation_code), (118_400, "849035"));
    assert_eq!((&*approval.bank_reference, &*approval.receipt_number), ("000792514130", "17"));
    assert_eq!(approval.reference.as_deref(), Some(REFERENCE));
    assert_eq!((started, bench.uploads()), (1, 1), "the payer's time begins once");
    assert!(!format!("{approval:?}").contains("607198"));
}

#[test]
fn the_same_reference_asked_twice_is_put_up_once() {
    let mut bench = bench();
    bench.service.answers(&[TAKEN, &paid(118_400), &paid(118_400)]);
    assert!(matches!(bench.sells(), SaleOutcome::Approved(_)));
    let mut bench = bench.restarts();
    assert!(matches!(bench.sells(), SaleOutcome::Approved(_)));
    assert_eq!(bench.uploads(), 1);
}

#[test]
fn answers_that_are_lost_or_nonsense_on_the_way_cost_nothing() {
    let mut bench = bench();
    bench.service.answers(&[TAKEN, "<html>502</html>"]);
    bench.service.fails(SendFault::Lost(Fault::Timeout));
    bench.service.fails(SendFault::NotSent(Fault::Unplugged));
    bench.service.answers(&[r#"{"ResponseCode":96,"ResponseMessage":"SYSTEM ERROR"}"#]);
    bench.service.answers(&[&paid(118_400)]);
    let outcome = bench.sells();
    assert!(matches!(outcome, SaleOutcome::Approved(_)), "{outcome:?}");
}

#[test]
fn a_request_whose_answer_was_lost_is_never_put_up_again() {
    let mut bench = bench();
    bench.service.fails(SendFault::Lost(Fault::Timeout));
    assert!(matches!(bench.sells(), SaleOutcome::Unknown(Fault::Timeout)));
    assert!(matches!(bench.terminal.lookup(&intent()), Lookup::CannotTell(_)));
    let mut bench = bench.restarts();
    assert!(matches!(bench.terminal.lookup(&intent()), Lookup::CannotTell(_)));
    assert!(matches!(bench.sells(), SaleOutcome::Unknown(_)));
    assert_eq!(bench.uploads(), 1);
}

#[test]
fn a_request_that_never_left_may_be_asked_for_again() {
    let mut bench = bench();
    assert!(matches!(bench.terminal.lookup(&intent()), Lookup::NeverSeen));
    bench.service.fails(SendFault::NotSent(Fault::Unplugged));
    assert!(matches!(bench.sells(), SaleOutcome::NotStarted(Fault::Unplugged)));
    assert!(matches!(bench.terminal.lookup(&intent()), Lookup::NeverSeen));
    bench.service.answers(&[r#"{"ResponseCode":5,"ResponseMessage":"TERMINAL BUSY"}"#]);
    assert!(matches!(bench.sells(), SaleOutcome::NotStarted(Fault::Protocol(_))));
    bench.service.answers(&[TAKEN, &paid(118_400)]);
    assert!(matches!(bench.sells(), SaleOutcome::Approved(_)));
}

#[test]
fn nothing_is_sent_where_the_disk_does_not_say_so_first() {
    let mut bench = bench();
    bench.disk.0.lock().unwrap().2 = true;
    assert!(matches!(bench.sells(), SaleOutcome::NotStarted(Fault::Broken)));
    assert_eq!(bench.uploads(), 0);
}

#[test]
fn a_restart_between_the_request_and_its_payment_finds_it_again() {
    let mut bench = bench();
    bench.service.answers(&[TAKEN]);
    bench.disk.keep("other-1", Asked::Known(7)).unwrap();
    bench.disk.keep(REFERENCE, Asked::Known(501)).unwrap();
    let mut bench = bench.restarts();
    bench.service.0.lock().unwrap().0.clear();
    bench.service.answers(&[WAITS, WAITS, WAITS]);
    assert!(matches!(bench.terminal.lookup(&intent()), Lookup::StillRunning));
    bench.service.answers(&[&paid(118_400)]);
    assert!(matches!(bench.terminal.lookup(&intent()), Lookup::Approved(_)));
    bench.service.answers(&[&paid(118_500)]);
    assert!(matches!(bench.terminal.lookup(&intent()), Lookup::CannotTell(_)), "another amount");
    bench.service.answers(&[DECLINED]);
    assert!(matches!(bench.terminal.lookup(&intent()), Lookup::Declined));
    bench.service.answers(&[&paid(118_400)]);
    assert_eq!(bench.terminal.last().unwrap().unwrap().amount_paise, 118_400);
    assert_eq!(bench.uploads(), 0);
}

#[test]
fn whoever_stops_a_payment_takes_it_away_and_hears_what_came_of_it() {
    let mut bench = bench();
    let abort = bench.terminal.abort_handle();
    bench.service.answers(&[
        TAKEN,
        CANCELLED,
        r#"{"ResponseCode":1,"ResponseMessage":"CANCELLED"}"#,
    ]);
    let outcome = bench.terminal.sale(&intent(), &mut |_| abort.abort());
    assert!(matches!(outcome, SaleOutcome::Declined { .. }), "{outcome:?}");
    // The card was quicker: what was paid is paid.
    let mut bench = self::bench();
    let abort = bench.terminal.abort_handle();
    bench.service.answers(&[TAKEN, DECLINED, &paid(118_400)]);
    let outcome = bench.terminal.sale(&intent(), &mut |_| abort.abort());
    assert!(matches!(outcome, SaleOutcome::Approved(_)), "{outcome:?}");
    assert_eq!(bench.service.asked(CANCEL).len(), 1);
}

#[test]
fn a_payment_is_taken_back_by_a_request_of_its_own_and_once() {
    let mut bench = bench();
    bench.service.answers(&[TAKEN, &paid(118_400)]);
    let SaleOutcome::Approved(approval) = bench.sells() else { panic!() };
    let voiding = TAKEN.replace("501", "502");
    let voided = paid(118_400).replace(":501", ":502");
    bench.service.answers(&[&voiding, &voided]);
    let voids = bench.terminal.voids().expect("it can take back");
    assert!(matches!(voids.void(&approval), Reversal::Done));
    assert!(
        bench.service.asked(UPLOAD)[1].contains(r#""OriginalPlutusTransactionReferenceID":501"#)
    );
    bench.service.answers(&[&voided]);
    assert!(matches!(bench.terminal.voids().unwrap().void(&approval), Reversal::Done));
    assert_eq!(bench.uploads(), 2, "the payment, and one taking back");
}

#[test]
fn a_sale_that_nobody_wants_any_more_is_taken_back_whatever_became_of_it() {
    let mut bench = bench();
    assert!(matches!(bench.terminal.reverse(&intent()), Reversal::Done), "it was never sent");
    bench.disk.keep(REFERENCE, Asked::Known(501)).unwrap();
    bench.service.answers(&[CANCELLED, r#"{"ResponseCode":1,"ResponseMessage":"CANCELLED"}"#]);
    assert!(matches!(bench.terminal.reverse(&intent()), Reversal::Done));
    bench.service.answers(&[DECLINED, &paid(118_400), &TAKEN.replace("501", "502"), DECLINED]);
    let refused = bench.terminal.reverse(&intent());
    assert!(matches!(refused, Reversal::Refused { code: 1, .. }), "{refused:?}");
    bench.disk.keep(REFERENCE, Asked::Sent).unwrap();
    assert!(matches!(bench.terminal.reverse(&intent()), Reversal::NotStarted(_)));
}

#[test]
fn what_it_cannot_do_it_does_not_offer() {
    let mut bench = bench();
    let caps = bench.terminal.caps();
    assert_eq!((caps.voids, caps.refunds, caps.settles), (true, false, false));
}

#[test]
fn references_and_sums_that_cannot_be_sent_are_refused_here() {
    let mut bench = bench();
    for reference in ["", "with space 1", "G0802W0007S00000123V", "ക1"] {
        let intent = SaleIntent { reference: reference.to_owned(), ..intent() };
        let outcome = bench.terminal.sale(&intent, &mut |_| {});
        assert!(matches!(outcome, SaleOutcome::NotStarted(Fault::Protocol(_))), "{reference}");
    }
    let outcome = bench.terminal.sale(&SaleIntent { amount_paise: 0, ..intent() }, &mut |_| {});
    assert!(matches!(outcome, SaleOutcome::NotStarted(Fault::Protocol(_))));
    assert_eq!(bench.uploads(), 0);
}
