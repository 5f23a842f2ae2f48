import Configuration

/// Where settings come from, the strongest first: flags, environment, file, defaults.
///
/// Values are looked up source by source, so that a bad one is refused with the name of where it stands; the library's reader
/// would take the next source's value in its place.
struct SettingSources {
    private struct Source {
        var provider: any ConfigProvider
        /// What a setting is called there.
        var name: @Sendable (Setting) -> String
    }

    private let sources: [Source]
    /// What was wrong so far, a sentence each.
    private(set) var problems: [String] = []

    init(flags: [Setting: Setting.Value], environment: [String: String], file: (any ConfigProvider)?, path: String?) {
        var sources = [
            Source(provider: Self.provider(flags, name: "flags")) { $0.flag ?? $0.name },
            Source(
                provider: EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "caas")
            ) { $0.environmentName },
        ]
        if let file {
            sources.append(Source(provider: file) { "`\($0.name)` in \(path ?? "the file")" })
        }
        var standards: [Setting: Setting.Value] = [:]
        for setting in Setting.all {
            if case .value(let value) = setting.standard { standards[setting] = value }
        }
        sources.append(Source(provider: Self.provider(standards, name: "defaults")) { "the default of \($0.name)" })
        self.sources = sources
        let known = Set(Setting.all.map(\.environmentName))
        for name in environment.keys.sorted() where name.hasPrefix("CAAS_") && !known.contains(name) {
            problems.append("\(name) in the environment is no setting.")
        }
    }

    /// A text or a choice; nil where nothing stands, or nothing good.
    mutating func text(_ setting: Setting) -> String? {
        value(setting, .string) { content in
            guard case .string(let text) = content, !text.isEmpty else { return nil }
            guard case .choice(let names) = setting.kind else { return text }
            return names.contains(text) ? text : nil
        }
    }

    mutating func integer(_ setting: Setting) -> Int? {
        value(setting, .int) { content in
            guard case .int(let integer) = content, case .integer(let range) = setting.kind else { return nil }
            return range.contains(integer) ? integer : nil
        }
    }

    mutating func flag(_ setting: Setting) -> Bool? {
        value(setting, .bool) { content in
            if case .bool(let flag) = content { flag } else { nil }
        }
    }

    mutating func texts(_ setting: Setting) -> [String]? {
        value(setting, .stringArray) { content in
            guard case .stringArray(let texts) = content, !texts.contains("") else { return nil }
            return texts
        }
    }

    private mutating func value<Value>(
        _ setting: Setting,
        _ type: ConfigType,
        _ take: (ConfigContent) -> Value?
    ) -> Value? {
        for source in sources {
            let found: ConfigValue?
            do {
                found = try source.provider.value(forKey: AbsoluteConfigKey([setting.name]), type: type).value
            } catch {
                problems.append("\(source.name(setting)) must be \(setting.wants).")
                return nil
            }
            guard let content = found?.content else { continue }
            if let value = take(content) { return value }
            problems.append(
                "\(source.name(setting)) must be \(setting.wants)\(setting.kind == .text ? ", not empty" : "")."
            )
            return nil
        }
        return nil
    }

    private static func provider(_ values: [Setting: Setting.Value], name: String) -> InMemoryProvider {
        var contents: [AbsoluteConfigKey: ConfigValue] = [:]
        for (setting, value) in values {
            contents[AbsoluteConfigKey([setting.name])] = ConfigValue(ConfigContent(value), isSecret: false)
        }
        return InMemoryProvider(name: name, values: contents)
    }
}

extension ConfigContent {
    init(_ value: Setting.Value) {
        self =
            switch value {
            case .text(let text): .string(text)
            case .integer(let integer): .int(integer)
            case .flag(let flag): .bool(flag)
            case .texts(let texts): .stringArray(texts)
            }
    }
}
