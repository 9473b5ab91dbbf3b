//! How an event of the audit log reads from a row.

use crate::row::decode_error;
use domain::{Actor, ActorKind, AuditEvent, SessionOrigin, audit::Subject, time};
use sqlx::{ColumnIndex, Decode, Row, Type};

/// The columns of an event in the order in which `event` reads them.
pub(super) const COLUMNS: &str = "logged_at, event_id, action, actor_kind, actor_id, actor_name, subject_kind, subject_id, \
                       subject_name, ip_address, user_agent, details";

/// Reads an event from a row of `COLUMNS`.
pub(crate) fn event<'r, R: Row>(row: &'r R) -> Result<AuditEvent, sqlx::Error>
where
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
{
    let unknown = |name: String| sqlx::Error::Decode(format!("{name:?} is unknown to the audit log").into());
    let kind: String = row.try_get(3)?;
    let subject_kind: Option<String> = row.try_get(6)?;
    let (subject_id, subject_name) = (row.try_get(7)?, row.try_get(8)?);
    let details: String = row.try_get(11)?;
    Ok(AuditEvent {
        at: time::from_micros(row.try_get(0)?),
        event_id: row.try_get::<String, _>(1)?.try_into().map_err(decode_error)?,
        action: row.try_get::<String, _>(2)?.try_into().map_err(unknown)?,
        actor: Actor {
            kind: ActorKind::from_name(&kind).ok_or_else(|| unknown(kind))?,
            id: row.try_get(4)?,
            name: row.try_get(5)?,
            origin: SessionOrigin {
                ip_address: row.try_get(9)?,
                user_agent: row.try_get(10)?,
            },
        },
        subject: subject_kind.map(|kind| Subject {
            kind,
            id: subject_id,
            name: subject_name,
        }),
        details: serde_json::from_str(&details).map_err(decode_error)?,
    })
}
