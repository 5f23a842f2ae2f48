import CAASProtocol
import Chat
import Foundation

/// What stands in a body that no event of the socket has: decoded member by member, so that a refusal names the field.
///
/// Unknown members are ignored, and null is absent (R6).
struct RequestFields<Field: CodingKey & RawRepresentable<String>> {
    private let members: KeyedDecodingContainer<Field>

    init(_ decoder: any Decoder) throws {
        members = try decoder.container(keyedBy: Field.self)
    }

    /// Nil where there is none.
    func value<Value: Decodable>(_ field: Field) throws(SpecError) -> Value? {
        do { return try members.decodeIfPresent(Value.self, forKey: field) } catch {
            throw SpecError(.invalidPayload, field: field.rawValue)
        }
    }

    /// A text that has a meaning; nil where there is none.
    func text<Meaning>(_ field: Field, _ meaning: (String) -> Meaning?) throws(SpecError) -> Meaning? {
        guard let text: String = try value(field) else { return nil }
        guard let meaning = meaning(text) else { throw SpecError(.invalidPayload, field: field.rawValue) }
        return meaning
    }

    /// A user that has to be named, and is nobody's key (R60).
    func user(_ field: Field) throws(SpecError) -> UserID {
        let user = try text(field) { text in UserID(text).flatMap { $0.namesKey ? nil : $0 } }
        guard let user else { throw SpecError(.missingField, field: field.rawValue) }
        return user
    }
}

/// A body that is read by ``RequestFields``.
protocol JSONBody: Decodable {}

extension JSONBody {
    /// Throws what is wrong with which field.
    init(_ body: JSONFragment) throws(SpecError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(body.utf8))
        } catch let error as SpecError {
            throw error
        } catch {
            throw SpecError(.invalidPayload, reason: "json")
        }
    }
}
