import Gateway
import NIOHTTP1

/// What probes ask: `/livez` whether the process answers, `/readyz` whether to send it work.
struct Health: Sendable {
    let isDraining: @Sendable () -> Bool
    let isStoreWritable: @Sendable () async -> Bool

    let live = PlainResponse.word("ok")

    /// One word; not ready is 503.
    func ready() async -> PlainResponse {
        let (word, status) = Self.verdict(isDraining: isDraining(), isStoreWritable: await isStoreWritable())
        return .word(word, status: status)
    }

    /// The same with what it was decided by.
    func details() async -> PlainResponse {
        let (isDraining, isStoreWritable) = (isDraining(), await isStoreWritable())
        let (word, status) = Self.verdict(isDraining: isDraining, isStoreWritable: isStoreWritable)
        let text = #"{"status":"\#(word)","draining":\#(isDraining),"store":{"writable":\#(isStoreWritable)}}"#
        return .json(Array(text.utf8), status: status)
    }

    private static func verdict(isDraining: Bool, isStoreWritable: Bool) -> (String, HTTPResponseStatus) {
        if isDraining { return ("draining", .serviceUnavailable) }
        return isStoreWritable ? ("ok", .ok) : ("unavailable", .serviceUnavailable)
    }
}
