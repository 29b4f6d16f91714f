//! Bytes that nobody wrote, for every decoder of something from outside: what was kept because it
//! once found something, sound samples, and so many seeded mutations of them.

use std::time::Instant;

use tests::fuzz::{KEPT, Played, TARGETS, Until, kept, play};
use tests::programs::workspace;

/// Of a mutation that falls over the seed is printed; it is this one plus how many came before.
const SEED: u64 = 20_261_126;

/// Mutations of the quickest targets; the others get fewer by their weight.
const MUTATIONS: u64 = 8_000;
const MUTATIONS_LONG: u64 = 100 * MUTATIONS;

#[test]
fn no_decoder_falls_over_and_none_takes_what_it_may_not() {
    let mutations = if tests::long() { MUTATIONS_LONG } else { MUTATIONS };
    let mut failures = Vec::new();
    for target in TARGETS {
        let inputs = kept(&workspace().join(KEPT), target.name).expect("the corpus can be read");
        let inputs: Vec<Vec<u8>> = inputs.into_iter().map(|(_, input)| input).collect();
        let until = Until::Runs(mutations / target.weight);
        let begun = Instant::now();
        match play(target, &inputs, SEED, until) {
            Ok(Played { runs, accepted }) => {
                let took = begun.elapsed();
                println!("{:<18} {runs:>8} runs, {accepted:>8} accepted, {took:.1?}", target.name);
            }
            Err(found) => failures.push(found.to_string()),
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// A target whose samples its decoder refuses would prove nothing.
#[test]
fn every_sample_is_sound() {
    for target in TARGETS {
        let samples = (target.samples)();
        assert!(!samples.is_empty(), "{} has no samples", target.name);
        let taken = samples.iter().filter(|sample| (target.feed)(sample)).count();
        // Of packed things one sample is too large on purpose; a lone serial byte is no message.
        assert!(taken * 2 > samples.len(), "{}: {taken} of {} taken", target.name, samples.len());
    }
}

#[test]
fn what_is_kept_belongs_to_a_target_and_names_are_used_once() {
    let corpus = workspace().join(KEPT);
    for folder in std::fs::read_dir(&corpus).into_iter().flatten() {
        let name = folder.expect("a folder that lists").file_name();
        let is_target = TARGETS.iter().any(|target| *target.name == *name);
        assert!(is_target, "{name:?} is no target: rename it, or take it away");
    }
    for target in TARGETS {
        let same = TARGETS.iter().filter(|other| other.name == target.name).count();
        assert_eq!(same, 1, "{}", target.name);
    }
}
