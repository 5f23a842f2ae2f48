/// Which end of the connection this machine stands at.
///
/// A client masks what it sends and must not receive masked frames; a server the other way round. RFC 6455 §5.1.
package enum Role: Sendable {
    case server
    case client
}
