/// What a message carries: UTF-8 text or plain bytes.
///
/// RFC 6455 §5.6.
package enum MessageKind: Sendable, Hashable {
    case text
    case binary
}
