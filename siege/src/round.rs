//! Phases one after the other on one server, each with a bystander beside it and a look afterwards.

use crate::{
    afterwards,
    arena::Arena,
    besieged::Besieged,
    cgroup::MemoryGroup,
    fixture::Fixture,
    phases::Phase,
    probe::{self, Probe},
    report::{Figure, Report, Row, mib, print},
    scale::Scale,
    sources::Sources,
};
use anyhow::Result;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// Where phases run, and what they leave behind.
pub struct Siege {
    /// The group in which the server runs.
    pub group: MemoryGroup,
    /// What is besieged.
    pub fixture: Arc<Fixture>,
    /// How much.
    pub scale: Scale,
    /// What was seen.
    pub report: Report,
    /// Executions that the bystander was told are recorded.
    pub acknowledged: Vec<String>,
}

impl Siege {
    /// Runs phases from those sources on a server that starts for them.
    ///
    /// # Errors
    /// The server does not start.
    pub async fn round(&mut self, sources: Sources, phases: &[Phase]) -> Result<()> {
        let mut besieged = Besieged::start(&self.group, &self.fixture).await?;
        print(&format!(
            "\nFrom {}; resident when idle: {}\n",
            sources.name(),
            mib(besieged.idle)
        ));
        for phase in phases {
            self.phase(&mut besieged, sources, *phase).await?;
        }
        let begin = Instant::now();
        let missing = probe::missing(&self.fixture, besieged.server().address(), &self.acknowledged).await;
        let figure = match missing {
            Ok(missing) => Figure::faults(
                format!("{} acknowledged executions, missing", self.acknowledged.len()),
                &missing,
            ),
            Err(error) => Figure::faults("acknowledged executions", &[format!("{error:#}")]),
        };
        let memory = besieged.memory();
        let row = Row {
            name: format!("what was recorded, {}", sources.name()),
            time: begin.elapsed(),
            now: memory.map(|memory| memory.now),
            peak: memory.map(|memory| (memory.peak, false)),
            group: self.group.peak().map(|peak| (peak, false)),
            kills: 0,
            missed: Vec::new(),
        };
        let stopped = match besieged.stop().await {
            Ok(()) => Figure::held("stops", "in order", "in order", true),
            Err(error) => Figure::held("stops", format!("{error:#}"), "in order", false),
        };
        self.report.add(row, &[figure, stopped]);
        Ok(())
    }

    async fn phase(&mut self, besieged: &mut Besieged, sources: Sources, phase: Phase) -> Result<()> {
        let name = phase.name();
        eprintln!("▸ {name}, {}", sources.name());
        let arena = Arc::new(Arena {
            address: besieged.server().address(),
            process: besieged.server().process(),
            idle: besieged.idle,
            fixture: self.fixture.clone(),
            sources,
            scale: self.scale,
            is_mixed: phase == Phase::Mixed,
        });
        let kills = self.group.oom_kills()?;
        let is_group_reset = self.group.reset_peak();
        let is_peak_reset = besieged.reset_peak();
        let begin = Instant::now();
        let identifier = format!("{name}_{}", self.acknowledged.len());
        let probe = Probe::begin(arena.clone(), identifier);
        let ran = timeout(self.scale.phase, phase.run(arena.clone())).await;
        let time = begin.elapsed();
        let (seen, acknowledged) = probe.end().await?;
        let mut figures = match ran {
            Ok(figures) => figures,
            Err(_) => vec![Figure::held("the phase", "broke off", "ends", false)],
        };
        figures.extend(seen);
        self.acknowledged.extend(acknowledged);

        let memory = besieged.memory();
        let mut ended = ended(besieged).await?;
        if ended.is_none() {
            figures.extend(afterwards::look(&arena).await);
            ended = besieged.ended()?;
        }
        let kills = self.group.oom_kills()?.saturating_sub(kills);
        figures.push(besieged.lives(ended, kills));
        let row = Row {
            name: format!("{name}, {}", sources.name()),
            time,
            now: memory.filter(|_| ended.is_none()).map(|memory| memory.now),
            peak: memory.map(|memory| (memory.peak, is_peak_reset)),
            group: self.group.peak().map(|peak| (peak, is_group_reset)),
            kills,
            missed: Vec::new(),
        };
        if !self.scale.is_release {
            figures = figures.into_iter().map(Figure::unoptimized).collect();
        }
        self.report.add(row, &figures);
        if ended.is_some() {
            // What comes next finds a server again.
            *besieged = Besieged::start(&self.group, &self.fixture).await?;
        }
        Ok(())
    }
}

/// How the process ended, if it has. One that is just being ended is waited for.
async fn ended(besieged: &mut Besieged) -> Result<Option<std::process::ExitStatus>> {
    const LOOKS: usize = 5;
    const PAUSE: Duration = Duration::from_millis(100);
    for _ in 0..LOOKS {
        if let Some(status) = besieged.ended()? {
            return Ok(Some(status));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(None)
}
