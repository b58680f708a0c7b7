//! `parlor admin`: asks the node, running or not, and says in words what it answered.

use std::io::Read as _;

use anyhow::{Context as _, anyhow};
use parlor_server::config::Config;
use parlor_server::exit::Exit;
use parlor_server::operator::{Operator, new_password};
use parlor_server::stores::Absent;
use serde_json::{Value, json};

use crate::arguments::Action;

const SECONDS_PER_DAY: u32 = 86_400;

/// Does one thing and prints what came of it.
pub(crate) async fn run(config: Config, action: Action) -> Result<(), Exit> {
    let link = config.public_url.as_ref().map_or_else(String::new, |url| format!(" at {url}"));
    // The first admin may be made before the first start; everything else needs a server that is there.
    let absent = if matches!(action, Action::CreateUser { .. }) { Absent::Make } else { Absent::Refuse };
    let operator = Operator::connect(config, absent).await?;
    let done = act(&operator, action, &link).await;
    operator.close().await;
    println!("{}", done?);
    Ok(())
}

async fn act(operator: &Operator, action: Action, link: &str) -> Result<String, Exit> {
    match action {
        Action::Users { query } => list_users(operator, query).await,
        Action::CreateUser { handle, display_name, admin, password_stdin } => {
            let password = read_password(password_stdin)?;
            let role = if admin { "admin" } else { "member" };
            let arguments = json!({ "handle": handle, "password": password, "display_name": display_name, "role": role });
            let user = operator.ask("admin.user.create", arguments).await?;
            Ok(format!("@{} was made.{}", text(&user["user"]["handle"]), told(&password, password_stdin)))
        }
        Action::ResetPassword { handle, password_stdin } => {
            let password = read_password(password_stdin)?;
            let user = find(operator, &handle).await?;
            operator.ask("admin.user.reset_password", json!({ "user": user, "password": password })).await?;
            Ok(format!("@{handle} has a new password, and all sessions were ended.{}", told(&password, password_stdin)))
        }
        Action::Disable { handle } => update(operator, &handle, json!({ "disabled": true }), "is disabled, and all sessions were ended.").await,
        Action::Enable { handle } => update(operator, &handle, json!({ "disabled": false }), "may log in.").await,
        Action::MakeAdmin { handle } => update(operator, &handle, json!({ "role": "admin" }), "is an admin of the server.").await,
        Action::RemoveAdmin { handle } => update(operator, &handle, json!({ "role": "member" }), "is an ordinary user.").await,
        Action::Invite { uses, days } => {
            let arguments = json!({ "uses_max": uses, "lifetime_seconds": days * SECONDS_PER_DAY });
            let invite = operator.ask("admin.invite.create", arguments).await?;
            let accounts = if uses == 1 { "one account".to_owned() } else { format!("{uses} accounts") };
            let days = if days == 1 { "one day".to_owned() } else { format!("{days} days") };
            Ok(format!("This code makes {accounts} within {days}{link}:\n  {}", text(&invite["code"])))
        }
        Action::Invites => list_invites(operator).await,
        Action::RevokeInvite { invite } => {
            operator.ask("admin.invite.revoke", json!({ "invite": invite })).await?;
            Ok(format!("The invite {invite} lets nobody in any more."))
        }
        Action::Set { registration: None, name: None } => Err(Exit::Failed(anyhow!("say what to set: --registration or --name"))),
        Action::Set { registration, name } => {
            let server = operator.ask("admin.settings.update", json!({ "registration": registration, "name": name })).await?;
            Ok(format!("The server \"{}\" takes new accounts in the mode {}.", text(&server["name"]), text(&server["registration"])))
        }
        Action::Figures => {
            let figures = operator.ask("admin.figures", json!({})).await?;
            let lines = figures.as_object().into_iter().flatten().map(|(name, value)| format!("{:<16}{value}", name.replace('_', " ")));
            Ok(lines.collect::<Vec<_>>().join("\n"))
        }
    }
}

async fn list_users(operator: &Operator, query: Option<String>) -> Result<String, Exit> {
    let mut lines = vec![format!("{:<20} {:<34} {:<24} {}", "ID", "HANDLE", "SINCE", "STATE")];
    let mut after = Value::Null;
    loop {
        let page = operator.ask("admin.user.list", json!({ "query": query, "after": after })).await?;
        for user in page["users"].as_array().into_iter().flatten() {
            let state = [(user["role"] == "admin").then_some("admin"), (user["disabled"] == true).then_some("disabled")];
            let state: Vec<&str> = state.into_iter().flatten().collect();
            let (id, since) = (text(&user["user"]["id"]), text(&user["created_at"]));
            lines.push(format!("{id:<20} @{:<33} {since:<24} {}", text(&user["user"]["handle"]), state.join(", ")).trim_end().to_owned());
        }
        after = page["next"].clone();
        if after.is_null() {
            return Ok(lines.join("\n"));
        }
    }
}

async fn list_invites(operator: &Operator) -> Result<String, Exit> {
    let list = operator.ask("admin.invite.list", json!({})).await?;
    let mut lines = vec![format!("{:<20} {:<26} {:<10} {}", "ID", "CODE", "USED", "UNTIL")];
    for invite in list["invites"].as_array().into_iter().flatten() {
        let used = match invite["uses_max"].as_u64() {
            Some(most) => format!("{} of {most}", invite["uses"]),
            None => invite["uses"].to_string(),
        };
        let until = invite["expires_at"].as_str().unwrap_or("revoked");
        lines.push(format!("{:<20} {:<26} {used:<10} {until}", text(&invite["id"]), text(&invite["code"])));
    }
    Ok(lines.join("\n"))
}

async fn update(operator: &Operator, handle: &str, mut change: Value, done: &str) -> Result<String, Exit> {
    change["user"] = find(operator, handle).await?;
    operator.ask("admin.user.update", change).await?;
    Ok(format!("@{} {done}", bare(handle)))
}

/// The id of the user with exactly this handle.
async fn find(operator: &Operator, handle: &str) -> Result<Value, Exit> {
    let wanted = bare(handle).to_ascii_lowercase();
    let mut after = Value::Null;
    loop {
        let page = operator.ask("admin.user.list", json!({ "query": wanted, "after": after })).await?;
        let mut users = page["users"].as_array().into_iter().flatten();
        if let Some(user) = users.find(|user| user["user"]["handle"] == wanted.as_str()) {
            return Ok(user["user"]["id"].clone());
        }
        after = page["next"].clone();
        if after.is_null() {
            return Err(Exit::Failed(anyhow!("there is no user @{wanted}; `parlor admin users` lists all")));
        }
    }
}

fn read_password(from_input: bool) -> Result<String, Exit> {
    if !from_input {
        return Ok(new_password());
    }
    let mut typed = String::new();
    std::io::stdin().read_to_string(&mut typed).context("the password could not be read from standard input")?;
    Ok(typed.trim_end_matches(['\r', '\n']).to_owned())
}

/// A password that was made here is shown once, and nowhere else.
fn told(password: &str, was_given: bool) -> String {
    if was_given { String::new() } else { format!(" The password, to be changed soon:\n  {password}") }
}

fn bare(handle: &str) -> &str {
    handle.trim_start_matches('@')
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("-")
}
