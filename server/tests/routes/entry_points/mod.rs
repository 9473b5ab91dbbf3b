//! The same use case through each of its entry points: REST, a page's server function, a form of its own, the command
//! line. Each leaves everything in the same state, and writes the same events into the audit log.

mod scene;

use crate::support::PASSWORD;
use scene::{Scene, Step, command, form, function, rest};

/// Does the same in a fresh organization for each way, and compares what is there afterwards.
async fn same(way: impl IntoIterator<Item = Step>) {
    let mut first = None;
    for step in way {
        let scene = Box::pin(Scene::new()).await;
        let before = Box::pin(scene.observed()).await;
        Box::pin(step.take(&scene)).await;
        let after = Box::pin(scene.observed()).await;
        assert_ne!(before.state, after.state, "{step} changes nothing");
        let events = after.events_since(&before);
        match &first {
            None => first = Some((step, events, after.state)),
            Some((other, told, state)) => {
                assert_eq!(told, &events, "the events of {other} and of {step}");
                for (address, seen) in state {
                    let same = &after.state[address];
                    assert_eq!(seen, same, "{address} after {other} and after {step}");
                }
            }
        }
    }
}

/// The same refusal for each way, which changes nothing.
async fn refused(way: impl IntoIterator<Item = Step>) {
    for step in way {
        let scene = Box::pin(Scene::new()).await;
        let before = Box::pin(scene.observed()).await;
        Box::pin(step.be_refused(&scene)).await;
        assert_eq!(
            before,
            Box::pin(scene.observed()).await,
            "{step} is refused, and changes something"
        );
    }
}

