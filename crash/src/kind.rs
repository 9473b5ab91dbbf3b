//! What is begun, and by which door.

use clap::ValueEnum;

/// A kind of work that outlives the process that began it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Kind {
    /// Erasing what a person executed
    Erasure,
    /// Deleting an organization
    Deletion,
    /// Encrypting all payloads with a new key
    Reencryption,
    /// Deleting what is older than it is kept
    Purge,
}

/// How a kind of work is asked for, and which process is killed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// By a call of the REST API; the server is killed.
    Call,
    /// By a command that does it itself; the command is killed.
    Command,
    /// It is due when the server starts; the server is killed.
    Start,
}

impl Kind {
    /// Its name, as on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    /// The doors by which it is asked for in turn.
    pub fn doors(self) -> &'static [Door] {
        match self {
            Self::Erasure => &[Door::Call, Door::Command],
            Self::Deletion => &[Door::Call, Door::Command],
            Self::Reencryption => &[Door::Start],
            Self::Purge => &[Door::Start, Door::Command],
        }
    }

    /// The door of a round.
    pub fn door(self, round: u32) -> Door {
        let doors = self.doors();
        doors[round as usize % doors.len()]
    }

    /// What the table of tasks calls it.
    pub fn task(self) -> &'static str {
        match self {
            Self::Erasure => "erase_person",
            Self::Deletion => "remove_organization",
            Self::Reencryption => "reencrypt",
            Self::Purge => "purge",
        }
    }

    /// Whether it is due again and again, so that it comes to its end whether or not it was asked for.
    pub fn is_periodic(self) -> bool {
        self == Self::Purge
    }
}

impl Door {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Command => "command",
            Self::Start => "start",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doors_take_turns() {
        let doors: Vec<_> = (0..3).map(|round| Kind::Purge.door(round)).collect();
        assert_eq!(doors, [Door::Start, Door::Command, Door::Start]);
        assert_eq!(Kind::Reencryption.door(7), Door::Start);
    }
}
