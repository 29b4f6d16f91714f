//! A run: errand after errand, kill after kill, and the reckoning.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use serde_json::Value;
use tests::Trouble;
use tests::chance::Chance;
use tests::town::{WARD, register};
use tests::wait::until;

use super::booth::Booth;
use super::chain::Chain;
use super::errand::{Deed, Errand, Mode, press};
use super::moment::{Kill, Trigger, Victim};
use super::reckoning::{Found, reckon};

/// Kills in one town, in the suite and in the long run.
const KILLS: u64 = 34;
const KILLS_LONG: u64 = 500;

/// Towns beside each other, each with a seed of its own.
const SEEDS: [u64; 2] = [1, 2];

/// Seeds that once failed, run every time with as many kills.
const FAILED_ONCE: &[u64] = &[];

/// Payments by card that are made in peace after the last kill.
const LAST_PAYMENTS: u64 = 2;

/// So often the same page may stand there again before the person gives up and begins anew.
const SAME_PAGE_MAX: u32 = 8;

#[test]
fn whenever_a_program_is_killed_paper_books_terminal_bank_and_office_agree() {
    let kills = if tests::long() { KILLS_LONG } else { KILLS };
    let mut total = Ended::default();
    let seeds: Vec<u64> = SEEDS.iter().chain(FAILED_ONCE).copied().collect();
    for pair in seeds.chunks(SEEDS.len()) {
        let towns: Vec<_> = pair.iter().map(|seed| thread::spawn(run_of(*seed, kills))).collect();
        // All of them are waited for: a town that is left alone would leave its programs behind.
        let ended: Vec<_> = towns.into_iter().map(thread::JoinHandle::join).collect();
        for (seed, ended) in pair.iter().zip(ended) {
            let ended = ended.unwrap_or_else(|_| panic!("the seed was {seed}"));
            ended.print(&format!("seed {seed}"));
            total.add(ended);
        }
    }
    total.print("all");
    assert!(total.kills() >= if tests::long() { 1_000 } else { 60 });
    assert!(total.desks > 0 && total.centres > 0 && total.payments > 0);
    let Found { by_card, by_cash, slips, uncertain, .. } = total.found;
    assert!(by_card > 0 && by_cash > 0 && slips > 0 && uncertain > 0, "{:?}", total.found);
}

fn run_of(seed: u64, kills: u64) -> impl FnOnce() -> Ended {
    move || {
        let run = Run::begin(seed).expect("a town");
        run.until(kills).unwrap_or_else(|trouble| panic!("seed {seed}: {trouble}"))
    }
}

/// What a run did and found.
#[derive(Clone, Copy, Debug, Default)]
struct Ended {
    desks: u64,
    centres: u64,
    payments: u64,
    opened: u64,
    found: Found,
}

impl Ended {
    fn kills(&self) -> u64 {
        self.desks + self.centres
    }

    fn add(&mut self, other: Ended) {
        self.desks += other.desks;
        self.centres += other.centres;
        self.payments += other.payments;
        self.opened += other.opened;
        let (found, more) = (&mut self.found, other.found);
        found.entries += more.entries;
        found.receipts += more.receipts;
        found.by_card += more.by_card;
        found.by_cash += more.by_cash;
        found.by_upi += more.by_upi;
        found.slips += more.slips;
        found.uncertain += more.uncertain;
    }

    fn print(&self, whose: &str) {
        let Ended { desks, centres, payments, opened, found } = self;
        let Found { entries, receipts, by_card, by_cash, by_upi, slips, uncertain } = found;
        tests::proof::counted(format!(
            "kill, {whose}: {} kills ({desks} of the kiosk, {centres} of the centre), the kiosk \
             begun {opened} times, {payments} people thanked, {entries} entries, {receipts} \
             receipts ({by_card} by card, {by_cash} in cash, {by_upi} by UPI), {slips} slips, \
             {uncertain} uncertain prints",
            self.kills()
        ));
    }
}

struct Run {
    booth: Booth,
    chance: Chance,
    houses: Vec<String>,
    errand: Errand,
    kill: Option<Kill>,
    /// Touches since the last kill, and those among them by which money was taken.
    touches: u32,
    taken: u32,
    /// How often a touch has left the same page.
    same_page: u32,
    /// Touches after which the centre comes back.
    away: Option<u32>,
    /// References that the bank was paid under, and the squares it could not yet confirm.
    paid: BTreeSet<String>,
    unconfirmed: BTreeSet<String>,
    ended: Ended,
}

