//! A small device: it writes its chain and makes batches, with the key of its provision file.

use std::collections::BTreeMap;

use central::keys::SigningKey;
use ledger::{
    CashTender, DayBook, DayClose, Entry, Fact, HandIn, Head, Instrument, InstrumentKind, Intent,
    IntentMode, Language, Moment, Paise, Payer, Receipt, ReceiptLine, Receiving, ReceivingOf,
    ReturnCause, StaffId, Tender, Till, UpiTender, Void, Writer, sha256,
};
use replica::{Answer, Batch, DayDocument, DocumentHead, Provision, Request};

use crate::office::{Office, now_ms};

pub struct Device {
    pub provision: Provision,
    pub key: SigningKey,
    pub entries: Vec<Entry>,
    pub office_after: u64,
    pub register_after: u64,
    next_number: u32,
    book: String,
}

impl Clone for Device {
    /// What a thief with a disk image has.
    fn clone(&self) -> Self {
        let mut clone = Self::of(self.provision.clone());
        clone.entries = self.entries.clone();
        clone.next_number = self.next_number;
        clone.book = self.book.clone();
        clone
    }
}

impl Device {
    /// A device that has opened its first book.
    pub fn of(provision: Provision) -> Self {
        let key = SigningKey::read(&provision.key).expect("a private key");
        let book = provision.book.clone();
        let mut device = Self {
            key,
            entries: Vec::new(),
            office_after: 0,
            register_after: 0,
            next_number: book.lease.first,
            book: book.lease.book.clone(),
            provision,
        };
        device.write(None, Fact::BookOpened(book));
        device
    }

    pub fn write(&mut self, staff: Option<u32>, fact: Fact) -> u64 {
        let seq = self.entries.len() as u64 + 1;
        let at = Moment { wall_ms: now_ms(), mono_ms: seq, boot: 1 };
        let staff = staff.map(StaffId);
        self.entries.push(Entry { seq, at, staff, countersigned: 0, fact, unsure_since_ms: None });
        seq
    }

    /// A cash receipt of the cashier 101 for the first half-year of a building.
    pub fn cash(&mut self, building: u32, rupees: i64) -> u64 {
        self.pay(Some(101), building, rupees, cash(rupees))
    }

    pub fn pay(&mut self, staff: Option<u32>, building: u32, rupees: i64, tender: Tender) -> u64 {
        let receipt = self.receipt(building, rupees, tender);
        self.take(staff, receipt)
    }

    /// Writes a receipt that has the next number.
    pub fn take(&mut self, staff: Option<u32>, receipt: Receipt) -> u64 {
        self.next_number += 1;
        self.write(staff, Fact::Receipt(receipt))
    }

    /// The same receipt under the next number.
    pub fn numbered(&self, receipt: Receipt) -> Receipt {
        Receipt { number: self.next_number, ..receipt }
    }

    /// The cashier 101 takes a receipt on another day than today; the device knows that its clock
    /// cannot be believed, so that its book of this year goes on.
    pub fn pay_on(&mut self, day: i64, receipt: Receipt) -> u64 {
        self.next_number += 1;
        let seq = self.write(Some(101), Fact::Receipt(receipt));
        let entry = self.entries.last_mut().expect("it was just written");
        // Noon in India.
        entry.at.wall_ms = day * 86_400_000 + 6 * 60 * 60 * 1_000 + 30 * 60 * 1_000;
        entry.unsure_since_ms = Some(0);
        seq
    }

    pub fn receipt(&self, building: u32, rupees: i64, tender: Tender) -> Receipt {
        let line = ReceiptLine {
            period: "2025-10/6".parse().expect("a period"),
            head: "PT".to_owned(),
            amount: Paise::rupees(rupees),
        };
        Receipt {
            book: self.book.clone(),
            number: self.next_number,
            service: "property_tax".to_owned(),
            payer: Payer::Building(building),
            lines: vec![line],
            total: Paise::rupees(rupees),
            tender,
            pack: 1,
            language: Language::Ml,
            answers: Vec::new(),
            group: None,
        }
    }

    /// Its books, as the rules make them of what it wrote; what breaks one is passed over.
    pub fn day_book(&self) -> DayBook {
        let mut day_book = DayBook::new(self.provision.writer, self.provision.office);
        for entry in &self.entries {
            if day_book.apply(entry).is_err() {
                day_book.pass_over(entry).expect("its entries have no gap");
            }
        }
        day_book
    }

    /// Somebody closes a day; what is counted is in coins, which need no notes.
    pub fn close(&mut self, staff: u32, day: i64, rupees: i64, reason: &str) -> u64 {
        let till = self.day_book().till(StaffId(staff));
        self.close_till(staff, day, rupees, reason, till)
    }

    /// The same as a device closes a till that its own rules took everything into.
    pub fn close_till(
        &mut self,
        staff: u32,
        day: i64,
        rupees: i64,
        reason: &str,
        till: Till,
    ) -> u64 {
        let counted = Paise::rupees(rupees);
        let close = DayClose {
            day,
            notes: Vec::new(),
            coins: counted,
            counted,
            expected: till.expected(),
            reason: reason.to_owned(),
            receipts: till.receipts,
            voided: till.voided,
            heads: till.statement(),
            float: till.float,
            instruments: till.instruments,
            instruments_sum: till.instruments_sum,
        };
        self.write(Some(staff), Fact::DayClosed(close))
    }

