//! What admins of the server, and the operator, can do.

use parlor_engine::commands;
use parlor_protocol::models::{AdminUser, Figures, Invite, ServerInfo};
use parlor_protocol::operations::{
    AdminCreateInvite, AdminCreateUser, AdminGetFigures, AdminListInvites, AdminListUsers, AdminResetPassword, AdminRevokeInvite,
    AdminUpdateSettings, AdminUpdateUser, AdminUserPage, Done, InviteList,
};

use super::member::terms;
use super::{Api, Call, Handle, PAGE, Refused, check_length, view};

impl Handle<AdminListUsers> for Api {
    async fn handle(&self, call: &Call, args: AdminListUsers) -> Result<AdminUserPage, Refused> {
        check_length("query", args.query.as_deref(), 0, 100)?;
        let limit = self.page(args.limit, PAGE)?;
        let rows = self.engine.admin_list_users(&call.actor, args.query.as_deref(), args.after, limit).await?;
        let next = if Self::is_full(&rows, limit) { rows.last().map(|row| row.id) } else { None };
        Ok(AdminUserPage { users: rows.into_iter().map(view::admin_user).collect(), next })
    }
}

impl Handle<AdminCreateUser> for Api {
    async fn handle(&self, call: &Call, args: AdminCreateUser) -> Result<AdminUser, Refused> {
        let AdminCreateUser { handle, password, display_name, role } = args;
        Ok(view::admin_user(self.engine.execute(&call.actor, commands::AdminCreateUser { handle, password, display_name, role }).await?))
    }
}

impl Handle<AdminUpdateUser> for Api {
    async fn handle(&self, call: &Call, args: AdminUpdateUser) -> Result<AdminUser, Refused> {
        let AdminUpdateUser { user, disabled, role } = args;
        Ok(view::admin_user(self.engine.execute(&call.actor, commands::AdminUpdateUser { user, disabled, role }).await?))
    }
}

impl Handle<AdminResetPassword> for Api {
    async fn handle(&self, call: &Call, args: AdminResetPassword) -> Result<Done, Refused> {
        self.engine.execute(&call.actor, commands::AdminResetPassword { user: args.user, password: args.password }).await?;
        Ok(Done {})
    }
}

impl Handle<AdminListInvites> for Api {
    async fn handle(&self, call: &Call, _: AdminListInvites) -> Result<InviteList, Refused> {
        let rows = self.engine.admin_list_invites(&call.actor).await?;
        Ok(InviteList { invites: rows.into_iter().map(view::invite).collect() })
    }
}

impl Handle<AdminCreateInvite> for Api {
    async fn handle(&self, call: &Call, args: AdminCreateInvite) -> Result<Invite, Refused> {
        let terms = terms(args.lifetime_seconds, args.uses_max)?;
        Ok(view::invite(self.engine.execute(&call.actor, commands::AdminCreateInvite { terms }).await?))
    }
}

impl Handle<AdminRevokeInvite> for Api {
    async fn handle(&self, call: &Call, args: AdminRevokeInvite) -> Result<Done, Refused> {
        self.engine.execute(&call.actor, commands::AdminRevokeInvite { invite: args.invite }).await?;
        Ok(Done {})
    }
}

impl Handle<AdminUpdateSettings> for Api {
    async fn handle(&self, call: &Call, args: AdminUpdateSettings) -> Result<ServerInfo, Refused> {
        check_length("name", args.name.as_deref(), 1, 64)?;
        self.engine.execute(&call.actor, commands::AdminUpdateSettings { name: args.name, registration: args.registration }).await?;
        self.server_info().await
    }
}

impl Handle<AdminGetFigures> for Api {
    async fn handle(&self, call: &Call, _: AdminGetFigures) -> Result<Figures, Refused> {
        let figures = self.engine.admin_figures(&call.actor).await?;
        Ok(Figures {
            users: figures.users,
            conversations: figures.conversations,
            messages: figures.messages,
            connections: self.engine.hub().connections(),
            store_bytes: figures.bytes,
        })
    }
}
