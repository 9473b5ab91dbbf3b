//! `serve`.

pub(super) mod lock;
pub(super) mod log;
mod outbound;
mod stop;

use super::{
    Error, GlobalArgs, answer, backup::with_end, listen::ListenArgs, mail::MailArgs, master_key, sso::SsoArgs,
};
use crate::{
    clock,
    demo::{self, Demo},
    http,
    limits::Limits,
    state::{AppState, Options},
};
use chrono::Duration;
use outbound::OutboundArgs;
use service::{DemoSignIn, Service, mail::Mailer, tasks};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use store::{LinkPurpose, MasterKey, Store, sqlite_file, token::Token};
use tempfile::TempDir;

/// How long a set-up link works; a restart prints another.
const SET_UP_LINK_LIFETIME: Duration = Duration::hours(24);

/// A year, in minutes.
const MOST_PATIENT: i64 = 365 * 24 * 60;

/// How often it is looked whether the TLS certificate was renewed.
const CERTIFICATE_PERIOD: std::time::Duration = std::time::Duration::from_secs(10);

/// What `serve` takes, and `doctor` looks at.
#[derive(Debug, clap::Args)]
#[group(skip)]
pub struct Args {
    /// Where and how.
    #[command(flatten)]
    pub(super) listen: ListenArgs,
    /// Show invented data, in a database that is thrown away unless one is named, and print a link that signs in.
    #[arg(long, env = "AGENT_LEDGER_DEMO")]
    demo: bool,
    /// What is logged to standard error: error, warn, info, debug (a line for each request) or trace; or by module.
    #[arg(long, value_name = "FILTER", env = "AGENT_LEDGER_LOG", default_value = "info")]
    pub(super) log: String,
    /// Minutes after which a running execution of which nothing more is heard is given up: it becomes failed, with the
    /// error code ABANDONED, until something is heard of it.
    #[arg(
        long,
        value_name = "MINUTES",
        env = "AGENT_LEDGER_ABANDON_AFTER_MINUTES",
        default_value_t = 15,
        value_parser = clap::value_parser!(u32).range(1..=MOST_PATIENT)
    )]
    abandon_after_minutes: u32,
    /// Bounds.
    #[command(flatten)]
    limits: Limits,
    /// What is sent by e-mail.
    #[command(flatten)]
    pub(super) mail: MailArgs,
    /// Single sign-on.
    #[command(flatten)]
    pub(super) sso: SsoArgs,
    /// What organizations may have called.
    #[command(flatten)]
    outbound: OutboundArgs,
}

/// Serves until a signal.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    log::start(&args.log)?;
    http::raise_handles();
    let (sender, public_url) = (args.mail.sender()?, args.mail.public_url()?);
    let sso = args.sso.provider(public_url.as_deref())?;
    let certificate = args.listen.certificate()?;
    let outbound = args.outbound.client()?;
    let addr = args.listen.addr;
    let listener = args
        .listen
        .listen()
        .map_err(|error| Error::io(format!("cannot listen on {addr}"), error))?;
    let address = listener
        .local_addr()
        .map_err(|error| Error::io(addr.to_string(), error))?;
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let site = Site {
        local: format!("{scheme}://{}", reachable(address)),
        public: public_url.clone(),
    };
    let database = Database::choose(&args, global)?;
    let _lock = lock::hold(&database.url)?;
    check_after_unclean_end(&database.url).await?;
    let store = match &database.folder {
        // Thrown away with the database: the key is kept nowhere.
        Some(_) => Store::open(&database.url, MasterKey::fresh()).await?,
        None => master_key::make(&database.url, &global.master_key).await?,
    };
    let stop = stop::on_signal()?;
    let (sign_in, live) = if args.demo {
        tokio::select! {
            demo = start_demo(&store, &site) => Some(demo?).unzip(),
            () = stop.cancelled() => return Ok(()),
        }
    } else {
        print_set_up_link(&store, &site).await?;
        (None, None)
    };
    let live = live.map(|demo| tokio::spawn(demo.run(store.clone(), stop.clone())));
    let service = Service::new(store.clone(), sender.map(Mailer::new)).calling_by(outbound);
    let settings = tasks::Settings {
        abandon_after: Duration::minutes(args.abandon_after_minutes.into()),
    };
    let worker = tokio::spawn(tasks::run(service.clone(), settings, stop.clone()));
    let options = Options {
        secure_cookies: args.listen.secure_cookies || certificate.is_some(),
        trusted_proxies: args.listen.trusted_proxy,
        demo: sign_in,
        sso,
        public_url,
        limits: args.limits,
        ..Options::default()
    };
    let state = AppState::new(service, options);
    let renewals = certificate
        .clone()
        .map(|certificate| tokio::spawn(certificate.watch(CERTIFICATE_PERIOD, stop.clone())));
    tracing::info!(address = %address, demo = args.demo, "serving on {scheme}://{address}");
    let served = http::serve_with(listener, certificate, state, stop.clone()).await;
    stop.cancel();
    if let Some(live) = live {
        let _ = live.await;
    }
    if let Some(renewals) = renewals {
        let _ = renewals.await;
    }
    let _ = worker.await;
    store.close().await;
    tracing::info!("stopped");
    served.map_err(|error| Error::io(address.to_string(), error))
}

