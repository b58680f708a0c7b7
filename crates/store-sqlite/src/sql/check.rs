//! What verification asks. These walk whole tables; nobody waits for them.

statements! {
    INTEGRITY = "PRAGMA integrity_check";
    ALL_CONVERSATIONS = concat!("SELECT ", conversation_columns!(), ", c.title_key FROM conversations c", newest_arrival!(), "ORDER BY c.id");
    ALL_EVENTS = concat!(
        "SELECT seq, position, id, sender, message_seq, message_count, own_count, target, key IS NULL, digest IS NULL, body FROM events WHERE conversation = ?1 UNION ALL \
         SELECT a.seq, a.position, a.id, a.sender, a.seq, a.message_count, a.own_count, NULL, a.key IS NULL, a.digest IS NULL, a.body", unfiled!(), "ORDER BY 1"
    );
    LAST_FILED = "SELECT coalesce(max(seq), 0) FROM events WHERE conversation = ?1";
    STRAY_ARRIVALS = "SELECT DISTINCT a.conversation, a.sender FROM arrivals a WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = a.conversation)";
    ALL_MEMBERS = concat!("SELECT ", counted_member_columns!(), ", m.receives FROM members m", newest_own_arrival!(), "WHERE m.conversation = ?1 ORDER BY m.user");
    ALL_MENTIONS = "SELECT seq, user FROM mentions WHERE conversation = ?1 ORDER BY seq, user";
    ALL_GONE_KEYS = "SELECT g.sender, g.key, g.seq, EXISTS (SELECT 1 FROM events e WHERE e.conversation = g.conversation AND e.seq = g.seq AND e.key IS NOT NULL), \
         EXISTS (SELECT 1 FROM events e WHERE e.conversation = g.conversation AND e.sender = g.sender AND e.key = g.key) FROM gone_keys g WHERE g.conversation = ?1";
    ALL_USERS = concat!("SELECT ", user_columns!(), " FROM users u ORDER BY u.id");
    ALL_CONTACT_POSITIONS = "SELECT user, other, position FROM contacts ORDER BY user, other";

    LOGS_WITHOUT_CONVERSATION = "WITH RECURSIVE logs (id) AS (SELECT min(conversation) FROM events UNION ALL \
         SELECT (SELECT min(conversation) FROM events WHERE conversation > logs.id) FROM logs WHERE logs.id IS NOT NULL) \
         SELECT id FROM logs WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = logs.id)";
    STRAY_MEMBERS = "SELECT m.conversation, m.user FROM members m WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = m.conversation) \
         OR NOT EXISTS (SELECT 1 FROM users u WHERE u.id = m.user)";
    STRAY_MENTIONS = "SELECT DISTINCT n.conversation, n.user FROM mentions n WHERE NOT EXISTS (SELECT 1 FROM members m WHERE m.conversation = n.conversation AND m.user = n.user)";
    STRAY_PINS = "SELECT p.conversation, p.seq FROM pins p WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = p.conversation)";
    STRAY_KEYS = "SELECT DISTINCT g.conversation, g.sender FROM gone_keys g WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = g.conversation)";
    STRAY_DEVICES = "SELECT d.id, d.user FROM devices d WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = d.user AND u.deleted = 0 AND u.disabled = 0)";
    STRAY_DEVICE_MARKS = "SELECT w.device, w.conversation FROM device_marks w WHERE NOT EXISTS (SELECT 1 FROM devices d WHERE d.id = w.device) \
         OR NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = w.conversation)";
    DEVICES_AHEAD = "SELECT w.device, w.conversation FROM device_marks w JOIN devices d ON d.id = w.device JOIN members m ON m.conversation = w.conversation \
         AND m.user = d.user WHERE w.delivered > m.delivered";
    STRAY_CONTACTS = "SELECT k.user, k.other FROM contacts k WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = k.user AND u.deleted = 0) \
         OR NOT EXISTS (SELECT 1 FROM users u WHERE u.id = k.other)";
    STRAY_BLOCKS = "SELECT b.user, b.other FROM blocks b WHERE b.user = b.other OR NOT EXISTS (SELECT 1 FROM users u WHERE u.id = b.user AND u.deleted = 0) \
         OR NOT EXISTS (SELECT 1 FROM users u WHERE u.id = b.other AND u.deleted = 0)";
    STRAY_INVITES = "SELECT i.id, i.created_by FROM invites i WHERE (i.conversation IS NOT NULL AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.id = i.conversation))";
    OVERUSED_INVITES = "SELECT i.id, i.uses FROM invites i WHERE i.uses > i.uses_max";
    HIGHEST_ID = "SELECT max(coalesce((SELECT max(id) FROM users), 0), coalesce((SELECT max(id) FROM devices), 0), \
         coalesce((SELECT max(id) FROM conversations), 0), coalesce((SELECT max(id) FROM invites), 0))";
}
