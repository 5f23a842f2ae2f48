import NIOCore
import SocketIOWire

/// A machine and the client that talks to it; time is what the test says.
struct Client {
    var machine: SocketIOMachine
    let start = ContinuousClock.now

    init(limits: SocketIOLimits = .init(), namespaces: Set<String> = ["/"]) {
        machine = SocketIOMachine(limits: limits, namespaces: namespaces, now: start)
    }

    /// One that has joined some namespaces.
    init(in namespaces: String..., limits: SocketIOLimits = .init()) {
        self.init(limits: limits, namespaces: Set(namespaces))
        for namespace in namespaces {
            _ = send("0\(namespace == "/" ? "" : namespace + ",")")
            machine.accepted(namespace)
        }
    }

    /// Sends a text without the `4` of Engine.IO.
    mutating func send(_ text: String, at age: Duration = .zero) -> SocketIOMachine.Action? {
        machine.receive(text: ByteBuffer(string: text), now: start + age)
    }

    mutating func send(_ bytes: [UInt8], at age: Duration = .zero) -> SocketIOMachine.Action? {
        machine.receive(binary: ByteBuffer(bytes: bytes), now: start + age)
    }

    mutating func tick(at age: Duration) -> SocketIOMachine.Tick { machine.tick(now: start + age) }
}

extension SocketIOMachine.Action {
    /// The reason of a violation.
    var violation: String? {
        guard case .violation(let reason) = self else { return nil }
        return reason
    }

    static func event(
        _ name: String,
        _ arguments: String...,
        namespace: String = "/",
        id: UInt64? = nil,
        attachments: [[UInt8]] = []
    ) -> Self {
        .event(
            SocketIOEvent(
                namespace: namespace,
                name: EventName(name),
                arguments: arguments.map { ByteBuffer(string: $0) },
                id: id,
                attachments: attachments.map { ByteBuffer(bytes: $0) }
            )
        )
    }

    static func connect(_ namespace: String = "/", auth: String? = nil) -> Self {
        .connect(namespace: namespace, auth: auth.map { ByteBuffer(string: $0) })
    }

    static func acknowledgement(
        _ id: UInt64,
        _ arguments: String...,
        namespace: String = "/",
        attachments: [[UInt8]] = []
    ) -> Self {
        .acknowledgement(
            namespace: namespace,
            id: id,
            arguments: arguments.map { ByteBuffer(string: $0) },
            attachments: attachments.map { ByteBuffer(bytes: $0) }
        )
    }
}
