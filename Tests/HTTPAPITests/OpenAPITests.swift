import CAASProtocol
import Chat
import Foundation
import Gateway
import HTTPAPI
import NIOCore
import NIOHTTP1
import Testing

@Suite("OpenAPI document, R70") struct OpenAPITests {
    private static let methods: [HTTPMethod] = [.GET, .POST, .PUT, .PATCH, .DELETE]
    /// Routes that are no part of the interface for backends.
    private static let others: Set<String> = [
        "/livez", "/readyz", "/openapi.json", "/socket.io/socket.io.js", "/v1/dev/token", "/",
    ]

    private func document(_ service: Service) async throws -> [String: Any] {
        let answer = try await service.ask(.GET, "/openapi.json")
        #expect(answer.status == .ok)
        #expect(answer.headers["Content-Type"] == ["application/json"])
        // As strict as a frame: no member twice. Its depth alone is that of a document.
        let object = try JSONSerialization.jsonObject(with: Data(answer.body.readableBytesView))
        return try #require(object as? [String: Any])
    }

    private func paths(_ service: Service) async throws -> [String: [String: Any]] {
        try #require(try await document(service)["paths"] as? [String: [String: Any]])
    }

    @Test func `it is a document of version 3 point 1`() async throws {
        let document = try await document(Service())
        #expect(document["openapi"] as? String == "3.1.0")
        #expect(document["info"] != nil)
    }

    @Test func `every route is described, and only what is a route`() async throws {
        let service = try await Service()
        let described = Set(try await paths(service).keys)
        let real = service.api.paths.filter { !Self.others.contains($0) && !$0.hasPrefix("/console/") }
        #expect(described == real)
        #expect(described.count >= 6)
    }

    @Test func `every method of a path is described, and only those that it has`() async throws {
        let service = try await Service()
        for (path, item) in try await paths(service) {
            let concrete = path.replacing(/\{[A-Za-z]+\}/, with: "x")
            for method in Self.methods {
                let answer = try await service.ask(method, concrete, RESTTests.key, "{}")
                let isDescribed = item[method.rawValue.lowercased()] != nil
                #expect((answer.status != .methodNotAllowed) == isDescribed, "\(method) \(path)")
                #expect(answer.error?.reason != "route", "\(method) \(path)")
                guard !isDescribed else { continue }
                let described = Self.methods.filter { item[$0.rawValue.lowercased()] != nil }.map(\.rawValue)
                let allowed = Set(described + ["OPTIONS"] + (described.contains("GET") ? ["HEAD"] : []))
                #expect(answer.headers["Allow"] == [allowed.sorted().joined(separator: ", ")])
            }
        }
    }

    @Test func `every id of a path is a parameter of it`() async throws {
        for (path, item) in try await paths(Service()) {
            let ids = path.matches(of: /\{([A-Za-z]+)\}/).map { String($0.output.1) }
            let parameters = (item["parameters"] as? [[String: String]] ?? []).compactMap { $0["$ref"] }
            #expect(parameters == ids.map { "#/components/parameters/\($0)" })
        }
    }

    @Test func `every operation has a name of its own, a summary, and the errors that all have`() async throws {
        var names: Set<String> = []
        for (path, item) in try await paths(Service()) {
            for (method, value) in item where method != "parameters" {
                let operation = try #require(value as? [String: Any])
                let name = try #require(operation["operationId"] as? String)
                #expect(names.insert(name).inserted, "\(name)")
                #expect((operation["summary"] as? String)?.hasSuffix(".") == true, "\(method) \(path)")
                let statuses = Set(try #require(operation["responses"] as? [String: Any]).keys)
                #expect(statuses.isSuperset(of: ["400", "401", "403", "429", "500", "503"]))
                #expect(statuses.contains { $0.hasPrefix("2") })
                #expect(
                    (operation["requestBody"] != nil) == ["post", "put", "patch"].contains(method),
                    "\(method) \(path)"
                )
            }
        }
    }

    @Test func `whatever is referred to is there`() async throws {
        let document = try await document(Service())
        var references: Set<String> = []
        collect(document, &references)
        #expect(references.count > 30)
        for reference in references {
            var place: Any? = document
            for name in reference.dropFirst(2).split(separator: "/") {
                place = (place as? [String: Any])?[String(name)]
            }
            #expect(place != nil, "\(reference)")
        }
        let schemas = (document["components"] as? [String: [String: Any]])?["schemas"] ?? [:]
        for name in schemas.keys {
            #expect(references.contains("#/components/schemas/\(name)"), "\(name) is of no use")
        }
    }

    private func collect(_ value: Any, _ references: inout Set<String>) {
        if let object = value as? [String: Any] {
            if let reference = object["$ref"] as? String { references.insert(reference) }
            for member in object.values { collect(member, &references) }
        } else if let list = value as? [Any] {
            for item in list { collect(item, &references) }
        }
    }
}
