//! From the paths that modules name to the files that define what they name.

use std::collections::HashSet;
use std::path::Path;

use super::graph::Graph;
use super::source::{Module, Tree};

/// Adds every import between two files of the crate, `name` being how a file is told.
pub fn add(tree: &Tree, graph: &mut Graph, name: impl Fn(&Path) -> String) {
    for (id, module) in tree.modules.iter().enumerate() {
        let uses = module.uses.iter().filter(|used| !used.is_passed_on);
        let paths = uses.map(|used| &used.path).chain(&module.paths);
        for path in paths {
            if let Some(Found::Item { file, name: item }) = tree.resolve(id, path, &mut HashSet::new())
                && file != module.file
            {
                graph.add(&name(&module.file), &name(file), &item);
            }
        }
    }
}

/// What a path leads to.
enum Found<'a> {
    Module(usize),
    /// An item, or something that belongs to it.
    Item {
        file: &'a Path,
        name: String,
    },
}

/// What is being looked up already: re-exports may run in circles too.
type Seen = HashSet<(usize, String)>;

impl Tree {
    fn module(&self, id: usize) -> Option<&Module> {
        self.modules.get(id)
    }

    /// What a path leads to from within a module; nothing where that is outside the crate.
    fn resolve(&self, from: usize, path: &[String], seen: &mut Seen) -> Option<Found<'_>> {
        let (mut at, mut rest) = (from, path);
        while let Some((first, others)) = rest.split_first() {
            at = match first.as_str() {
                "crate" => 0,
                "self" => at,
                "super" => self.module(at)?.parent?,
                _ => return self.within(at, rest, seen),
            };
            rest = others;
        }
        Some(Found::Module(at))
    }

    /// What a path leads to whose first name is one of the module's.
    fn within(&self, id: usize, path: &[String], seen: &mut Seen) -> Option<Found<'_>> {
        let module = self.module(id)?;
        let (name, rest) = path.split_first()?;
        let child = module.children.get(name);
        match child {
            Some(child) if !rest.is_empty() => return self.within(*child, rest, seen),
            _ if module.items.contains(name) => {
                return Some(Found::Item {
                    file: &module.file,
                    name: name.clone(),
                });
            }
            Some(child) => return Some(Found::Module(*child)),
            None => {}
        }
        if !seen.insert((id, name.clone())) {
            return None;
        }
        for used in module.uses.iter().filter(|used| used.name == *name) {
            match self.resolve(id, &used.path, seen) {
                Some(Found::Module(module)) if !rest.is_empty() => return self.within(module, rest, seen),
                Some(found) => return Some(found),
                None => {}
            }
        }
        for glob in &module.globs {
            if let Some(Found::Module(of)) = self.resolve(id, glob, seen)
                && of != id
                && let Some(found) = self.within(of, path, seen)
            {
                return Some(found);
            }
        }
        None
    }
}