/// A SQLite file whose log is still there was not closed by whoever used it last: it is looked through before anything is
/// written to it.
async fn check_after_unclean_end(url: &str) -> Result<(), Error> {
    let Some(path) = sqlite_file(url) else {
        return Ok(());
    };
    let log = with_end(&path, "-wal");
    if !log.metadata().is_ok_and(|log| log.len() > 0) {
        return Ok(());
    }
    tracing::info!("the database was not closed when it was last used; it is looked through");
    match store::find_damage(url).await? {
        None => Ok(()),
        Some(damage) => Err(Error::refused(format!(
            "{} is damaged ({damage}): bring a backup back with `agent-ledger restore FILE`",
            path.display()
        ))),
    }
}

/// The database that is served, and the folder that goes with it when it is thrown away.
struct Database {
    url: String,
    folder: Option<TempDir>,
}

impl Database {
    /// The demo never touches the default database.
    fn choose(args: &Args, global: &GlobalArgs) -> Result<Self, Error> {
        if !args.demo || global.given_database_url().is_some() {
            return Ok(Self {
                url: global.database_url().to_owned(),
                folder: None,
            });
        }
        let folder = tempfile::Builder::new()
            .prefix("agent-ledger-demo-")
            .tempdir()
            .map_err(|error| Error::io("the temporary folder", error))?;
        Ok(Self {
            url: format!("sqlite://{}", folder.path().join("demo.db").display()),
            folder: Some(folder),
        })
    }
}

async fn start_demo(store: &Store, site: &Site) -> Result<(DemoSignIn, Demo), Error> {
    if !store.has_no_users().await? {
        return Err(Error::refused(
            "the demo invents data: it needs an empty database, or none named at all",
        ));
    }
    let demo = demo::prepare(store)
        .await
        .map_err(|error| Error::refused(format!("the demo could not be prepared: {error}")))?;
    let token = Token::fresh();
    answer(site.link("sign-in", &token))?;
    let sign_in = DemoSignIn {
        token: token.hash(),
        user: demo.owner.clone(),
        organization: demo.organization,
    };
    Ok((sign_in, demo))
}

/// Where nobody can sign in yet, prints the link that makes the first account.
async fn print_set_up_link(store: &Store, site: &Site) -> Result<(), Error> {
    if !store.has_no_users().await? {
        return Ok(());
    }
    let token = Token::fresh();
    let expires_at = clock::now() + SET_UP_LINK_LIFETIME;
    store
        .create_link(&token.hash(), LinkPurpose::SetUp, None, expires_at)
        .await?;
    tracing::info!("nobody can sign in yet; the link on standard output makes the first account, once");
    answer(site.link("set-up", &token))
}

/// How the server is reached, without a `/` at the end.
struct Site {
    /// By a browser on this machine.
    local: String,
    /// By everybody, where that was told.
    public: Option<String>,
}

impl Site {
    /// A link for whoever started the server.
    fn link(&self, page: &str, token: &Token) -> String {
        let base = self.public.as_ref().unwrap_or(&self.local);
        format!("{base}/{page}?token={}", token.reveal())
    }
}

/// The address on which a browser on this machine reaches what listens there.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_where_the_server_is_reached() {
        for (listening, local) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("192.0.2.7:80", "192.0.2.7:80"),
        ] {
            assert_eq!(reachable(listening.parse().unwrap()).to_string(), local);
        }
        let site = |public: Option<&str>| Site {
            local: "http://127.0.0.1:3000".to_owned(),
            public: public.map(str::to_owned),
        };
        let token = Token::fresh();
        let link = |site: Site| site.link("set-up", &token).replace(token.reveal(), "…");
        assert_eq!(link(site(None)), "http://127.0.0.1:3000/set-up?token=…");
        let public = site(Some("https://ledger.example"));
        assert_eq!(link(public), "https://ledger.example/set-up?token=…");
    }
}
