//! The prepared database, and copies of it: a round has one of its own.

use crate::{
    database::{Backend, Database},
    fixture::Fixture,
    scale::Scale,
};
use anyhow::{Context, Result};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};
use tempfile::TempDir;
use testkit::{Ledger, with_database};

/// A prepared database.
pub struct Stage {
    /// Which kind it is.
    pub backend: Backend,
    /// What it holds.
    pub fixture: Fixture,
    binary: PathBuf,
    folder: PathBuf,
    /// The PostgreSQL server's own database, and the name of the prepared one.
    postgres: Option<(String, String)>,
    copies: AtomicU32,
}

/// A copy of it.
pub struct Copy {
    /// The binary on it.
    pub ledger: Ledger,
    /// As `--database-url` takes it.
    pub url: String,
    folder: TempDir,
    postgres: Option<(String, String)>,
}

impl Stage {
    /// Fills a SQLite file in the folder.
    pub async fn on_sqlite(binary: &Path, folder: &Path, scale: Scale) -> Result<Self> {
        let folder = folder.join("sqlite");
        fs::create_dir(&folder)?;
        let url = sqlite_url(&folder);
        Self::fill(Backend::Sqlite, binary, folder, &url, None, scale).await
    }

    /// Fills a database of the PostgreSQL server whose superuser's URL this is; the folder is for the master key.
    pub async fn on_postgres(binary: &Path, folder: &Path, server: &str, scale: Scale) -> Result<Self> {
        let folder = folder.join("postgres");
        fs::create_dir(&folder)?;
        let name = format!("ledger_crash_{}", std::process::id());
        make(server, &name, None).await?;
        let url = with_database(server, &name);
        let postgres = Some((server.to_owned(), name));
        Self::fill(Backend::Postgres, binary, folder, &url, postgres, scale).await
    }

    async fn fill(
        backend: Backend,
        binary: &Path,
        folder: PathBuf,
        url: &str,
        postgres: Option<(String, String)>,
        scale: Scale,
    ) -> Result<Self> {
        let ledger = Ledger::on(binary, &folder, url.to_owned());
        let fixture = Fixture::create(&ledger, url, scale)
            .await
            .with_context(|| format!("cannot fill a database of {}", backend.name()))?;
        Ok(Self {
            backend,
            fixture,
            binary: binary.to_owned(),
            folder,
            postgres,
            copies: AtomicU32::new(0),
        })
    }

    /// Copies it, with its master key.
    pub async fn copy(&self) -> Result<Copy> {
        let number = self.copies.fetch_add(1, Ordering::Relaxed);
        let beside = self.folder.parent().context("the folder lies nowhere")?;
        let folder = tempfile::tempdir_in(beside)?;
        copy_folder(&self.folder, folder.path())?;
        let (url, postgres) = match &self.postgres {
            None => (sqlite_url(folder.path()), None),
            Some((server, template)) => {
                let name = format!("{template}_{number}");
                make(server, &name, Some(template)).await?;
                (with_database(server, &name), Some((server.clone(), name)))
            }
        };
        Ok(Copy {
            ledger: Ledger::on(&self.binary, folder.path(), url.clone()),
            url,
            folder,
            postgres,
        })
    }

    /// Removes the prepared database from its server. A file goes with its folder.
    pub async fn remove(self) -> Result<()> {
        remove(self.postgres).await
    }
}

impl Copy {
    /// Where its files are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Looks at what a killed process left, without touching it: opening a SQLite file would put it right.
    pub async fn aside(&self) -> Result<(Database, Option<TempDir>)> {
        if self.postgres.is_some() {
            return Ok((Database::open(&self.url).await?, None));
        }
        let aside = tempfile::tempdir_in(self.folder())?;
        for name in ["ledger.db", "ledger.db-wal"] {
            let file = self.folder().join(name);
            if file.exists() {
                fs::copy(file, aside.path().join(name))?;
            }
        }
        Ok((Database::open(&sqlite_url(aside.path())).await?, Some(aside)))
    }

    /// Removes it from its server. A file goes with its folder.
    pub async fn remove(self) -> Result<()> {
        remove(self.postgres).await
    }
}

fn sqlite_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("ledger.db").display())
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            copy_folder(&entry.path(), &target)?;
        } else {
            // With its mode: a master key is its owner's alone.
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

async fn make(server: &str, name: &str, template: Option<&str>) -> Result<()> {
    let template = template.map(|name| format!(" TEMPLATE {name}"));
    let mut database = Database::open(server).await?;
    database
        .run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        .await?;
    database
        .run(&format!("CREATE DATABASE {name}{}", template.unwrap_or_default()))
        .await?;
    database.close().await
}

async fn remove(postgres: Option<(String, String)>) -> Result<()> {
    let Some((server, name)) = postgres else {
        return Ok(());
    };
    let mut database = Database::open(&server).await?;
    database
        .run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        .await?;
    database.close().await
}
