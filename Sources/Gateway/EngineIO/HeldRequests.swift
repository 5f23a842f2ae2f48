import EngineIOWire
import NIOHTTP1

/// The requests of polling that a session has not answered yet: one GET and one POST at most.
struct HeldRequests {
    var poll: PollingExchange?
    /// A POST of which only the head has come.
    var coming: PollingExchange?
    var post: PollingExchange?
    /// What the next answer sets, which is that to the handshake.
    var cookie: String?

    mutating func answerPoll(_ answer: PollingAnswer, isAuthenticated: Bool) {
        complete(poll, answer, isAuthenticated)
        poll = nil
    }

    mutating func answerPost(_ answer: PollingAnswer, isAuthenticated: Bool) {
        complete(post, answer, isAuthenticated)
        post = nil
    }

    /// The session is gone.
    mutating func refuseAll() {
        answerPoll(.refused(.fault(.sessionUnknown)), isAuthenticated: false)
        answerPost(.refused(.fault(.sessionUnknown)), isAuthenticated: false)
        coming?.complete(.refused(.fault(.sessionUnknown)))
        coming = nil
    }

    private mutating func complete(_ exchange: PollingExchange?, _ answer: PollingAnswer, _ isAuthenticated: Bool) {
        guard let exchange else { return }
        var answer = answer
        answer.isAuthenticated = isAuthenticated
        if let cookie { answer.response.headers.add(name: "Set-Cookie", value: cookie) }
        cookie = nil
        exchange.complete(answer)
    }
}
