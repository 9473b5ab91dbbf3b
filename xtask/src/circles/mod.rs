//! Who imports whom: no files in a circle, no folders of the server in one, and no crate that depends on one above it.
//!
//! What counts, in one rule: a file imports another one where it names an item that the other one defines. So
//! - a name is followed through re-exports and renames to the file that defines it; the files that pass it on are no
//!   part of the import, whether a child takes it through its parent or a stranger through the root of the crate;
//! - a `use` is an import, and so is a path within code or a macro (`codec::seal`, `crate::row::line`); a re-export is
//!   one only where the file that re-exports uses the name as well;
//! - a module that is named on the way, or imported for the sake of what is in it, is none: `mod child;` in a parent is
//!   no import;
//! - a module and what is within it are one thing: what a child takes from the file of a module that contains it is no
//!   import, what that file takes from the child is one;
//! - test code (`#[cfg(test)]`) is left aside, and so are calls of methods and what macros expand to: neither can be
//!   told without compiling.

mod graph;
mod imports;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::process;
use crate::workspace::Workspace;
use graph::Graph;

/// The crates whose dependencies point one way, each with its floor.
const FLOORS: [(&str, u8); 6] = [
    ("domain", 0),
    ("provider", 1),
    ("store", 1),
    ("service", 2),
    ("app", 3),
    ("server", 3),
];
/// The crate whose folders are looked at as well.
const FOLDERS_OF: &str = "server";
/// Names that are told of one import, at most.
const NAMES_TOLD: usize = 8;

/// Looks for circles.
///
/// # Errors
/// There are some, all of which the error names, or a source cannot be read.
pub fn check(workspace: &Workspace) -> Result<()> {
    let metadata = process::output(
        workspace
            .cargo()
            .args(["metadata", "--no-deps", "--format-version=1"]),
    )?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let root = workspace.path("");
    let mut found = Vec::new();
    for package in members(&metadata, "packages") {
        let name = text(package, "name");
        found.extend(upward(name, package));
        let imports = imports_of(package, &root)?;
        found.extend(told(&format!("files of {name}"), &apart(&imports)));
        if name == FOLDERS_OF {
            found.extend(told_of_folders(name, &imports));
        }
    }
    ensure!(
        found.is_empty(),
        "imports run in circles:\n\n{}",
        found.join("\n")
    );
    Ok(())
}

/// The dependencies of a crate on one of a higher floor.
fn upward(name: &str, package: &Value) -> Vec<String> {
    let floor_of = |name: &str| {
        FLOORS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, floor)| *floor)
    };
    let Some(floor) = floor_of(name) else {
        return Vec::new();
    };
    members(package, "dependencies")
        .filter(|dependency| text(dependency, "kind") != "dev")
        .map(|dependency| text(dependency, "name"))
        .filter(|above| floor_of(above).is_some_and(|above| above > floor))
        .map(|above| format!("{name} depends on {above}, which stands above it\n"))
        .collect()
}

/// Which files of a package import which, in its library and its programs, as paths from the workspace's root.
fn imports_of(package: &Value, root: &Path) -> Result<Graph> {
    let mut graph = Graph::default();
    for target in members(package, "targets") {
        let is_product = members(target, "kind").any(|kind| {
            kind.as_str()
                .is_some_and(|kind| kind.ends_with("lib") || kind == "bin")
        });
        if is_product {
            let entry = PathBuf::from(text(target, "src_path"));
            let read = |path: &Path| fs::read_to_string(path).ok();
            let tree = source::Tree::read(&entry, &read)
                .with_context(|| format!("cannot read the modules of {}", entry.display()))?;
            imports::add(&tree, &mut graph, |file| {
                file.strip_prefix(root).unwrap_or(file).display().to_string()
            });
        }
    }
    Ok(graph)
}

/// The imports but for those from a module that contains the file.
fn apart(imports: &Graph) -> Graph {
    let mut graph = Graph::default();
    for (from, to, names) in imports.imports().filter(|(from, to, _)| !contains(to, from)) {
        names.iter().for_each(|name| graph.add(from, to, name));
    }
    graph
}

/// Whether a file is that of a module within which the other file stands.
fn contains(module: &str, file: &str) -> bool {
    ["mod.rs", "lib.rs", "main.rs"]
        .iter()
        .filter_map(|name| module.strip_suffix(name))
        .any(|folder| folder.ends_with('/') && file.starts_with(folder))
}

/// Every circle, with what ties it.
fn told(of: &str, graph: &Graph) -> Vec<String> {
    let circles = graph.circles().into_iter();
    circles.map(|circle| describe(of, graph, &circle)).collect()
}

fn describe(of: &str, graph: &Graph, circle: &BTreeSet<&str>) -> String {
    let mut text = format!("{} {of} import each other:\n", circle.len());
    for (from, to, names) in graph.within(circle) {
        let mut listed: Vec<&str> = names.iter().map(String::as_str).take(NAMES_TOLD).collect();
        if names.len() > NAMES_TOLD {
            listed.push("…");
        }
        text += &format!("  {from} -> {to}: {}\n", listed.join(", "));
    }
    text
}

