//! Sessions.

use parlor_engine::commands;
use parlor_protocol::models::NewSession;
use parlor_protocol::operations::{Done, ListSessions, LogIn, LogOut, RevokeSession, SessionList};
use parlor_types::Handle as UserHandle;

use super::account::new_session;
use super::{Api, Call, Handle, Refused, view};

impl Handle<LogIn> for Api {
    async fn handle(&self, call: &Call, args: LogIn) -> Result<NewSession, Refused> {
        let LogIn { handle, password, device_name } = args;
        Ok(new_session(self.engine.execute(&call.actor, commands::LogIn { handle, password, device_name }).await?))
    }

    fn guessed(args: &LogIn) -> Option<&UserHandle> {
        Some(&args.handle)
    }
}

impl Handle<ListSessions> for Api {
    async fn handle(&self, call: &Call, _: ListSessions) -> Result<SessionList, Refused> {
        let current = call.actor.session()?.device;
        let rows = self.engine.sessions(&call.actor).await?;
        Ok(SessionList { sessions: rows.into_iter().map(|row| view::session(row, current)).collect() })
    }
}

impl Handle<RevokeSession> for Api {
    async fn handle(&self, call: &Call, args: RevokeSession) -> Result<Done, Refused> {
        self.engine.execute(&call.actor, commands::RevokeSession { device: args.device }).await?;
        Ok(Done {})
    }
}

impl Handle<LogOut> for Api {
    async fn handle(&self, call: &Call, _: LogOut) -> Result<Done, Refused> {
        self.engine.execute(&call.actor, commands::LogOut).await?;
        Ok(Done {})
    }
}
