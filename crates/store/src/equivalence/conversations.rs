//! Choosing writes to conversations, as the rules could decide them.

use parlor_domain::{Conversation, Interval, Standing};
use parlor_types::event::Content;
use parlor_types::{
    ConversationId, ConversationKind, EventBody, EventId, HistoryVisibility, RemovalReason, Retention, Role, RulesVersion, Seq, UserId,
};

use super::choice::Choice;
use super::writes::World;
use crate::{Append, Commit, CreateConversation, KeyedSend, Mark, MemberRow, NewEvent, Personal, SetPersonal, Trim, Write};

impl World<'_> {
    fn new_event(&mut self, body: EventBody) -> NewEvent {
        NewEvent { id: EventId::from_raw(self.next_id()), body }
    }

    async fn facts(&self, conversation: ConversationId) -> Option<Conversation> {
        self.model.find_conversation(conversation).await.expect("the model reads")
    }

    async fn members(&self, conversation: ConversationId) -> Vec<MemberRow> {
        self.model.list_members(conversation, None, 100).await.expect("the model reads")
    }

    pub(super) fn create_conversation(&mut self, choice: &mut Choice, users: &[UserId]) -> Option<Write> {
        let kind = choice.one_of(&[ConversationKind::Group, ConversationKind::Direct, ConversationKind::Direct, ConversationKind::Channel])?;
        let creator = choice.one_of(users)?;
        let others: Vec<UserId> = users.iter().copied().filter(|user| *user != creator).collect();
        let (mut direct, mut members) = (None, choice.some_of(&others));
        if kind == ConversationKind::Direct {
            let other = choice.one_of(users)?;
            members = if other == creator { vec![] } else { vec![other] };
            direct = Some((creator.min(other), creator.max(other)));
        }
        let history = history(choice);
        let title = (kind != ConversationKind::Direct).then(|| title(choice));
        let description = choice.maybe(description);
        let role = if kind == ConversationKind::Direct { Role::Member } else { Role::Owner };
        let created = EventBody::Created { kind, title, description, history, retention: retention(choice) };
        let mut events = vec![self.new_event(created), self.new_event(EventBody::MemberAdded { user: creator, role })];
        for user in members {
            events.push(self.new_event(EventBody::MemberAdded { user, role: Role::Member }));
        }
        let again = choice.one_of(&self.conversations).filter(|_| choice.once_in(6));
        // A few big worlds say less than many small ones.
        let id = if self.conversations.len() >= 8 { choice.one_of(&self.conversations)? } else { ConversationId::from_raw(self.next_id()) };
        let id = again.unwrap_or(id);
        if !self.conversations.contains(&id) {
            self.conversations.push(id);
        }
        let key = choice.maybe(|choice| format!("creation-{}", choice.below(3)).parse().expect("a valid key"));
        Some(CreateConversation { id, kind, direct, creator, key, at: choice.moment(), events }.into_write())
    }

    pub(super) async fn choose_append(&mut self, choice: &mut Choice) -> Option<Write> {
        let conversation = choice.one_of(&self.conversations)?;
        let facts = self.facts(conversation).await?;
        let members = self.members(conversation).await;
        let users: Vec<UserId> = self.made_users().await;
        let Some(sender) = choice.one_of(&members) else { return self.join(choice, &facts, &users).await };
        let mut append = new_append(choice, &facts, sender.user);
        append.events = match choice.below(16) {
            0..=6 => {
                let reply_to = choice.maybe(|choice| choice.seq(facts.last_seq));
                let message = EventBody::Message { content: content(choice, &users), reply_to };
                append.key = choice.maybe(|choice| KeyedSend {
                    key: format!("send-key-{}", choice.below(4)).parse().expect("a valid key"),
                    digest: [choice.below(2) as u8; 16],
                });
                vec![self.new_event(message)]
            }
            7..=11 => vec![self.about_message(choice, &facts, &sender, &users).await?],
            12 => return self.join(choice, &facts, &users).await,
            13 if facts.kind != ConversationKind::Direct => self.change_members(choice, &members)?,
            _ => vec![self.change_conversation(choice, &facts)],
        };
        Some(append.into_write())
    }

    /// Somebody comes (back) in, perhaps with an invite.
    async fn join(&mut self, choice: &mut Choice, facts: &Conversation, users: &[UserId]) -> Option<Write> {
        if facts.kind == ConversationKind::Direct {
            return None;
        }
        let members = self.members(facts.id).await;
        let outside: Vec<UserId> = users.iter().copied().filter(|user| members.iter().all(|row| row.user != *user)).collect();
        let user = choice.one_of(&outside)?;
        let mut append = new_append(choice, facts, user);
        let role = if members.is_empty() { Role::Owner } else { Role::Member };
        append.events = vec![self.new_event(EventBody::MemberAdded { user, role })];
        append.invite = if choice.once_in(3) { Some(self.invite(choice)) } else { None };
        Some(append.into_write())
    }

    /// An edit, deletion, reaction or pin of a message that the sender may read.
    async fn about_message(&mut self, choice: &mut Choice, facts: &Conversation, sender: &MemberRow, users: &[UserId]) -> Option<NewEvent> {
        let standing = Standing { user: sender.user, role: sender.role, intervals: sender.intervals.clone() };
        let readable = standing.readable(facts);
        let messages = self.model.list_messages(facts.id, &readable, Seq(1), facts.last_seq, choice.yes(), 6).await.expect("the model reads");
        let message = choice.one_of(&messages)?;
        let target = message.seq;
        let body = match choice.below(7) {
            0 | 1 if message.sender == sender.user => EventBody::Edit { target, content: content(choice, users) },
            0 | 2 => EventBody::Delete { target },
            1 | 3 | 4 => {
                let emoji = ["+1", "\u{1F389}", "ok"][choice.below(3) as usize];
                EventBody::Reaction { target, emoji: emoji.parse().expect("a valid emoji"), on: !choice.once_in(3) }
            }
            _ => EventBody::Pin { target, on: !choice.once_in(3) },
        };
        Some(self.new_event(body))
    }

    /// Members go, or change roles, one or two at once.
    fn change_members(&mut self, choice: &mut Choice, members: &[MemberRow]) -> Option<Vec<NewEvent>> {
        let user = choice.one_of(members)?.user;
        let heir = members.iter().map(|row| row.user).find(|other| *other != user);
        let reason = choice.one_of(&[RemovalReason::Left, RemovalReason::Removed, RemovalReason::AccountDeleted])?;
        let removed = EventBody::MemberRemoved { user, reason };
        let role = choice.one_of(&[Role::Member, Role::Admin, Role::Owner])?;
        let bodies = match (choice.below(3), heir) {
            (0, _) => vec![EventBody::RoleChanged { user, role }],
            (1, Some(heir)) => vec![removed, EventBody::RoleChanged { user: heir, role: Role::Owner }],
            _ => vec![removed],
        };
        Some(bodies.into_iter().map(|body| self.new_event(body)).collect())
    }

    fn change_conversation(&mut self, choice: &mut Choice, facts: &Conversation) -> NewEvent {
        let named = facts.kind != ConversationKind::Direct;
        let body = match choice.below(3) {
            0 if named => EventBody::DetailsChanged { title: choice.maybe(title), description: choice.maybe(description) },
            1 if named => EventBody::HistoryChanged { history: history(choice) },
            _ => EventBody::RetentionChanged { retention: retention(choice) },
        };
        self.new_event(body)
    }

    pub(super) async fn mark(&mut self, choice: &mut Choice, user: UserId) -> Option<Mark> {
        let conversation = choice.one_of(&self.conversations)?;
        let head = self.facts(conversation).await.map(|facts| facts.last_seq).unwrap_or_default();
        let members = self.members(conversation).await;
        let user = if choice.once_in(8) { user } else { choice.one_of(&members).map_or(user, |row| row.user) };
        let device = self.device(choice, user);
        Some(Mark { conversation, user, device, delivered: choice.maybe(|choice| choice.seq(head)), read: choice.maybe(|choice| choice.seq(head)) })
    }

    pub(super) fn set_personal(&mut self, choice: &mut Choice, user: UserId) -> Option<SetPersonal> {
        let conversation = choice.one_of(&self.conversations)?;
        let personal = Personal {
            muted_until: choice.maybe(|choice| choice.maybe(Choice::moment)),
            pinned: choice.maybe(Choice::yes),
            archived: choice.maybe(Choice::yes),
            marked_unread: choice.maybe(Choice::yes),
        };
        Some(SetPersonal { conversation, user, personal })
    }

    pub(super) async fn trim(&mut self, choice: &mut Choice) -> Option<Trim> {
        let conversation = choice.one_of(&self.conversations)?;
        let facts = self.facts(conversation).await?;
        let through = if choice.once_in(5) { choice.seq(facts.last_seq) } else { Seq(facts.trimmed_seq.0 + choice.below(5)) };
        Some(Trim { conversation, through })
    }
}

