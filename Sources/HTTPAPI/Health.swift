import Gateway
import NIOHTTP1

/// What probes ask: `/livez` whether the process answers, `/readyz` whether to send it work.
struct Health: Sendable {
    let isDraining: @Sendable () -> Bool
    let isStoreWritable: @Sendable () async -> Bool

    let live = PlainResponse.word("ok")

    func ready() async -> PlainResponse {
        guard !isDraining() else { return .word("draining", status: .serviceUnavailable) }
        guard await isStoreWritable() else { return .word("unavailable", status: .serviceUnavailable) }
        return .word("ok")
    }
}
