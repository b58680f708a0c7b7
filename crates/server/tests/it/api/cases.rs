//! A small world in which every operation has something to act on, and good arguments for each.

use parlor_test_support::person::PASSWORD;
use parlor_test_support::{Node, Person, fresh_key};
use parlor_types::ConversationId;
use serde_json::{Value, json};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Without a token.
    Anonymous,
    /// With the token of a session that was ended.
    Revoked,
    /// A user who has nothing to do with the group.
    Stranger,
    /// Who was a member of the group until somebody removed them.
    Removed,
    /// An admin of the server who is not in the group.
    ServerAdmin,
    /// A plain member of the group.
    Member,
}

pub(super) const EVERYBODY: [Who; 6] = [Who::Anonymous, Who::Revoked, Who::Stranger, Who::Removed, Who::ServerAdmin, Who::Member];

pub(super) struct World {
    pub(super) node: Node,
    pub(super) owner: Person,
    pub(super) member: Person,
    pub(super) stranger: Person,
    pub(super) removed: Person,
    pub(super) admin: Person,
    /// A member like others, for whom others do things.
    pub(super) other: Person,
    /// An ended session of the member.
    pub(super) revoked: Person,
    pub(super) group: ConversationId,
    pub(super) channel: ConversationId,
    /// Who asks is found by name.
    invite: Value,
    server_invite: Value,
    seqs: [u64; 6],
    bystander: Person,
}

impl World {
    pub(super) async fn new() -> Self {
        let node = Node::builder().in_memory().start().await;
        let admin = node.register("admin").await;
        let owner = node.register("owner").await;
        let [member, stranger, removed, other, bystander] = [
            node.register("member").await,
            node.register("stranger").await,
            node.register("removed").await,
            node.register("other").await,
            node.register("bystander").await,
        ];
        let revoked = member.another_device(&node).await;
        revoked.done("session.delete", json!({})).await;
        let group = owner.group(&[&member, &removed, &other]).await;
        let channel = owner.channel(&[]).await;
        owner.say(group, "from the owner").await;
        // Everybody who was ever in the group has an own message there; whoever was not names the owner's.
        let mut seqs = [0; 6];
        let owners = owner.say(group, "of the owner's").await.seq.0;
        for (place, who) in EVERYBODY.iter().enumerate() {
            seqs[place] = match who {
                Who::Member => member.say(group, "the member's own").await.seq.0,
                Who::Removed => removed.say(group, "the removed one's own").await.seq.0,
                _ => owners,
            };
        }
        owner.done("member.remove", json!({ "conversation": group, "user": removed.user })).await;
        owner.say(group, "after the removal").await;
        let invite = owner.done("invite.create", json!({ "conversation": group })).await;
        let server_invite = admin.done("admin.invite.create", json!({})).await;
        for asked in [&stranger, &removed, &admin, &member] {
            bystander.done("contact.request", json!({ "user": asked.user })).await;
        }
        Self { node, owner, member, stranger, removed, admin, other, revoked, group, channel, invite, server_invite, seqs, bystander }
    }

    /// The person behind a name; `None` for nobody.
    pub(super) fn person(&self, who: Who) -> Option<&Person> {
        match who {
            Who::Anonymous => None,
            Who::Revoked => Some(&self.revoked),
            Who::Stranger => Some(&self.stranger),
            Who::Removed => Some(&self.removed),
            Who::ServerAdmin => Some(&self.admin),
            Who::Member => Some(&self.member),
        }
    }

    /// Good arguments for an operation, as `who` would give them. An operation without any fails the tests: give it some, and a row in the access matrix.
    pub(super) fn args(&self, operation: &str, who: Who) -> Value {
        let (group, other) = (self.group, self.other.user);
        let place = EVERYBODY.iter().position(|name| *name == who).unwrap();
        let message = json!({ "conversation": group, "seq": self.seqs[place] });
        let with = |mut args: Value, more: Value| {
            args.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            args
        };
        match operation {
            "server.get" | "account.get" | "session.list" | "session.delete" | "contact.list" | "block.list" | "conversation.list"
            | "channel.list" | "ping" | "admin.user.list" | "admin.invite.list" | "admin.figures" => json!({}),
            "account.register" => json!({ "handle": format!("new-{}", fresh_key()), "password": PASSWORD }),
            "account.update" => json!({ "display_name": "Another name" }),
            "account.change_password" => json!({ "current": PASSWORD, "new": "entirely different words 93" }),
            "account.delete" => json!({ "password": PASSWORD }),
            "session.create" => json!({ "handle": self.other.handle, "password": PASSWORD }),
            "session.revoke" => json!({ "device": self.other.device }),
            "user.find" => json!({ "handle": self.bystander.handle }),
            "user.list" => json!({ "ids": [self.bystander.user] }),
            "contact.request" | "contact.remove" | "block.add" | "block.remove" | "conversation.open_direct" => json!({ "user": other }),
            "contact.accept" | "contact.decline" => json!({ "user": self.bystander.user }),
            "conversation.create" => json!({ "key": fresh_key(), "kind": "group", "title": "New", "members": [other] }),
            "conversation.get" | "member.list" | "invite.list" | "message.list" | "message.pins" | "receipt.list" | "member.leave" => {
                json!({ "conversation": group })
            }
            "conversation.update" => json!({ "conversation": group, "title": "Changed" }),
            "conversation.settings" => json!({ "conversation": group, "pinned": true }),
            "channel.join" => json!({ "conversation": self.channel }),
            "member.add" => json!({ "conversation": group, "user": self.bystander.user }),
            "member.update" => json!({ "conversation": group, "user": other, "role": "admin" }),
            "member.remove" => json!({ "conversation": group, "user": other }),
            "invite.create" => json!({ "conversation": group }),
            "invite.revoke" => json!({ "conversation": group, "invite": self.invite["id"] }),
            "invite.preview" | "invite.accept" => json!({ "code": self.invite["code"] }),
            "message.send" => json!({ "conversation": group, "key": fresh_key(), "text": "hi" }),
            "message.edit" => with(message, json!({ "text": "changed" })),
            "message.delete" => message,
            "message.react" => with(message, json!({ "emoji": "👍", "on": true })),
            "message.pin" => with(message, json!({ "on": true })),
            "event.list" => json!({ "conversation": group, "after": 0 }),
            "receipt.update" => json!({ "conversation": group, "read": 2 }),
            "typing.set" => json!({ "conversation": group, "on": true }),
            "presence.watch" => json!({ "users": [other] }),
            "presence.set" => json!({ "away": true }),
            "admin.user.create" => json!({ "handle": format!("new-{}", fresh_key()), "password": PASSWORD }),
            "admin.user.update" => json!({ "user": other, "disabled": true }),
            "admin.user.reset_password" => json!({ "user": other, "password": "entirely different words 93" }),
            "admin.invite.create" => json!({ "uses_max": 3 }),
            "admin.invite.revoke" => json!({ "invite": self.server_invite["id"] }),
            "admin.settings.update" => json!({ "name": "Changed" }),
            other => panic!("{other} has no arguments here: give it some, and a row in the access matrix"),
        }
    }
}
