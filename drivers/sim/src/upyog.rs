//! A city's platform that speaks as UPYOG does: bills are fetched by consumer, payments are
//! created, looked for by their transaction number, and cancelled. Every payment is taken once by
//! its transaction number, and a bill that is paid is refused, as UPYOG does.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::SimError;
use crate::cloud_terminal::http::{self, Request};
use crate::control::{Commands, switch, unknown};
use crate::events::Events;
use crate::now_ms;
use crate::running::Running;
use crate::wire::{Stop, accept_tcp, listen};

const HELP: &str = "\
bill ACCOUNT RUPEES    what is owed of an account
refuse [on|off]        refuse every payment
silence [on|off]       hear everything and hang up without an answer
drop-create            take the next payment, and hang up before it is heard of
garbage [on|off]       answer with no JSON
payments               what was taken, as JSON
state                  what is switched on, as JSON";

pub struct Options {
    pub tcp: SocketAddr,
    pub control: SocketAddr,
}

/// Starts a platform that waits for its offices.
pub fn start(options: &Options) -> Result<Running, SimError> {
    let (listener, address) = listen(options.tcp)?;
    let (events, stop) = (Events::default(), Stop::default());
    let platform = Arc::new(Platform { state: Mutex::default(), events: events.clone() });
    let thread = std::thread::spawn({
        let (platform, stop) = (platform.clone(), stop.clone());
        move || accept(&listener, &platform, &stop)
    });
    let port = Some(format!("http://{address}"));
    Running::begin("upyog", port, options.control, platform, events, stop, vec![thread])
}

struct Platform {
    state: Mutex<State>,
    events: Events,
}

#[derive(Default)]
struct State {
    bills: Vec<Bill>,
    payments: Vec<Value>,
    refuse: bool,
    silence: bool,
    drop_create: bool,
    garbage: bool,
}

struct Bill {
    account: String,
    rupees: f64,
    paid: bool,
}

impl Platform {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// The answer to a request; none where the line is cut instead.
    fn hear(&self, request: &Request) -> Option<(u16, Value)> {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        let (path, query) = request.path.split_once('?').unwrap_or((request.path.as_str(), ""));
        let mut state = self.lock();
        let answer = match path {
            "/billing-service/bill/v2/_fetchbill" => state.bill(&asked(query, "consumerCode")),
            "/collection-services/payments/_search" => {
                state.search(&asked(query, "transactionNumber"))
            }
            "/collection-services/payments/_create" => {
                let answer = state.create(&body["Payment"]);
                if answer.0 == 200 {
                    self.events.record(json!({ "event": "payment", "payment": answer.1 }));
                }
                if std::mem::take(&mut state.drop_create) {
                    return None;
                }
                answer
            }
            "/collection-services/payments/_workflow" => state.cancel(&body["PaymentWorkflows"][0]),
            _ => (404, fault("NOT_FOUND", "no such service")),
        };
        (!state.silence).then_some(answer)
    }
}

impl State {
    fn bill(&self, account: &str) -> (u16, Value) {
        let open = |bill: &&Bill| bill.account == account && !bill.paid;
        let bills = self.bills.iter().enumerate().filter(|(_, bill)| open(bill));
        let bills: Vec<Value> = bills
            .map(|(place, bill)| {
                json!({
                    "id": format!("bill-{place}"),
                    "consumerCode": bill.account,
                    "totalAmount": bill.rupees,
                    "status": "ACTIVE",
                    "billDetails": [],
                })
            })
            .collect();
        (200, json!({ "ResposneInfo": {}, "Bill": bills }))
    }

    fn search(&self, transaction: &str) -> (u16, Value) {
        let same = |payment: &&Value| payment["transactionNumber"] == transaction;
        let found: Vec<&Value> = self.payments.iter().filter(same).collect();
        (200, json!({ "ResponseInfo": {}, "Payments": found }))
    }

