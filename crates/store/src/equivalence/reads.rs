//! Asking both stores everything, and comparing what they say.

use parlor_domain::Conversation;
use parlor_types::{ConversationId, Position, Seq, UserId};

use super::choice::moment;
use super::conversations::everything;
use crate::{Store, StoreFigures};

/// Two stores that must say the same.
pub(super) struct Pair<'a> {
    pub(super) model: &'a dyn Store,
    pub(super) trial: &'a dyn Store,
}

/// Asks both stores, compares, and gives what the model said. After `sorted by` stands the key for lists in no promised order.
macro_rules! same {
    ($pair:expr, $($function:ident)::+($($argument:expr),*) $(, sorted by $key:expr)?) => {{
        let mut expected = $pair.model.$($function)::+($($argument),*).await.expect("the model reads");
        let mut found = $pair.trial.$($function)::+($($argument),*).await.expect("the store on trial reads");
        $(expected.sort_by_key($key); found.sort_by_key($key);)?
        // Both are only mutable where they are sorted.
        let _ = (&mut expected, &mut found);
        assert_eq!(found, expected, "{} with {:?}", stringify!($($function)::+), ($(&$argument,)*));
        expected
    }};
}

impl Pair<'_> {
    pub(super) async fn horizon(&self) -> Position {
        same!(self, horizon())
    }

    pub(super) async fn compare_server(&self, positions: &[Position]) {
        same!(self, settings());
        let without_bytes = |figures: StoreFigures| StoreFigures { bytes: 0, ..figures };
        let (model, trial) = (self.model.figures().await.expect("figures"), self.trial.figures().await.expect("figures"));
        assert_eq!(without_bytes(trial), without_bytes(model), "figures");
        for store in [self.model, self.trial] {
            assert_eq!(store.check().await.expect("the store can be checked"), Vec::<String>::new(), "a store is not sound");
        }
        let last = self.trial.last_id().await.expect("the store on trial reads");
        assert!(last >= self.model.last_id().await.expect("the model reads"), "an id is above {last}");
        for (place, after) in positions.iter().enumerate() {
            for through in &positions[place..] {
                for limit in [1, 3, 100] {
                    same!(self, list_changed_conversations(*after, *through, limit));
                }
            }
        }
        for limit in [2, 100] {
            for after in [None].into_iter().chain(same!(self, list_trimmable(None::<ConversationId>, limit)).iter().map(|facts| Some(facts.id))) {
                same!(self, list_trimmable(after, limit));
            }
        }
    }

    pub(super) async fn compare_users(&self, users: &[UserId], positions: &[Position]) {
        for row in same!(self, list_users(users), sorted by |row| row.id) {
            if let Some(handle) = row.handle {
                same!(self, find_user_by_handle(&handle));
            }
        }
        for query in [None, Some(""), Some("mIa"), Some("ë"), Some("%"), Some("_"), Some("\\"), Some("'E"), Some("user_1"), Some("deleted")] {
            for after in [None, Some(users[2])] {
                for limit in [2, 100] {
                    same!(self, search_users(query, after, limit));
                }
            }
        }
        for user in users {
            same!(self, find_user(*user));
            same!(self, list_acquainted(*user, users), sorted by |user| *user);
            same!(self, list_acquainted(*user, &users[2..4]), sorted by |user| *user);
            same!(self, list_companions(*user, users), sorted by |user| *user);
            for device in same!(self, list_devices(*user)) {
                let mut token = [3; 32];
                token[..8].copy_from_slice(&device.id.raw().to_be_bytes());
                same!(self, find_device_by_token(&token));
            }
            same!(self, list_contacts(*user, None::<Position>), sorted by |row| row.other);
            same!(self, list_blocked(*user), sorted by |user| *user);
            same!(self, list_blockers(*user, users), sorted by |user| *user);
            same!(self, list_received(*user), sorted by |conversation| *conversation);
            same!(self, list_heads(*user, None::<Position>));
            for since in positions {
                same!(self, list_changed_users(*user, *since, 2));
                same!(self, list_changed_users(*user, *since, 100));
                same!(self, list_contacts(*user, Some(*since)), sorted by |row| row.other);
                same!(self, list_heads(*user, Some(*since)));
                self.compare_receipt_changes(*user, *since).await;
            }
            for other in users {
                same!(self, find_contact(*user, *other));
                same!(self, find_direct(*user, *other));
            }
            for query in [None, Some("alpha"), Some("A"), Some("_"), Some("%"), Some("Äther")] {
                let full = same!(self, list_channels(*user, query, None::<ConversationId>, 100));
                for after in full.iter().map(|(channel, _)| Some(channel.id)).chain([None, Some(ConversationId::from_raw(98))]) {
                    same!(self, list_channels(*user, query, after, 2));
                }
            }
        }
    }

    async fn compare_receipt_changes(&self, user: UserId, since: Position) {
        let sorted = async |store: &dyn Store| {
            let mut changes = store.list_receipt_changes(user, since).await.expect("the store reads");
            changes.sort_by_key(|(conversation, _)| *conversation);
            for (_, rows) in &mut changes {
                rows.sort_by_key(|row| row.user);
            }
            changes
        };
        assert_eq!(sorted(self.trial).await, sorted(self.model).await, "list_receipt_changes of {user} since {since}");
    }

    pub(super) async fn compare_conversations(&self, conversations: &[ConversationId], users: &[UserId], positions: &[Position]) {
        for conversation in conversations.iter().copied().chain([ConversationId::from_raw(98)]) {
            for user in users {
                same!(self, find_standing(conversation, *user));
                same!(self, find_head(conversation, *user));
                same!(self, find_heir(conversation, *user));
                same!(self, list_members(conversation, Some(*user), 2));
            }
            same!(self, list_members(conversation, None::<UserId>, 100));
            same!(self, list_receipts(conversation, None::<Position>), sorted by |row| row.user);
            same!(self, list_device_watermarks(conversation), sorted by |seq| *seq);
            same!(self, list_pins(conversation));
            for since in positions {
                same!(self, list_receipts(conversation, Some(*since)), sorted by |row| row.user);
                same!(self, list_events_since(conversation, *since, 3));
                same!(self, list_events_since(conversation, *since, 1000));
            }
            for second in (0..=60).step_by(6) {
                same!(self, find_last_before(conversation, moment(second)));
            }
            if let Some(facts) = same!(self, find_conversation(conversation)) {
                self.compare_log(&facts, users).await;
            }
        }
    }

    async fn compare_log(&self, facts: &Conversation, users: &[UserId]) {
        let (id, head) = (facts.id, facts.last_seq);
        same!(self, list_events(id, Seq::ZERO, head, 1000));
        let mut readables = vec![everything(facts)];
        for user in users {
            if let Some((_, standing)) = same!(self, find_standing(id, *user)) {
                readables.push(standing.readable(facts));
            }
        }
        for seq in (0..=head.0 + 1).map(Seq) {
            same!(self, find_event(id, seq));
            same!(self, list_events(id, seq, Seq(seq.0 + 4), 3));
            for readable in &readables {
                same!(self, find_message(id, readable, seq));
            }
        }
        for readable in &readables {
            for (from, to) in [(Seq(1), head), (Seq(head.0 / 3), Seq(head.0 / 2)), (Seq(head.0 / 2), head.next())] {
                for (newest, limit) in [(false, 2), (true, 2), (false, 1000), (true, 1000)] {
                    same!(self, list_messages(id, readable, from, to, newest, limit));
                }
            }
        }
    }

    pub(super) async fn compare_invites(&self, conversations: &[ConversationId], codes: impl Iterator<Item = &str>) {
        for code in codes {
            same!(self, find_invite(code));
        }
        for conversation in conversations.iter().copied().map(Some).chain([None]) {
            for second in [0, 15, 30, 45, 60] {
                same!(self, list_invites(conversation, moment(second)));
            }
        }
    }
}
