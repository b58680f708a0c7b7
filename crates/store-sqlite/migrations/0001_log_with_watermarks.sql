-- Ids are snowflakes below 2^63. Times are Unix milliseconds. Truths are 0 and 1. Words behind numbers:
--   conversations.kind      1 direct, 2 group, 3 channel
--   conversations.history   1 since joined, 2 all
--   conversations.retention 0 forever, -1 until delivered, n days
--   members.role            1 member, 2 admin, 3 owner, NULL for who left
--   users.role              1 member, 2 admin
--   contacts.state          0 none, 1 requested, 2 pending, 3 accepted
--   store.registration      1 open, 2 invite, 3 closed
-- Foreign keys are not declared: they would cost a lookup for each send. `check` looks for orphans instead.

-- One row: what the store as a whole knows.
CREATE TABLE store (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    epoch         INTEGER NOT NULL,
    last_position INTEGER NOT NULL,
    last_id       INTEGER NOT NULL,
    name          TEXT,
    registration  INTEGER
) STRICT;

CREATE TABLE users (
    id                 INTEGER PRIMARY KEY,
    handle             TEXT UNIQUE,
    display_name       TEXT NOT NULL,
    password_hash      TEXT NOT NULL,
    role               INTEGER NOT NULL,
    send_read_receipts INTEGER NOT NULL,
    share_presence     INTEGER NOT NULL,
    disabled           INTEGER NOT NULL,
    deleted            INTEGER NOT NULL,
    created_at         INTEGER NOT NULL,
    last_active_at     INTEGER,
    position           INTEGER NOT NULL
) STRICT;
CREATE INDEX users_position ON users (position);
CREATE INDEX users_admin ON users (id) WHERE role = 2 AND disabled = 0 AND deleted = 0;

