//! The days that the wire is measured by: collectors' and workers' rounds of one seed each, with
//! what their chance says at the least. House by house along a route, sums as demands have them,
//! clocks that drift, a void now and then.

mod draws;

use ledger::{
    CashTender, Entry, Fact, Language, Lease, Moment, Paise, Payer, Period, Print, PrintOutcome,
    PrintWitness, Receipt, ReceiptLine, StaffId, Suspense, Tender, Void, heads,
};

use crate::books::{BODY, DEVICE};
use crate::chance::Chance;
use crate::sample::names::{FIRST, INITIALS};
use draws::Draws;

/// 14 August 2026, about 9:00 in India.
const MORNING_MS: u64 = 1_786_678_200_000;

/// What a day of eight hours has.
const DAY_MS: f64 = 8.0 * 3_600_000.0;

/// Houses of one round.
const HOUSES: u32 = 2_000;

/// House names of one seed.
const HOUSE_NAMES: u64 = 700;

/// The office's countersignature reaches the device after so many entries.
const COUNTERSIGNED_EVERY: u64 = 97;

const STAFF: Option<StaffId> = Some(StaffId(101));
const SECOND: StaffId = StaffId(102);

/// Whose round it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Round {
    /// Property tax, water and profession tax at the door.
    Collector,
    /// The Haritha Karma Sena's user fee.
    Worker,
}

/// One day of one device.
pub struct Day {
    /// From sequence 1 on: the book and the sign-in of the morning, then nothing but payments.
    pub entries: Vec<Entry>,
    /// The entries of the morning, which are no payment's.
    pub morning: usize,
    pub payments: u32,
    /// What the draws of the payments say at the least, in bits.
    pub bits: f64,
}

/// A day that is being drawn.
struct Drawn {
    draws: Draws,
    round: Round,
    entries: Vec<Entry>,
    /// Milliseconds since 1970, and the drift of the other clock as a share of the time passed.
    wall_ms: f64,
    drift: f64,
    demands: Vec<u32>,
    names: Vec<String>,
    house: u32,
    number: u32,
}

impl Day {
    /// The day of a seed. `opened` is written first: the receipt book that the numbers are of.
    pub fn of(seed: u64, round: Round, payments: u32, opened: Fact, book: &str) -> Self {
        let mut drawn = Drawn::begun(seed, round);
        drawn.write(0.0, opened);
        drawn.write(1_500.0, Fact::SignedIn);
        let morning = drawn.entries.len();
        drawn.draws.bits = 0.0;
        let median_ms = 0.65 * DAY_MS / f64::from(payments);
        let mut again = None;
        for _ in 0..payments {
            let receipt = match again.take() {
                Some(receipt) => receipt,
                None => drawn.receipt(book),
            };
            drawn.number += 1;
            let numbered = Receipt { number: drawn.number, ..receipt.clone() };
            let gap_ms = drawn.draws.lognormal_ms(median_ms, 0.8, 8_000.0);
            let of = drawn.write(gap_ms, Fact::Receipt(numbered));
            drawn.print(of);
            if drawn.draws.chance_of(0.02) {
                drawn.void(of);
                again = Some(receipt);
            }
        }
        let Drawn { entries, draws, .. } = drawn;
        Self { entries, morning, payments, bits: draws.bits }
    }

    /// The canonical bytes of the payments, and the sequence before the first.
    pub fn canonical(&self) -> (u64, Vec<Vec<u8>>) {
        let payments = &self.entries[self.morning..];
        (self.morning as u64, payments.iter().map(Entry::canonical).collect())
    }

    /// The same in parts of so many payments, each with the sequence before it.
    pub fn in_parts(&self, payments: u32) -> Vec<(u64, Vec<Vec<u8>>)> {
        let mut parts: Vec<(u64, Vec<Vec<u8>>)> = Vec::new();
        let mut receipts = 0;
        for entry in &self.entries[self.morning..] {
            let receipt = matches!(entry.fact, Fact::Receipt(_));
            if receipt && receipts % payments == 0 {
                parts.push((entry.seq - 1, Vec::new()));
            }
            receipts += u32::from(receipt);
            if let Some((_, part)) = parts.last_mut() {
                part.push(entry.canonical());
            }
        }
        parts
    }
}

