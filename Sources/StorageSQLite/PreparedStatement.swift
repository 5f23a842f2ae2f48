import Chat
import GRDB
import GRDBSQLite

/// One prepared statement, bound and read by position.
///
/// The only file that speaks SQLite's own interface: an append binds thirteen values, and GRDB's arguments would cost a
/// heap allocation for each. Lives and is used on its connection's queue.
struct PreparedStatement {
    // Keeps `raw` alive.
    private let statement: Statement
    private let raw: OpaquePointer
    private let failures: FailureRecord?

    /// - Parameter failures: where the writer wants to find what went wrong, even if somebody catches the error.
    init(_ statement: Statement, noting failures: FailureRecord?) {
        self.statement = statement
        self.failures = failures
        raw = statement.sqliteStatement
    }

    // MARK: Binding; the first place is 1. Texts and bytes are copied.

    func bind(_ place: Int32, _ value: Int64) {
        sqlite3_bind_int64(raw, place, value)
    }

    func bind(_ place: Int32, _ value: Int64?) {
        if let value { bind(place, value) } else { sqlite3_bind_null(raw, place) }
    }

    func bind(_ place: Int32, _ text: String) {
        var text = text
        text.withUTF8 { bind(place, text: $0) }
    }

    func bind(_ place: Int32, _ text: String?) {
        if let text { bind(place, text) } else { sqlite3_bind_null(raw, place) }
    }

    /// UTF-8 that is a text to SQLite.
    func bind(_ place: Int32, text bytes: [UInt8]?) {
        if let bytes { bytes.withUnsafeBufferPointer { bind(place, text: $0) } } else { sqlite3_bind_null(raw, place) }
    }

    func bind(_ place: Int32, bytes: [UInt8]?) {
        guard let bytes else { return _ = sqlite3_bind_null(raw, place) }
        guard !bytes.isEmpty else { return _ = sqlite3_bind_zeroblob(raw, place, 0) }
        bytes.withUnsafeBytes { _ = sqlite3_bind_blob(raw, place, $0.baseAddress, Int32($0.count), Self.copied) }
    }

    private func bind(_ place: Int32, text: UnsafeBufferPointer<UInt8>) {
        // An empty buffer has no address, and no address is NULL.
        guard let start = text.baseAddress, text.count > 0 else { return _ = sqlite3_bind_text(raw, place, "", 0, nil) }
        start.withMemoryRebound(to: CChar.self, capacity: text.count) {
            _ = sqlite3_bind_text(raw, place, $0, Int32(text.count), Self.copied)
        }
    }

    /// SQLITE_TRANSIENT.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Binds all values in their order.
    func bound(_ values: Value...) -> Self { bound(values) }

    func bound(_ values: [Value]) -> Self {
        for (index, value) in values.enumerated() { bind(Int32(index + 1), value) }
        return self
    }

    func bind(_ place: Int32, _ value: Value) {
        switch value {
        case .integer(let integer): bind(place, integer)
        case .text(let text): bind(place, text)
        case .textBytes(let bytes): bind(place, text: bytes)
        case .bytes(let bytes): bind(place, bytes: bytes)
        }
    }

    /// A value to bind; nil is NULL.
    enum Value {
        case integer(Int64?)
        case text(String?)
        case textBytes([UInt8]?)
        case bytes([UInt8]?)
    }

    // MARK: Running

    /// Runs a statement that has no rows; returns how many rows it changed.
    @discardableResult
    func run() throws(StorageError) -> Int {
        defer { sqlite3_reset(raw) }
        while try step() {}
        return Int(sqlite3_changes(sqlite3_db_handle(raw)))
    }

    /// The rows, each passed to `decode`.
    func rows<Row>(_ decode: (Columns) throws -> Row) throws -> [Row] {
        defer { sqlite3_reset(raw) }
        var rows: [Row] = []
        while try step() { rows.append(try decode(Columns(raw))) }
        return rows
    }

    /// The first row, if there is one.
    func first<Row>(_ decode: (Columns) throws -> Row) throws -> Row? {
        defer { sqlite3_reset(raw) }
        return try step() ? try decode(Columns(raw)) : nil
    }

    private func step() throws(StorageError) -> Bool {
        switch sqlite3_step(raw) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let connection = sqlite3_db_handle(raw)
            let code = sqlite3_extended_errcode(connection)
            let error = StorageError(code: code, message: String(cString: sqlite3_errmsg(connection)))
            failures?.note(error, code: code)
            throw error
        }
    }
}

/// The columns of the row that a statement stands on; the first is 0.
struct Columns {
    private let raw: OpaquePointer

    fileprivate init(_ raw: OpaquePointer) {
        self.raw = raw
    }

    func integer(_ place: Int32) -> Int64 {
        sqlite3_column_int64(raw, place)
    }

    func optionalInteger(_ place: Int32) -> Int64? {
        isNull(place) ? nil : integer(place)
    }

    func text(_ place: Int32) -> String {
        guard let start = sqlite3_column_text(raw, place) else { return "" }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, place)))
        return String(decoding: bytes, as: UTF8.self)
    }

    func optionalText(_ place: Int32) -> String? {
        isNull(place) ? nil : text(place)
    }

    /// The bytes of a text or a blob; nil where there is none.
    func bytes(_ place: Int32) -> [UInt8]? {
        guard !isNull(place) else { return nil }
        guard let start = sqlite3_column_blob(raw, place) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, place))))
    }

    func isNull(_ place: Int32) -> Bool {
        sqlite3_column_type(raw, place) == SQLITE_NULL
    }
}
