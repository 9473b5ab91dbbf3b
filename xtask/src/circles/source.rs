//! The modules of a crate, read from their files, and the paths that each names.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ImplItem, Item, ItemMod, ItemUse, Lit, Macro, Meta, UseTree, Visibility};

/// A module, which has a file of its own or stands within its parent's.
#[derive(Default)]
pub struct Module {
    /// The file that it is in.
    pub file: PathBuf,
    /// Its place among the modules; none for the root.
    pub parent: Option<usize>,
    /// Places of its modules, by name.
    pub children: HashMap<String, usize>,
    /// What it defines.
    pub items: BTreeSet<String>,
    /// What it imports and re-exports.
    pub uses: Vec<Use>,
    /// Modules of which it imports all.
    pub globs: BTreeSet<Vec<String>>,
    /// Paths in its code.
    pub paths: BTreeSet<Vec<String>>,
}

/// A name that stands for a path.
pub struct Use {
    /// As the module calls it.
    pub name: String,
    /// What it leads to.
    pub path: Vec<String>,
    /// Whether others may take it from here.
    pub is_passed_on: bool,
}

/// All modules of a crate; the root is the first.
#[derive(Default)]
pub struct Tree {
    /// In the order in which they were found.
    pub modules: Vec<Module>,
}

/// Reads a file; nothing where there is none.
type Read<'a> = &'a dyn Fn(&Path) -> Option<String>;

impl Tree {
    /// Reads a crate from its root file on.
    ///
    /// # Errors
    /// A module's file is missing, or does not parse.
    pub fn read(root: &Path, read: Read<'_>) -> Result<Self> {
        let mut tree = Self::default();
        let folder = root.parent().unwrap_or(Path::new(""));
        tree.add_file(root, folder, None, read)?;
        Ok(tree)
    }

    /// Adds the module of a file, whose modules lie in `folder`, and these.
    fn add_file(
        &mut self,
        file: &Path,
        folder: &Path,
        parent: Option<usize>,
        read: Read<'_>,
    ) -> Result<usize> {
        let text = read(file).with_context(|| format!("there is no {}", file.display()))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("cannot parse {}", file.display()))?;
        self.add(file, folder, parent, &parsed.items, read)
    }

    fn add(
        &mut self,
        file: &Path,
        folder: &Path,
        parent: Option<usize>,
        items: &[Item],
        read: Read<'_>,
    ) -> Result<usize> {
        let id = self.modules.len();
        let mut reader = Reader(Module {
            file: file.to_owned(),
            parent,
            ..Module::default()
        });
        items.iter().for_each(|item| reader.visit_item(item));
        self.modules.push(reader.0);
        for item in items {
            let Item::Mod(inner) = item else { continue };
            if is_test(&inner.attrs) {
                continue;
            }
            let name = inner.ident.to_string();
            let child = match &inner.content {
                Some((_, items)) => self.add(file, &folder.join(&name), Some(id), items, read)?,
                None => {
                    let (file, folder) = place(inner, &name, file, folder, read);
                    self.add_file(&file, &folder, Some(id), read)?
                }
            };
            if let Some(module) = self.modules.get_mut(id) {
                module.children.insert(name, child);
            }
        }
        Ok(id)
    }
}

/// The file of a module that is named in `file`, and the folder of its own modules.
fn place(inner: &ItemMod, name: &str, file: &Path, folder: &Path, read: Read<'_>) -> (PathBuf, PathBuf) {
    let given = inner.attrs.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(path) => Some(path.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    });
    if let Some(given) = given {
        let path = file.with_file_name(given);
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        return (path, folder);
    }
    let (beside, own) = (folder.join(format!("{name}.rs")), folder.join(name));
    let within = own.join("mod.rs");
    (if read(&within).is_some() { within } else { beside }, own)
}

/// Whether an item is there for tests alone.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            let words = || condition.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            words().any(|word| word == "test") && !words().any(|word| word == "not")
        }
        _ => false,
    })
}

/// Gathers what a module's items name.
struct Reader(Module);

impl Reader {
    /// Adds what a `use` imports, each name of it.
    fn import(&mut self, tree: &UseTree, mut path: Vec<String>, is_passed_on: bool) {
        let (name, last) = match tree {
            UseTree::Path(inner) => {
                path.push(inner.ident.to_string());
                return self.import(&inner.tree, path, is_passed_on);
            }
            UseTree::Group(group) => {
                let trees = group.items.iter();
                return trees.for_each(|tree| self.import(tree, path.clone(), is_passed_on));
            }
            UseTree::Glob(_) => {
                self.0.globs.insert(path);
                return;
            }
            UseTree::Name(name) => (name.ident.to_string(), name.ident.to_string()),
            UseTree::Rename(renamed) => (renamed.rename.to_string(), renamed.ident.to_string()),
        };
        let name = match (last.as_str(), path.last()) {
            ("self", Some(of)) if name == "self" => of.clone(),
            _ => name,
        };
        if last != "self" {
            path.push(last);
        }
        self.0.uses.push(Use {
            name,
            path,
            is_passed_on,
        });
    }

    /// Adds paths of two names and more among tokens that are not parsed.
    fn scan(&mut self, tokens: TokenStream) {
        let (mut path, mut colons): (Vec<String>, usize) = (Vec::new(), 0);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(point) if point.as_char() == ':' => colons += 1,
                other => {
                    self.end(&mut path);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.scan(group.stream());
                    }
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if path.len() > 1 {
            self.0.paths.insert(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let (name, attributes) = match item {
            Item::Const(item) => (Some(&item.ident), &item.attrs),
            Item::Enum(item) => (Some(&item.ident), &item.attrs),
            Item::Fn(item) => (Some(&item.sig.ident), &item.attrs),
            Item::Impl(item) => (None, &item.attrs),
            Item::Macro(item) => (item.ident.as_ref(), &item.attrs),
            Item::Mod(_) => return,
            Item::Static(item) => (Some(&item.ident), &item.attrs),
            Item::Struct(item) => (Some(&item.ident), &item.attrs),
            Item::Trait(item) => (Some(&item.ident), &item.attrs),
            Item::Type(item) => (Some(&item.ident), &item.attrs),
            Item::Union(item) => (Some(&item.ident), &item.attrs),
            Item::Use(item) => (None, &item.attrs),
            _ => return,
        };
        if is_test(attributes) {
            return;
        }
        self.0.items.extend(name.map(ToString::to_string));
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let is_left_aside = match item {
            ImplItem::Const(item) => is_test(&item.attrs),
            ImplItem::Fn(item) => is_test(&item.attrs),
            ImplItem::Type(item) => is_test(&item.attrs),
            _ => false,
        };
        if !is_left_aside {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            let is_passed_on = !matches!(item.vis, Visibility::Inherited);
            self.import(&item.tree, Vec::new(), is_passed_on);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let names = path.segments.iter().map(|segment| segment.ident.to_string());
            self.0.paths.insert(names.collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        self.scan(invocation.tokens.clone());
        visit::visit_macro(self, invocation);
    }

    // What attributes say is not code of the module.
    fn visit_attribute(&mut self, _: &'ast Attribute) {}
}
