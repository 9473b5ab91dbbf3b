//! What imports what, and the circles in it.

use std::collections::{BTreeMap, BTreeSet};

/// Imports between things that have names, each with the names of what is imported.
#[derive(Default)]
pub struct Graph(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

impl Graph {
    /// Adds that `from` takes `name` from `to`.
    pub fn add(&mut self, from: &str, to: &str, name: &str) {
        let imports = self.0.entry(from.to_owned()).or_default();
        imports.entry(to.to_owned()).or_default().insert(name.to_owned());
    }

    /// Every import: who, from whom, and which names.
    pub fn imports(&self) -> impl Iterator<Item = (&str, &str, &BTreeSet<String>)> {
        self.0.iter().flat_map(|(from, imports)| {
            let named = imports.iter();
            named.map(|(to, names)| (from.as_str(), to.as_str(), names))
        })
    }

    /// The imports among these.
    pub fn within(&self, circle: &BTreeSet<&str>) -> impl Iterator<Item = (&str, &str, &BTreeSet<String>)> {
        self.imports()
            .filter(|(from, to, _)| circle.contains(from) && circle.contains(to))
    }

    /// The largest sets of two and more in which each reaches each.
    pub fn circles(&self) -> Vec<BTreeSet<&str>> {
        let reached: BTreeMap<&str, BTreeSet<&str>> = self
            .0
            .keys()
            .map(|from| (from.as_str(), self.reached(from)))
            .collect();
        let mut circles: Vec<BTreeSet<&str>> = Vec::new();
        for (from, reaches) in &reached {
            if circles.iter().any(|circle| circle.contains(from)) {
                continue;
            }
            let back = reaches.iter().copied();
            let mut circle: BTreeSet<&str> = back
                .filter(|to| reached.get(to).is_some_and(|reached| reached.contains(from)))
                .collect();
            circle.insert(from);
            if circle.len() > 1 {
                circles.push(circle);
            }
        }
        circles
    }

    fn reached<'a>(&'a self, from: &'a str) -> BTreeSet<&'a str> {
        let (mut reached, mut waiting) = (BTreeSet::new(), vec![from]);
        while let Some(next) = waiting.pop() {
            for to in self.0.get(next).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(to.as_str()) {
                    waiting.push(to);
                }
            }
        }
        reached
    }
}
