//! The short form: every target on its corpus, and on as many changes of it as fit into a few seconds.

use fuzz::{
    TARGETS, corpus,
    mutation::{Random, mutated},
};
use std::{panic, time::Instant};

/// Changed inputs for each target, unless `AGENT_LEDGER_FUZZ_INPUTS` says otherwise.
const INPUTS: usize = 3_000;
/// Begins the same changes each time; `AGENT_LEDGER_FUZZ_SEED` names others.
const SEED: u64 = 20_251_118;

fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

#[test]
fn every_target_holds_on_its_corpus_and_on_changes_of_it() {
    let (count, seed) = (
        setting("AGENT_LEDGER_FUZZ_INPUTS", INPUTS),
        setting("AGENT_LEDGER_FUZZ_SEED", SEED),
    );
    let mut broken = Vec::new();
    for target in TARGETS {
        let start = Instant::now();
        let (names, inputs): (Vec<_>, Vec<_>) = corpus::inputs(target.name).unwrap().into_iter().unzip();
        assert!(!inputs.is_empty(), "{} has no corpus", target.name);
        let mut random = Random::new(seed);
        let changed = (0..count).map(|number| (format!("change {number}"), mutated(&inputs, &mut random)));
        let first = names
            .into_iter()
            .zip(inputs.iter().cloned())
            .chain(changed)
            .find(|(_, input)| panic::catch_unwind(|| (target.run)(input)).is_err());
        if let Some((name, input)) = first {
            broken.push(format!(
                "{}: {name} of seed {seed}: {:?}",
                target.name,
                String::from_utf8_lossy(&input)
            ));
        }
        println!("{} in {:.1} s", target.name, start.elapsed().as_secs_f64());
    }
    assert!(broken.is_empty(), "does not hold:\n{}", broken.join("\n"));
}

#[test]
fn every_folder_of_the_corpus_has_a_target() {
    for entry in std::fs::read_dir(corpus::folder("")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            fuzz::target(&name).is_some(),
            "corpus/{name} belongs to no target"
        );
    }
}
