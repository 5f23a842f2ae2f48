import CAASProtocol
import TestSupport
import Testing

@testable import Chat

@Suite("Presence, whatever happens, R34–R36") struct PresencePropertyTests {
    /// What is to be seen of a user by the rules, from all that has happened to it.
    private struct Model {
        struct Line {
            let actor: Actor
            let device: String?
            var isIdle = false
        }

        struct Loss {
            let device: String?
            let until: ContinuousClock.Instant
            let wasActive: Bool
        }

        var lines: [Line] = []
        var losses: [Loss] = []
        var choice: PresenceUpdate.Status = .online
        var message: (text: String, until: Int64?)?

        func seen(now: ContinuousClock.Instant, time: Int64) -> String {
            let losses = losses.filter { now < $0.until }
            guard choice != .invisible, choice != .offline else { return "offline" }
            let text = message.flatMap { $0.until ?? .max > time ? " " + $0.text : nil } ?? ""
            guard !lines.isEmpty || !losses.isEmpty else { return "offline" + text }
            guard choice == .online else { return choice.rawValue + text }
            let isActive = lines.contains { !$0.isIdle } || losses.contains { $0.wasActive }
            return (isActive ? "online" : "away") + text
        }

        mutating func come(_ actor: Actor, _ device: String?, now: ContinuousClock.Instant) {
            losses.removeAll { $0.until <= now }
            if let place = losses.firstIndex(where: { $0.device == device }) { losses.remove(at: place) }
            lines.append(Line(actor: actor, device: device))
        }

        mutating func lose(_ place: Int, until: ContinuousClock.Instant, now: ContinuousClock.Instant) {
            let line = lines.remove(at: place)
            guard line.device == nil || !lines.contains(where: { $0.device == line.device }) else { return }
            losses.append(Loss(device: line.device, until: until, wasActive: !line.isIdle))
        }

        mutating func choose(_ update: PresenceUpdate, time: Int64) {
            choice = update.status
            if update.status == .offline { losses = [] }
            if message?.until ?? .max <= time { message = nil }
            if let text = update.customMessage {
                message = text.isEmpty ? nil : (text, update.customMessageUntil)
            } else if let text = message?.text, let until = update.customMessageUntil {
                message = (text, until)
            }
        }
    }

    private static let statuses: [PresenceUpdate.Status] = [.online, .online, .away, .busy, .invisible, .offline]

    private func update(time: Int64, using random: inout SeededGenerator) -> PresenceUpdate {
        PresenceUpdate(
            status: Self.statuses.randomElement(using: &random) ?? .busy,
            customMessage: [nil, nil, "", "lunch", "late"].randomElement(using: &random) ?? nil,
            customMessageUntil: Bool.random(using: &random) ? time + .random(in: -1_000...30_000, using: &random) : nil
        )
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `what is told is what the rules say, once, and not too often`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let chat = Transcript()
        let bob = try chat.friend(of: "alice")
        var model = Model()
        var (known, version) = ("offline", Int64.min)
        var toldAt: ContinuousClock.Instant?

        for step in 0..<300 {
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = model.lines.indices.randomElement(using: &random)
                switch (Int.random(in: 0..<10, using: &random), place) {
                case (0..<4, _) where model.lines.count < 5:
                    let device = [nil, "phone", "tablet"].randomElement(using: &random) ?? nil
                    model.come(try chat.connect("alice", device: device), device, now: chat.now)
                case (4..<6, let place?):
                    _ = try chat.say(model.lines[place].actor, .disconnect)
                    model.lose(place, until: chat.now + .seconds(15), now: chat.now)
                case (6, let place?): _ = try chat.say(model.lines.remove(at: place).actor, .goodbye)
                case (7, let place?):
                    model.lines[place].isIdle.toggle()
                    let since = model.lines[place].isIdle ? chat.time : nil
                    _ = try chat.say(model.lines[place].actor, .presence(.idle(since: since)))
                case (8, let place?):
                    let update = update(time: chat.time, using: &random)
                    _ = try chat.outcome(model.lines[place].actor, .presence(.update(update)))
                    model.choose(update, time: chat.time)
                default: break
                }
            }
            let duration = Duration.milliseconds(Int.random(in: 250...6_000, using: &random))
            let told = chat.updates(to: bob, after: duration)
            let expected = model.seen(now: chat.now, time: chat.time)
            let place = Comment(rawValue: "seed \(seed), step \(step)")
            #expect(told.count <= 1, place)
            if let presence = told.first {
                let words = [presence.status.rawValue, presence.customMessage].compactMap(\.self)
                #expect(words.joined(separator: " ") == expected, place)
                #expect(presence.v > version, place)
                #expect(toldAt.map { chat.now - $0 >= .seconds(3) } ?? true, place)
                (known, version, toldAt) = (expected, presence.v, chat.now)
            }
            if duration >= .seconds(3) { #expect(known == expected, place) }
            guard step.isMultiple(of: 50) else { continue }
            let seen = try chat.snapshot(bob, "alice")
            #expect(
                [seen.status.rawValue, seen.customMessage].compactMap(\.self).joined(separator: " ") == expected,
                place
            )
            #expect(model.choice != .invisible && model.choice != .offline || seen.lastSeen == nil, place)
            known = expected
            version = seen.v
        }
        // Nothing is left of it once nobody looks.
        for line in model.lines { _ = try chat.say(line.actor, .goodbye) }
        _ = try chat.say(bob, .goodbye)
        for _ in 0..<3 { _ = chat.wait(.seconds(31)) }
        #expect(chat.rows == 0, "seed \(seed)")
    }
}
