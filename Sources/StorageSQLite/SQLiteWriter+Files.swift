import CAASProtocol
import Chat

/// Files: what a user has called one stands in `content`, where it can be erased (G14).
extension SQLiteWriter {
    func insert(_ file: FileRecord, in conversation: ConversationRecord) throws {
        let row = try cached(conversation)
        let owner = try user(file.owner, ofTenant: row.tenantNumber).number
        let content = try insertContent(MessageBody(type: file.mimeType, content: file.name))
        try connection.statement(
            """
            INSERT INTO file (ext_id, conv_no, owner_no, content_no, size, chunk_size, received, sha256, state, uses,
                last_use, created_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ).bound(
            .text(file.id.rawValue),
            .integer(row.record.number),
            .integer(owner),
            .integer(content),
            .integer(file.size),
            .integer(file.chunkSize),
            .integer(file.received),
            .bytes(file.sha256),
            .integer(file.isComplete ? 1 : 0),
            .integer(file.uses),
            .integer(file.lastUse),
            .integer(file.createdAt),
            .integer(file.expiresAt)
        ).run()
        for user in [0, owner] {
            try connection.statement(
                """
                INSERT INTO stored_bytes (tenant_no, user_no, bytes) VALUES (?1, ?2, ?3)
                ON CONFLICT (tenant_no, user_no) DO UPDATE SET bytes = bytes + ?3
                """
            ).bound(.integer(row.tenantNumber), .integer(user), .integer(file.size)).run()
        }
    }

    func setReceived(_ bytes: Int64, of file: FileID) throws {
        try connection.statement("UPDATE file SET received = ?2 WHERE ext_id = ?1 AND state = 0")
            .bound(.text(file.rawValue), .integer(bytes)).run()
    }

    func complete(_ file: FileID, sha256: [UInt8]) throws {
        try connection.statement(
            "UPDATE file SET state = 1, received = size, sha256 = ?2 WHERE ext_id = ?1 AND state = 0"
        )
        .bound(.text(file.rawValue), .bytes(sha256)).run()
    }

    func attach(_ file: FileID, at seq: Int64) throws {
        try connection.statement("UPDATE file SET uses = uses + 1, last_use = ?2 WHERE ext_id = ?1")
            .bound(.text(file.rawValue), .integer(seq)).run()
    }

    func detach(_ file: FileID) throws {
        try connection.statement(
            "UPDATE file SET uses = uses - 1, state = iif(uses <= 1, 2, state) WHERE ext_id = ?"
        ).bound(.text(file.rawValue)).run()
    }

    func removeFile(_ file: FileID) throws {
        try connection.statement("UPDATE file SET state = 2 WHERE ext_id = ?").bound(.text(file.rawValue)).run()
    }

    func removeUnfinishedFiles(of user: UserKey) throws {
        try connection.statement(
            """
            UPDATE file SET state = 2 WHERE state = 0 AND owner_no =
                (SELECT u.user_no FROM tenant t JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                WHERE t.ext_id = ?1)
            """
        ).bound(.text(user.tenant.rawValue), .text(user.user.rawValue)).run()
    }

    func removeUnfinished(_ files: [FileID]) throws {
        for file in files {
            try connection.statement("UPDATE file SET state = 2 WHERE ext_id = ? AND state = 0")
                .bound(.text(file.rawValue)).run()
        }
    }

    func forget(_ files: [FileID]) throws {
        for file in files {
            let found = try connection.statement(
                """
                SELECT f.file_no, f.content_no, f.size, f.owner_no, u.tenant_no FROM file f
                    JOIN user u ON u.user_no = f.owner_no
                WHERE f.ext_id = ? AND f.state = 2
                """
            ).bound(.text(file.rawValue)).first { row in (0..<5).map { row.integer($0) } }
            guard let row = found else { continue }
            try eraseContent(row[1])
            try connection.statement(
                "UPDATE stored_bytes SET bytes = bytes - ?3 WHERE tenant_no = ?1 AND user_no IN (0, ?2)"
            ).bound(.integer(row[4]), .integer(row[3]), .integer(row[2])).run()
            try connection.statement("DELETE FROM file WHERE file_no = ?").bound(.integer(row[0])).run()
        }
    }

    /// Removes some files of a removed conversation; returns how many there were.
    func removeFiles(of number: Int64, limit: Int) throws -> Int {
        try connection.statement(
            """
            UPDATE file SET state = 2 WHERE file_no IN
                (SELECT file_no FROM file WHERE conv_no = ?1 AND state <> 2 LIMIT ?2)
            """
        ).bound(.integer(number), .limit(limit)).run()
    }
}
