//! libFuzzer on the target that the variable `AGENT_LEDGER_FUZZ_TARGET` names.
#![no_main]

use std::sync::LazyLock;

static TARGET: LazyLock<fuzz::Target> = LazyLock::new(|| {
    std::env::var("AGENT_LEDGER_FUZZ_TARGET")
        .ok()
        .and_then(|name| fuzz::target(&name))
        .unwrap_or_else(|| {
            eprintln!("AGENT_LEDGER_FUZZ_TARGET must name a target");
            std::process::exit(2)
        })
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| (TARGET.run)(input));