CREATE TABLE devices (
    id           INTEGER PRIMARY KEY,
    user         INTEGER NOT NULL,
    name         TEXT NOT NULL,
    token        BLOB NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_user ON devices (user);

-- What each device said it has, for the retention rule `until_delivered`.
CREATE TABLE device_marks (
    device       INTEGER NOT NULL,
    conversation INTEGER NOT NULL,
    delivered    INTEGER NOT NULL,
    PRIMARY KEY (device, conversation)
) STRICT, WITHOUT ROWID;

-- The rows with state `none` stay: a cursor must learn that a contact ended.
CREATE TABLE contacts (
    user     INTEGER NOT NULL,
    other    INTEGER NOT NULL,
    state    INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (user, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_other ON contacts (other) WHERE state <> 0;

CREATE TABLE blocks (
    user  INTEGER NOT NULL,
    other INTEGER NOT NULL,
    PRIMARY KEY (user, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocks_other ON blocks (other);

-- Head, counts and position are those of the last filed event: where `arrivals` has newer ones, its newest row says them.
CREATE TABLE conversations (
    id               INTEGER PRIMARY KEY,
    kind             INTEGER NOT NULL,
    title            TEXT,
    title_key        TEXT,             -- of channels: the title in ASCII lower case, for the order
    description      TEXT,
    history          INTEGER NOT NULL,
    retention        INTEGER NOT NULL,
    rules_version    INTEGER NOT NULL,
    last_seq         INTEGER NOT NULL,
    last_message_seq INTEGER NOT NULL, -- of the newest message, 0 without
    filed_seq        INTEGER NOT NULL, -- events up to here stand in `events`, those after it in `arrivals`
    trimmed_seq      INTEGER NOT NULL,
    message_count    INTEGER NOT NULL,
    trimmed_count    INTEGER NOT NULL, -- messages at and below trimmed_seq
    member_count     INTEGER NOT NULL,
    direct_low       INTEGER,
    direct_high      INTEGER,
    creator          INTEGER NOT NULL,
    creation_key     TEXT,
    position         INTEGER NOT NULL, -- of the last event
    receipt_position INTEGER NOT NULL, -- the highest watermark_position of its members; 0 for channels
    trim_position    INTEGER NOT NULL, -- of the last trim
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX conversations_direct ON conversations (direct_low, direct_high) WHERE direct_low IS NOT NULL;
CREATE UNIQUE INDEX conversations_creation_key ON conversations (creator, creation_key) WHERE creation_key IS NOT NULL;
CREATE INDEX conversations_channel ON conversations (title_key, id) WHERE kind = 3;
CREATE INDEX conversations_trimmable ON conversations (id) WHERE retention <> 0;

-- The log. The running figures of each event are as of that event, itself included, so that nothing is ever counted.
CREATE TABLE events (
    conversation  INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    position      INTEGER NOT NULL,
    id            INTEGER NOT NULL,
    sender        INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    message_seq   INTEGER NOT NULL, -- of the newest message
    message_count INTEGER NOT NULL, -- messages so far
    own_count     INTEGER,          -- messages of this sender so far; NULL for what is no message
    target        INTEGER,          -- the message that this event is about
    key           TEXT,             -- of a send, until its content is erased
    digest        BLOB,
    body          TEXT NOT NULL,
    PRIMARY KEY (conversation, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX events_key ON events (conversation, sender, key) WHERE key IS NOT NULL;
CREATE INDEX events_target ON events (conversation, target) WHERE target IS NOT NULL;

-- Messages in the order in which they came, not yet filed in their logs: what is appended at the end of one table shares its pages, and a send costs no page of its
-- own. Each is filed in `events` soon, together with others of its log. A row at or below its conversation's filed_seq is filed already, and only waits to go.
CREATE TABLE arrivals (
    position      INTEGER PRIMARY KEY,
    conversation  INTEGER NOT NULL,
    seq           INTEGER NOT NULL,
    id            INTEGER NOT NULL,
    sender        INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    message_count INTEGER NOT NULL,
    own_count     INTEGER NOT NULL,
    key           TEXT,
    digest        BLOB,
    body          TEXT NOT NULL
) STRICT;
CREATE INDEX arrivals_log ON arrivals (conversation, seq);

-- Keys of sends whose message was erased or trimmed.
CREATE TABLE gone_keys (
    conversation INTEGER NOT NULL,
    sender       INTEGER NOT NULL,
    key          TEXT NOT NULL,
    digest       BLOB NOT NULL,
    seq          INTEGER NOT NULL,
    id           INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (conversation, sender, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX gone_keys_at ON gone_keys (at);

CREATE TABLE pins (
    conversation INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    PRIMARY KEY (conversation, seq)
) STRICT, WITHOUT ROWID;

-- Which members were mentioned by others where, as long as the message is kept and has its content.
CREATE TABLE mentions (
    conversation INTEGER NOT NULL,
    seq          INTEGER NOT NULL,
    user         INTEGER NOT NULL,
    PRIMARY KEY (conversation, seq, user)
) STRICT, WITHOUT ROWID;

-- The counts say how many messages, own messages and mentions there were: so far, at the base (the later of `read` and where counting begins), at trimmed_seq.
-- unread = (message_count - max(base_messages, trimmed_count)) - (own_count - max(base_own, trimmed_own)), and so with mentions.
CREATE TABLE members (
    conversation       INTEGER NOT NULL,
    user               INTEGER NOT NULL,
    role               INTEGER,
    joined_seq         INTEGER NOT NULL,
    intervals          TEXT NOT NULL,    -- "1-5,9-"
    receives           INTEGER NOT NULL, -- a role and an open interval
    delivered          INTEGER NOT NULL,
    read               INTEGER NOT NULL,
    marked_unread      INTEGER NOT NULL,
    muted_until        INTEGER,
    pinned             INTEGER NOT NULL,
    archived           INTEGER NOT NULL,
    position           INTEGER NOT NULL,
    watermark_position INTEGER NOT NULL,
    own_count          INTEGER NOT NULL,
    own_seq            INTEGER NOT NULL, -- of the last own message
    mention_count      INTEGER NOT NULL,
    mention_seq        INTEGER NOT NULL, -- of the last mention
    base_messages      INTEGER NOT NULL,
    base_own           INTEGER NOT NULL,
    base_mentions      INTEGER NOT NULL,
    trimmed_own        INTEGER NOT NULL,
    trimmed_mentions   INTEGER NOT NULL,
    left_title         TEXT,             -- the title when they last left
    left_at            INTEGER,
    PRIMARY KEY (conversation, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_user ON members (user, receives);

CREATE TABLE invites (
    id           INTEGER PRIMARY KEY,
    code         TEXT NOT NULL UNIQUE,
    conversation INTEGER,
    created_by   INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    uses_max     INTEGER,
    uses         INTEGER NOT NULL
) STRICT;
CREATE INDEX invites_conversation ON invites (conversation);