impl Drawn {
    fn begun(seed: u64, round: Round) -> Self {
        let mut draws = Draws::new(Chance(seed ^ 0x77_6972_6500));
        let demands = (0..HOUSES).map(|_| draws.lognormal_rupees(600.0, 0.8)).collect();
        let names = (0..HOUSE_NAMES).map(|_| house_name(&mut draws)).collect();
        let wall_ms = MORNING_MS as f64 + draws.uniform() * 3_600_000.0;
        let drift = (draws.uniform() * 2.0 - 1.0) * 20e-6;
        let house = draws.below(u64::from(HOUSES)) as u32;
        Self { draws, round, entries: Vec::new(), wall_ms, drift, demands, names, house, number: 0 }
    }

    /// Writes a fact so many milliseconds after the last.
    fn write(&mut self, gap_ms: f64, fact: Fact) -> u64 {
        self.wall_ms += gap_ms;
        let seq = self.entries.len() as u64 + 1;
        let passed_ms = self.wall_ms - MORNING_MS as f64;
        let mono_ms = passed_ms * (1.0 + self.drift) + 71_000.0;
        // That the two clocks are cut to whole milliseconds apart: one or the other.
        self.draws.bits += 1.0;
        let at = Moment { wall_ms: self.wall_ms as i64, mono_ms: mono_ms as u64, boot: 12 };
        let countersigned = (seq - 1) / COUNTERSIGNED_EVERY * COUNTERSIGNED_EVERY;
        let unsure_since_ms = None;
        let entry = Entry { seq, at, staff: STAFF, countersigned, fact, unsure_since_ms };
        self.entries.push(entry);
        seq
    }

    fn print(&mut self, of: u64) {
        let gap_ms = self.draws.lognormal_ms(3_200.0, 0.2, 0.0);
        let (outcome, witness) = (PrintOutcome::Whole, PrintWitness::Printer);
        self.write(gap_ms, Fact::Print(Print { of, outcome, witness }));
    }

    fn void(&mut self, receipt: u64) {
        let reasons = ["wrong house", "wrong amount", "paid by card instead"];
        let reason = (*self.draws.pick(&reasons)).to_owned();
        let gap_ms = self.draws.lognormal_ms(60_000.0, 0.5, 8_000.0);
        let of = self.write(gap_ms, Fact::Voided(Void { receipt, reason, second: SECOND }));
        self.print(of);
    }

    fn receipt(&mut self, book: &str) -> Receipt {
        self.walk_on();
        let (service, lines) = match self.round {
            Round::Collector => self.taxes(),
            Round::Worker => ("waste_fee", self.user_fee()),
        };
        let total = Paise::sum(lines.iter().map(|line| line.amount)).expect("a house's sums");
        let tendered = self.tendered(total);
        Receipt {
            book: book.to_owned(),
            number: 0,
            service: service.to_owned(),
            payer: self.payer(),
            lines,
            total,
            tender: Tender::Cash(CashTender { tendered }),
            pack: 3,
            language: Language::Ml,
            answers: Vec::new(),
            group: None,
        }
    }

    /// To one of the next houses, or, now and then, to one somewhere near.
    fn walk_on(&mut self) {
        let by = match self.draws.chance_of(0.06) {
            true => self.draws.gaussian(40.0),
            false => i64::from(self.draws.geometric()),
        };
        let house = (i64::from(self.house) + by).rem_euclid(i64::from(HOUSES));
        self.house = u32::try_from(house).expect("a house of the round");
    }

    fn payer(&mut self) -> Payer {
        if !self.draws.chance_of(0.05) {
            return Payer::Building(self.house + 1);
        }
        let (first, _) = self.draws.pick(&FIRST);
        let (initial, _) = self.draws.pick(&INITIALS);
        let place = self.draws.below(HOUSE_NAMES) as usize;
        self.draws.bits += (HOUSE_NAMES as f64).log2();
        Payer::Suspense(Suspense {
            payer: format!("{first} {initial}."),
            place: self.names[place].clone(),
        })
    }

    fn taxes(&mut self) -> (&'static str, Vec<ReceiptLine>) {
        match self.draws.weighted(&[0.80, 0.12, 0.08]) {
            0 => ("property_tax", self.property_tax()),
            1 => {
                let rupees = self.draws.lognormal_rupees(300.0, 0.5);
                ("water_charge", vec![line("2026-08/1", "WC", i64::from(rupees) * 100)])
            }
            _ => {
                let rupees = *self.draws.pick(&[120, 180, 300, 450, 600, 1_000, 1_250]);
                ("profession_tax", vec![line("2026-04/6", "PR", rupees * 100)])
            }
        }
    }

