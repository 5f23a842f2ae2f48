import CAASProtocol
import Chat

/// What the writer remembers of committed rows between transactions.
///
/// True as long as nobody else writes, which ``SQLiteWriter`` checks at each beginning. Confined to the writer's queue.
final class WriterCaches {
    /// A conversation's row with the changes of the present transaction.
    final class Conversation {
        var record: ConversationRecord
        let tenantNumber: Int64
        /// Whether its counters are still to be written.
        var isChanged = false

        init(_ record: ConversationRecord, tenantNumber: Int64) {
            self.record = record
            self.tenantNumber = tenantNumber
        }
    }

    /// A user's number, and where the user's latest message is.
    final class User {
        let number: Int64
        var latest: (conversation: Int64, seq: Int64)?
        /// Whether ``latest`` is still to be written.
        var isChanged = false
        /// Whether there is such a user, and not only its number in what it left.
        var isKnown: Bool

        init(number: Int64, latest: (conversation: Int64, seq: Int64)?, isKnown: Bool) {
            self.number = number
            self.latest = latest
            self.isKnown = isKnown
        }
    }

    struct UserName: Hashable {
        let tenantNumber: Int64
        let user: UserID
    }

    struct MemberName: Hashable {
        let conversation: Int64
        let user: UserID
    }

    private static let capacity = 25_000

    var conversations = GenerationCache<Int64, Conversation>(capacity: capacity)
    var numbers = GenerationCache<ConversationKey, Int64>(capacity: capacity)
    var users = GenerationCache<UserName, User>(capacity: capacity)
    /// A nil inside says that there is no such member.
    var members = GenerationCache<MemberName, MemberRecord?>(capacity: capacity)
    /// Tenants stand in the configuration: there are few.
    var tenants: [TenantID: Int64] = [:]

    /// The number of the next row of `content`; nil until it is looked up.
    var nextContent: Int64?

    func trim() {
        conversations.trim()
        numbers.trim()
        users.trim()
        members.trim()
    }

    func removeAll() {
        conversations.removeAll()
        numbers.removeAll()
        users.removeAll()
        members.removeAll()
        tenants = [:]
        nextContent = nil
    }
}