    /// What an officer says who counts the money of one of this device's closes.
    pub fn word_on(&self, close: u64, rupees: i64, reason: &str) -> Receiving {
        let entry = &self.entries[close as usize - 1];
        let Fact::DayClosed(said) = &entry.fact else { panic!("a close") };
        Receiving {
            of: ReceivingOf { writer: self.provision.writer, close },
            close_hash: sha256(&entry.canonical()),
            day: said.day,
            collector: entry.staff.expect("somebody closes"),
            claimed: said.counted,
            counted: Paise::rupees(rupees),
            instruments: said.instruments,
            reason: reason.to_owned(),
            missing: None,
        }
    }

    /// This device has the word of an officer, which stands elsewhere.
    pub fn hand_in(&mut self, word: &Receiving, by: Writer, entry: u64, officer: u32) -> u64 {
        let (close, counted) = (word.of.close, word.counted);
        let hand_in = HandIn { close, by, entry, counted, officer: StaffId(officer) };
        self.write(None, Fact::HandedIn(hand_in))
    }

    /// The open book goes back.
    pub fn give_back(&mut self) -> u64 {
        let day_book = self.day_book();
        let open = day_book.book(&self.book).expect("it is open");
        self.write(None, Fact::BookReturned(open.returned(ReturnCause::UsedUp)))
    }

    /// The cashier 101 cancels a receipt before the eyes of 102.
    pub fn void(&mut self, receipt: u64, reason: &str) -> u64 {
        let void = Void { receipt, reason: reason.to_owned(), second: StaffId(102) };
        self.write(Some(101), Fact::Voided(void))
    }

    pub fn ask_upi(&mut self, reference: &str, rupees: i64) -> u64 {
        let intent = Intent {
            amount: Paise::rupees(rupees),
            by: IntentMode::Upi,
            reference: reference.to_owned(),
            building: Some(1),
            service: "property_tax".to_owned(),
            parts: Vec::new(),
        };
        self.write(None, Fact::Intent(intent))
    }

    pub fn head(&self, seq: usize) -> Head {
        let first = Head::before_first(self.provision.writer);
        self.entries[..seq].iter().fold(first, |head, entry| head.after(&entry.canonical()))
    }

    /// The entries after `before`, up to and with `to`.
    pub fn batch(&self, before: usize, to: usize) -> Batch {
        let entries = self.entries[before..to].iter().map(Entry::canonical);
        let mut batch = Batch::of(self.head(before), entries);
        batch.documents = self.documents(to);
        batch
    }

    fn documents(&self, to: usize) -> Vec<DocumentHead> {
        let mut days: BTreeMap<i64, DayDocument> = BTreeMap::new();
        let writer = self.provision.writer;
        for entry in &self.entries[..to] {
            let day = entry.at.day();
            let document = days.entry(day).or_insert_with(|| DayDocument::new(writer, day));
            document.add(entry).expect("the document takes it");
        }
        let head = |(day, mut document): (i64, DayDocument)| {
            document.head().map(|head| DocumentHead { day, head: head.to_vec().into() })
        };
        days.into_iter().filter_map(head).collect()
    }

    pub fn request(&self, batch: Option<Batch>) -> Request {
        Request {
            writer: self.provision.writer,
            batch,
            office_after: self.office_after,
            register_after: self.register_after,
            records: None,
            sent_ms: now_ms(),
        }
    }

    /// Sends entries and reads the answer; the cursors move on.
    pub async fn push(&mut self, office: &Office, before: usize, to: usize) -> Answer {
        let batch = self.batch(before, to);
        self.turn(office, Some(batch)).await
    }

    pub async fn push_all(&mut self, office: &Office) -> Answer {
        self.push(office, 0, self.entries.len()).await
    }

    pub async fn turn(&mut self, office: &Office, batch: Option<Batch>) -> Answer {
        let request = self.request(batch);
        let response = send(office, request.sealed(&self.key)).await;
        assert_eq!(response.status(), 200);
        let answer = response.bytes().await.expect("a body");
        let answer = Answer::read(&answer).expect("an answer");
        let word = answer.attestation.expect("the office signs what it says of the moment");
        word.verify(&self.provision.office).expect("with its own key");
        assert_eq!(word.attestation.request, request.digest(), "it answers this request");
        assert_eq!(word.attestation.writer, self.provision.writer);
        self.office_after = answer.office_to;
        self.register_after = answer.register_to;
        answer
    }
}

pub async fn send(office: &Office, body: Vec<u8>) -> reqwest::Response {
    let url = format!("{}/v1/exchange", office.address);
    office.client.post(url).body(body).send().await.expect("an answer")
}

pub fn cash(rupees: i64) -> Tender {
    Tender::Cash(CashTender { tendered: Paise::rupees(rupees) })
}

/// A cheque that is dated today.
pub fn cheque(number: &str) -> Tender {
    let dated = Moment { wall_ms: now_ms(), ..Moment::default() }.day();
    let (number, bank) = (number.to_owned(), "State Bank of India, Kollam".to_owned());
    Tender::Instrument(Instrument { kind: InstrumentKind::Cheque, number, bank, dated })
}

pub fn upi(intent: u64, bank_reference: &str, confirmation: u64) -> Tender {
    Tender::Upi(UpiTender { intent, bank_reference: bank_reference.to_owned(), confirmation })
}