    /// The house's demand of a half-year with its cess, and interest where it is late.
    fn property_tax(&mut self) -> Vec<ReceiptLine> {
        let demand = self.demands[self.house as usize];
        self.draws.bits += Draws::lognormal_bits(f64::from(demand), 600.0, 0.8);
        let months = match self.draws.chance_of(0.30) {
            true => 1 + self.draws.evenly(24),
            false => 0,
        };
        let tax = i64::from(demand) * 100;
        let half = |period: &str, tax: i64, months: i64| {
            let mut lines = vec![line(period, heads::PROPERTY_TAX, tax)];
            let cess = rupees_of(tax, 5);
            let interest = rupees_of(tax, months);
            let parts = [(heads::LIBRARY_CESS, cess), (heads::INTEREST, interest)];
            let parts = parts.into_iter().filter(|(_, amount)| *amount > 0);
            lines.extend(parts.map(|(head, amount)| line(period, head, amount)));
            lines
        };
        match self.draws.weighted(&[0.85, 0.10, 0.05]) {
            0 => half("2026-04/6", tax, months),
            1 => [half("2025-10/6", tax, months), half("2026-04/6", tax, 0)].concat(),
            _ => {
                let share = 10 + self.draws.evenly(80);
                half("2026-04/6", rupees_of(tax, share).max(100), months)
            }
        }
    }

    fn user_fee(&mut self) -> Vec<ReceiptLine> {
        let late = match self.draws.chance_of(0.15) {
            true => 1 + self.draws.evenly(5),
            false => 0,
        };
        let months = (0..=late).rev().map(|back| Period::new(2026, 8 - back as u8, 1));
        let fee = Paise::rupees(50);
        let line = |period: Result<Period, _>| ReceiptLine {
            period: period.expect("a month of this year"),
            head: heads::USER_FEE.to_owned(),
            amount: fee,
        };
        months.map(line).collect()
    }

    /// The sum itself, or the next whole hundred or five hundred rupees.
    fn tendered(&mut self, total: Paise) -> Paise {
        match self.draws.weighted(&[0.60, 0.25, 0.15]) {
            0 => total,
            1 => total.round_up_to(Paise::rupees(100)),
            _ => total.round_up_to(Paise::rupees(500)),
        }
    }
}

/// The receipt book of a round, still to be signed.
pub fn lease(book: &str) -> Lease {
    Lease {
        body: BODY.to_owned(),
        year: 2026,
        book: book.to_owned(),
        writer: DEVICE,
        operator: None,
        first: 1,
        last: 20_000,
        issued_ms: MORNING_MS as i64 - 1,
        acknowledges: None,
    }
}

fn line(period: &str, head: &str, paise: i64) -> ReceiptLine {
    let period = period.parse().expect("a period of the round");
    ReceiptLine { period, head: head.to_owned(), amount: Paise::new(paise) }
}

/// So many percent, in whole rupees.
fn rupees_of(paise: i64, percent: i64) -> i64 {
    let share = Paise::new(paise).share(percent * 100).expect("a share of a house's tax");
    share.round_to_rupee().get()
}

fn house_name(draws: &mut Draws) -> String {
    let begin = ["Puthen", "Vada", "Mele", "Kizhak", "Thek", "Pad", "Kunnath", "Arack"];
    let middle = ["aman", "ak", "ath", "ooran", "ipar", "uvil", "enk", "inj"];
    let end = ["veedu", "purakkal", "parambil", "thara", "kattil", "illam", "bhavan", "nivas"];
    let parts = [&begin, &middle, &end].map(|parts| *draws.pick(parts));
    parts.concat()
}

#[cfg(test)]
mod tests {
    use ledger::{DayBook, Signer};

    use super::*;
    use crate::books::key;

    #[test]
    fn a_day_keeps_the_rules_of_the_books_and_is_the_same_by_its_seed() {
        let office = key(1);
        let opened = Fact::BookOpened(lease("C4").signed(&office));
        for (seed, round) in [(1, Round::Collector), (2, Round::Worker)] {
            let day = Day::of(seed, round, 500, opened.clone(), "C4");
            let mut day_book = DayBook::new(DEVICE, office.public_key());
            for entry in &day.entries {
                day_book.apply(entry).expect("the round keeps the rules");
            }
            let again = Day::of(seed, round, 500, opened.clone(), "C4");
            assert_eq!(again.entries, day.entries);
            let each = (day.entries.len() - day.morning) as f64 / f64::from(day.payments);
            assert!((2.0..2.15).contains(&each), "{each} entries a payment");
            assert_eq!(day.in_parts(20).len(), 25);
        }
    }
}
