//! What is asked.

statements! {
    EPOCH = "SELECT epoch FROM store WHERE id = 1";
    COUNTERS = "SELECT max(last_position, coalesce((SELECT max(position) FROM arrivals), 0)), max(last_id, coalesce((SELECT max(id) FROM arrivals), 0)) FROM store \
         WHERE id = 1";
    SETTINGS = "SELECT s.name, s.registration, NOT EXISTS (SELECT 1 FROM users WHERE deleted = 0) FROM store s WHERE s.id = 1";
    FIGURES = concat!(
        "SELECT (SELECT count(*) FROM users WHERE deleted = 0 AND disabled = 0), count(*), \
         coalesce(sum(coalesce(n.message_count, c.message_count) - c.trimmed_count), 0) FROM conversations c", newest_arrival!()
    );
    PAGES = "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)";
    CHANGED_CONVERSATIONS = concat!(
        "SELECT c.id, coalesce(n.position, c.position) FROM conversations c", newest_arrival!(),
        "WHERE coalesce(n.position, c.position) > ?1 AND coalesce(n.seq, c.last_seq) > c.trimmed_seq"
    );

    FIND_USER = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.id = ?1");
    FIND_USER_BY_HANDLE = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.handle = ?1");
    SEARCH_USERS = concat!(
        "SELECT ", user_columns!(), " FROM users u WHERE u.deleted = 0 AND u.id > ?1 \
         AND (?2 IS NULL OR instr(lower(u.handle), ?2) > 0 OR instr(lower(u.display_name), ?2) > 0) ORDER BY u.id"
    );
    IS_USER = "SELECT EXISTS (SELECT 1 FROM users WHERE id = ?1)";
    IS_ACQUAINTED = "SELECT EXISTS (SELECT 1 FROM contacts WHERE user = ?1 AND other = ?2 AND state <> 0) \
         OR EXISTS (SELECT 1 FROM members mine CROSS JOIN members theirs ON theirs.conversation = mine.conversation AND theirs.user = ?2 WHERE mine.user = ?1)";
    IS_COMPANION = "SELECT EXISTS (SELECT 1 FROM contacts WHERE user = ?1 AND other = ?2 AND state = 3) \
         OR EXISTS (SELECT 1 FROM members mine CROSS JOIN members theirs ON theirs.conversation = mine.conversation AND theirs.user = ?2 \
         WHERE mine.user = ?1 AND mine.role IS NOT NULL AND theirs.role IS NOT NULL)";
    CHANGED_USERS = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.position > ?1 ORDER BY u.position");

    FIND_DEVICE_BY_TOKEN = concat!(
        "SELECT ", device_columns!(), ", ", user_columns!(),
        " FROM devices d JOIN users u ON u.id = d.user WHERE d.token = ?1 AND u.disabled = 0 AND u.deleted = 0"
    );
    FIND_DEVICE = concat!("SELECT ", device_columns!(), " FROM devices d WHERE d.id = ?1");
    LIST_DEVICES = concat!("SELECT ", device_columns!(), " FROM devices d WHERE d.user = ?1 ORDER BY d.created_at DESC, d.id DESC");

    LIST_CONTACTS = "SELECT other, state, position FROM contacts WHERE user = ?1 AND CASE WHEN ?2 IS NULL THEN state <> 0 ELSE position > ?2 END ORDER BY other";
    FIND_CONTACT = "SELECT other, state, position FROM contacts WHERE user = ?1 AND other = ?2";
    LIST_BLOCKED = "SELECT other FROM blocks WHERE user = ?1 ORDER BY other";
    IS_BLOCKED = "SELECT EXISTS (SELECT 1 FROM blocks WHERE user = ?1 AND other = ?2)";

    FIND_CONVERSATION = concat!("SELECT ", conversation_columns!(), " FROM conversations c", newest_arrival!(), "WHERE c.id = ?1");
    FIND_DIRECT = "SELECT id FROM conversations WHERE direct_low = ?1 AND direct_high = ?2";
    FIND_CREATED = "SELECT id FROM conversations WHERE creator = ?1 AND creation_key = ?2";
    LIST_CHANNELS = concat!(
        "SELECT ", conversation_columns!(), ", EXISTS (SELECT 1 FROM members m WHERE m.conversation = c.id AND m.user = ?1 AND m.role IS NOT NULL) \
         FROM conversations c", newest_arrival!(), "WHERE c.kind = 3 AND (?2 IS NULL OR instr(lower(coalesce(c.title, '')), ?2) > 0) AND (c.title_key, c.id) > (?3, ?4) ORDER BY c.title_key, c.id"
    );
    CHANNEL_PLACE = "SELECT title_key, id FROM conversations WHERE id = ?1 AND kind = 3";
    LIST_TRIMMABLE = concat!("SELECT ", conversation_columns!(), " FROM conversations c", newest_arrival!(), "WHERE c.retention <> 0 AND c.id > ?1 ORDER BY c.id");

    FIND_MEMBER = concat!("SELECT ", counted_member_columns!(), " FROM members m", newest_own_arrival!(), "WHERE m.conversation = ?1 AND m.user = ?2");
    LIST_MEMBERS = concat!("SELECT ", member_columns!(), " FROM members m WHERE m.conversation = ?1 AND m.user > ?2 AND m.role IS NOT NULL ORDER BY m.user");
    LIST_RECEIPTS = concat!(
        "SELECT ", receipt_columns!(), " FROM members m JOIN users u ON u.id = m.user \
         WHERE m.conversation = ?1 AND m.role IS NOT NULL AND m.watermark_position > ?2 ORDER BY m.user"
    );
    LIST_ALL_RECEIPTS = concat!(
        "SELECT ", receipt_columns!(), " FROM members m JOIN users u ON u.id = m.user WHERE m.conversation = ?1 AND m.role IS NOT NULL ORDER BY m.user"
    );
    FIND_RECEIPT = concat!(
        "SELECT ", receipt_columns!(), ", m.watermark_position FROM members m JOIN users u ON u.id = m.user WHERE m.conversation = ?1 AND m.user = ?2"
    );
    LIST_RECEIVED = "SELECT conversation FROM members WHERE user = ?1 AND receives = 1 ORDER BY conversation";
    LIST_RECEIVED_WITH_RECEIPTS = "SELECT c.id FROM members m CROSS JOIN conversations c ON c.id = m.conversation \
         WHERE m.user = ?1 AND m.receives = 1 AND c.kind <> 3 AND c.receipt_position > ?2 ORDER BY c.id";
    FIND_HEIR = "SELECT user FROM members WHERE conversation = ?1 AND user <> ?2 AND role IS NOT NULL ORDER BY role DESC, joined_seq, user LIMIT 1";
    LIST_HEADS = concat!(
        "SELECT ", conversation_columns!(), ", ", counted_member_columns!(),
        " FROM members m CROSS JOIN conversations c ON c.id = m.conversation", newest_arrival!(), newest_own_arrival!(),
        "WHERE m.user = ?1 ORDER BY coalesce(n.position, c.position) DESC"
    );
    LIST_CHANGED_HEADS = concat!(
        "SELECT ", conversation_columns!(), ", ", counted_member_columns!(),
        " FROM members m CROSS JOIN conversations c ON c.id = m.conversation", newest_arrival!(), newest_own_arrival!(),
        "WHERE m.user = ?1 AND (m.position > ?2 OR (m.receives = 1 AND (coalesce(n.position, c.position) > ?2 OR c.trim_position > ?2 \
         OR (c.kind = 1 AND c.receipt_position > ?2 AND EXISTS (SELECT 1 FROM members p WHERE p.conversation = c.id AND p.user <> ?1 AND p.watermark_position > ?2))))) \
         ORDER BY coalesce(n.position, c.position) DESC"
    );
    LIST_DEVICE_WATERMARKS = "SELECT coalesce(w.delivered, 0) FROM members m CROSS JOIN devices d ON d.user = m.user \
         LEFT JOIN device_marks w ON w.device = d.id AND w.conversation = m.conversation WHERE m.conversation = ?1 AND m.role IS NOT NULL";

    LIST_EVENTS = concat!(
        "SELECT ", event_columns!(), " FROM events e WHERE e.conversation = ?1 AND e.seq > ?2 AND e.seq <= ?3 UNION ALL \
         SELECT ", arrival_columns!(), unfiled!(), "AND a.seq > ?2 AND a.seq <= ?3 ORDER BY 2"
    );
    FIND_EVENT = concat!(
        "SELECT ", event_columns!(), " FROM events e WHERE e.conversation = ?1 AND e.seq = ?2 UNION ALL SELECT ", arrival_columns!(), unfiled!(), "AND a.seq = ?2"
    );
    LIST_MESSAGES = concat!(
        "SELECT ", event_columns!(), " FROM events e WHERE e.conversation = ?1 AND e.seq BETWEEN ?2 AND ?3 AND e.own_count IS NOT NULL UNION ALL \
         SELECT ", arrival_columns!(), unfiled!(), "AND a.seq BETWEEN ?2 AND ?3 ORDER BY 2"
    );
    LIST_MESSAGES_BACKWARDS = concat!(
        "SELECT ", event_columns!(), " FROM events e WHERE e.conversation = ?1 AND e.seq BETWEEN ?2 AND ?3 AND e.own_count IS NOT NULL UNION ALL \
         SELECT ", arrival_columns!(), unfiled!(), "AND a.seq BETWEEN ?2 AND ?3 ORDER BY 2 DESC"
    );
    /// What is about a message is filed at once, so `arrivals` has none of it.
    LIST_FOLLOWERS = concat!("SELECT ", event_columns!(), " FROM events e WHERE e.conversation = ?1 AND e.target BETWEEN ?2 AND ?3");
    PLACE_AT_OR_AFTER = concat!(
        "SELECT seq, position FROM events WHERE conversation = ?1 AND seq >= ?2 UNION ALL SELECT a.seq, a.position", unfiled!(), "AND a.seq >= ?2 ORDER BY 1 LIMIT 1"
    );
    FIGURES_AT = concat!(
        "SELECT message_seq, message_count FROM events WHERE conversation = ?1 AND seq = ?2 UNION ALL SELECT a.seq, a.message_count", unfiled!(), "AND a.seq = ?2"
    );
    FIRST_AFTER = concat!(
        "SELECT seq FROM events WHERE conversation = ?1 AND seq > ?2 AND at >= ?3 UNION ALL SELECT a.seq", unfiled!(), "AND a.seq > ?2 AND a.at >= ?3 ORDER BY 1 LIMIT 1"
    );
    LIST_PINS = "SELECT seq FROM pins WHERE conversation = ?1 ORDER BY seq";

    FIND_INVITE = concat!("SELECT ", invite_columns!(), " FROM invites i WHERE i.code = ?1");
    FIND_INVITE_BY_ID = concat!("SELECT ", invite_columns!(), " FROM invites i WHERE i.id = ?1");
    LIST_INVITES = concat!("SELECT ", invite_columns!(), " FROM invites i WHERE i.conversation IS ?1 ORDER BY i.created_at DESC, i.id DESC");
}
