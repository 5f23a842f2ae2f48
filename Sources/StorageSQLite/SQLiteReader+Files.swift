import CAASProtocol
import Chat

// MARK: Files

extension SQLiteReading {
    package func file(_ id: FileID, of tenant: TenantID) throws -> FileRecord? {
        try connection.statement(
            """
            SELECT f.ext_id, t.ext_id, c.ext_id, u.ext_id, n.body, n.type, f.size, f.chunk_size, f.sha256, f.created_at,
                f.expires_at, f.received, f.state, f.uses, f.last_use
            FROM file f
                JOIN conversation c ON c.conv_no = f.conv_no
                JOIN tenant t ON t.tenant_no = c.tenant_no
                JOIN user u ON u.user_no = f.owner_no
                JOIN content n ON n.content_no = f.content_no
            WHERE f.ext_id = ? AND t.ext_id = ? AND f.state <> 2
            """
        ).bound(.text(id.rawValue), .text(tenant.rawValue)).first { try FileRecord($0) }
    }

    package func storedBytes(of user: UserKey) throws -> (user: Int64, tenant: Int64) {
        let rows = try connection.statement(
            """
            SELECT b.user_no, b.bytes FROM tenant t
                LEFT JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                JOIN stored_bytes b ON b.tenant_no = t.tenant_no AND b.user_no IN (0, u.user_no)
            WHERE t.ext_id = ?1
            """
        ).bound(.text(user.tenant.rawValue), .text(user.user.rawValue)).rows { ($0.integer(0), $0.integer(1)) }
        return (rows.first { $0.0 != 0 }?.1 ?? 0, rows.first { $0.0 == 0 }?.1 ?? 0)
    }

    package func unfinishedFiles(of user: UserKey) throws -> Int {
        let count = try connection.statement(
            """
            SELECT count(*) FROM tenant t
                JOIN user u ON u.tenant_no = t.tenant_no AND u.ext_id = ?2
                JOIN file f ON f.owner_no = u.user_no AND f.state = 0
                JOIN conversation c ON c.conv_no = f.conv_no AND c.tenant_no = t.tenant_no
            WHERE t.ext_id = ?1
            """
        ).bound(.text(user.tenant.rawValue), .text(user.user.rawValue)).first { Int($0.integer(0)) }
        return count ?? 0
    }

    package func lateFiles(at time: Int64, limit: Int) throws -> [FileID] {
        try connection.statement("SELECT ext_id FROM file WHERE state = 0 AND expires_at <= ? LIMIT ?")
            .bound(.integer(time), .limit(limit)).rows { try $0.fileID(0) }
    }

    package func remains(behind place: Int64, limit: Int) throws -> [FileRemains] {
        try connection.statement(
            "SELECT ext_id, file_no FROM file WHERE state = 2 AND file_no > ? ORDER BY file_no LIMIT ?"
        ).bound(.integer(place), .limit(limit)).rows { FileRemains(file: try $0.fileID(0), place: $0.integer(1)) }
    }
}

extension Columns {
    fileprivate func fileID(_ place: Int32) throws(StorageError) -> FileID {
        guard let id = FileID(text(place)) else { throw .impossible("file id") }
        return id
    }
}

extension FileRecord {
    fileprivate init(_ row: Columns) throws {
        self.init(
            id: try row.fileID(0),
            conversation: try row.conversationKey(tenant: 1, conversation: 2),
            owner: try row.userID(3),
            name: row.text(4),
            mimeType: row.text(5),
            size: row.integer(6),
            chunkSize: row.integer(7),
            sha256: row.bytes(8),
            createdAt: row.integer(9),
            expiresAt: row.integer(10),
            received: row.integer(11),
            isComplete: row.integer(12) == 1,
            uses: row.integer(13),
            lastUse: row.integer(14)
        )
    }
}
