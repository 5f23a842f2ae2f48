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
        }
        run()
    }

    /// A POST came.
    func receive(post exchange: PollingExchange, _ body: ByteBuffer, isBinary: Bool) {
        touch()
        if let refusal = machine.post(body, isBinary: isBinary, now: .now) {
            exchange.complete(.refused(refusal))
        } else {
            held.post = exchange
        }
        run()
    }

    /// The client of a request has gone away.
    func cut(_ exchange: PollingExchange) {
        guard exchange === held.poll else { return }
        machine.pollCut()
        run()
    }
}
