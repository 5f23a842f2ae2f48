import CAASProtocol
import Configuration
import Foundation

/// The settings that stand in a JSON file: one object, its members named as the settings.
///
/// Stricter than the library's own reader of JSON, which takes `true` for 1, the first of two equal members, and any name.
struct SettingsFile: FileConfigSnapshot {
    struct ParsingOptions: FileParsingOptions {
        static let `default` = ParsingOptions()
    }

    let providerName: String
    private let values: [String: Setting.Value]
    /// Empty where none are listed.
    let tenants: [TenantEntry]
    /// What is wrong in the file, a sentence each.
    let problems: [String]

    init(data: RawSpan, providerName: String, parsingOptions: ParsingOptions) throws {
        self.providerName = providerName
        let checked = try JSONFragment(parsing: data)
        let object = try JSONDecoder().decode(SettingsObject.self, from: Data(checked.utf8))
        values = object.values
        tenants = object.tenants
        problems = object.problems
    }

    func value(forKey key: AbsoluteConfigKey, type: ConfigType) -> LookupResult {
        let name = key.components.joined(separator: ".")
        let value = values[name].map { ConfigValue(ConfigContent($0), isSecret: false) }
        return LookupResult(encodedKey: name, value: value)
    }

    var description: String { "\(providerName)[\(values.count) values]" }
    var debugDescription: String { description }
}

/// The file's object, decoded as far as it makes sense; null is absent.
private struct SettingsObject: Decodable {
    var values: [String: Setting.Value] = [:]
    var tenants: [TenantEntry] = []
    var problems: [String] = []

    init(from decoder: any Decoder) throws {
        try read(try decoder.container(keyedBy: MemberName.self), inside: "")
    }

    /// - Parameter group: What stands before the names of these members, up to the dot.
    private mutating func read(_ members: KeyedDecodingContainer<MemberName>, inside group: String) throws {
        for name in members.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
            guard try !members.decodeNil(forKey: name) else { continue }
            let path = group + name.stringValue
            if path == "tenants" {
                try readTenants(members, name)
            } else if let setting = Setting.named(path) {
                do {
                    values[setting.name] = try members.value(of: setting.kind, forKey: name)
                } catch {
                    problems.append("`\(setting.name)` must be \(setting.wants).")
                }
            } else if group.isEmpty, Setting.all.contains(where: { $0.name.hasPrefix(path + ".") }) {
                do {
                    try read(try members.nestedContainer(keyedBy: MemberName.self, forKey: name), inside: path + ".")
                } catch {
                    problems.append("`\(path)` must be an object.")
                }
            } else {
                problems.append("`\(path)` is no setting.")
            }
        }
    }

    private mutating func readTenants(_ members: KeyedDecodingContainer<MemberName>, _ name: MemberName) throws {
        do {
            let drafts = try members.decode([TenantDraft].self, forKey: name)
            problems += drafts.enumerated().flatMap { index, draft in
                draft.problems.map { "`tenants[\(index)]`: \($0)" }
            }
            tenants = drafts.compactMap(\.entry)
        } catch {
            problems.append("`tenants` must be a list of objects.")
        }
    }
}

extension KeyedDecodingContainer {
    fileprivate func value(of kind: Setting.Kind, forKey name: Key) throws -> Setting.Value {
        switch kind {
        case .text, .choice: .text(try decode(String.self, forKey: name))
        case .integer: .integer(try decode(Int.self, forKey: name))
        case .flag: .flag(try decode(Bool.self, forKey: name))
        case .texts: .texts(try decode([String].self, forKey: name))
        }
    }
}
