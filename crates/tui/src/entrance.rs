//! Registers, logs in, logs out.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use parlor_client::protocol::ErrorCode;
use parlor_client::protocol::models::NewSession;
use parlor_client::protocol::operations::{LogIn, LogOut, Register as RegisterArgs};
use parlor_client::{Rest, ServerUrl};
use parlor_types::{DeviceName, Handle};

use crate::arguments::{Login, Register};
use crate::password;
use crate::session::Session;

pub(crate) async fn log_in(login: Login) -> anyhow::Result<ExitCode> {
    refuse_second()?;
    let Login { place, handle } = login;
    let password = password::ask(&format!("Password of {handle} at {}: ", place.server), false)?;
    let arguments = LogIn { handle: handle.clone(), password, device_name: device_name(place.device) };
    let (server, authority) = believed(place.server, place.ca)?;
    let new = Rest::new(server.clone())?.log_in(&arguments).await.with_context(|| format!("{handle} was not logged in at {server}"))?;
    keep(&server, authority, handle, new)
}

pub(crate) async fn register(register: Register) -> anyhow::Result<ExitCode> {
    refuse_second()?;
    let Register { place, handle, name, invite } = register;
    let password = password::ask(&format!("New password for {handle} at {}: ", place.server), true)?;
    let device_name = device_name(place.device);
    let arguments = RegisterArgs { handle: handle.clone(), password, display_name: name, device_name, invite };
    let (server, authority) = believed(place.server, place.ca)?;
    let new = Rest::new(server.clone())?.register(&arguments).await.with_context(|| format!("{handle} was not registered at {server}"))?;
    keep(&server, authority, handle, new)
}

/// Ends the session on the server too. One that the server does not know any more is only forgotten.
pub(crate) async fn log_out() -> anyhow::Result<ExitCode> {
    let session = Session::get()?;
    match session.rest()?.call(&LogOut {}).await {
        Ok(_) => println!("{} is logged out.", session.handle),
        Err(error) if error.is(ErrorCode::Unauthenticated) => println!("The session of {} had ended already.", session.handle),
        Err(error) => return Err(error).context("the session could not be ended on the server, so it was kept; try again"),
    }
    Session::forget()?;
    Ok(ExitCode::SUCCESS)
}

fn refuse_second() -> anyhow::Result<()> {
    match Session::find()? {
        Some(session) => anyhow::bail!("{} is logged in at {}; log out first: parlor chat logout", session.handle, session.server),
        None => Ok(()),
    }
}

/// The server, with who vouches for it; the certificates are kept with the session, so that the file may go.
fn believed(server: ServerUrl, file: Option<PathBuf>) -> anyhow::Result<(ServerUrl, Option<String>)> {
    let Some(file) = file else { return Ok((server, None)) };
    let authority = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok((server.trusting(&authority)?, Some(authority)))
}

fn keep(server: &ServerUrl, authority: Option<String>, handle: Handle, new: NewSession) -> anyhow::Result<ExitCode> {
    let session = Session { server: server.to_string(), handle, device: new.device, token: new.token, authority };
    session.keep()?;
    println!("{} is logged in at {server}. Try: parlor chat", session.handle);
    Ok(ExitCode::SUCCESS)
}

/// The name of this computer, unless the person gave one.
fn device_name(given: Option<DeviceName>) -> Option<DeviceName> {
    let of_computer = || {
        let host = std::env::var("HOSTNAME").ok().or_else(|| std::fs::read_to_string("/etc/hostname").ok())?;
        format!("Terminal on {}", host.trim()).parse().ok()
    };
    given.or_else(of_computer)
}
