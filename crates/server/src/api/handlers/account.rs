//! Accounts and finding users.

use parlor_engine::commands;
use parlor_protocol::models::{Account, NewSession, ServerInfo};
use parlor_protocol::operations::{
    ChangePassword, DeleteAccount, Done, FindUser, FoundUser, GetAccount, GetServer, ListUsers, Register, UpdateAccount, UserList,
};
use parlor_types::Handle as UserHandle;

use super::{Api, Call, Handle, Refused, check_length, view};

impl Handle<GetServer> for Api {
    async fn handle(&self, _: &Call, _: GetServer) -> Result<ServerInfo, Refused> {
        self.server_info().await
    }
}

impl Api {
    pub(super) async fn server_info(&self) -> Result<ServerInfo, Refused> {
        let server = self.engine.server().await?;
        Ok(ServerInfo {
            name: server.name,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            registration: server.registration,
            empty: server.empty,
            limits: self.engine.limits().clone(),
        })
    }
}

impl Handle<Register> for Api {
    async fn handle(&self, call: &Call, args: Register) -> Result<NewSession, Refused> {
        check_length("invite", args.invite.as_deref(), 0, 64)?;
        let Register { handle, password, display_name, device_name, invite } = args;
        let session = self.engine.execute(&call.actor, commands::Register { handle, password, display_name, device_name, invite }).await?;
        Ok(new_session(session))
    }

    fn guessed(args: &Register) -> Option<&UserHandle> {
        Some(&args.handle)
    }
}

pub(super) fn new_session(session: commands::NewSession) -> NewSession {
    NewSession { token: session.token, device: session.device, account: view::account(session.account) }
}

impl Handle<GetAccount> for Api {
    async fn handle(&self, call: &Call, _: GetAccount) -> Result<Account, Refused> {
        Ok(view::account(self.engine.account(&call.actor).await?))
    }
}

impl Handle<UpdateAccount> for Api {
    async fn handle(&self, call: &Call, args: UpdateAccount) -> Result<Account, Refused> {
        let UpdateAccount { display_name, send_read_receipts, share_presence } = args;
        let row = self.engine.execute(&call.actor, commands::UpdateAccount { display_name, send_read_receipts, share_presence }).await?;
        Ok(view::account(row))
    }
}

impl Handle<ChangePassword> for Api {
    async fn handle(&self, call: &Call, args: ChangePassword) -> Result<Done, Refused> {
        self.engine.execute(&call.actor, commands::ChangePassword { current: args.current, new: args.new }).await?;
        Ok(Done {})
    }
}

impl Handle<DeleteAccount> for Api {
    async fn handle(&self, call: &Call, args: DeleteAccount) -> Result<Done, Refused> {
        self.engine.execute(&call.actor, commands::DeleteAccount { password: args.password }).await?;
        Ok(Done {})
    }
}

impl Handle<FindUser> for Api {
    async fn handle(&self, call: &Call, args: FindUser) -> Result<FoundUser, Refused> {
        Ok(FoundUser { user: view::user(self.engine.find_user(&call.actor, &args.handle).await?) })
    }
}

impl Handle<ListUsers> for Api {
    async fn handle(&self, call: &Call, args: ListUsers) -> Result<UserList, Refused> {
        Ok(UserList { users: view::users(self.engine.list_users(&call.actor, &args.ids).await?) })
    }
}
