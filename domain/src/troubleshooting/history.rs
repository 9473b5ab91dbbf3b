//! Facts of the agent's own history around one execution.

use super::{
    advice::{Code, Kind},
    findings::{Findings, LastAlike, alike},
    hint::{ENOUGH, Evidence, Hint},
    link,
    usual::percentiles,
};
use crate::{
    ApiKeyId, ExecutionQuery, ExecutionSummary, FieldValues, FilterField, LocalZone, Status, Timestamp,
    format::grouped,
};
use chrono::Duration;

/// An execution that did not succeed, and what is argued from.
pub(super) struct Case<'a> {
    pub execution: &'a ExecutionSummary,
    pub findings: &'a Findings,
    pub zone: &'a LocalZone,
    pub code: Code,
}

impl Case<'_> {
    /// Every fact that is worth telling, the most telling first.
    pub(super) fn facts(&self) -> Vec<Hint> {
        let special = match self.code.kind {
            Kind::Timeout => vec![self.same_latency(), self.latency_against_usual("It ended after")],
            Kind::Canceled | Kind::Disconnected => vec![self.latency_against_usual("It was stopped after")],
            Kind::RateLimit => vec![self.minute_before()],
            Kind::InvalidKey | Kind::Permission => vec![self.last_success()],
            _ => Vec::new(),
        };
        [self.around(), self.first()]
            .into_iter()
            .chain(special)
            .chain([self.one_model(), self.share(), self.many_tokens()])
            .flatten()
            .collect()
    }

    /// How others ended that ended like this one: `timed out`.
    fn ended(&self, how_many: u64) -> String {
        let was = if how_many == 1 { "was" } else { "were" };
        match &self.execution.error_code {
            Some(code) if code == "TIMEOUT" => "timed out".to_owned(),
            Some(code) => format!("ended with {code}"),
            None => match self.execution.status {
                Status::RateLimited => format!("{was} rate limited without an error code"),
                Status::Canceled => format!("{was} canceled without an error code"),
                Status::Unauthorized => format!("{was} unauthorized without an error code"),
                Status::Running | Status::Success | Status::Failed => {
                    "failed without an error code".to_owned()
                }
            },
        }
    }

    /// Those before this one that ended alike.
    fn alike_before(&self) -> impl Iterator<Item = &ExecutionSummary> {
        let before = self.findings.before.iter();
        before.filter(|other| alike(self.execution, other))
    }

    /// Successes of the same model before this one.
    fn successes(&self) -> impl Iterator<Item = &ExecutionSummary> {
        let before = self.findings.before.iter();
        before.filter(|other| other.status == Status::Success && other.model == self.execution.model)
    }

    /// A link to successes of the same model among those that were looked at.
    fn successes_link(&self) -> Option<Evidence> {
        let oldest = self.findings.before.last()?.executed_at;
        link::link(
            "Show the successes",
            &ExecutionQuery {
                statuses: [Status::Success].into_iter().collect(),
                values: FieldValues::same_as(self.execution, FilterField::Model),
                ..link::until(oldest, self.execution.executed_at)
            },
        )
    }

    /// `17 other executions of this agent timed out between 13:50 and 14:10.`
    fn around(&self) -> Option<Hint> {
        let around = self.findings.around?;
        let clock = |at| self.zone.local(at).format("%H:%M").to_string();
        let time = format!("between {} and {}", clock(around.from), clock(around.to));
        let range = link::between(around.from, around.to);
        if around.alike > 0 {
            let at_least = if around.more { "At least " } else { "" };
            return Some(Hint {
                message: format!(
                    "{at_least}{} other execution{} of this agent {} {time}.",
                    grouped(around.alike),
                    plural(around.alike),
                    self.ended(around.alike)
                ),
                evidence: link::link("Show them", &link::alike(range, self.execution)),
            });
        }
        (around.all >= ENOUGH as u64 && !around.more).then(|| Hint {
            message: format!(
                "None of the {} other executions {time} {}.",
                grouped(around.all),
                self.ended(around.all)
            ),
            evidence: link::link("Show what ran then", &range),
        })
    }

    /// Whether it is the first of its kind, of all or since a version was put in use.
    fn first(&self) -> Option<Hint> {
        let before = &self.findings.before;
        if self.findings.last_alike == LastAlike::Never {
            return (before.len() >= ENOUGH).then(|| Hint {
                message: format!(
                    "This is the first execution of this agent that {}.",
                    self.ended(1)
                ),
                evidence: link::link(
                    "Show all that did",
                    &link::alike(ExecutionQuery::default(), self.execution),
                ),
            });
        }
        let (version, since) = self.findings.activation?;
        let LastAlike::At(last) = self.findings.last_alike else {
            return None;
        };
        let now = self.execution.executed_at;
        if last < since {
            return Some(Hint {
                message: format!(
                    "This is the first execution that {} since {version} was put in use on {}.",
                    self.ended(1),
                    self.zone.full(since)
                ),
                evidence: link::link(
                    format!("Show what ran since {version}"),
                    &link::between(since, now),
                ),
            });
        }
        let earlier = before.iter().filter(|other| other.executed_at < since);
        let since_then = self.alike_before().filter(|other| other.executed_at >= since);
        let (count, since_then) = (earlier.clone().count(), since_then.count() as u64 + 1);
        let none_earlier = !earlier.clone().any(|other| alike(self.execution, other));
        (count >= ENOUGH && none_earlier && since_then >= 3).then(|| Hint {
            message: format!(
                "{} executions {} since {version} was put in use on {}, this one included, and none of the {} before that.",
                grouped(since_then),
                self.ended(since_then),
                self.zone.full(since),
                grouped(count as u64),
            ),
            evidence: link::link("Show them", &link::alike(link::between(since, now), self.execution)),
        })
    }

    /// `12 of the 1,000 executions before this one timed out.`
    fn share(&self) -> Option<Hint> {
        let before = &self.findings.before;
        let alike = self.alike_before().count() as u64;
        let oldest = before.last()?.executed_at;
        (before.len() >= ENOUGH && alike > 0).then(|| Hint {
            message: format!(
                "{} of the {} executions before this one {}.",
                grouped(alike),
                grouped(before.len() as u64),
                self.ended(alike)
            ),
            evidence: link::link(
                if alike == 1 { "Show it" } else { "Show them" },
                &link::alike(link::until(oldest, self.execution.executed_at), self.execution),
            ),
        })
    }

    /// Whether it happens with one model alone.
    fn one_model(&self) -> Option<Hint> {
        let model = self.execution.model.as_ref()?;
        let alike = self.alike_before().count() as u64;
        let same = |other: &&ExecutionSummary| other.model.as_ref() == Some(model);
        let others = self
            .findings
            .before
            .iter()
            .filter(|other| !same(other) && other.model.is_some());
        let oldest = self.findings.before.last()?.executed_at;
        (alike >= 4 && self.alike_before().all(|other| same(&other)) && others.clone().count() >= ENOUGH)
            .then(|| Hint {
                message: format!(
                    "All {} before this one that {} used {model}; none of the {} executions with another model did.",
                    grouped(alike),
                    self.ended(alike),
                    grouped(others.count() as u64)
                ),
                evidence: link::link(
                    "Show those with this model",
                    &ExecutionQuery {
                        values: FieldValues::same_as(self.execution, FilterField::Model),
                        ..link::until(oldest, self.execution.executed_at)
                    },
                ),
            })
    }

    /// Whether those that ended alike took as long: `It ended after 30.0 s; 12 of the 14 …`.
    fn same_latency(&self) -> Option<Hint> {
        let latency = self.execution.latency_ms?;
        let others: Vec<_> = self.alike_before().filter_map(|other| other.latency_ms).collect();
        let near = others
            .iter()
            .filter(|other| (**other - latency).abs() <= latency / 20)
            .count();
        let oldest = self.findings.before.last()?.executed_at;
        (near >= 3 && near * 2 >= others.len()).then(|| Hint {
            message: format!(
                "It ended after {}; {} of the {} before it that {} took within 5 % of that.",
                seconds(latency),
                grouped(near as u64),
                grouped(others.len() as u64),
                self.ended(others.len() as u64),
            ),
            evidence: link::link(
                "Show them",
                &link::alike(link::until(oldest, self.execution.executed_at), self.execution),
            ),
        })
    }

    /// How long it ran, compared with successes.
    fn latency_against_usual(&self, it_ended_after: &str) -> Option<Hint> {
        let latency = self.execution.latency_ms?;
        let usual = self.successes().filter_map(|other| other.latency_ms).collect();
        let [half, most] = percentiles(usual, [50, 95])?;
        Some(Hint {
            message: format!(
                "{it_ended_after} {}. Of successes{}, half took at most {}, and 95 of 100 at most {}.",
                seconds(latency),
                self.with_model(),
                seconds(half),
                seconds(most)
            ),
            evidence: self.successes_link(),
        })
    }

    /// Whether it sent far more than successes do.
    fn many_tokens(&self) -> Option<Hint> {
        let tokens = self.execution.tokens.input_tokens?;
        let usual = self
            .successes()
            .filter_map(|other| other.tokens.input_tokens)
            .collect();
        let [most] = percentiles(usual, [95])?;
        (tokens > most + most / 2).then(|| Hint {
            message: format!(
                "It sent {} input tokens; 95 of 100 successes{} sent at most {}.",
                grouped(tokens.unsigned_abs()),
                self.with_model(),
                grouped(most.unsigned_abs())
            ),
            evidence: self.successes_link(),
        })
    }

    fn with_model(&self) -> String {
        let model = self.execution.model.as_ref();
        model.map_or_else(String::new, |model| format!(" with {model}"))
    }

    /// How much was going on when a limit was hit.
    fn minute_before(&self) -> Option<Hint> {
        let end = self.execution.executed_at;
        let start = end - Duration::minutes(1);
        let before = &self.findings.before;
        let within = || before.iter().filter(|other| other.executed_at >= start);
        let count = within().count() as u64;
        let more = !self.findings.before_is_all && before.len() as u64 == count;
        if count < 2 {
            return None;
        }
        let by_key = self.execution.api_key_id.as_ref().map(|key| {
            let used = within()
                .filter(|other| other.api_key_id.as_ref() == Some(key))
                .count() as u64;
            format!(", {} of them with {}", grouped(used), self.key(key))
        });
        Some(Hint {
            message: format!(
                "In the minute before it, {}{} other executions of this agent began{}.",
                if more { "at least " } else { "" },
                grouped(count),
                by_key.unwrap_or_default()
            ),
            evidence: link::link("Show them", &link::until(start, end)),
        })
    }

    /// When the same key last recorded a success, and how many were refused since.
    fn last_success(&self) -> Option<Hint> {
        let key = self.execution.api_key_id.as_ref();
        let same_key = || {
            let before = self.findings.before.iter();
            before.filter(move |other| key.is_none() || other.api_key_id.as_ref() == key)
        };
        let last = same_key().find(|other| other.status == Status::Success)?;
        let refused = same_key()
            .take_while(|other| other.executed_at > last.executed_at)
            .filter(|other| other.status == Status::Unauthorized)
            .count() as u64;
        let with = key.map_or_else(
            || "of this agent".to_owned(),
            |key| format!("with {}", self.key(key)),
        );
        let since = match refused {
            0 => "this is the first to be refused since".to_owned(),
            1 => "1 other was unauthorized since".to_owned(),
            more => format!("{} others were unauthorized since", grouped(more)),
        };
        Some(Hint {
            message: format!(
                "The last success {with} began on {}; {since}.",
                self.zone.full(last.executed_at)
            ),
            evidence: link::link(
                "Show what ran since",
                &ExecutionQuery {
                    values: FieldValues::same_as(self.execution, FilterField::ApiKeyId),
                    ..link::between(last.executed_at, self.execution.executed_at)
                },
            ),
        })
    }

    /// `the API key “Shop”`, or its public half where nobody knows the name.
    fn key(&self, id: &ApiKeyId) -> String {
        match self.findings.key_names.get(id) {
            Some(name) => format!("the API key “{name}”"),
            None => format!("the API key {id}"),
        }
    }
}

