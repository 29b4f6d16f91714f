//! One target played over what is kept for it, its samples and seeded mutations of them.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::time::Instant;

use data_encoding::HEXLOWER;

use super::Target;
use super::mutator::mutated;
use crate::chance::Chance;

/// How long mutations are played.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    Runs(u64),
    Instant(Instant),
}

/// What was played, and nothing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Played {
    pub runs: u64,
    /// How many inputs the decoder took.
    pub accepted: u64,
}

/// An input that broke what must hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub target: &'static str,
    /// The seed of this very mutation; none where the input is a sample or was kept.
    pub seed: Option<u64>,
    pub input: Vec<u8>,
    /// What the panic said, and where.
    pub says: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seed = self.seed.map_or("none, it was kept".to_owned(), |seed| seed.to_string());
        let input = HEXLOWER.encode(&self.input);
        write!(f, "target {}, seed {seed}: {}\ninput {input}", self.target, self.says)
    }
}

/// Plays a target: what was kept first, then the samples, then mutations of both. The n-th mutation
/// has the seed plus n, so that it can be played again alone.
pub fn play(
    target: &'static Target,
    kept: &[Vec<u8>],
    seed: u64,
    until: Until,
) -> Result<Played, Box<Found>> {
    let samples: Vec<Vec<u8>> =
        (target.samples)().into_iter().chain(kept.iter().cloned()).collect();
    let mut played = Played { runs: 0, accepted: 0 };
    for input in kept.iter().chain(&samples) {
        feed(target, input, None, &mut played)?;
    }
    let goes_on = |n: u64| match until {
        Until::Runs(runs) => n < runs,
        Until::Instant(end) => Instant::now() < end,
    };
    for n in (0..).take_while(|n| goes_on(*n)) {
        let seed = seed.wrapping_add(n);
        // Neighbouring seeds have nothing in common.
        let input = mutated(&mut Chance(Chance(seed).next()), &samples);
        feed(target, &input, Some(seed), &mut played)?;
    }
    Ok(played)
}

fn feed(
    target: &'static Target,
    input: &[u8],
    seed: Option<u64>,
    played: &mut Played,
) -> Result<(), Box<Found>> {
    played.runs += 1;
    let took = quietly(|| catch_unwind(AssertUnwindSafe(|| (target.feed)(input))));
    match took {
        Ok(accepted) => {
            played.accepted += u64::from(accepted);
            Ok(())
        }
        Err(panic) => {
            let says = said(&*panic);
            Err(Box::new(Found { target: target.name, seed, input: input.to_vec(), says }))
        }
    }
}

thread_local! {
    /// Where and why this thread last panicked, while a target is fed.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
    static FEEDING: RefCell<bool> = const { RefCell::new(false) };
}

/// Panics inside are kept for whoever asks and not printed: a decoder may catch its library's own.
fn quietly<T>(deed: impl FnOnce() -> T) -> T {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| match FEEDING.with_borrow(|feeding| *feeding) {
            true => LAST.set(Some(panic.to_string())),
            false => before(panic),
        }));
    });
    FEEDING.set(true);
    let done = deed();
    FEEDING.set(false);
    done
}

fn said(panic: &(dyn Any + Send)) -> String {
    let message = || match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (None, Some(text)) => text.clone(),
        (None, None) => "a panic without words".to_owned(),
    };
    LAST.take().unwrap_or_else(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes text, and falls over a capital letter.
    const FALLS_OVER: Target = Target {
        name: "falls_over",
        feed: |bytes| {
            assert!(!bytes.iter().any(u8::is_ascii_uppercase), "a capital letter");
            bytes.is_ascii()
        },
        samples: || vec![b"small".to_vec()],
        weight: 1,
    };

    #[test]
    fn what_falls_over_is_found_with_its_seed_and_played_again_by_it() {
        static TARGET: Target = FALLS_OVER;
        let found = play(&TARGET, &[], 1, Until::Runs(10_000)).expect_err("some capital letter");
        assert!(found.says.contains("a capital letter"), "{found}");
        let seed = found.seed.expect("a mutation");
        let again = play(&TARGET, &[], seed, Until::Runs(1)).expect_err("the same again");
        assert_eq!(again, found);
        let kept = play(&TARGET, &[found.input.clone()], 1, Until::Runs(0)).expect_err("kept");
        assert_eq!((&kept.input, kept.seed), (&found.input, None));
    }

    #[test]
    fn runs_and_what_was_taken_are_counted() {
        static TARGET: Target = FALLS_OVER;
        let played = play(&TARGET, &[b"\xff".to_vec()], 1, Until::Runs(0)).expect("sound");
        // What was kept is fed first, and is a sample too.
        assert_eq!(played, Played { runs: 3, accepted: 1 });
    }
}
