import CAASProtocol
import TestSupport
import Testing

@testable import Chat

@Suite("Calls, whatever happens, R39–R49") struct CallPropertyTests {
    /// What one connection was told of each call, in order.
    private typealias Heard = [ConnectionID: [CallID: [String]]]

    @Test(arguments: 0..<40 as Range<UInt64>, [false, true])
    func `every call ends once for everybody, leaves one entry, and nobody is in more than may be`(
        seed: UInt64,
        isWaiting: Bool
    ) throws {
        var random = SeededGenerator(seed: seed)
        let chat = Transcript { $0.calls.isWaiting = isWaiting }
        let names = ["alice", "bob", "carol", "dave"]
        let pairs = [(0, "bob"), (0, "carol"), (0, "dave"), (1, "carol"), (1, "dave"), (2, "dave")]
        /// The most calls that somebody was in at once.
        var most = 0
        var here: [Actor] = []
        var everyone: [Actor] = []
        var heard: Heard = [:]
        var over: Set<CallID> = []
        /// Who was there when a call ended: each must hear it.
        var mustHear: [(ConnectionID, CallID)] = []
        for name in names { here.append(try chat.connect(name, device: "\(name)-1")) }
        for (one, other) in pairs { try chat.befriend(here[one], other) }
        everyone = here
        var calls: [CallID] = []

        func isHere(_ actor: Actor) -> Bool { chat.service.audience.isConnected(actor.connection) }

        func note(_ step: () -> [Delivery]) throws {
            let before = everyone.filter(isHere)
            let deliveries = step()
            for case .direct(let connections, _, let event) in deliveries {
                guard let (call, word) = event.ofCall else { continue }
                for connection in connections { heard[connection, default: [:]][call, default: []].append(word) }
            }
            for case .answer(_, _, .success(_, .call(let standing))) in deliveries
            where !calls.contains(standing.callID) {
                calls.append(standing.callID)
            }
            for call in calls where !over.contains(call) {
                let key = CallKey(tenant: here[0].user.tenant, call: call)
                let record = try #require(try chat.storage.read { try $0.call(key) })
                guard let end = record.end else { continue }
                over.insert(call)
                // Whoever was busy has not heard of the call at all.
                let told = end.reason == .busy ? [record.caller] : [record.caller, record.callee]
                for actor in before where isHere(actor) && told.contains(actor.user.user) {
                    mustHear.append((actor.connection, call))
                }
            }
        }

        for _ in 0..<300 {
            var batch: [ChatRequest] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let actor = here.randomElement(using: &random) ?? here[0]
                let call = calls.suffix(3).randomElement(using: &random).map(CallReference.to)
                switch (Int.random(in: 0..<10, using: &random), call) {
                case (0..<3, _):
                    let callee = names.randomElement(using: &random) ?? "bob"
                    batch.append(try chat.initiate(actor, callee))
                case (3..<5, let call?): batch.append(try chat.request(actor, .call(.answer(call))))
                case (5, let call?): batch.append(try chat.request(actor, .call(.reject(call))))
                case (6, let call?): batch.append(try chat.request(actor, .call(.end(call))))
                case (7, let call?): batch.append(try chat.request(actor, .call(.signal(.offer(call.callID, "1")))))
                case (8, _):
                    batch.append(try chat.request(actor, Bool.random(using: &random) ? .disconnect : .goodbye))
                    here.removeAll { $0.connection == actor.connection }
                    let device = Int.random(in: 1...2, using: &random)
                    let user = actor.user.user.rawValue
                    here.append(try chat.newcomer(user, device: "\(user)-\(device)"))
                    everyone.append(here[here.count - 1])
                    batch.append(try chat.request(here[here.count - 1], .connect))
                default:
                    let pause = Duration.seconds(Int.random(in: 0...20, using: &random))
                    try note { chat.wait(pause) }
                }
            }
            try note { chat.process(batch) }
            let live = try chat.storage.read { try $0.liveCalls() }
            let counts = Dictionary(live.flatMap { [($0.caller, 1), ($0.callee, 1)] }, uniquingKeysWith: +)
            most = max(most, counts.values.max() ?? 0)
            #expect(Set(live.map(\.conversation)).count == live.count, "seed \(seed): two who are in two calls")
            #expect(live.allSatisfy { $0.version >= 1 && $0.end == nil }, "seed \(seed)")
        }
        #expect(most == (isWaiting ? 2 : 1), "seed \(seed)")
        try note { chat.wait(.seconds(28_800)) }
        #expect(try chat.storage.read { try $0.liveCalls() }.isEmpty, "seed \(seed)")
        var entries: [String] = []
        for (one, other) in pairs { entries += try chat.entries(chat.newcomer(names[one]), other) }
        #expect(calls.count > 10, "seed \(seed)")
        for call in calls {
            let ends = heard.values.compactMap {
                $0[call]?.filter { $0.hasPrefix("ended") && !$0.contains("elsewhere") }
            }
            #expect(Set(ends.joined()).count <= 1, "seed \(seed): \(call) ended as \(ends)")
            #expect(entries.filter { $0.contains(call.rawValue) }.count == 1, "seed \(seed): \(call)")
        }
        #expect(over.count == calls.count && mustHear.count > calls.count, "seed \(seed)")
        for (connection, call) in mustHear {
            let ends = heard[connection]?[call]?.filter { $0.hasPrefix("ended") && !$0.contains("elsewhere") } ?? []
            #expect(ends.count == 1, "seed \(seed): \(connection) was told \(ends) of \(call)")
        }
        for (connection, told) in heard {
            for (call, words) in told {
                let isOver = words.firstIndex { $0.hasPrefix("ended") && !$0.contains("elsewhere") }
                #expect(isOver.map { $0 == words.count - 1 } ?? true, "seed \(seed): \(connection) \(call) \(words)")
            }
        }
    }
}

extension ServerEvent {
    /// The call that an event is about, and what it says.
    fileprivate var ofCall: (CallID, String)? {
        switch self {
        case .callIncoming(let call): (call.callID, "incoming")
        case .callRinging(let call): (call, "ringing")
        case .callAnswered(let call): (call.callID, "answered")
        case .callUpdate(let call): (call.callID, call.state.rawValue)
        case .callSignal(let call): (call.callID, "signal")
        case .callEnded(let call):
            (call.callID, "ended \(call.reason) \(call.duration) \(call.endedBy?.rawValue ?? "-")")
        default: nil
        }
    }
}