#[tokio::test]
async fn people() {
    same([
        rest(
            "POST /api/invitations",
            r#"{"email": "new@acme.example", "role": "admin"}"#,
        ),
        function("invite-member", "email=new@acme.example&role=admin"),
    ])
    .await;
    same([
        rest("DELETE /api/invitations/{invitationId}", ""),
        function("withdraw-invitation", "invitation_id={invitationId}"),
    ])
    .await;
    same([
        rest("PATCH /api/members/{userId}", r#"{"role": "admin"}"#),
        function("change-role", "user_id={userId}&role=admin"),
    ])
    .await;
    same([
        rest("DELETE /api/members/{userId}", ""),
        function("remove-member", "user_id={userId}"),
    ])
    .await;
    same([
        rest("DELETE /api/members/{adminId}", "").by_admin(),
        function("remove-member", "user_id={adminId}").by_admin(),
        form("leave", "").by_admin(),
    ])
    .await;
    same([
        rest("POST /api/members/{userId}/password-reset", ""),
        function("reset-member-password", "user_id={userId}"),
    ])
    .await;
}

#[tokio::test]
async fn what_stands_against_a_change_of_people() {
    refused([
        rest("DELETE /api/members/{ownerId}", ""),
        function("remove-member", "user_id={ownerId}"),
        form("leave", ""),
    ])
    .await;
    refused([
        rest("PATCH /api/members/{ownerId}", r#"{"role": "viewer"}"#).by_admin(),
        function("change-role", "user_id={ownerId}&role=viewer").by_admin(),
    ])
    .await;
    refused([
        rest("POST /api/members/{ownerId}/password-reset", ""),
        function("reset-member-password", "user_id={ownerId}"),
    ])
    .await;
    refused([
        rest(
            "POST /api/invitations",
            r#"{"email": "new@acme.example", "role": "owner"}"#,
        )
        .by_admin(),
        function("invite-member", "email=new@acme.example&role=owner").by_admin(),
    ])
    .await;
}

#[tokio::test]
async fn accounts() {
    let other = "another horse battery";
    same([
        rest(
            "PUT /api/account/password",
            &format!(r#"{{"currentPassword": "{PASSWORD}", "newPassword": "{other}"}}"#),
        ),
        form("password", &format!("current={PASSWORD}&new={other}")),
    ])
    .await;
    same([
        rest("DELETE /api/account/sessions/{ownSessionId}", ""),
        function("end-session", "session_id={ownSessionId}"),
    ])
    .await;
    same([
        rest(
            "DELETE /api/organization",
            &format!(r#"{{"name": "Acme", "password": "{PASSWORD}"}}"#),
        ),
        form("delete-organization", &format!("name=Acme&password={PASSWORD}")),
        command("organization delete --org Acme --confirm Acme"),
    ])
    .await;
    refused([
        rest(
            "DELETE /api/organization",
            &format!(r#"{{"name": "Acne", "password": "{PASSWORD}"}}"#),
        ),
        form("delete-organization", &format!("name=Acne&password={PASSWORD}")),
        command("organization delete --org Acme --confirm Acne"),
    ])
    .await;
}

#[tokio::test]
async fn api_keys() {
    same([
        rest(
            "POST /api/api-keys",
            r#"{"name": "Shop", "scopes": ["record", "read"], "agentIds": ["{agentId}"], "requestsPerMinute": 60,
                "monthlyBudgetUSD": 2.5, "expiresAt": "2099-12-31"}"#,
        ),
        function(
            "create-api-key",
            "name=Shop&scopes[0]=record&scopes[1]=read&agents[0]={agentId}&requests_per_minute=60\
             &monthly_budget=2.5&expires=2099-12-31",
        ),
        command(
            "key create --org Acme --name Shop --scopes record,read --agents {agentId} --requests-per-minute 60 \
             --monthly-budget 2.5 --expires 2099-12-31",
        ),
    ])
    .await;
    same([
        rest(
            "PATCH /api/api-keys/{apiKeyId}",
            r#"{"requestsPerMinute": 60, "monthlyBudgetUSD": null}"#,
        ),
        function(
            "change-api-key",
            "api_key_id={apiKeyId}&requests_per_minute=60&monthly_budget=",
        ),
    ])
    .await;
    same([
        rest("POST /api/api-keys/{apiKeyId}/rotate", r#"{"graceHours": 3}"#),
        function("rotate-api-key", "api_key_id={apiKeyId}&grace_hours=3"),
        command("key rotate --org Acme --grace-hours 3 {apiKeyId}"),
    ])
    .await;
    same([
        rest("DELETE /api/api-keys/{apiKeyId}", ""),
        function("revoke-api-key", "api_key_id={apiKeyId}"),
        command("key revoke --org Acme {apiKeyId}"),
    ])
    .await;
    refused([
        rest("POST /api/api-keys/{apiKeyId}/rotate", r#"{"graceHours": 721}"#),
        function("rotate-api-key", "api_key_id={apiKeyId}&grace_hours=721"),
        command("key rotate --org Acme --grace-hours 721 {apiKeyId}"),
    ])
    .await;
}

#[tokio::test]
async fn agents() {
    same([
        rest("POST /api/agents", r#"{"name": "Writer"}"#),
        function("create-agent", "name=Writer"),
        command("agent create --org Acme --name Writer"),
    ])
    .await;
    same([
        rest("PATCH /api/agents/{agentId}", r#"{"name": "Writer"}"#),
        function("rename-agent", "agent_id={agentId}&name=Writer"),
    ])
    .await;
    same([
        rest("PATCH /api/agents/{agentId}", r#"{"retentionDays": 30}"#),
        function("set-agent-retention", "agent_id={agentId}&days=30"),
        command("retention --org Acme --agent {agentId} --days 30"),
    ])
    .await;
    same([
        rest(
            "POST /api/agents/{agentId}/versions",
            r#"{"model": "m2", "temperature": 0.5, "systemPrompt": "", "userPromptTemplate": "Hi {{name}}", "activate": true}"#,
        ),
        function(
            "create-version",
            "agent_id={agentId}&model=m2&temperature=0.5&system_prompt=&user_prompt_template=Hi {{name}}&activate=true",
        ),
    ])
    .await;
    for wrong in ["-0.1", "2.1"] {
        refused([
            rest(
                "POST /api/agents/{agentId}/versions",
                &format!(r#"{{"model": "m", "temperature": {wrong}, "userPromptTemplate": "t"}}"#),
            ),
            function(
                "create-version",
                &format!(
                    "agent_id={{agentId}}&model=m&temperature={wrong}&system_prompt=&user_prompt_template=t"
                ),
            ),
        ])
        .await;
    }
}

#[tokio::test]
async fn settings_and_erasures() {
    same([
        rest("PATCH /api/organization", r#"{"timeZone": "Europe/Berlin"}"#),
        function("set-time-zone", "time_zone=Europe/Berlin"),
    ])
    .await;
    same([
        rest(
            "PATCH /api/organization",
            r#"{"retention": {"plan": "enterprise", "days": 400}}"#,
        ),
        function("set-retention", "plan=enterprise&days=400"),
        command("retention --org Acme --plan enterprise --days 400"),
    ])
    .await;
    same([
        rest("POST /api/erasures", r#"{"executedBy": "mira"}"#),
        function("erase-person", "who=mira"),
        command("erase --org Acme --executed-by mira"),
    ])
    .await;
    same([
        rest("DELETE /api/agents/{agentId}/executions/{executionId}", ""),
        command("erase --org Acme --agent {agentId} --execution {executionId}"),
    ])
    .await;
    same([
        rest("POST /api/tasks/{taskId}/retry", ""),
        function("retry-task", "task_id={taskId}"),
    ])
    .await;
}

#[tokio::test]
async fn exports_are_told_of_alike() {
    let address = "/api/agents/{agentId}/executions/export?format=ndjson";
    same([
        rest(&format!("GET {address}"), ""),
        command("export --org Acme --agent {agentId} --format ndjson"),
    ])
    .await;
    same([
        rest("GET /api/audit-events/export?format=csv", ""),
        command("audit --org Acme --format csv"),
    ])
    .await;
}
