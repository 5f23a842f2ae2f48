import CAASProtocol
import Foundation

/// Frames of the rarer client events: most of them good, the others damaged in a member or two.
struct RandomFrame {
    var random: SeededGenerator

    /// Values of one member, as JSON texts.
    private struct Values {
        let name: String
        let good: [String]
        let bad: [String]
        var isRequired = false
    }

    /// One frame, spelled in one of many ways.
    mutating func next(_ type: ClientEventType) throws -> [UInt8] {
        var members = [#""id":"f""#, #""type":"\#(type.rawValue)""#]
        var data = Self.members(of: type).compactMap { member($0) }
        if one(in: 8) { data.append(#""more":[1,{"a":null}]"#) }
        switch Int.random(in: 0..<24, using: &random) {
        case 0: break
        case 1: members.append(#""conversationId":\#(pick(["5", #""a b""#, #""..""#, #""""#, "[]"]))"#)
        case 2: data.append(#""conversationId":\#(pick(["5", #""a b""#, #"".""#, Self.text(Self.letters(129))]))"#)
        case 3:
            members.append(#""conversationId":"c""#)
            data.append(#""conversationId":"d""#)
        case 4:
            members.append(#""conversationId":"c""#)
            data.append(#""conversationId":\#(pick([#""c""#, "null"]))"#)
        case 5..<9: data.append(#""conversationId":"conv_1""#)
        default: members.append(#""conversationId":"conv_1""#)
        }
        switch Int.random(in: 0..<30, using: &random) {
        case 0: members.append(#""data":\#(pick(["null", "[]", "5", #""x""#, "true"]))"#)
        case 1: break
        default: members.append(#""data":{\#(data.joined(separator: ","))}"#)
        }
        if one(in: 4) { members.append(#""ack":\#(pick(["true", "false", "null"]))"#) }
        if one(in: 20) { members.append(#""version":\#(pick(["1", "2", "null", #""1""#, "1.5"]))"#) }
        if one(in: 20) { members.append(#""timestamp":\#(pick(["1", "-0.5", "null", #""1""#]))"#) }
        return try Respelling.of(Array("{\(members.joined(separator: ","))}".utf8), using: &random)
    }

    private mutating func member(_ values: Values) -> String? {
        let value: String
        switch Int.random(in: 0..<40, using: &random) {
        case 0: value = "null"
        case 1..<4: value = pick(values.bad)
        case 4..<6: return nil
        case 6..<20 where !values.isRequired: return nil
        default: value = pick(values.good)
        }
        return #""\#(values.name)":\#(value)"#
    }

    private mutating func pick(_ values: [String]) -> String { values.randomElement(using: &random) ?? "null" }

    private mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &random) == 0 }

    // MARK: Members

    private static func members(of type: ClientEventType) -> [Values] {
        switch type {
        case .messageEdit: [message, required(texts("content", bytes: 16_384)), integer("ifVersion", least: nil)]
        case .messageDelete: [message, texts("reason", bytes: 512)]
        case .messageHistory:
            [integer("beforeSeq", least: 0), integer("afterSeq", least: 0), integer("limit", least: 1)]
        case .conversationCreate:
            [
                required(words("kind", ConversationKind.allCases.map(\.rawValue))), users("memberIds"), name,
                visibility, metadata,
            ]
        case .conversationLeave: [flag("membership")]
        case .conversationList, .conversationMembers: [anyText("cursor"), integer("limit", least: 1)]
        case .conversationInvite: [users("userIds"), role]
        case .conversationRemove: [user, flag("ban"), integer("until", least: 0), texts("reason", bytes: 512)]
        case .conversationRole: [user, role, integer("mutedUntil", least: 0)]
        case .conversationUpdate:
            [
                name, metadata, visibility,
                Values(name: "slowMode", good: ["0", "21600"], bad: ["-1", "21601", "1.5", #""1""#]), flag("frozen"),
            ]
        case .sessionAuth:
            [required(anyText("token")), flag("echo"), flag("inbox"), integer("version", least: nil)]
        case .sessionRefresh: [required(anyText("token"))]
        case .presenceUpdate:
            [
                required(words("status", PresenceUpdate.Status.allCases.map(\.rawValue))),
                Values(name: "customMessage", good: name.good, bad: name.bad),
                integer("customMessageUntil", least: 0),
            ]
        case .presenceSubscribe, .presenceUnsubscribe: [users("userIds", limit: 200)]
        case .callInitiate: [target, required(words("type", CallType.allCases.map(\.rawValue)))]
        case .callAnswer, .callReject, .callEnd, .callICE: [call]
        case .callSignal:
            [
                call, Values(name: "to", good: user.good, bad: user.bad),
                required(words("kind", CallSignal.Kind.allCases.map(\.rawValue))), payload,
            ]
        case .eventSend: [eventName, payload]
        case .userBlock: [user, required(flag("on"))]
        case .mediaSubscribe, .mediaUnsubscribe: [kinds]
        case .fileBegin:
            [
                required(anyText("name")), required(anyText("mimeType")),
                Values(
                    name: "size",
                    good: ["0", "1", "104857600"],
                    bad: ["-1", "1.5", "104857601", #""1""#],
                    isRequired: true
                ),
                anyText("sha256"), integer("chunkSize", least: 1),
            ]
        case .fileResume: [Values(name: "fileId", good: message.good, bad: message.bad, isRequired: true)]
        default: []
        }
    }

    private static let message = Values(
        name: "messageId",
        good: [#""7akarps34y48hgh1""#, #"".""#, #""a:b-c_D.9""#, text(letters(64))],
        bad: [#""""#, #""a b""#, #""é""#, #""a@b""#, text(letters(65)), "5", "[]", "{}", "true"],
        isRequired: true
    )
    private static let user = Values(
        name: "userId",
        good: [#""bob""#, #""a@b|c+d""#, text(letters(128))],
        bad: [#""""#, #"".""#, #""..""#, #""a/b""#, text(letters(129)), "7", #"["bob"]"#],
        isRequired: true
    )
    private static let target = Values(name: "targetUserId", good: user.good, bad: user.bad, isRequired: true)
    private static let call = Values(name: "callId", good: message.good, bad: message.bad, isRequired: true)
    private static let payload = Values(
        name: "payload",
        good: ["null", "{}", "[1.50,null]", #""x\n""#, "true", "-7e2", #"{"sdp":"v=0\r\n","a":[{}]}"#],
        bad: [],
        isRequired: true
    )
    private static let name = Values(
        name: "name",
        good: [#""""#, #""Team é e\#u{301} 😀""#, text(letters(128)), text(String(repeating: "e\u{301}", count: 64))],
        bad: ["5", "[]", text(letters(129)), text(String(repeating: "e\u{301}", count: 64) + "x")]
    )
    private static let role = words("role", MemberRole.allCases.map(\.rawValue))
    private static let visibility = words("visibility", ConversationVisibility.allCases.map(\.rawValue))
    private static let metadata = Values(
        name: "metadata",
        good: ["{}", #"{"a":1,"é":[null,true,{"b":"\n"}],"n":-1.5}"#, #"{"null":null}"#],
        bad: ["[]", "5", #""{}""#, "true"]
    )

    private static let eventName = Values(
        name: "name",
        good: [#""cursor.moved""#, #""a:b-c_D.9""#, text(letters(64))],
        bad: [#""""#, #""a b""#, #""é""#, text(letters(65)), "5", "[]", "true"],
        isRequired: true
    )
    private static let kinds = Values(
        name: "kinds",
        good: ["[]", #"["audio"]"#, #"["video","audio","video"]"#, #"["file_chunk"]"#],
        bad: [#"["music"]"#, #"["AUDIO"]"#, "[1]", "[null]", #""audio""#, "{}", "true"],
        isRequired: true
    )

    private static func users(_ name: String, limit: Int = 500) -> Values {
        let few = [#"["alice"]"#, #"["alice","bob"]"#, #"["b","a","b","c","a"]"#, "[]"]
        let many = (0..<limit).map { #""u\#($0)""# }
        let most = "[\((many + many.prefix(3)).joined(separator: ","))]"
        let beyond = "[\((many + [#""another""#]).joined(separator: ","))]"
        return Values(
            name: name,
            good: often(few) + [most, beyond],
            bad: [#"["a b"]"#, "[5]", "[null]", #""alice""#, "{}", #"["a",["b"]]"#],
            isRequired: true
        )
    }

    /// Long values are rare: they say no more than short ones, and take their time.
    private static func often(_ values: [String]) -> [String] { Array(repeatElement(values, count: 3).joined()) }

    private static func words(_ name: String, _ words: [String]) -> Values {
        Values(name: name, good: words.map(text), bad: [#""""#, text(words[0].uppercased()), "0", "[]", #""other""#])
    }

    private static func flag(_ name: String) -> Values {
        Values(name: name, good: ["true", "false"], bad: ["0", "1", #""true""#, "[]", "{}"])
    }

    /// Nil for `least` is an integer of any sign.
    private static func integer(_ name: String, least: Int64?) -> Values {
        let numbers = ["1", "7", "50", "100", "101", "9007199254740991", "1e3", "12.0"]
        let small = ["0", "-1", "-9007199254740991"]
        let isSmallGood = least == nil
        return Values(
            name: name,
            good: numbers + (isSmallGood ? small : least == 0 ? ["0"] : []),
            bad: ["1.5", "9007199254740992", "1e30", #""5""#, "true", "[]"] + (isSmallGood ? [] : ["-1", "-0.5"])
                + (least == 1 ? ["0"] : [])
        )
    }

    private static func texts(_ name: String, bytes limit: Int) -> Values {
        Values(
            name: name,
            good: often([#""""#, #""x \" \\ \n é 😀""#])
                + [text(letters(limit)), text(String(repeating: "é", count: limit / 2))],
            bad: often(["5", #"["x"]"#, "false"])
                + [text(letters(limit + 1)), text(String(repeating: "é", count: limit / 2 + 1))]
        )
    }

    private static func anyText(_ name: String) -> Values {
        Values(name: name, good: [#""""#, #""eyJ.x.y""#, #""é\t😀""#], bad: ["5", "[]", "true", #"{"a":"b"}"#])
    }

    private static func required(_ values: Values) -> Values {
        Values(name: values.name, good: values.good, bad: values.bad, isRequired: true)
    }

    private static func letters(_ count: Int) -> String { String(repeating: "x", count: count) }

    private static func text(_ text: String) -> String { "\"\(text)\"" }
}
