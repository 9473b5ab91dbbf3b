//! A control group with a limit of memory, of the kernel's first or second interface, whichever is there.

use anyhow::{Context, Result, bail};
use parking_lot::Mutex;
use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// Where a process reads to which groups it belongs.
const OWN_GROUPS: &str = "/proc/self/cgroup";
/// How often a group that is being left is tried to be removed, and the time in between.
const REMOVALS: usize = 50;
const REMOVAL_PAUSE: Duration = Duration::from_millis(100);
/// Puts the shell into the group that is its first argument, and becomes the program of the others.
const ENTER: &str = "echo $$ > \"$0/cgroup.procs\" && exec \"$@\"";

/// The kernel's interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

/// A hierarchy of groups: where it is mounted, and which group of it is ours.
#[derive(Debug, PartialEq, Eq)]
struct Hierarchy {
    version: Version,
    mount: PathBuf,
    own: PathBuf,
}

/// A group of our own. Dropping it removes it, once nobody is in it.
pub struct MemoryGroup {
    folder: PathBuf,
    version: Version,
    /// The most that was in use, where the kernel tells. Kept open: of the second interface only who wrote to it sees it
    /// fall.
    peak: Mutex<Option<File>>,
    is_resettable: bool,
}

impl MemoryGroup {
    /// Makes a group whose processes have `bytes` of memory together, and no swap where the kernel lets that be said.
    /// `mounts` is the file that tells what is mounted.
    ///
    /// # Errors
    /// No hierarchy with memory is there, or none that may be written to. The words say what was tried.
    pub fn create(mounts: &Path, name: &str, bytes: u64) -> Result<Self> {
        let hierarchies = hierarchies(
            &fs::read_to_string(mounts).unwrap_or_default(),
            &fs::read_to_string(OWN_GROUPS).unwrap_or_default(),
        );
        let mut tried = Vec::new();
        for hierarchy in &hierarchies {
            for parent in hierarchy.parents() {
                match Self::create_in(&parent, hierarchy.version, name, bytes) {
                    Ok(group) => return Ok(group),
                    Err(error) => tried.push(format!("{}: {error:#}", parent.display())),
                }
            }
        }
        if tried.is_empty() {
            bail!("none is mounted");
        }
        bail!("{}", tried.join("; "))
    }

    fn create_in(parent: &Path, version: Version, name: &str, bytes: u64) -> Result<Self> {
        if version == Version::Two {
            // Where it is handed down already nothing is written; it may be refused for that.
            let handed_down = parent.join("cgroup.subtree_control");
            if !fs::read_to_string(&handed_down)?
                .split_whitespace()
                .any(|word| word == "memory")
            {
                fs::write(&handed_down, "+memory").context("its groups have no memory controller")?;
            }
        }
        let folder = parent.join(name);
        fs::create_dir(&folder)?;
        Self::set_up(folder.clone(), version, bytes).inspect_err(|_| {
            // What was made is taken back; nobody is in it.
            let _ = fs::remove_dir(&folder);
        })
    }

    fn set_up(folder: PathBuf, version: Version, bytes: u64) -> Result<Self> {
        let write = |file: &str, text: String| fs::write(folder.join(file), text);
        let (limit, peak) = match version {
            Version::One => ("memory.limit_in_bytes", "memory.max_usage_in_bytes"),
            Version::Two => ("memory.max", "memory.peak"),
        };
        write(limit, bytes.to_string()).with_context(|| format!("cannot set {limit}"))?;
        // A kernel may know no swap.
        match version {
            Version::One => {
                let _ = write("memory.swappiness", "0".to_owned());
                let _ = write("memory.memsw.limit_in_bytes", bytes.to_string());
            }
            Version::Two => {
                let _ = write("memory.swap.max", "0".to_owned());
            }
        }
        // Whether somebody may be put in is known only by doing it: an empty process that ends at once.
        let entered = std::process::Command::new("sh")
            .args(["-c", ENTER])
            .arg(&folder)
            .arg("true")
            .stderr(std::process::Stdio::null())
            .status();
        if !entered.is_ok_and(|status| status.success()) {
            bail!("no process can be put in");
        }
        let path = folder.join(peak);
        let writable = OpenOptions::new().read(true).write(true).open(&path);
        let mut group = Self {
            folder,
            version,
            peak: Mutex::new(writable.or_else(|_| File::open(&path)).ok()),
            is_resettable: false,
        };
        group.is_resettable = group.reset_peak();
        Ok(group)
    }

