/// Any JSON value, as Foundation's decoder reads it.
enum AnyJSON: Decodable, Equatable {
    case null
    case flag(Bool)
    case number(Double)
    case text([UInt8])
    case list([AnyJSON])
    case object([[UInt8]: AnyJSON])

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Name.self) {
            var object: [[UInt8]: AnyJSON] = [:]
            for name in members.allKeys {
                object[Array(name.stringValue.utf8)] = try members.decode(AnyJSON.self, forKey: name)
            }
            self = .object(object)
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            var list: [AnyJSON] = []
            while !elements.isAtEnd { list.append(try elements.decode(AnyJSON.self)) }
            self = .list(list)
            return
        }
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(Array(try value.decode(String.self).utf8))
        }
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