impl Run {
    fn begin(seed: u64) -> Result<Run, Trouble> {
        let booth = Booth::make()?;
        let mut chance = Chance(seed);
        let mut houses = register()?;
        houses.retain(|building| building.ward == WARD);
        let houses: Vec<String> = houses.into_iter().map(|building| building.number).collect();
        let errand = Errand::by_chance(&mut chance, &houses);
        let mut run = Run {
            booth,
            chance,
            houses,
            errand,
            kill: None,
            touches: 0,
            taken: 0,
            same_page: 0,
            away: None,
            paid: BTreeSet::new(),
            unconfirmed: BTreeSet::new(),
            ended: Ended::default(),
        };
        run.next_errand()?;
        Ok(run)
    }

    fn until(mut self, kills: u64) -> Result<Ended, Trouble> {
        self.kill = Some(Kill::by_chance(&mut self.chance));
        while self.ended.kills() < kills {
            self.acts()?;
        }
        self.closes()?;
        self.ended.opened = self.booth.opened;
        self.ended.found = reckon(&mut self.booth, &self.paid)?;
        Ok(self.ended)
    }

    fn next_errand(&mut self) -> Result<(), Trouble> {
        self.errand = Errand::by_chance(&mut self.chance, &self.houses);
        let Errand { card_ms, printer_bytes_per_second, .. } = self.errand;
        self.booth.equipped.terminal.tell(&format!("delay {card_ms}"))?;
        self.booth.equipped.printer.tell(&format!("slow {printer_bytes_per_second}"))?;
        Ok(())
    }

    /// Looks at the glass and does the next thing.
    fn acts(&mut self) -> Result<(), Trouble> {
        let screen = self.booth.screen();
        match self.errand.deed(&screen) {
            Deed::Touch(touch) if touch == press("finish") => {
                self.next_errand()?;
                self.touches(&touch, false)
            }
            Deed::Touch(touch) => self.touches(&touch, false),
            Deed::Money(touch) => self.touches(&touch, true),
            Deed::Thanked(touch) => {
                self.ended.payments += 1;
                self.next_errand()?;
                self.touches(&touch, false)
            }
            Deed::Phone(square) => self.pays_by_phone(square, &screen),
            Deed::AnswerAboutPaper(number) => {
                let lies_there = self.booth.lies_in_the_tray(&number)?;
                self.touches(&press(if lies_there { "yes" } else { "no" }), false)
            }
            Deed::Wait => self.booth.sees_a_change(&screen),
        }
    }

    fn touches(&mut self, touch: &Value, takes_money: bool) -> Result<(), Trouble> {
        match self.away {
            Some(0) => self.centre_comes_back()?,
            Some(touches) => self.away = Some(touches - 1),
            None => {}
        }
        let before = self.booth.screen();
        self.booth.touch(touch)?;
        if self.is_due(takes_money) {
            return self.kills();
        }
        self.booth.hears_an_answer();
        self.gives_up_where_nothing_changes(&before)
    }

    /// Whatever is refused over and over again: the person leaves and comes back with another wish.
    fn gives_up_where_nothing_changes(&mut self, before: &Value) -> Result<(), Trouble> {
        let same = self.booth.screen()["page"] == before["page"];
        self.same_page = if same { self.same_page + 1 } else { 0 };
        if self.same_page > SAME_PAGE_MAX {
            self.same_page = 0;
            self.next_errand()?;
            self.booth.touch(&press("finish"))?;
            self.booth.hears_an_answer();
        }
        Ok(())
    }

    /// Counts the touch; true where it is the one that a kill was waiting for.
    fn is_due(&mut self, takes_money: bool) -> bool {
        self.touches += 1;
        self.taken += u32::from(takes_money);
        match self.kill.map(|kill| kill.trigger) {
            None => false,
            Some(Trigger::Touch(touches)) => self.touches >= touches,
            Some(Trigger::Money(payments)) => takes_money && self.taken >= payments,
        }
    }

