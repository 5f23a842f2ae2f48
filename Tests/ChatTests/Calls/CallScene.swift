import CAASProtocol
import Testing

@testable import Chat

/// Alice, who calls, and Bob, who has a phone and a tablet; both know each other.
final class CallScene {
    let chat: Transcript
    let alice: Actor
    let phone: Actor
    let tablet: Actor

    init(_ change: (inout ChatSettings) -> Void = { _ in }) throws {
        chat = Transcript(change)
        alice = try chat.connect("alice")
        phone = try chat.connect("bob")
        tablet = try chat.connect("bob")
        try chat.befriend(alice, "bob")
    }

    /// Alice calls Bob.
    func call(_ type: CallType = .audio) throws -> CallID { try chat.call(alice, "bob", type) }

    /// Alice calls Bob, who answers on the phone.
    func talk() throws -> CallID {
        let call = try call()
        _ = try chat.standing(phone, .answer(.to(call)))
        return call
    }

    /// What all three are told, in the order of alice, phone, tablet.
    func told(_ deliveries: [Delivery]) -> [[String]] {
        [alice, phone, tablet].map { deliveries.told(to: $0) }
    }
}

extension CallReference {
    static func to(_ call: CallID) -> CallReference { CallReference(callID: call) }
}

extension Transcript {
    /// Makes the two members of a direct conversation.
    func befriend(_ actor: Actor, _ other: String) throws {
        let pair = ConversationCreate(kind: .direct, memberIDs: [try .named(other)])
        _ = try outcome(actor, .create(pair))
    }

    func initiate(_ caller: Actor, _ callee: String, _ type: CallType = .audio) throws -> ChatRequest {
        try request(caller, .call(.initiate(CallInitiate(targetUserID: .named(callee), type: type))))
    }

    /// Rings somebody, and returns the call.
    func call(_ caller: Actor, _ callee: String, _ type: CallType = .audio) throws -> CallID {
        let command = CallCommand.initiate(CallInitiate(targetUserID: try .named(callee), type: type))
        let standing = try standing(caller, command)
        #expect(standing.state == .ringing)
        return standing.callID
    }

    func standing(_ actor: Actor, _ command: CallCommand, frame: String? = nil) throws -> CallStanding {
        guard case .call(let standing) = try outcome(actor, .call(command), frame: frame) else {
            throw Unexpected(what: "another answer")
        }
        return standing
    }

    /// The reason of the refusal of one request, behind its code.
    func reason(_ actor: Actor, _ command: CallCommand) throws -> String {
        let error = try refusal(actor, .call(command))
        return "\(error.code.rawValue) \(error.reason ?? "-")"
    }

    /// The entries of calls between two users, in order: reason and duration.
    func entries(_ one: Actor, _ other: String) throws -> [String] {
        try storage.read { store in
            let conversation = try store.directConversation(tenant: one.user.tenant, one.user.user, .named(other))
            guard let conversation else { return [] }
            return try store.messages(in: conversation, .latest, limit: 100).compactMap { record in
                guard record.message.body.type == "call" else { return nil }
                #expect(record.message.body.content.isEmpty)
                return record.message.body.metadata?.text
            }
        }
    }
}

extension [Delivery] {
    /// What one connection is told of calls, in order, each in a word or two.
    func told(to actor: Actor) -> [String] {
        directEvents(to: actor).compactMap { event in
            switch event {
            case .callIncoming: "incoming"
            case .callRinging: "ringing"
            case .callAnswered(let answered): "answered \(answered.answeredBy) \(answered.deviceID)"
            case .callEnded(let ended): "ended \(ended.reason.rawValue) \(ended.duration)"
            case .callUpdate(let update): update.state.rawValue
            case .callSignal(let signal): "signal \(signal.from) \(signal.payload.text)"
            default: nil
            }
        }
    }

    /// The entries of calls that readers are told of.
    var callMessages: [Message] {
        events.compactMap { event in
            guard case .messageNew(let message) = event, message.body.type == "call" else { return nil }
            return message
        }
    }
}
