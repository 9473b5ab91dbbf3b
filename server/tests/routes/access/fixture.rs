//! An organization with one of each thing that an address can name.

use crate::support::TestApp;
use chrono::Utc;
use domain::{ConnectionKind, ExecutionFields, OrganizationId, Role, SessionOrigin, TaskFailure, TaskId};
use serde_json::json;
use store::{Access, NewConnection, NewInvitation, NewVersion, RecordedBy, Store, token::Token};

/// What the placeholders of an address or a form stand for.
pub struct Things {
    agent: String,
    execution: String,
    api_key: String,
    user: String,
    invitation: String,
    session: String,
    task: String,
    connection: String,
}

impl Things {
    /// Fresh ones in that organization.
    pub async fn of(app: &TestApp, organization: OrganizationId) -> Self {
        let (store, now) = (&app.store, Utc::now());
        let agent = store
            .create_agent(organization, "Thing", now)
            .await
            .unwrap()
            .agent_id;
        let version = NewVersion {
            model: "m".into(),
            temperature: None,
            system_prompt: None,
            user_prompt_template: "t".into(),
            activate: true,
        };
        store
            .create_version(organization, &agent, version, now)
            .await
            .unwrap();
        let running = ExecutionFields::parse(json!({"status": "running"}), now).unwrap();
        let recorded = store
            .record(organization, &agent, &RecordedBy::default(), now, vec![running])
            .await
            .unwrap();
        let (key, _) = store
            .create_api_key(organization, "Thing", &"read".parse().unwrap(), now)
            .await
            .unwrap();
        let email = format!("{}@things.example", agent.as_str());
        let user = store
            .add_user(organization, &email, Role::Viewer, "hash", now)
            .await
            .unwrap();
        let new = NewInvitation {
            email: &format!("invited-{email}"),
            role: Role::Viewer,
            expires_at: now + chrono::Duration::days(7),
            by_email: false,
        };
        let invitation = store
            .invite(organization, &Token::fresh().hash(), new, now)
            .await
            .unwrap();
        let (token, end) = (Token::fresh().hash(), now + chrono::Duration::days(1));
        store
            .create_session(
                &token,
                &user.id,
                organization,
                &SessionOrigin::default(),
                now,
                end,
            )
            .await
            .unwrap();
        let sessions = store.sessions_of(&user.id, now).await.unwrap();
        // There may be a hundred, and things are made more often.
        for old in store.connections(organization).await.unwrap().iter().skip(50) {
            let deleted = store.delete_connection(organization, &old.connection_id, now);
            deleted.await.unwrap();
        }
        let connection = NewConnection {
            name: "Thing".into(),
            kind: ConnectionKind::Openai,
            provider: None,
            access: Access {
                base_url: Some("https://127.0.0.1/v1".into()),
                api_key: Some("sk-0123456789abcdef".to_owned().into()),
                headers: Vec::new(),
            },
        };
        let connection = store.create_connection(organization, connection, now).await;
        let connection = connection.unwrap().unwrap();
        let task = task(store, organization).await;
        Self {
            task: task.to_string(),
            connection: connection.connection_id.to_string(),
            agent: agent.to_string(),
            execution: recorded[0].execution_id.to_string(),
            api_key: key.api_key_id.to_string(),
            user: user.id.to_string(),
            session: sessions[0].session_id.to_string(),
            invitation: invitation.invitation_id.to_string(),
        }
    }

    /// `text` with its placeholders replaced.
    pub fn fill(&self, text: &str) -> String {
        text.replace("{agentId}", &self.agent)
            .replace("{executionId}", &self.execution)
            .replace("{apiKeyId}", &self.api_key)
            .replace("{userId}", &self.user)
            .replace("{invitationId}", &self.invitation)
            .replace("{sessionId}", &self.session)
            .replace("{taskId}", &self.task)
            .replace("{connectionId}", &self.connection)
            .replace("{number}", "1")
    }
}

/// A task that is retried in an hour, unless somebody asks for it before.
async fn task(store: &Store, organization: OrganizationId) -> TaskId {
    let now = Utc::now();
    loop {
        let names = vec!["nobody".to_owned()];
        let begun = store
            .begin_erasing_person(organization, names, now)
            .await
            .unwrap();
        // None where a worker was faster.
        if let Some(claimed) = store.claim_this_task(&begun.task, now).await.unwrap() {
            let later = now + chrono::Duration::hours(1);
            let failure = TaskFailure::Database;
            store.retry_task_after(&claimed, failure, later).await.unwrap();
            return begun.task;
        }
    }
}
