import NIOHTTP1

/// What browsers on other origins are told (wire §7): that exactly they may ask, with their credentials.
///
/// Origins that nobody lists were refused before any route (R55), so whoever gets here is allowed.
enum PollingHeaders {
    /// Lets the page that asked read the answer, refusals too.
    static func allow(_ response: PlainResponse, for head: HTTPRequestHead) -> PlainResponse {
        guard let origin = head.headers.first(name: "Origin") else { return response }
        var response = response
        response.headers.add(name: "Access-Control-Allow-Origin", value: origin)
        response.headers.add(name: "Access-Control-Allow-Credentials", value: "true")
        response.headers.add(name: "Vary", value: "Origin")
        return response
    }

    /// Answers a preflight, which clients with fields of their own (`extraHeaders`) send.
    static func preflight(_ head: HTTPRequestHead) -> PlainResponse {
        var headers: HTTPHeaders = [
            "Access-Control-Allow-Methods": "GET, POST", "Access-Control-Max-Age": "600", "Cache-Control": "no-store",
        ]
        // Only what is a list of names goes back.
        if let fields = head.headers.first(name: "Access-Control-Request-Headers"), isListOfNames(fields) {
            headers.add(name: "Access-Control-Allow-Headers", value: fields)
        }
        return allow(PlainResponse(status: .noContent, headers: headers), for: head)
    }

    private static func isListOfNames(_ text: String) -> Bool {
        text.utf8.count <= 1_024
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ","),
                    UInt8(ascii: " "):
                    true
                default: false
                }
            }
    }
}
