//! Reads about conversations and members.

use parlor_domain::decide::may;
use parlor_domain::permission::Action;
use parlor_domain::{Conversation, Refusal, Standing};
use parlor_store::{HeadRow, InviteRow, MemberRow, ReceiptRow, UserRow};
use parlor_types::{ConversationId, ConversationKind, Position, UserId};

use super::visible_receipt;
use crate::notice::HeadView;
use crate::{Actor, Engine, Result};

/// Bytes of last messages in one list of heads: thousands of ordinary ones, and not thousands of the longest (G9).
const PREVIEW_BYTES_MAX: usize = 1024 * 1024;

impl Engine {
    /// The heads of the actor's conversations, newest event first, with the users that they speak of.
    pub async fn heads(&self, actor: &Actor) -> Result<(Vec<HeadRow>, Vec<UserRow>)> {
        let heads = self.list_heads(actor.session()?.user, None).await?;
        let users = self.users_of_heads(&heads).await?;
        Ok((heads, users))
    }

    /// Heads as the user may see them, newest event first, without those that a blocked user made in vain: who blocks is not shown a conversation in which nothing ever reached them.
    pub(crate) async fn list_heads(&self, user: UserId, since: Option<Position>) -> Result<Vec<HeadRow>> {
        let mut heads = self.store.list_heads(user, since).await?;
        heads.retain(|head| {
            let is_direct = head.conversation.kind == ConversationKind::Direct;
            !is_direct || head.last_message.is_some() || head.standing(user).receives()
        });
        heads.iter_mut().for_each(veil);
        // Newest first: what lies further down a long list is fetched when it is looked at.
        let mut bytes_left = PREVIEW_BYTES_MAX;
        for head in &mut heads {
            let bytes = head.last_message.as_ref().and_then(|message| message.content.text.as_ref()).map_or(0, |text| text.as_str().len());
            match bytes_left.checked_sub(bytes) {
                Some(left) => bytes_left = left,
                None => head.last_message = None,
            }
        }
        Ok(heads)
    }

    /// One head.
    pub async fn head(&self, actor: &Actor, conversation: ConversationId) -> Result<HeadView> {
        self.head_for(actor.session()?.user, conversation).await
    }

    pub(crate) async fn head_for(&self, user: UserId, conversation: ConversationId) -> Result<HeadView> {
        let mut head = self.store.find_head(conversation, user).await?.ok_or(Refusal::NotFound)?;
        if head.standing(user).readable(&head.conversation).is_nothing() {
            return Err(Refusal::NotFound.into());
        }
        veil(&mut head);
        let users = self.users_of_heads(std::slice::from_ref(&head)).await?;
        Ok(HeadView { head, users })
    }

    /// Channels by title, each with whether the actor is a member.
    pub async fn channels(
        &self,
        actor: &Actor,
        query: Option<&str>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<(Conversation, bool)>> {
        let limit = limit.min(self.limits.page_events_max as usize);
        Ok(self.store.list_channels(actor.session()?.user, query, after, limit).await?)
    }

    /// Current members by user id, with their profiles. Who left may no longer see who is in it.
    pub async fn members(
        &self,
        actor: &Actor,
        conversation: ConversationId,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<Vec<(MemberRow, UserRow)>> {
        let (found, standing) = self.readable(actor, conversation).await?;
        if standing.role.is_none() && found.kind != ConversationKind::Channel {
            return Err(Refusal::Forbidden("you are no longer a member of this conversation").into());
        }
        let rows = self.store.list_members(conversation, after, limit.min(self.limits.page_events_max as usize)).await?;
        let users = self.rows_of(rows.iter().map(|row| row.user)).await?;
        Ok(rows.into_iter().filter_map(|row| Some((row.clone(), users.iter().find(|user| user.id == row.user)?.clone()))).collect())
    }

    /// The watermarks of the members; in channels only the actor's own.
    pub async fn receipts(&self, actor: &Actor, conversation: ConversationId) -> Result<Vec<ReceiptRow>> {
        let user = actor.session()?.user;
        let (found, standing) = self.readable(actor, conversation).await?;
        if standing.role.is_none() {
            return Err(Refusal::Forbidden("only members see who has read what").into());
        }
        if found.kind == ConversationKind::Channel {
            let head = self.store.find_head(conversation, user).await?.and_then(|head| head.member);
            return Ok(head.map(|row| ReceiptRow { user, delivered: row.delivered, read: row.read, sends_read: true }).into_iter().collect());
        }
        let rows = self.store.list_receipts(conversation, None).await?;
        Ok(rows.into_iter().map(|row| if row.user == user { row } else { visible_receipt(row) }).collect())
    }

    /// The live invite links, newest first, for those who may make some.
    pub async fn invites(&self, actor: &Actor, conversation: ConversationId) -> Result<Vec<InviteRow>> {
        let (found, standing) = self.readable(actor, conversation).await?;
        may(&found, &standing, Action::Invite)?;
        Ok(self.store.list_invites(Some(conversation), self.clock.now()).await?)
    }

    /// The conversation and how the actor stands to it, read now; `NotFound` unless there is something that the actor may read.
    pub(crate) async fn readable(&self, actor: &Actor, conversation: ConversationId) -> Result<(Conversation, Standing)> {
        let user = actor.session()?.user;
        let (found, standing) = self.store.find_standing(conversation, user).await?.ok_or(Refusal::NotFound)?;
        may(&found, &standing, Action::Read)?;
        Ok((found, standing))
    }

    pub(crate) async fn users_of_heads(&self, heads: &[HeadRow]) -> Result<Vec<UserRow>> {
        let peers = heads.iter().filter_map(HeadRow::peer_user);
        let speakers = heads
            .iter()
            .filter_map(|head| head.last_message.as_ref())
            .flat_map(|message| std::iter::once(message.sender).chain(message.content.mentions.iter().copied()));
        self.rows_of(peers.chain(speakers)).await
    }
}

/// Takes out of a head what its user may not know: what a peer has read who does not tell, and how a group went on after they left (G7).
fn veil(head: &mut HeadRow) {
    head.peer = head.peer.take().map(visible_receipt);
    let Some(member) = &head.member else { return };
    if member.role.is_none()
        && head.conversation.kind != ConversationKind::Channel
        && let Some((title, at)) = &member.left
    {
        head.conversation.title.clone_from(title);
        head.conversation.description = None;
        head.conversation.member_count = 0;
        head.conversation.updated_at = *at;
    }
}
