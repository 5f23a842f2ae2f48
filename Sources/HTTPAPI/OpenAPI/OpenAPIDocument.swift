import CAASProtocol
import NIOCore
import NIOHTTP1

/// `/openapi.json`: the table of routes as OpenAPI 3.1 describes it.
///
/// Made of the routes themselves, so that what is written about them is what they read and answer.
enum OpenAPIDocument {
    /// All answers share the bytes.
    static let bytes = ByteBuffer(string: text)

    private static var text: String {
        let paths = Dictionary(grouping: RESTService.routes, by: \.path).sorted { $0.key < $1.key }
        let tags = [
            ("tokens", "What users connect with."), ("conversations", "Where messages are written."),
            ("members", "Who reads and writes where."), ("messages", "What is written."),
            ("users", "Who is known, and who is connected."), ("files", "What is attached to messages."),
            ("events", "What an app tells live, and nobody keeps."),
        ]
        return object([
            ("openapi", quoted("3.1.0")),
            ("info", info),
            ("servers", list([object([("url", quoted("/"))])])),
            ("security", list([object([("key", "[]")]), object([("token", "[]")])])),
            ("tags", list(tags.map { object([("name", quoted($0.0)), ("description", quoted($0.1))]) })),
            ("paths", object(paths.map { ($0.key, path($0.value)) })),
            (
                "components",
                object([
                    ("securitySchemes", OpenAPISchemas.security),
                    ("parameters", OpenAPISchemas.parameters),
                    ("responses", OpenAPISchemas.errors),
                    ("schemas", "{" + OpenAPISchemas.all.joined(separator: ",") + "}"),
                ])
            ),
        ])
    }

    private static var info: String {
        object([
            ("title", quoted("CAAS Socket Service")),
            ("version", quoted("1")),
            (
                "description",
                quoted(
                    "Chat for a backend: the same rules, codes and answers as on the socket. A success is what an ack of the "
                        + "socket says, an error is {\"error\": …} with the socket's code."
                )
            ),
        ])
    }

    // MARK: Paths

    private static func path(_ routes: [RESTRoute]) -> String {
        let ids = routes.first?.ids ?? []
        var members = routes.sorted { $0.method.rawValue < $1.method.rawValue }.map { route in
            (route.method.rawValue.lowercased(), operation(route))
        }
        if !ids.isEmpty { members.insert(("parameters", list(ids.map { reference("parameters", $0) })), at: 0) }
        return object(members)
    }

    private static func operation(_ route: RESTRoute) -> String {
        let operation = route.operation
        var members = [
            ("operationId", quoted(operation.id)), ("summary", quoted(operation.summary)),
            ("tags", list([quoted(operation.tag)])),
        ]
        let parameters = parameters(of: operation)
        if !parameters.isEmpty { members.append(("parameters", list(parameters))) }
        if let body = operation.body {
            let content = content(body, operation.bodyType)
            let required = operation.isBodyRequired ? "true" : "false"
            members.append(("requestBody", object([("required", required), ("content", content)])))
        }
        if route.access.isForKeys { members.append(("security", list([object([("key", "[]")])]))) }
        members.append(("responses", object(answers(of: route))))
        return object(members)
    }

    private static func parameters(of operation: Operation) -> [String] {
        var parameters = operation.query.map(parameter)
        switch operation.author {
        case .none: break
        case .optional: parameters.append(reference("parameters", "asUser"))
        case .required: parameters.append(reference("parameters", "author"))
        }
        if operation.takesKey { parameters.append(reference("parameters", "idempotencyKey")) }
        parameters += operation.fields.map { field in
            object([
                ("name", quoted(field.name)), ("in", quoted("header")), ("description", quoted(field.meaning)),
                ("schema", anyText),
            ])
        }
        return parameters
    }

    private static var anyText: String { object([("type", quoted("string"))]) }

    private static func parameter(_ parameter: QueryParameter) -> String {
        let schema =
            switch parameter.kind {
            case .integer(let minimum): object([("type", quoted("integer")), ("minimum", "\(minimum)")])
            case .flag: object([("type", quoted("boolean"))])
            case .text: object([("type", quoted("string"))])
            }
        return object([
            ("name", quoted(parameter.name)), ("in", quoted("query")), ("description", quoted(parameter.meaning)),
            ("schema", schema),
        ])
    }

    // MARK: Answers

    private static func answers(of route: RESTRoute) -> [(String, String)] {
        let successes = route.operation.answers.map { answer in
            var members = [("description", quoted(answer.meaning))]
            if let type = answer.type { members.append(("content", content(answer.schema, type))) }
            var fields = answer.fields
            if answer.status == 201 { fields.append(.init(name: "Location", meaning: "Where it can be read.")) }
            let headers = fields.map { field in
                (field.name, object([("description", quoted(field.meaning)), ("schema", anyText)]))
            }
            if !headers.isEmpty { members.insert(("headers", object(headers)), at: 1) }
            return ("\(answer.status)", object(members))
        }
        return (successes + errors(of: route).map { ("\($0)", reference("responses", "error\($0)")) })
            .sorted { $0.0 < $1.0 }
    }

    /// The statuses of R70 that the route can answer.
    private static func errors(of route: RESTRoute) -> [Int] {
        var statuses = [400, 401, 403, 429, 500, 503]
        if !route.ids.isEmpty || route.operation.body != nil { statuses.append(404) }
        if route.operation.takesKey { statuses.append(409) }
        if route.operation.body != nil || route.operation.takesKey { statuses.append(413) }
        return statuses + route.operation.refusals
    }

    private static func content(_ schema: String, _ type: String) -> String {
        object([(type, object([("schema", reference("schemas", schema))]))])
    }

    // MARK: JSON

    private static func reference(_ kind: String, _ name: String) -> String {
        object([("$ref", quoted("#/components/\(kind)/\(name)"))])
    }

    private static func quoted(_ text: String) -> String {
        String(decoding: QueryParameter.text(text), as: UTF8.self)
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { quoted($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
    }

    private static func list(_ items: [String]) -> String {
        "[" + items.joined(separator: ",") + "]"
    }
}
