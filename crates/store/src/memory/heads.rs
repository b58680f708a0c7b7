//! Conversations as their members see them: standing, heads, receipts.

use std::cmp::Reverse;

use parlor_domain::{Conversation, Standing};
use parlor_types::{ConversationId, ConversationKind, Position, Retention, UserId};

use super::state::{Log, Member, State};
use crate::{HeadRow, ReceiptRow};

impl State {
    pub(super) fn find_conversation(&self, conversation: ConversationId) -> Option<Conversation> {
        self.logs.get(&conversation).map(|log| log.conversation.clone())
    }

    pub(super) fn find_standing(&self, conversation: ConversationId, user: UserId) -> Option<(Conversation, Standing)> {
        self.logs.get(&conversation).map(|log| (log.conversation.clone(), log.standing(user)))
    }

    pub(super) fn find_direct(&self, one: UserId, other: UserId) -> Option<ConversationId> {
        let pair = (one.min(other), one.max(other));
        self.logs.values().find(|log| log.conversation.direct == Some(pair)).map(|log| log.conversation.id)
    }

    pub(super) fn list_changed_conversations(&self, after: Position, through: Position, limit: usize) -> Vec<(ConversationId, Position)> {
        let last_of =
            |log: &Log| log.events.values().map(|stored| stored.position).filter(|position| after < *position && *position <= through).max();
        let mut changed: Vec<_> = self.logs.values().filter_map(|log| last_of(log).map(|position| (log.conversation.id, position))).collect();
        changed.sort_by_key(|(_, position)| *position);
        changed.truncate(limit);
        changed
    }

    pub(super) fn list_heads(&self, user: UserId, since: Option<Position>) -> Vec<HeadRow> {
        let logs = self.logs.values().filter(|log| log.members.contains_key(&user));
        let changed = logs.filter(|log| since.is_none_or(|since| log.head_position(user) > since));
        let mut heads: Vec<_> = changed.map(|log| self.head(log, user)).collect();
        heads.sort_by_key(|head| Reverse(head.conversation.position));
        heads
    }

    pub(super) fn find_head(&self, conversation: ConversationId, user: UserId) -> Option<HeadRow> {
        let log = self.logs.get(&conversation)?;
        let known = log.members.contains_key(&user) || log.conversation.kind == ConversationKind::Channel;
        known.then(|| self.head(log, user))
    }

    fn head(&self, log: &Log, user: UserId) -> HeadRow {
        let (unread, mentions) = log.count_unread(user);
        let peer = log.conversation.peer_of(user).filter(|peer| *peer != user);
        HeadRow {
            conversation: log.conversation.clone(),
            member: log.members.get(&user).map(|member| member.row.clone()),
            peer: peer.and_then(|peer| log.members.get(&peer)).map(|member| self.receipt(member)),
            unread,
            mentions,
            last_message: log.last_message(user),
        }
    }

    fn receipt(&self, member: &Member) -> ReceiptRow {
        let user = member.row.user;
        let sends_read = self.users.get(&user).is_some_and(|user| user.send_read_receipts);
        ReceiptRow { user, delivered: member.row.delivered, read: member.row.read, sends_read }
    }

    pub(super) fn list_receipts(&self, conversation: ConversationId, since: Option<Position>) -> Vec<ReceiptRow> {
        let log = self.logs.get(&conversation).filter(|log| log.conversation.kind != ConversationKind::Channel);
        let members = log.into_iter().flat_map(Log::current_members);
        members.filter(|member| since.is_none_or(|since| member.receipt_position > since)).map(|member| self.receipt(member)).collect()
    }

    pub(super) fn list_receipt_changes(&self, user: UserId, since: Position) -> Vec<(ConversationId, Vec<ReceiptRow>)> {
        let received = self.list_received(user).into_iter();
        received.map(|conversation| (conversation, self.list_receipts(conversation, Some(since)))).filter(|(_, rows)| !rows.is_empty()).collect()
    }

    pub(super) fn list_channels(&self, user: UserId, query: Option<&str>, after: Option<ConversationId>, limit: usize) -> Vec<(Conversation, bool)> {
        let mut channels: Vec<&Log> = self.logs.values().filter(|log| log.conversation.kind == ConversationKind::Channel).collect();
        channels.sort_by_key(|log| log.listed_as());
        let start = match after {
            None => 0,
            Some(after) => channels.iter().position(|log| log.conversation.id == after).map_or(channels.len(), |place| place + 1),
        };
        let query = query.unwrap_or_default().to_ascii_lowercase();
        let found = channels[start..].iter().filter(|log| log.listed_as().0.contains(&query)).take(limit);
        found.map(|log| (log.conversation.clone(), log.standing(user).role.is_some())).collect()
    }

    pub(super) fn list_trimmable(&self, after: Option<ConversationId>, limit: usize) -> Vec<Conversation> {
        let conversations = self.logs.values().map(|log| &log.conversation).filter(|conversation| conversation.retention != Retention::Forever);
        conversations.filter(|conversation| after.is_none_or(|after| conversation.id > after)).take(limit).cloned().collect()
    }
}

impl Log {
    fn standing(&self, user: UserId) -> Standing {
        self.members.get(&user).map_or_else(|| Standing::stranger(user), Member::standing)
    }

    /// When anything that the head shows to the user last changed.
    fn head_position(&self, user: UserId) -> Position {
        let own = self.members.get(&user).map(|member| member.row.position).unwrap_or_default();
        if !self.is_received_by(user) {
            return own;
        }
        let peer = self.conversation.peer_of(user).map(|peer| self.receipt_position(peer)).unwrap_or_default();
        own.max(peer).max(self.conversation.position).max(self.trim_position)
    }

    fn last_message(&self, user: UserId) -> Option<parlor_domain::FoldedMessage> {
        let readable = self.standing(user).readable(&self.conversation);
        self.messages(&readable).pop()
    }

    /// What channels are sorted by.
    fn listed_as(&self) -> (String, ConversationId) {
        let title = self.conversation.title.as_ref().map(|title| title.as_str().to_ascii_lowercase());
        (title.unwrap_or_default(), self.conversation.id)
    }
}
