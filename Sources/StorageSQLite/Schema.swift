/// The numbered steps from an empty file to the present schema; a step that was released is never changed.
enum Schema {
    /// What the file's header says whose it is: "CAAS".
    static let applicationID = 0x4341_4153

    /// The number of the present schema.
    static var version: Int { steps.count }

    /// Step n leads to version n + 1.
    static let steps = [
        first, joinedSeq, apiKeys, knownUsers, calls, files, presence, hiddenLastSeen, blocks, silentCalls,
    ]

    /// Ids of tenants come first in every key, so equal ids of two tenants never meet (R63).
    ///
    /// Users are numbers in messages; `member` keeps the id too, so that lists come out in the order of ids.
    /// `role`: 1 readonly to 4 owner, NULL for a banned user. `membership`: the place among the user's memberships in
    /// the order of joining, counted for each user so that it tells nothing about others (G4).
    /// `previous_conv`, `previous_seq`: the sender's message before this one, anywhere; `latest_send` starts the chain.
    ///
    /// `content` only grows at its end, and its rows are never removed or made larger, only emptied: where SQLite moves
    /// rows between pages it leaves copies in their unused parts, which `secure_delete` does not reach (G14).
    private static let first = """
        CREATE TABLE tenant (
            tenant_no INTEGER PRIMARY KEY,
            ext_id TEXT NOT NULL UNIQUE
        ) STRICT;

        CREATE TABLE user (
            user_no INTEGER PRIMARY KEY,
            tenant_no INTEGER NOT NULL,
            ext_id TEXT NOT NULL,
            name TEXT,
            avatar_url TEXT,
            UNIQUE (tenant_no, ext_id)
        ) STRICT;

        CREATE TABLE latest_send (
            user_no INTEGER PRIMARY KEY,
            conv_no INTEGER NOT NULL,
            seq INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE conversation (
            conv_no INTEGER PRIMARY KEY,
            tenant_no INTEGER NOT NULL,
            ext_id TEXT NOT NULL,
            handle INTEGER NOT NULL UNIQUE,
            kind INTEGER NOT NULL,
            visibility INTEGER NOT NULL,
            last_seq INTEGER NOT NULL DEFAULT 0,
            last_offset INTEGER NOT NULL DEFAULT 0,
            member_count INTEGER NOT NULL DEFAULT 0,
            owner_count INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            created_by INTEGER,
            created_frame TEXT,
            request_hash BLOB,
            pair_low INTEGER,
            pair_high INTEGER,
            name TEXT,
            metadata TEXT,
            UNIQUE (tenant_no, ext_id)
        ) STRICT;
        CREATE UNIQUE INDEX conversation_creation ON conversation (created_by, created_frame)
            WHERE created_by IS NOT NULL AND created_frame IS NOT NULL;
        CREATE UNIQUE INDEX conversation_pair ON conversation (pair_low, pair_high) WHERE pair_low IS NOT NULL;

        CREATE TABLE member (
            conv_no INTEGER NOT NULL,
            user_id TEXT NOT NULL,
            user_no INTEGER NOT NULL,
            role INTEGER,
            banned_until INTEGER,
            joined_at INTEGER NOT NULL,
            membership INTEGER,
            PRIMARY KEY (conv_no, user_id)
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX member_of ON member (user_no, membership) WHERE membership IS NOT NULL;

        CREATE TABLE message (
            conv_no INTEGER NOT NULL,
            seq INTEGER NOT NULL,
            created_offset INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            sender_no INTEGER NOT NULL,
            client_id TEXT NOT NULL,
            content_no INTEGER NOT NULL,
            client_timestamp INTEGER,
            created_at INTEGER NOT NULL,
            previous_conv INTEGER,
            previous_seq INTEGER,
            edit_version INTEGER NOT NULL DEFAULT 1,
            edited_at INTEGER,
            deleted_at INTEGER,
            deleted_by TEXT,
            delete_reason TEXT,
            PRIMARY KEY (conv_no, seq),
            UNIQUE (conv_no, sender_no, client_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX message_changed ON message (conv_no, offset) WHERE offset <> created_offset;

        CREATE TABLE content (
            content_no INTEGER PRIMARY KEY,
            hash BLOB,
            type TEXT NOT NULL,
            body TEXT NOT NULL,
            extras TEXT
        ) STRICT;
        """

    /// Where a membership began among the messages, for a history that is seen from one's joining on (R22).
    private static let joinedSeq = "ALTER TABLE member ADD COLUMN joined_seq INTEGER NOT NULL DEFAULT 0"