/// Circles that two folders right in `src/` are part of, the files beside them included.
fn told_of_folders(package: &str, files: &Graph) -> Vec<String> {
    let unit = |file: &str| -> String {
        let inner = file.split_once("src/").map_or(file, |(_, inner)| inner);
        match inner.split_once('/') {
            Some((folder, _)) => format!("{folder}/"),
            None => inner.to_owned(),
        }
    };
    let mut folders = Graph::default();
    for (from, to, names) in files.imports() {
        let (from, to) = (unit(from), unit(to));
        if from != to {
            names.iter().for_each(|name| folders.add(&from, &to, name));
        }
    }
    folders
        .circles()
        .into_iter()
        .filter(|circle| circle.iter().filter(|unit| unit.ends_with('/')).count() > 1)
        .map(|circle| describe(&format!("folders and files of {package}/src"), &folders, &circle))
        .collect()
}

fn members<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;

    use super::*;

    /// The circles of a crate of these files.
    fn circles(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let graph = apart(&graph(files));
        let circles = graph.circles();
        let owned = |circle: BTreeSet<&str>| circle.into_iter().map(str::to_owned).collect();
        circles.into_iter().map(owned).collect()
    }

    fn graph(files: &[(&str, &str)]) -> Graph {
        let files: HashMap<&Path, &str> = files
            .iter()
            .map(|(path, text)| (Path::new(*path), *text))
            .collect();
        let read = |path: &Path| files.get(path).map(|text| (*text).to_owned());
        let tree = source::Tree::read(Path::new("src/lib.rs"), &read).unwrap();
        let mut graph = Graph::default();
        imports::add(&tree, &mut graph, |file| file.display().to_string());
        graph
    }

    #[test]
    fn two_files_that_name_each_other_are_a_circle() {
        let files = [
            ("src/lib.rs", "mod one; mod other;"),
            ("src/one.rs", "use crate::other::B; pub struct A(B);"),
            ("src/other.rs", "pub struct B; fn f() { super::one::A::new(); }"),
        ];
        assert_eq!(circles(&files), [["src/one.rs", "src/other.rs"]]);
        let text = told("files of it", &graph(&files)).concat();
        assert!(text.contains("src/one.rs -> src/other.rs: B\n"), "{text}");
        assert!(text.contains("src/other.rs -> src/one.rs: A\n"), "{text}");
    }

    #[test]
    fn one_way_is_none_and_neither_are_tests() {
        let files = [
            ("src/lib.rs", "mod one; mod other;"),
            ("src/one.rs", "use crate::other::B; pub struct A(B);"),
            (
                "src/other.rs",
                "pub struct B; #[cfg(test)] mod tests { use crate::one::A; }
                 #[cfg(test)] impl B { fn a() -> crate::one::A { todo!() } }",
            ),
        ];
        assert!(circles(&files).is_empty());
    }

    #[test]
    fn a_re_export_is_followed_to_the_file_that_defines() {
        // The child takes its sibling's item through the parent, which uses it as well: the parent is passed by.
        let sibling = [
            ("src/lib.rs", "mod folder;"),
            (
                "src/folder/mod.rs",
                "mod child; mod sibling; pub use sibling::Thing; use child::go; fn f(_: Thing) { go(); }",
            ),
            ("src/folder/child.rs", "use super::Thing; pub fn go() {}"),
            ("src/folder/sibling.rs", "pub struct Thing;"),
        ];
        assert!(circles(&sibling).is_empty());
        // What the parent's own file defines is as good as the child's own.
        let parent = [
            ("src/lib.rs", "mod folder; pub use folder::Thing;"),
            (
                "src/folder/mod.rs",
                "mod child; pub struct Thing; fn f() { child::go(); }",
            ),
            (
                "src/folder/child.rs",
                "use crate::Thing as Renamed; pub fn go() {}",
            ),
        ];
        assert!(circles(&parent).is_empty());
    }

    #[test]
    fn naming_children_and_passing_them_on_is_no_import() {
        let files = [
            (
                "src/lib.rs",
                "mod folder; pub struct Root; pub use folder::Thing;",
            ),
            (
                "src/folder/mod.rs",
                "mod child; pub use child::Thing; pub(crate) struct Own;",
            ),
            (
                "src/folder/child.rs",
                "use super::Own; use crate::Root; pub struct Thing;",
            ),
        ];
        assert!(circles(&files).is_empty());
    }

    #[test]
    fn globs_macros_and_inline_modules_are_read() {
        let files = [
            ("src/lib.rs", "mod one; mod other;"),
            (
                "src/one.rs",
                "pub(crate) mod inner { pub struct A; } pub fn f() { println!(\"{}\", crate::other::C); }",
            ),
            (
                "src/other.rs",
                "use crate::one::inner::*; pub const C: u8 = 0; fn f(_: A) {}",
            ),
        ];
        assert_eq!(circles(&files), [["src/one.rs", "src/other.rs"]]);
    }

    #[test]
    fn folders_are_told_where_their_files_are_in_no_circle() {
        let files = [
            ("src/lib.rs", "mod a; mod b;"),
            ("src/a/mod.rs", "mod low; mod high;"),
            ("src/a/low.rs", "pub struct A;"),
            ("src/a/high.rs", "use crate::b::B;"),
            ("src/b/mod.rs", "use crate::a::low::A; pub struct B(A);"),
        ];
        let graph = graph(&files);
        assert!(graph.circles().is_empty());
        assert_eq!(told_of_folders("server", &graph).len(), 1);
    }

    #[test]
    fn a_dependency_on_a_crate_above_is_told() {
        let package = |dependency: &str, kind: Option<&str>| json!({ "dependencies": [{ "name": dependency, "kind": kind }] });
        assert_eq!(upward("store", &package("server", None)).len(), 1);
        assert!(upward("store", &package("domain", None)).is_empty());
        assert!(upward("store", &package("server", Some("dev"))).is_empty());
        assert!(upward("bench", &package("server", None)).is_empty());
    }
}
