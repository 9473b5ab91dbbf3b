//! Whether a server would start with these settings.

use super::finding::{Finding, Severity::Problem};
use crate::cli::{Error, serve};

const CHECK: &str = "settings";

pub fn look(args: &serve::Args) -> Vec<Finding> {
    let public_url = args.mail.public_url();
    let sso = args
        .sso
        .provider(public_url.as_ref().ok().and_then(Option::as_deref));
    let wrong: Vec<_> = [
        serve::log::parse(&args.log).err(),
        public_url.err(),
        args.mail.sender().err(),
        sso.err(),
    ]
    .into_iter()
    .flatten()
    .map(|error: Error| {
        Finding::new(
            Problem,
            CHECK,
            format!("the server would not start: {error}"),
            "give it another value",
        )
    })
    .collect();
    match wrong.is_empty() {
        true => vec![Finding::ok(
            CHECK,
            "the settings of log, e-mail and single sign-on can be read",
        )],
        false => wrong,
    }
}