    /// API keys (R60).
    ///
    /// The tenant is a text here: keys are made by commands, which number no tenants. `scopes` are names with a space
    /// between, so that the file says what a key opens whatever numbers a later version gives them.
    private static let apiKeys = """
        CREATE TABLE api_key (
            key_id TEXT PRIMARY KEY,
            tenant TEXT NOT NULL,
            name TEXT NOT NULL,
            scopes TEXT NOT NULL,
            secret_hash BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER
        ) STRICT, WITHOUT ROWID;
        """

    /// Whether there is such a user; else the row only stands for the id in what it sent or made.
    private static let knownUsers = "ALTER TABLE user ADD COLUMN is_known INTEGER NOT NULL DEFAULT 1"

    /// Calls between two users (R39–R48).
    ///
    /// Ids are texts: a row belongs to nothing, is read at a start and when somebody asks late, and goes after a day.
    /// `seen_at`: when a node last said that the call goes on. `caller_told`, `callee_told`: who knows of its end.
    private static let calls = """
        CREATE TABLE call (
            tenant TEXT NOT NULL,
            call_id TEXT NOT NULL,
            conversation TEXT NOT NULL,
            caller TEXT NOT NULL,
            callee TEXT NOT NULL,
            type TEXT NOT NULL,
            caller_device TEXT NOT NULL,
            callee_device TEXT,
            version INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            rings_until INTEGER NOT NULL,
            has_rung INTEGER NOT NULL,
            answered_at INTEGER,
            ended_at INTEGER,
            reason TEXT,
            ended_by TEXT,
            duration INTEGER,
            seen_at INTEGER NOT NULL,
            caller_told INTEGER NOT NULL,
            callee_told INTEGER NOT NULL,
            PRIMARY KEY (tenant, call_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX call_live ON call (started_at) WHERE ended_at IS NULL;
        CREATE INDEX call_untold ON call (started_at) WHERE ended_at IS NOT NULL AND (caller_told = 0 OR callee_told = 0);
        CREATE INDEX call_ended ON call (ended_at) WHERE ended_at IS NOT NULL;
        """

    /// Files (R53): their bytes stand elsewhere, their names and types in `content`.
    ///
    /// `state`: 0 unfinished, 1 complete, 2 removed, until nothing is left of its bytes. `received`: bytes that are durable.
    /// `stored_bytes`: what each user's files take, and under user 0 what all of the tenant's do.
    private static let files = """
        CREATE TABLE file (
            file_no INTEGER PRIMARY KEY,
            ext_id TEXT NOT NULL UNIQUE,
            conv_no INTEGER NOT NULL,
            owner_no INTEGER NOT NULL,
            content_no INTEGER NOT NULL,
            size INTEGER NOT NULL,
            chunk_size INTEGER NOT NULL,
            received INTEGER NOT NULL,
            sha256 BLOB,
            state INTEGER NOT NULL,
            uses INTEGER NOT NULL,
            last_use INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX file_of_conversation ON file (conv_no) WHERE state <> 2;
        CREATE INDEX file_of_owner ON file (owner_no) WHERE state = 0;
        CREATE INDEX file_unfinished ON file (expires_at) WHERE state = 0;
        CREATE INDEX file_removed ON file (file_no) WHERE state = 2;

        CREATE TABLE stored_bytes (
            tenant_no INTEGER NOT NULL,
            user_no INTEGER NOT NULL,
            bytes INTEGER NOT NULL,
            PRIMARY KEY (tenant_no, user_no)
        ) STRICT, WITHOUT ROWID;
        """

    /// What users said of their presence, and when they were seen last (R34, R38).
    ///
    /// `choice`: NULL leaves it to the devices.
    private static let presence = """
        CREATE TABLE presence (
            user_no INTEGER PRIMARY KEY,
            choice TEXT,
            message TEXT,
            message_until INTEGER,
            last_seen INTEGER
        ) STRICT;
        """

    /// 1 for users who want nobody to know when they were seen last (R38).
    private static let hiddenLastSeen = """
        ALTER TABLE presence ADD COLUMN hides_last_seen INTEGER NOT NULL DEFAULT 0;
        """

    /// Who has blocked whom (R77), and the members from whom their direct conversation is hidden by that.
    private static let blocks = """
        CREATE TABLE block (
            blocker_no INTEGER NOT NULL,
            blocked_no INTEGER NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (blocker_no, blocked_no)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX block_of ON block (blocked_no);
        ALTER TABLE member ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
        """

    /// 1 for calls to who has blocked the caller (R41).
    private static let silentCalls = "ALTER TABLE call ADD COLUMN silent INTEGER NOT NULL DEFAULT 0"
}
