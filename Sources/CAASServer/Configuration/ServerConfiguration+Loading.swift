import CAASProtocol
import Chat
import Configuration
import Foundation
import Gateway
import Logging

extension ServerConfiguration {
    /// Reads the settings from flags, environment, file and defaults, the first of them that says something, and checks them.
    ///
    /// - Parameters:
    ///   - file: The path of a JSON file; nil where there is none.
    ///   - flags: What the command line says.
    ///   - environment: All variables; those that begin with `CAAS_` are settings.
    package static func load(
        file path: String? = nil,
        flags: [Setting: Setting.Value] = [:],
        environment: [String: String] = [:]
    ) async throws(ConfigurationError) -> ServerConfiguration {
        let file = try await read(path)
        let snapshot = file?.snapshot() as? SettingsFile
        var sources = SettingSources(flags: flags, environment: environment, file: file, path: path)
        var configuration = ServerConfiguration()
        configuration.take(&sources)
        configuration.tenants = snapshot?.tenants ?? []
        let inFile = snapshot?.problems.map { "\(path ?? "The file"): \($0)" } ?? []
        let problems = sources.problems + inFile
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        try configuration.check()
        return configuration
    }

    private static func read(_ path: String?) async throws(ConfigurationError) -> FileProvider<SettingsFile>? {
        guard let path else { return nil }
        guard FileManager.default.fileExists(atPath: path) else {
            throw ConfigurationError(["The configuration file \(path) is not there."])
        }
        do {
            let location = InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)])
            return try await FileProvider<SettingsFile>(config: ConfigReader(provider: location))
        } catch let error as SpecError {
            throw ConfigurationError(["\(path) is no JSON that can be taken (\(error.reason ?? "json"))."])
        } catch is DecodingError {
            throw ConfigurationError(["\(path) must be one JSON object."])
        } catch {
            throw ConfigurationError(["The configuration file \(path) cannot be read."])
        }
    }

    private mutating func take(_ sources: inout SettingSources) {
        environment = sources.text(.environment).flatMap { .init(rawValue: $0) } ?? environment
        host = sources.text(.host) ?? host
        port = sources.integer(.port) ?? port
        adminPort = sources.integer(.adminPort)
        dataDirectory = sources.text(.data) ?? dataDirectory
        jwtSecretFile = sources.text(.jwtSecretFile)
        jwksFile = sources.text(.jwksFile)
        audience = sources.text(.audience)
        issuer = sources.text(.issuer)
        publicHosts = sources.texts(.publicHosts) ?? publicHosts
        allowedOrigins = sources.texts(.allowedOrigins) ?? allowedOrigins
        createPolicy = sources.text(.createPolicy).flatMap { .init(rawValue: $0) }
        autoCreateOnJoin = sources.flag(.autoCreateOnJoin)
        autoCreateUsers = sources.flag(.autoCreateUsers) ?? autoCreateUsers
        hideExistence = sources.flag(.hideExistence) ?? hideExistence
        historyVisibility = sources.text(.historyVisibility).flatMap { .init(rawValue: $0) } ?? historyVisibility
        channelPosting = sources.text(.channelPosting).flatMap { .init(rawValue: $0) } ?? channelPosting
        noRateLimits = sources.flag(.noRateLimits) ?? noRateLimits
        allowRemoteDevelopment = sources.flag(.allowRemoteDevelopment) ?? allowRemoteDevelopment
        conformance = sources.flag(.conformance) ?? conformance
        logLevel = sources.text(.logLevel).flatMap { Logger.Level(rawValue: $0) } ?? logLevel
        logFormat = sources.text(.logFormat).flatMap { .init(rawValue: $0) }
        takeLimits(&sources)
        takeSocketIO(&sources)
        takeCalls(&sources)
        takeCompression(&sources)
        takeFiles(&sources)
        takePresence(&sources)
    }

    private mutating func takeLimits(_ sources: inout SettingSources) {
        tokenLifetime = sources.seconds(.tokenLifetime) ?? tokenLifetime
        authenticationTimeout = sources.seconds(.authenticationTimeout) ?? authenticationTimeout
        pingInterval = sources.seconds(.pingInterval) ?? pingInterval
        pongTimeout = sources.seconds(.pongTimeout) ?? pongTimeout
        bodyBytes = sources.integer(.bodyBytes) ?? bodyBytes
        queuedBytes = sources.integer(.queuedBytes) ?? queuedBytes
        stalledTimeout = sources.seconds(.stalledTimeout) ?? stalledTimeout
        headTimeout = sources.seconds(.headTimeout) ?? headTimeout
        requestTimeout = sources.seconds(.requestTimeout) ?? requestTimeout
        frameTimeout = sources.seconds(.frameTimeout) ?? frameTimeout
        messageTimeout = sources.seconds(.messageTimeout) ?? messageTimeout
        trustedProxies = sources.texts(.trustedProxies) ?? trustedProxies
        connectRate = sources.integer(.connectRate) ?? connectRate
        failedConnects = sources.integer(.failedConnects) ?? failedConnects
        waitingSockets = sources.integer(.waitingSockets) ?? waitingSockets
        userConnections = sources.integer(.userConnections) ?? userConnections
        drainTimeout = sources.seconds(.drainTimeout) ?? drainTimeout
        reconnectWindow = sources.seconds(.reconnectWindow) ?? reconnectWindow
        groupMembers = sources.integer(.groupMembers) ?? groupMembers
        joinedConversations = sources.integer(.joinedConversations) ?? joinedConversations
        typingAudience = sources.integer(.typingAudience) ?? typingAudience
        editWindow = sources.seconds(.editWindow)
        deleteWindow = sources.seconds(.deleteWindow)
    }

    private mutating func takeSocketIO(_ sources: inout SettingSources) {
        enginePingInterval = sources.milliseconds(.enginePingInterval) ?? enginePingInterval
        enginePingTimeout = sources.milliseconds(.enginePingTimeout) ?? enginePingTimeout
        engineMaxPayload = sources.integer(.engineMaxPayload) ?? engineMaxPayload
        engineCookie = sources.text(.engineCookie)
        socketIOConnectTimeout = sources.milliseconds(.socketIOConnectTimeout) ?? socketIOConnectTimeout
        socketIOClientFile = sources.text(.socketIOClientFile)
    }

    private mutating func takeCompression(_ sources: inout SettingSources) {
        compression.isEnabled = sources.flag(.compressionEnabled) ?? compression.isEnabled
        compression.threshold = sources.integer(.compressionThreshold) ?? compression.threshold
        compression.level = sources.integer(.compressionLevel) ?? compression.level
    }

    private mutating func takeFiles(_ sources: inout SettingSources) {
        publicURL = sources.text(.publicURL)
        userFileBytes = sources.integer(.userFileBytes) ?? userFileBytes
        tenantFileBytes = sources.integer(.tenantFileBytes) ?? tenantFileBytes
        unfinishedFileLife = sources.seconds(.unfinishedFileLife) ?? unfinishedFileLife
    }

    private mutating func takePresence(_ sources: inout SettingSources) {
        presenceVisibility = sources.text(.presenceVisibility).flatMap { .init(rawValue: $0) } ?? presenceVisibility
        presenceGrace = sources.milliseconds(.presenceGrace) ?? presenceGrace
        presenceInterval = sources.milliseconds(.presenceInterval) ?? presenceInterval
        presenceAwayAfter = sources.milliseconds(.presenceAwayAfter) ?? presenceAwayAfter
        presenceWatchedUsers = sources.integer(.presenceWatchedUsers) ?? presenceWatchedUsers
    }
}

extension SettingSources {
    fileprivate mutating func milliseconds(_ setting: Setting) -> Duration? {
        integer(setting).map { .milliseconds($0) }
    }

    mutating func seconds(_ setting: Setting) -> Duration? {
        integer(setting).map { .seconds($0) }
    }
}
