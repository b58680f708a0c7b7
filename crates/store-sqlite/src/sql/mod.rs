//! Every SQL text, in one table: constants with bound parameters, nothing put together at run time. A test prepares each of them and looks at its plan.
//!
//! To add one, add a line to [`read`] or [`write`], or to [`check`] when it walks whole tables.

/// Names statements, and lists them for the test.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// In the order of `read::conversation::decode`.
macro_rules! conversation_columns {
    () => {
        "c.id, c.kind, c.title, c.description, c.history, c.retention, c.rules_version, c.last_seq, c.trimmed_seq, c.message_count, c.member_count, \
         c.direct_low, c.direct_high, c.position, c.created_at, c.updated_at, c.last_message_seq, c.trimmed_count, c.receipt_position, c.trim_position"
    };
}

/// In the order of `read::member::decode`.
macro_rules! member_columns {
    () => {
        "m.user, m.role, m.joined_seq, m.intervals, m.delivered, m.read, m.marked_unread, m.muted_until, m.pinned, m.archived, m.position, \
         m.watermark_position, m.own_count, m.own_seq, m.mention_count, m.mention_seq, m.base_messages, m.base_own, m.base_mentions, m.trimmed_own, \
         m.trimmed_mentions, m.left_title, m.left_at"
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
    const MAY_WALK: [&str; 6] = ["SETTINGS", "FIGURES", "CHANGED_CONVERSATIONS", "ANY_GONE_KEY", "ANY_USER", "COUNT_OTHER_ADMINS"];

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