    /// Words that come before those of a program, so that it begins in the group.
    pub fn launcher(&self) -> Vec<OsString> {
        let words = ["sh", "-c", ENTER].map(OsString::from);
        words.into_iter().chain([self.folder.clone().into()]).collect()
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether the peak can be set back.
    pub fn is_resettable(&self) -> bool {
        self.is_resettable
    }

    /// Has the peak begin with what is in use. Whether the kernel did so.
    pub fn reset_peak(&self) -> bool {
        let mut peak = self.peak.lock();
        peak.as_mut()
            .is_some_and(|peak| peak.rewind().and_then(|()| peak.write_all(b"0\n")).is_ok())
    }

    /// The most bytes that were in use, pages of files included, where the kernel tells.
    pub fn peak(&self) -> Option<u64> {
        let mut peak = self.peak.lock();
        let peak = peak.as_mut()?;
        let mut text = String::new();
        peak.rewind().ok()?;
        peak.read_to_string(&mut text).ok()?;
        text.trim().parse().ok()
    }

    /// How many processes the kernel has ended for want of memory.
    pub fn oom_kills(&self) -> Result<u64> {
        let file = match self.version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        let text = fs::read_to_string(self.folder.join(file))?;
        Ok(counter(&text, "oom_kill").unwrap_or(0))
    }
}

impl Drop for MemoryGroup {
    fn drop(&mut self) {
        for _ in 0..REMOVALS {
            if fs::remove_dir(&self.folder).is_ok() {
                return;
            }
            thread::sleep(REMOVAL_PAUSE);
        }
        eprintln!("{} could not be removed", self.folder.display());
    }
}

impl Hierarchy {
    /// Groups in which one may be made: ours, then those above it.
    fn parents(&self) -> Vec<PathBuf> {
        let own = self.own.strip_prefix("/").unwrap_or(&self.own);
        own.ancestors().map(|group| self.mount.join(group)).collect()
    }
}

/// The hierarchies with memory that are mounted. The first interface comes first: where it has the memory, the second
/// has none.
fn hierarchies(mounts: &str, groups: &str) -> Vec<Hierarchy> {
    let own = |is_it: &dyn Fn(&str) -> bool| {
        groups.lines().find_map(|line| {
            let mut fields = line.splitn(3, ':').skip(1);
            let controllers = fields.next()?;
            let path = fields.next()?;
            is_it(controllers).then(|| PathBuf::from(path))
        })
    };
    let has_memory = |text: &str| text.split(',').any(|word| word == "memory");
    let mut found: Vec<_> = mounts
        .lines()
        .filter_map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            let [_, mount, kind, options, ..] = fields[..] else {
                return None;
            };
            let (version, own) = match kind {
                "cgroup" if has_memory(options) => (Version::One, own(&|names| has_memory(names))),
                "cgroup2" => (Version::Two, own(&|names| names.is_empty())),
                _ => return None,
            };
            Some(Hierarchy {
                version,
                mount: mount.into(),
                own: own.unwrap_or_else(|| "/".into()),
            })
        })
        .collect();
    found.sort_by_key(|hierarchy| hierarchy.version == Version::Two);
    found
}

/// The number behind a name, one a line.
fn counter(text: &str, name: &str) -> Option<u64> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD_MOUNTS: &str = "tmpfs /sys/fs/cgroup tmpfs rw,mode=755 0 0\n\
        cgroup /sys/fs/cgroup/cpu cgroup rw,relatime,cpu 0 0\n\
        cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0\n\
        cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0\n";

    #[test]
    fn memory_is_found_where_the_first_interface_has_it() {
        let found = hierarchies(OLD_MOUNTS, "4:memory:/a/b\n1:cpu:/\n0::/\n");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].version, Version::One);
        let parents: Vec<_> = found[0].parents();
        let paths: Vec<_> = parents.iter().filter_map(|path| path.to_str()).collect();
        assert_eq!(
            paths,
            [
                "/sys/fs/cgroup/memory/a/b",
                "/sys/fs/cgroup/memory/a",
                "/sys/fs/cgroup/memory/"
            ]
        );
    }

    #[test]
    fn memory_is_found_where_the_second_interface_has_it() {
        let found = hierarchies("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n", "0::/user.slice\n");
        assert_eq!(
            found,
            [Hierarchy {
                version: Version::Two,
                mount: "/sys/fs/cgroup".into(),
                own: "/user.slice".into(),
            }]
        );
    }

    #[test]
    fn nothing_is_found_where_nothing_is_mounted() {
        assert_eq!(hierarchies("proc /proc proc rw 0 0\n", ""), []);
    }

    #[test]
    fn kills_are_read_by_their_whole_name() {
        let old = "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n";
        assert_eq!(counter(old, "oom_kill"), Some(2));
        let new = "low 0\noom 5\noom_kill 3\noom_group_kill 0\n";
        assert_eq!(counter(new, "oom_kill"), Some(3));
        assert_eq!(counter("", "oom_kill"), None);
    }
}
