import CAASProtocol
import Chat

/// Makes operations on a few tenants, conversations and users, so that they meet often.
struct RandomOperations {
    enum Operation: Sendable {
        case insert(NewConversation)
        case nextOffset(ConversationKey)
        case append(NewMessage, ConversationKey)
        case edit(ConversationKey, seq: Int64, String)
        case delete(ConversationKey, seq: Int64, UserID)
        case put(MemberRecord, ConversationKey)
        case remove(UserID, ConversationKey)
        case name(UserRecord)
        case replace(UserRecord)
        case forget(UserKey)
        case removeAll(ConversationKey)
        case block(UserID, UserKey, on: Bool)
        case settings(ConversationKey, name: String?, ConversationVisibility)
    }

    struct Transaction: Sendable {
        var operations: [Operation]
        /// Whether it throws in the end.
        var isAbandoned: Bool
    }

    static let tenants = [acme, tenant("globex")]
    static let keys = tenants.flatMap { tenant in ["a", "b", "d"].map { roomKey($0, of: tenant) } }
    static let users = [alice, bob, carol]

    private var random: SeededGenerator
    private var time: Int64 = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func chance(of one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    mutating func transaction() -> Transaction {
        let count = Int.random(in: 0...6, using: &random)
        return Transaction(operations: (0..<count).map { _ in operation() }, isAbandoned: chance(of: 5))
    }

    private mutating func one<Element>(of list: [Element]) -> Element {
        list[Int.random(in: 0..<list.count, using: &random)]
    }

    private mutating func operation() -> Operation {
        time += 1
        let key = one(of: Self.keys)
        let user = one(of: Self.users)
        let seq = Int64.random(in: 0...4, using: &random)
        switch Int.random(in: 0..<22, using: &random) {
        case 0..<2:
            var new = NewConversation.sample("a", createdBy: user, createdByFrame: frame("f\(time)"))
            new.key = key
            new.handle = UInt64.random(in: 0...UInt64.max, using: &random)
            new.kind = key.conversation.rawValue == "d" ? .direct : one(of: [.group, .channel])
            new.metadata = chance(of: 2) ? nil : new.metadata
            return .insert(new)
        case 2: return .nextOffset(key)
        case 3..<8:
            var message = NewMessage.sample("m\(Int.random(in: 0..<12, using: &random))", from: user, "text \(time)")
            if chance(of: 4) { message.body = .full }
            message.createdAt = time
            return .append(message, key)
        case 8: return .edit(key, seq: seq, "edit \(time)")
        case 9: return .delete(key, seq: seq, user)
        case 10..<14:
            let ban = MemberRecord.Standing.banned(until: chance(of: 2) ? nil : time)
            let standing = chance(of: 4) ? ban : .member(one(of: MemberRole.allCases))
            // A third user would be none of a direct conversation's.
            let member = key.conversation.rawValue == "d" ? one(of: [alice, bob]) : user
            let isHidden = key.conversation.rawValue == "d" && chance(of: 3)
            return .put(MemberRecord(user: member, standing: standing, joinedAt: time, isHidden: isHidden), key)
        case 14: return key.conversation.rawValue == "d" ? .nextOffset(key) : .remove(user, key)
        case 16:
            return .replace(
                UserRecord(key: userKey(user, of: key.tenant), name: chance(of: 2) ? nil : "n \(time)", avatarURL: nil)
            )
        case 17: return .forget(userKey(user, of: key.tenant))
        case 18: return chance(of: 2) ? .removeAll(key) : .nextOffset(key)
        case 19: return .block(one(of: Self.users), userKey(user, of: key.tenant), on: !chance(of: 3))
        case 15: return .settings(key, name: chance(of: 2) ? nil : "name \(time)", one(of: [.public, .private]))
        default:
            return .name(
                UserRecord(
                    key: userKey(user, of: key.tenant),
                    name: chance(of: 2) ? nil : "name \(time)",
                    avatarURL: chance(of: 2) ? nil : "url \(time)"
                )
            )
        }
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
