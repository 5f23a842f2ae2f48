import CAASProtocol
import Gateway
import NIOHTTP1

extension PlainResponse {
    /// The body of the socket's ack: 201 with `Location` for what was made, else 200.
    init(_ acknowledgement: Acknowledgement, location: String?) {
        var bytes: [UInt8] = []
        acknowledgement.encode(into: &bytes)
        self = .json(bytes, status: location == nil ? .ok : .created)
        if let location { headers.add(name: "Location", value: location) }
    }
}