/// An append without events yet, seldom under other rules or to nowhere.
fn new_append(choice: &mut Choice, facts: &Conversation, sender: UserId) -> Append {
    let expected = if choice.once_in(12) { RulesVersion(facts.rules_version.0 + 1) } else { facts.rules_version };
    let conversation = if choice.once_in(40) { ConversationId::from_raw(98) } else { facts.id };
    Append { conversation, expected, sender, at: choice.moment(), events: vec![], key: None, invite: None }
}

/// What everything that is kept may be read under.
pub(super) fn everything(facts: &Conversation) -> parlor_domain::Readable {
    Standing { intervals: vec![Interval::since(Seq(1))], ..Standing::stranger(UserId::from_raw(1)) }.readable(facts)
}

fn content(choice: &mut Choice, users: &[UserId]) -> Content {
    let text = ["hi", "it's \"text\" \\ %", "Zoë \u{1F600}", "line\nline"][choice.below(4) as usize];
    let mut mentions = if choice.yes() { choice.some_of(users) } else { vec![] };
    if choice.once_in(6) {
        mentions.extend(mentions.first().copied());
    }
    Content { text: Some(text.parse().expect("a valid text")), mentions }
}

fn title(choice: &mut Choice) -> parlor_types::ConversationTitle {
    ["alpha", "Alpha", "BETA 1", "beta_2", "100%", "Äther"][choice.below(6) as usize].parse().expect("a valid title")
}

fn description(choice: &mut Choice) -> parlor_types::Description {
    ["", "About", "more\nlines"][choice.below(3) as usize].parse().expect("a valid description")
}

fn history(choice: &mut Choice) -> HistoryVisibility {
    if choice.yes() { HistoryVisibility::All } else { HistoryVisibility::SinceJoined }
}

fn retention(choice: &mut Choice) -> Retention {
    [Retention::Forever, Retention::Days { days: 7 }, Retention::UntilDelivered][choice.below(3) as usize]
}
