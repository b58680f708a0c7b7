//! What is changed, and what only the writer asks.

statements! {
    SAVE_COUNTERS = "UPDATE store SET last_position = ?1, last_id = ?2 WHERE id = 1";
    SAVE_SETTINGS = "UPDATE store SET name = coalesce(?1, name), registration = coalesce(?2, registration) WHERE id = 1";

    INSERT_CONVERSATION = "INSERT INTO conversations (id, kind, title, title_key, description, history, retention, rules_version, last_seq, last_message_seq, \
         filed_seq, trimmed_seq, message_count, trimmed_count, member_count, direct_low, direct_high, creator, creation_key, position, receipt_position, trim_position, \
         created_at, updated_at) VALUES (?1, ?2, NULL, NULL, NULL, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, ?3, ?4, ?5, ?6, 0, 0, 0, ?7, ?7)";
    /// All that a send changes.
    SAVE_CONVERSATION_HEAD = "UPDATE conversations SET last_seq = ?2, last_message_seq = ?3, message_count = ?4, position = ?5, receipt_position = ?6, \
         updated_at = ?7, filed_seq = ?8 WHERE id = ?1";
    SAVE_CONVERSATION = "UPDATE conversations SET last_seq = ?2, last_message_seq = ?3, message_count = ?4, position = ?5, receipt_position = ?6, \
         updated_at = ?7, filed_seq = ?8, title = ?9, title_key = ?10, description = ?11, history = ?12, retention = ?13, rules_version = ?14, trimmed_seq = ?15, \
         trimmed_count = ?16, member_count = ?17, trim_position = ?18 WHERE id = ?1";
    /// All that a send changes of its sender.
    SAVE_OWN = "UPDATE members SET own_count = ?3, own_seq = ?4 WHERE conversation = ?1 AND user = ?2";
    SAVE_MEMBER = "INSERT INTO members (conversation, user, role, joined_seq, intervals, receives, delivered, read, marked_unread, muted_until, pinned, archived, \
         position, watermark_position, own_count, own_seq, mention_count, mention_seq, base_messages, base_own, base_mentions, trimmed_own, trimmed_mentions, \
         left_title, left_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25) \
         ON CONFLICT DO UPDATE SET role = ?3, joined_seq = ?4, intervals = ?5, receives = ?6, delivered = ?7, read = ?8, marked_unread = ?9, \
         muted_until = ?10, pinned = ?11, archived = ?12, position = ?13, watermark_position = ?14, own_count = ?15, own_seq = ?16, mention_count = ?17, \
         mention_seq = ?18, base_messages = ?19, base_own = ?20, base_mentions = ?21, trimmed_own = ?22, trimmed_mentions = ?23, left_title = ?24, left_at = ?25";
    /// Watermarks and choices: what changes of a member between joining and leaving.
    SAVE_MARKS = "UPDATE members SET delivered = ?3, read = ?4, marked_unread = ?5, muted_until = ?6, pinned = ?7, archived = ?8, position = ?9, \
         watermark_position = ?10, own_count = ?11, own_seq = ?12, mention_count = ?13, mention_seq = ?14, base_messages = ?15, base_own = ?16, \
         base_mentions = ?17, trimmed_own = ?18, trimmed_mentions = ?19 WHERE conversation = ?1 AND user = ?2";

    INSERT_EVENT = "INSERT INTO events (conversation, seq, position, id, sender, at, message_seq, message_count, own_count, target, key, digest, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    INSERT_ARRIVAL = "INSERT INTO arrivals (position, conversation, seq, id, sender, at, message_count, own_count, key, digest, body) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    FILE_ARRIVALS = "INSERT INTO events (conversation, seq, position, id, sender, at, message_seq, message_count, own_count, target, key, digest, body) \
         SELECT conversation, seq, position, id, sender, at, seq, message_count, own_count, NULL, key, digest, body FROM arrivals \
         WHERE conversation = ?1 AND seq > ?2 ORDER BY seq";
    DROP_ARRIVALS = "DELETE FROM arrivals WHERE position <= ?1";
    ALL_ARRIVALS = "SELECT a.position, a.conversation, a.seq, a.sender, a.id, a.at, a.key, a.digest, a.seq > coalesce(c.filed_seq, 0) FROM arrivals a \
         LEFT JOIN conversations c ON c.id = a.conversation ORDER BY a.position";
    FIND_KEY = "SELECT seq, id, at, digest FROM events WHERE conversation = ?1 AND sender = ?2 AND key = ?3";
    FIND_GONE_KEY = "SELECT seq, id, at, digest FROM gone_keys WHERE conversation = ?1 AND sender = ?2 AND key = ?3";
    ANY_GONE_KEY = "SELECT EXISTS (SELECT 1 FROM gone_keys)";
    KEEP_KEY = "INSERT INTO gone_keys (conversation, sender, key, digest, seq, id, at) \
         SELECT conversation, sender, key, digest, seq, id, at FROM events WHERE conversation = ?1 AND seq = ?2 AND key IS NOT NULL";
    KEEP_TRIMMED_KEYS = "INSERT INTO gone_keys (conversation, sender, key, digest, seq, id, at) \
         SELECT conversation, sender, key, digest, seq, id, at FROM events WHERE conversation = ?1 AND seq <= ?2 AND key IS NOT NULL";
    FORGET_KEYS = "DELETE FROM gone_keys WHERE at < ?1";
    FIND_BODY = "SELECT body, own_count FROM events WHERE conversation = ?1 AND seq = ?2";
    LIST_EDITS = "SELECT seq, body FROM events WHERE conversation = ?1 AND target = ?2";
    ERASE_BODY = "UPDATE events SET body = ?3, key = NULL, digest = NULL WHERE conversation = ?1 AND seq = ?2";
    INSERT_PIN = "INSERT OR IGNORE INTO pins (conversation, seq) VALUES (?1, ?2)";
    DELETE_PIN = "DELETE FROM pins WHERE conversation = ?1 AND seq = ?2";
    LIST_MENTIONED = "SELECT user FROM mentions WHERE conversation = ?1 AND seq = ?2";
    DELETE_MENTIONS = "DELETE FROM mentions WHERE conversation = ?1 AND seq = ?2";
    INSERT_MENTION = "INSERT INTO mentions (conversation, seq, user) VALUES (?1, ?2, ?3)";
    COUNT_MENTIONS_AFTER = "SELECT count(*) FROM mentions WHERE conversation = ?1 AND seq > ?2 AND user = ?3";
    FIRST_OWN_AFTER = concat!(
        "SELECT own_count, seq FROM events WHERE conversation = ?1 AND seq > ?2 AND sender = ?3 AND own_count IS NOT NULL UNION ALL \
         SELECT a.own_count, a.seq", unfiled!(), "AND a.seq > ?2 AND a.sender = ?3 ORDER BY 2 LIMIT 1"
    );

    TRIMMED_OWN = "SELECT sender, count(*) FROM events WHERE conversation = ?1 AND seq <= ?2 AND own_count > 0 GROUP BY sender";
    TRIMMED_MENTIONS = "SELECT user, count(*) FROM mentions WHERE conversation = ?1 AND seq <= ?2 GROUP BY user";
    TRIM_EVENTS = "DELETE FROM events WHERE conversation = ?1 AND seq <= ?2";
    TRIM_MENTIONS = "DELETE FROM mentions WHERE conversation = ?1 AND seq <= ?2";
    TRIM_PINS = "DELETE FROM pins WHERE conversation = ?1 AND seq <= ?2";

    MARK_DEVICE = "INSERT INTO device_marks (device, conversation, delivered) SELECT id, ?2, ?3 FROM devices WHERE id = ?1 AND user = ?4 \
         ON CONFLICT DO UPDATE SET delivered = max(delivered, excluded.delivered)";

    ANY_USER = "SELECT EXISTS (SELECT 1 FROM users WHERE deleted = 0)";
    COUNT_OTHER_ADMINS = "SELECT count(*) FROM users WHERE role = 2 AND disabled = 0 AND deleted = 0 AND id <> ?1";
    ANY_OTHER_USER = "SELECT EXISTS (SELECT 1 FROM users WHERE deleted = 0 AND id < ?1) OR EXISTS (SELECT 1 FROM users WHERE deleted = 0 AND id > ?1)";
    INSERT_USER = "INSERT INTO users (id, handle, display_name, password_hash, role, send_read_receipts, share_presence, disabled, deleted, created_at, \
         last_active_at, position) VALUES (?1, ?2, ?3, ?4, ?5, 1, 1, 0, 0, ?6, NULL, ?7)";
    SAVE_USER = "UPDATE users SET handle = ?2, display_name = ?3, password_hash = ?4, role = ?5, send_read_receipts = ?6, share_presence = ?7, disabled = ?8, \
         deleted = ?9, last_active_at = ?10, position = ?11 WHERE id = ?1";

    INSERT_DEVICE = "INSERT INTO devices (id, user, name, token, created_at, last_seen_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)";
    COUNT_DEVICES = "SELECT count(*) FROM devices WHERE user = ?1";
    LIST_DEVICE_IDS = "SELECT id FROM devices WHERE user = ?1 ORDER BY id";
    DELETE_DEVICE = "DELETE FROM devices WHERE id = ?1";
    DELETE_DEVICE_MARKS = "DELETE FROM device_marks WHERE device = ?1";
    TOUCH_DEVICE = "UPDATE devices SET last_seen_at = max(last_seen_at, ?3) WHERE id = ?1 AND user = ?2";

    SAVE_CONTACT = "INSERT INTO contacts (user, other, state, position) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET state = ?3, position = ?4";
    COUNT_CONTACTS = "SELECT count(*) FROM contacts WHERE user = ?1 AND state <> 0";
    LIST_CONTACTED_BY = "SELECT user FROM contacts WHERE other = ?1 AND state <> 0 ORDER BY user";
    DELETE_CONTACTS = "DELETE FROM contacts WHERE user = ?1";
    INSERT_BLOCK = "INSERT INTO blocks (user, other) VALUES (?1, ?2)";
    DELETE_BLOCK = "DELETE FROM blocks WHERE user = ?1 AND other = ?2";
    DELETE_BLOCKS_OF = "DELETE FROM blocks WHERE user = ?1";
    DELETE_BLOCKS_ON = "DELETE FROM blocks WHERE other = ?1";

    INSERT_INVITE = "INSERT INTO invites (id, code, conversation, created_by, created_at, expires_at, uses_max, uses) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    COUNT_LIVE_INVITES = "SELECT count(*) FROM invites WHERE conversation IS ?1 AND (expires_at IS NULL OR ?2 < expires_at) AND (uses_max IS NULL OR uses < uses_max)";
    USE_INVITE = "UPDATE invites SET uses = uses + 1 WHERE id = ?1";
    DELETE_INVITE = "DELETE FROM invites WHERE id = ?1 AND conversation IS ?2";
}
