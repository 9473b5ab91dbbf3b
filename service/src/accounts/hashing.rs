//! Turns at hashing passwords: a few at a time, in memory that is kept and used again, behind a line that is bounded.

use argon2::Block;
use parking_lot::Mutex;
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Hashes that are computed at once: each takes 19 MiB, and a core.
const TURNS: usize = 2;
/// How many may wait for a turn; at tens of milliseconds each, the last one waits for less than a second.
const LINE: usize = 16;

/// The turns of this process.
pub static HASHING: Hashing = Hashing::new();

/// Who waits. Strangers, of whom there may be any number, fill a line of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// People who show where they come from: by a session, a link, or a place from which they signed in before.
    Known,
    /// Everybody else.
    Strangers,
}

/// The line is full, or the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are waiting to be checked")]
pub struct Busy;

/// Turns, their memory, and the lines before them.
pub struct Hashing {
    turns: Semaphore,
    known: Semaphore,
    strangers: Semaphore,
    /// What no turn uses right now. It stays allocated: given back and taken again, it would come to lie in pieces all
    /// over the heap.
    idle: Mutex<Vec<Memory>>,
}

/// Working memory of one hash after the other.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Memory {
    /// So many blocks of 1 KiB.
    pub fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.0.len() < count {
            self.0.resize(count, Block::default());
        }
        &mut self.0[..count]
    }
}

impl Hashing {
    const fn new() -> Self {
        Self {
            turns: Semaphore::const_new(TURNS),
            known: Semaphore::const_new(LINE),
            strangers: Semaphore::const_new(LINE),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Does the work when it is its turn, without holding up an async thread. A turn lasts until the work is done, also
    /// where whoever asked has left meanwhile.
    ///
    /// # Errors
    /// At once where the line is full.
    pub async fn turn<T: Send + 'static>(
        &'static self,
        line: Line,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let line = match line {
            Line::Known => &self.known,
            Line::Strangers => &self.strangers,
        };
        let place = line.try_acquire().map_err(|_| Busy)?;
        let turn = self.turns.acquire().await.map_err(|_| Busy)?;
        drop(place);
        let work = move || {
            let mut memory = self.idle.lock().pop().unwrap_or_default();
            let done = work(&mut memory);
            self.idle.lock().push(memory);
            drop(turn);
            done
        };
        spawn_blocking(work).await.map_err(|_| Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
            mpsc,
        },
        time::Duration,
    };

    #[tokio::test(flavor = "multi_thread")]
    async fn a_turn_outlasts_whoever_asked_for_it() {
        static HASHING: Hashing = Hashing::new();
        let (most, now) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for _ in 0..20 {
            let (most, now) = (most.clone(), now.clone());
            let asked = tokio::spawn(HASHING.turn(Line::Strangers, move |memory| {
                memory.blocks(8);
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                std::thread::sleep(Duration::from_millis(20));
                now.fetch_sub(1, Ordering::SeqCst);
            }));
            tokio::time::sleep(Duration::from_millis(2)).await;
            asked.abort();
        }
        HASHING.turn(Line::Known, |_| ()).await.unwrap();
        assert!(most.load(Ordering::SeqCst) <= TURNS);
        assert!(HASHING.idle.lock().len() <= TURNS, "memory is used again");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn strangers_fill_their_own_line_alone() {
        static HASHING: Hashing = Hashing::new();
        let (release, held) = mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let wait = |line| {
            let held = held.clone();
            HASHING.turn(line, move |_| {
                let _ = held.lock().recv();
            })
        };
        let strangers: Vec<_> = (0..TURNS + LINE + 5)
            .map(|_| tokio::spawn(wait(Line::Strangers)))
            .collect();
        tokio::time::sleep(Duration::from_millis(100)).await;
        let known = tokio::spawn(wait(Line::Known));
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(release);
        assert_eq!(known.await.unwrap(), Ok(()));
        let refused = join_all(strangers).await;
        let refused = refused.into_iter().filter(|asked| matches!(asked, Ok(Err(Busy))));
        assert_eq!(refused.count(), 5);
    }
}