/// A stretch of time around an execution, ten minutes either way, on whole minutes.
pub fn around(executed_at: Timestamp) -> (Timestamp, Timestamp) {
    let minute = crate::time::from_micros(executed_at.timestamp_micros().div_euclid(60_000_000) * 60_000_000);
    (minute - Duration::minutes(10), minute + Duration::minutes(10))
}

fn plural(count: u64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// `150 ms`, `12.5 s`.
fn seconds(millis: i64) -> String {
    if millis < 1_000 {
        format!("{millis} ms")
    } else {
        format!(
            "{}.{} s",
            grouped((millis / 1_000).unsigned_abs()),
            millis % 1_000 / 100
        )
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        Execution, ExecutionFilter, Payload, TokenUsage, VersionNumber,
        time::parse_instant,
        troubleshooting::{Around, hints},
    };

    pub fn execution(status: Status, at: &str) -> ExecutionSummary {
        ExecutionSummary {
            status,
            executed_at: parse_instant(at).unwrap(),
            model: Some("m1".to_owned()),
            ..ExecutionSummary::example("exec_1".parse().unwrap(), "agent_1".parse().unwrap())
        }
    }

    fn failed(code: &str) -> ExecutionSummary {
        ExecutionSummary {
            error_code: Some(code.to_owned()),
            ..execution(Status::Failed, "2026-01-01T13:00:30Z")
        }
    }

    /// So many executions, one every ten seconds before 13:00:30.
    fn before(count: i64, each: impl Fn(i64, &mut ExecutionSummary)) -> Findings {
        let newest = parse_instant("2026-01-01T13:00:30Z").unwrap();
        let before = (1..=count).map(|number| {
            let mut one = execution(Status::Success, "2026-01-01T13:00:00Z");
            one.executed_at = newest - Duration::seconds(10 * number);
            one.latency_ms = Some(1_000);
            one.tokens.input_tokens = Some(100);
            each(number, &mut one);
            one
        });
        Findings {
            before: before.collect(),
            before_is_all: true,
            ..Findings::default()
        }
    }

    fn told(summary: ExecutionSummary, findings: &Findings) -> Vec<Hint> {
        let execution = Execution {
            summary,
            payload: Payload::default(),
        };
        let mut hints = hints(&execution, findings, &LocalZone::utc());
        let advice = hints.pop().unwrap();
        assert_eq!(advice.evidence, None);
        hints
    }

    fn messages(summary: ExecutionSummary, findings: &Findings) -> Vec<String> {
        let hints = told(summary, findings);
        hints.into_iter().map(|hint| hint.message).collect()
    }

    /// How many of the findings a link shows.
    fn shown(hint: &Hint, findings: &Findings) -> usize {
        let query = &hint.evidence.as_ref().unwrap().query;
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let (query, wrong) = ExecutionQuery::parse(pairs);
        assert_eq!(wrong, []);
        let bound = |bound| match bound {
            Some(crate::DateBound::Instant(at)) => Some(at),
            _ => None,
        };
        let filter = ExecutionFilter {
            statuses: query.statuses,
            from: bound(query.start),
            to: bound(query.end),
            values: query.values,
            ..Default::default()
        };
        findings.before.iter().filter(|one| filter.matches(one)).count()
    }

    #[test]
    fn a_success_needs_no_help() {
        let one = Execution {
            summary: execution(Status::Success, "2026-01-01T13:00:30Z"),
            payload: Payload::default(),
        };
        assert_eq!(hints(&one, &Findings::default(), &LocalZone::utc()), []);
    }

    #[test]
    fn too_little_says_nothing_but_advice() {
        let findings = before(ENOUGH as i64 - 1, |number, one| {
            if number == 7 {
                (one.status, one.error_code) = (Status::Failed, Some("TIMEOUT".to_owned()));
            }
        });
        assert_eq!(messages(failed("TIMEOUT"), &findings), Vec::<String>::new());
    }

    #[test]
    fn what_else_went_on() {
        let (from, to) = around(parse_instant("2026-01-01T14:00:59.5Z").unwrap());
        let around = |all, alike, more| Findings {
            around: Some(Around {
                from,
                to,
                all,
                alike,
                more,
            }),
            ..Findings::default()
        };
        let one = || ExecutionSummary {
            executed_at: from,
            ..failed("TIMEOUT")
        };
        assert_eq!(
            messages(one(), &around(90, 17, false)),
            ["17 other executions of this agent timed out between 13:50 and 14:10."]
        );
        assert_eq!(
            messages(one(), &around(5_000, 1_200, true)),
            ["At least 1,200 other executions of this agent timed out between 13:50 and 14:10."]
        );
        assert_eq!(
            messages(failed("E_X"), &around(1, 1, false)),
            ["1 other execution of this agent ended with E_X between 13:50 and 14:10."]
        );
        assert_eq!(
            messages(failed("E_X"), &around(340, 0, false)),
            ["None of the 340 other executions between 13:50 and 14:10 ended with E_X."]
        );
        assert_eq!(
            messages(failed("E_X"), &around(19, 0, false)),
            Vec::<String>::new()
        );
        let hint = told(one(), &around(90, 17, false)).remove(0);
        assert_eq!(
            hint.evidence.unwrap().query,
            "startDate=2026-01-01T13%3A50%3A00Z&endDate=2026-01-01T14%3A10%3A00.000Z&errorCode=TIMEOUT"
        );
    }

    #[test]
    fn the_first_of_all_and_the_first_since_a_version() {
        let mut findings = before(100, |_, _| {});
        findings.last_alike = LastAlike::Never;
        assert_eq!(
            messages(failed("E_X"), &findings),
            ["This is the first execution of this agent that ended with E_X."]
        );
        let since = parse_instant("2026-01-01T12:55:00Z").unwrap();
        findings.activation = Some((VersionNumber(4), since));
        findings.last_alike = LastAlike::At(since - Duration::days(2));
        let told_first = told(failed("E_X"), &findings);
        assert_eq!(
            told_first[0].message,
            "This is the first execution that ended with E_X since V4 was put in use on 1 January 2026, 12:55:00 UTC."
        );
        assert_eq!(shown(&told_first[0], &findings), 33);

        let mut findings = before(100, |number, one| {
            if number % 10 == 0 && number <= 30 {
                (one.status, one.error_code) = (Status::Failed, Some("E_X".to_owned()));
            }
        });
        findings.activation = Some((VersionNumber(4), since));
        findings.last_alike = LastAlike::At(findings.before[9].executed_at);
        let hints = told(failed("E_X"), &findings);
        assert_eq!(
            hints[0].message,
            "4 executions ended with E_X since V4 was put in use on 1 January 2026, 12:55:00 UTC, this one included, and \
             none of the 67 before that."
        );
        assert_eq!(shown(&hints[0], &findings), 3, "and this one");
        assert_eq!(
            hints[1].message,
            "3 of the 100 executions before this one ended with E_X."
        );
        assert_eq!(shown(&hints[1], &findings), 3);
    }

    #[test]
    fn timeouts_at_one_limit() {
        let findings = before(200, |number, one| {
            if number % 40 == 0 {
                (one.status, one.error_code) = (Status::Failed, Some("TIMEOUT".to_owned()));
                one.latency_ms = Some(if number == 40 { 12_000 } else { 30_100 });
            } else if number % 3 == 0 {
                one.model = Some("m2".to_owned());
            }
        });
        let one = ExecutionSummary {
            latency_ms: Some(30_000),
            ..failed("TIMEOUT")
        };
        let hints = told(one, &findings);
        let told: Vec<_> = hints.iter().map(|hint| hint.message.as_str()).collect();
        assert_eq!(
            told,
            [
                "It ended after 30.0 s; 4 of the 5 before it that timed out took within 5 % of that.",
                "It ended after 30.0 s. Of successes with m1, half took at most 1.0 s, and 95 of 100 at most 1.0 s.",
                "All 5 before this one that timed out used m1; none of the 65 executions with another model did.",
                "5 of the 200 executions before this one timed out.",
            ]
        );
        assert_eq!(shown(&hints[0], &findings), 5);
        assert_eq!(shown(&hints[1], &findings), 130);
    }

    #[test]
    fn a_limit_and_what_went_on_before() {
        let key: ApiKeyId = "shop".parse().unwrap();
        let mut findings = before(40, |number, one| {
            one.api_key_id = (number != 2).then(|| "shop".parse().unwrap());
        });
        findings.key_names.insert(key.clone(), "Shop".to_owned());
        let one = ExecutionSummary {
            status: Status::RateLimited,
            error_code: None,
            api_key_id: Some(key),
            ..failed("")
        };
        let hints = told(one.clone(), &findings);
        assert_eq!(
            hints[0].message,
            "In the minute before it, 6 other executions of this agent began, 5 of them with the API key “Shop”."
        );
        assert_eq!(shown(&hints[0], &findings), 6);
        findings.before.truncate(4);
        findings.before_is_all = false;
        assert_eq!(
            messages(one, &findings),
            [
                "In the minute before it, at least 4 other executions of this agent began, 3 of them with the API key “Shop”."
            ]
        );
    }

    #[test]
    fn refused_and_when_it_last_worked() {
        let findings = before(40, |number, one| {
            one.api_key_id = Some("shop".parse().unwrap());
            if number <= 3 {
                one.status = Status::Unauthorized;
                one.error_code = Some("OTHER".to_owned());
            }
        });
        let one = ExecutionSummary {
            status: Status::Unauthorized,
            api_key_id: Some("shop".parse().unwrap()),
            ..failed("INVALID_API_KEY")
        };
        let hints = told(one.clone(), &findings);
        assert_eq!(
            hints[0].message,
            "The last success with the API key shop began on 1 January 2026, 12:59:50 UTC; 3 others were unauthorized since."
        );
        assert_eq!(shown(&hints[0], &findings), 4);
        let one = ExecutionSummary {
            api_key_id: None,
            ..one
        };
        assert_eq!(
            messages(one, &before(40, |_, _| {})),
            [
                "The last success of this agent began on 1 January 2026, 13:00:20 UTC; this is the first to be refused since."
            ]
        );
    }

    #[test]
    fn canceled_early_or_late_and_large_inputs() {
        let one = ExecutionSummary {
            status: Status::Canceled,
            latency_ms: Some(250),
            tokens: TokenUsage {
                input_tokens: Some(12_480),
                ..TokenUsage::default()
            },
            ..failed("CANCELED_BY_USER")
        };
        assert_eq!(
            messages(one, &before(40, |_, _| {})),
            [
                "It was stopped after 250 ms. Of successes with m1, half took at most 1.0 s, and 95 of 100 at most 1.0 s.",
                "It sent 12,480 input tokens; 95 of 100 successes with m1 sent at most 100.",
            ]
        );
    }
}