    fn create(&mut self, payment: &Value) -> (u16, Value) {
        let bill = payment["paymentDetails"][0]["billId"].as_str().unwrap_or_default();
        let place: Option<usize> = bill.strip_prefix("bill-").and_then(|place| place.parse().ok());
        let Some(bill) = place.and_then(|place| self.bills.get_mut(place)) else {
            return (400, fault("INVALID_BILL_ID", "no such bill"));
        };
        if self.refuse {
            return (400, fault("EG_CL_REFUSED", "this platform takes no payment now"));
        }
        if bill.paid {
            return (400, fault("BILL_ALREADY_PAID", "the bill is paid"));
        }
        if payment["totalAmountPaid"].as_f64().is_none_or(|paid| paid > bill.rupees) {
            return (400, fault("INVALID_AMOUNT", "the amount is more than is due"));
        }
        bill.paid = true;
        let mut taken = payment.clone();
        taken["id"] = json!(format!("payment-{}", self.payments.len()));
        taken["paymentStatus"] = json!("NEW");
        taken["receivedMs"] = json!(now_ms());
        self.payments.push(taken.clone());
        (200, json!({ "ResponseInfo": {}, "Payments": [taken] }))
    }

    fn cancel(&mut self, workflow: &Value) -> (u16, Value) {
        let found = self.payments.iter_mut().find(|it| it["id"] == workflow["paymentId"]);
        match found {
            Some(payment) if workflow["action"] == "CANCEL" => {
                payment["paymentStatus"] = json!("CANCELLED");
                let bill = payment["paymentDetails"][0]["billId"].as_str().unwrap_or_default();
                let place = bill.strip_prefix("bill-").and_then(|it| it.parse::<usize>().ok());
                if let Some(bill) = place.and_then(|place| self.bills.get_mut(place)) {
                    bill.paid = false;
                }
                (200, json!({ "ResponseInfo": {}, "Payments": [payment] }))
            }
            _ => (400, fault("INVALID_PAYMENT", "no such payment")),
        }
    }
}

fn fault(code: &str, message: &str) -> Value {
    json!({ "Errors": [{ "code": code, "message": message }] })
}

/// The value of a query's name.
fn asked(query: &str, name: &str) -> String {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(key, _)| *key == name);
    found.map_or(String::new(), |(_, value)| value.replace("%2F", "/"))
}

fn accept(listener: &TcpListener, platform: &Platform, stop: &Stop) {
    while !stop.wished() {
        // Offices come one after the other.
        if let Some(stream) = accept_tcp(listener) {
            attend(platform, stream, stop);
        }
    }
}

fn attend(platform: &Platform, mut stream: TcpStream, stop: &Stop) {
    let Some(request) = http::request(&mut stream, || stop.wished()) else { return };
    let Some((status, body)) = platform.hear(&request) else { return };
    let garbage = platform.lock().garbage;
    let text = if garbage { "<html>".to_owned() } else { body.to_string() };
    http::answer(&mut stream, status, &text, 1);
}

impl Commands for Platform {
    fn obey(&self, line: &str) -> Result<String, String> {
        let mut state = self.lock();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["bill", account, rupees] => {
                let rupees = rupees.parse().map_err(|_| unknown(line))?;
                state.bills.push(Bill { account: account.to_owned(), rupees, paid: false });
            }
            ["refuse"] => state.refuse = true,
            ["refuse", word] => state.refuse = switch(word)?,
            ["silence"] => state.silence = true,
            ["silence", word] => state.silence = switch(word)?,
            ["garbage"] => state.garbage = true,
            ["garbage", word] => state.garbage = switch(word)?,
            ["drop-create"] => state.drop_create = true,
            ["payments"] => return Ok(json!(state.payments).to_string()),
            ["state"] => {
                let State { refuse, silence, garbage, drop_create, .. } = *state;
                let state = json!({ "refuse": refuse, "silence": silence, "garbage": garbage,
                                    "drop_create": drop_create });
                return Ok(state.to_string());
            }
            _ => return Err(unknown(line)),
        }
        Ok(String::new())
    }

    fn help(&self) -> &'static str {
        HELP
    }
}