    /// The bank tells the centre, and the kill may come while it does.
    fn pays_by_phone(&mut self, square: String, screen: &Value) -> Result<(), Trouble> {
        let known = !self.paid.insert(reference(&square).to_owned());
        self.centre_comes_back()?;
        if known && !self.unconfirmed.contains(&square) {
            // The desk may have given the centre some minutes to come back.
            self.touches(&press("check_now"), false)?;
            return self.booth.sees_a_change(screen);
        }
        self.unconfirmed.insert(square.clone());
        self.booth.look_from_now();
        // A phone pays once: from then on it is the bank that says the same again.
        let word = if known { "again" } else { "pay" };
        let (bank, line) = (Arc::clone(&self.booth.bank), format!("{word} {square}"));
        let told = thread::spawn(move || bank.tell(&line));
        if self.is_due(true) {
            self.kills()?;
        }
        let told = told.join().map_err(|_| Trouble::new("the bank fell over"))?;
        if told.is_ok_and(|status| status == "200") {
            self.unconfirmed.remove(&square);
        }
        Ok(())
    }

    fn kills(&mut self) -> Result<(), Trouble> {
        let Some(kill) = self.kill.take() else { return Ok(()) };
        self.booth.lets_pass(kill.moment);
        match kill.victim {
            Victim::Centre if self.booth.town.centre.is_running() => {
                self.kills_the_centre()?;
                self.away = Some(kill.away_touches);
            }
            Victim::Desk | Victim::Centre => {
                self.kills_the_desk()?;
                self.booth.open_desk()?;
            }
            Victim::Both => self.kills_both()?,
        }
        self.kill = Some(Kill::by_chance(&mut self.chance));
        (self.touches, self.taken) = (0, 0);
        if self.chance.percent(50) {
            self.next_errand()?;
        }
        Ok(())
    }

    /// With both gone it can be seen that what the device was told to be there is there.
    fn kills_both(&mut self) -> Result<(), Trouble> {
        self.centre_comes_back()?;
        if self.chance.percent(50) {
            self.kills_the_desk()?;
            self.kills_the_centre()?;
        } else {
            self.kills_the_centre()?;
            self.kills_the_desk()?;
        }
        let device = Chain::read(&self.booth.equipped.device.ask("export")?);
        let office = self.booth.office_chain()?;
        let told = usize::try_from(device.countersigned).expect("few entries");
        assert!(office.len() >= told, "{told} entries acknowledged, {} there", office.len());
        assert!(device.bytes.starts_with(&office), "the office has what no device wrote");
        self.booth.town.centre.serve()?;
        self.booth.open_desk()
    }

    fn kills_the_desk(&mut self) -> Result<(), Trouble> {
        self.ended.desks += 1;
        self.booth.kill_desk()
    }

    fn kills_the_centre(&mut self) -> Result<(), Trouble> {
        self.ended.centres += 1;
        self.booth.town.centre.kill()
    }

    fn centre_comes_back(&mut self) -> Result<(), Trouble> {
        self.away = None;
        if self.booth.town.centre.is_running() {
            return Ok(());
        }
        self.booth.town.centre.serve()
    }

    /// Whatever is under way comes to its end: the terminal has told of every sale before it takes
    /// the last ones, and the bank's late words come with the first answer of a desk that is opened
    /// again.
    fn closes(&mut self) -> Result<(), Trouble> {
        self.kill = None;
        self.centre_comes_back()?;
        let thanked = self.ended.payments + LAST_PAYMENTS;
        while self.ended.payments < thanked {
            self.errand.mode = Mode::Card;
            self.acts()?;
        }
        for square in std::mem::take(&mut self.unconfirmed) {
            // A bank tries again where the line to a centre that was killed has gone with it. What
            // the centre keeps until it knows the request (202) it has heard as well.
            let line = format!("again {square}");
            until("the bank is heard", || {
                self.booth.bank.tell(&line).ok().filter(|status| status.starts_with("20"))
            })?;
        }
        self.booth.close_desk()?;
        self.booth.open_desk()?;
        self.booth.is_in_step()?;
        self.booth.close_desk()
    }
}

/// What a payment is known by to the bank.
fn reference(square: &str) -> &str {
    let reference = square.split(['?', '&']).find_map(|pair| pair.strip_prefix("tr="));
    reference.unwrap_or_default()
}
