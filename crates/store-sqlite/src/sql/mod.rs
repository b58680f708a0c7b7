//! Every SQL text, in one table: constants with bound parameters, nothing put together at run time. A test prepares each of them and looks at its plan.
//!
//! To add one, add a line to [`mod@read`] or [`mod@write`], or to [`mod@check`] when it walks whole tables.

/// Names statements, and lists them for the test.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// In the order of `read::conversation::decode`. Wants `newest_arrival!` beside it.
macro_rules! conversation_columns {
    () => {
        "c.id, c.kind, c.title, c.description, c.history, c.retention, c.rules_version, coalesce(n.seq, c.last_seq), c.trimmed_seq, \
         coalesce(n.message_count, c.message_count), c.member_count, c.direct_low, c.direct_high, coalesce(n.position, c.position), c.created_at, \
         coalesce(n.at, c.updated_at), coalesce(n.seq, c.last_message_seq), c.trimmed_count, c.receipt_position, c.trim_position, c.filed_seq"
    };
}

/// The newest message of `c` that is not filed yet, if there is one: it knows the head better than `c` does.
macro_rules! newest_arrival {
    () => {
        " LEFT JOIN arrivals n ON n.position = (SELECT a.position FROM arrivals a WHERE a.conversation = c.id AND a.seq > c.filed_seq ORDER BY a.seq DESC LIMIT 1) "
    };
}

/// In the order of `read::member::decode`; own messages that are not filed yet are not counted.
macro_rules! member_columns {
    () => {
        "m.user, m.role, m.joined_seq, m.intervals, m.delivered, m.read, m.marked_unread, m.muted_until, m.pinned, m.archived, m.position, \
         m.watermark_position, m.own_count, m.own_seq, m.mention_count, m.mention_seq, m.base_messages, m.base_own, m.base_mentions, m.trimmed_own, \
         m.trimmed_mentions, m.left_title, m.left_at"
    };
}

/// The same with all own messages counted. Wants `newest_own_arrival!` beside it.
macro_rules! counted_member_columns {
    () => {
        "m.user, m.role, m.joined_seq, m.intervals, m.delivered, m.read, m.marked_unread, m.muted_until, m.pinned, m.archived, m.position, \
         m.watermark_position, max(m.own_count, coalesce(o.own_count, 0)), max(m.own_seq, coalesce(o.seq, 0)), m.mention_count, m.mention_seq, m.base_messages, \
         m.base_own, m.base_mentions, m.trimmed_own, m.trimmed_mentions, m.left_title, m.left_at"
    };
}

/// The newest own message of `m` that is not filed yet, if there is one. A log has few such messages, see `working::arrivals`.
macro_rules! newest_own_arrival {
    () => {
        " LEFT JOIN arrivals o ON o.position = (SELECT a.position FROM arrivals a WHERE a.conversation = m.conversation \
         AND a.seq > (SELECT f.filed_seq FROM conversations f WHERE f.id = m.conversation) AND a.sender = m.user AND a.own_count > 0 ORDER BY a.seq DESC LIMIT 1) "
    };
}

/// Of the conversation ?1, what is not filed yet: the other half of each question about a log, which goes on where `events` ends.
macro_rules! unfiled {
    () => {
        " FROM arrivals a WHERE a.conversation = ?1 AND a.seq > (SELECT f.filed_seq FROM conversations f WHERE f.id = ?1) "
    };
}

/// In the order of `read::user::decode`.
macro_rules! user_columns {
    () => {
        "u.id, u.handle, u.display_name, u.password_hash, u.role, u.send_read_receipts, u.share_presence, u.disabled, u.deleted, u.created_at, \
         u.last_active_at, u.position"
    };
}

/// In the order of `read::device::decode`.
macro_rules! device_columns {
    () => {
        "d.id, d.user, d.name, d.created_at, d.last_seen_at"
    };
}

/// In the order of `read::event::decode`.
macro_rules! event_columns {
    () => {
        "e.conversation, e.seq, e.position, e.id, e.sender, e.at, e.body"
    };
}

/// The same of what is not filed yet.
macro_rules! arrival_columns {
    () => {
        "a.conversation, a.seq, a.position, a.id, a.sender, a.at, a.body"
    };
}

/// In the order of `read::invite::decode`.
macro_rules! invite_columns {
    () => {
        "i.id, i.code, i.conversation, i.created_by, i.created_at, i.expires_at, i.uses_max, i.uses"
    };
}

/// In the order of `read::member::decode_receipt`.
macro_rules! receipt_columns {
    () => {
        "m.user, m.delivered, m.read, u.send_read_receipts"
    };
}

pub(crate) mod check;
pub(crate) mod read;
pub(crate) mod write;

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    /// Statements that may walk a table: asked by admins or hardly ever, or they stop at the first row.
    const MAY_WALK: [&str; 8] =
        ["COUNTERS", "ALL_ARRIVALS", "SETTINGS", "FIGURES", "CHANGED_CONVERSATIONS", "ANY_GONE_KEY", "ANY_USER", "COUNT_OTHER_ADMINS"];

    #[test]
    fn every_statement_can_be_prepared_and_walks_no_table() {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut connection).unwrap();
        let mut bad = Vec::new();
        for (name, text) in super::read::ALL.iter().chain(super::write::ALL) {
            let mut explain = connection.prepare(&["EXPLAIN QUERY PLAN ", text].concat()).unwrap_or_else(|error| panic!("{name}: {error}"));
            let wanted = explain.parameter_count();
            let nulls = vec![None::<i64>; wanted];
            let plan: Vec<String> =
                explain.query_map(rusqlite::params_from_iter(nulls), |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
            let walks = plan.iter().any(|step| step.starts_with("SCAN") && !step.starts_with("SCAN CONSTANT") && !step.starts_with("SCAN pragma_"));
            if walks && !MAY_WALK.contains(name) {
                bad.push(format!("{name} walks a table: {plan:?}"));
            }
        }
        assert!(bad.is_empty(), "{bad:#?}");
        for (name, text) in super::check::ALL {
            connection.prepare(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}
