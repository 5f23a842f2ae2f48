import EngineIOWire
import NIOCore

/// What comes by requests of polling.
extension EngineIOSession {
    /// The GET that asked for the session; the opening is its answer.
    func begin(with exchange: PollingExchange) {
        held.poll = exchange
        held.cookie = service.settings.cookie.map { "\($0)=\(id.text); Path=/; HttpOnly; SameSite=Lax" }
        endpoint?.opened()
        tick(now: .now)
    }

    /// A GET came.
    func receive(poll exchange: PollingExchange) {
        touch()
        if let refusal = machine.poll(now: .now) {
            exchange.complete(.refused(refusal))
        } else {
            held.poll = exchange
            unaskedSince = nil
            passOn()
        }
        run()
    }

    /// The head of a POST came.
    func begin(post exchange: PollingExchange) {
        touch()
        if let refusal = machine.beginPost(now: .now) {
            exchange.complete(.refused(refusal))
        } else {
            held.coming = exchange
        }
        run()
    }

    /// All of a POST came; one that was refused by its head has its answer.
    func receive(post exchange: PollingExchange, _ body: ByteBuffer, isBinary: Bool) {
        guard endsComing(exchange) else { return }
        touch()
        if let refusal = machine.post(body, isBinary: isBinary, now: .now) {
            exchange.complete(.refused(refusal))
        } else {
            held.post = exchange
        }
        run()
    }

    /// The connection of a POST has refused it.
    func abandon(post exchange: PollingExchange) {
        guard endsComing(exchange) else { return }
        exchange.complete(.refused(.fault(.badRequest)))
        machine.abandonPost()
    }

    /// A POST will never be whole.
    func cut(post exchange: PollingExchange) {
        guard endsComing(exchange) else { return }
        exchange.complete(.refused(.fault(.badRequest)))
        machine.postCut()
        run()
    }

    private func endsComing(_ exchange: PollingExchange) -> Bool {
        guard held.coming === exchange else { return false }
        held.coming = nil
        return true
    }

    /// The client of a GET has gone away.
    func cut(_ exchange: PollingExchange) {
        guard exchange === held.poll else { return }
        machine.pollCut()
        run()
    }
}
