import CAASProtocol
import Chat
import NIOHTTP1

extension RESTRoute {
    /// What is said of a file beside its bytes.
    private static let fileFields: [Operation.Field] = [
        .init(name: "ETag", meaning: "Changes with the bytes."),
        .init(name: "Accept-Ranges", meaning: "`bytes`."),
        .init(name: "Content-Disposition", meaning: "`inline` or `attachment`, and the name."),
        .init(name: "Cache-Control", meaning: "`private, no-cache`: kept, and asked for again."),
        .init(name: "Content-Security-Policy", meaning: "Nothing of it runs."),
        .init(name: "X-Content-Type-Options", meaning: "`nosniff`."),
        .init(name: "Referrer-Policy", meaning: "`no-referrer`."),
    ]

    /// `/v1/files` (R53).
    static let files: [RESTRoute] = [
        .event(
            .fileBegin,
            .POST,
            "/v1/files",
            Operation(
                id: "beginFile",
                summary: "Announces a file of a conversation.",
                tag: "files",
                body: "NewFile",
                author: .required,
                takesKey: true,
                answers: [.ok("FileBegun", "Its bytes can be sent.")]
            )
        ),
        RESTRoute(
            method: .PUT,
            path: "/v1/files/{fileId}",
            access: .event(.fileBegin),
            operation: Operation(
                id: "sendFile",
                summary: "Sends a file that was announced; with Content-Range from a place that is there.",
                tag: "files",
                fields: [
                    Operation.Field(
                        name: "Content-Range",
                        meaning: "`bytes FIRST-LAST/SIZE` is where the body belongs; `bytes */SIZE` asks for the place."
                    )
                ],
                body: "FileBytes",
                bodyType: "application/octet-stream",
                isBodyRequired: false,
                author: .required,
                isLong: true,
                answers: [.ok("FileSent", "`complete`, or how much of it is there.")],
                refusals: [409]
            )
        ) { call throws(SpecError) in try await call.upload() },
        RESTRoute(
            method: .DELETE,
            path: "/v1/files/{fileId}",
            access: .event(.fileBegin),
            operation: Operation(
                id: "deleteFile",
                summary: "Takes a file back that no message has, whether it has arrived or not.",
                tag: "files",
                takesKey: true,
                answers: [.nothing(204, "Nothing of it is left.")]
            )
        ) { call throws(SpecError) in try await call.takeBack() },
        RESTRoute(
            method: .GET,
            path: "/v1/files/{fileId}",
            access: .event(.messageHistory),
            operation: Operation(
                id: "readFile",
                summary: "The bytes of a file, or a Range of them; with a signed link without a token.",
                tag: "files",
                fields: [
                    .init(name: "Range", meaning: "One range in bytes; several, and other units, are passed over."),
                    .init(name: "If-Range", meaning: "The `ETag` of which a range is wanted; of another one all is."),
                    .init(name: "If-None-Match", meaning: "The `ETag` that is known already."),
                ],
                answers: [
                    .bytes(200, "All of it.", fileFields),
                    .bytes(
                        206,
                        "The range that was asked for.",
                        fileFields + [.init(name: "Content-Range", meaning: "`bytes FIRST-LAST/SIZE`.")]
                    ),
                    .nothing(304, "It is as `If-None-Match` says.", fileFields),
                ],
                refusals: [416]
            ),
            takesLinks: true
        ) { call throws(SpecError) in try await call.download() },
        RESTRoute(
            method: .GET,
            path: "/v1/files/{fileId}/url",
            access: .event(.messageHistory),
            operation: Operation(
                id: "linkFile",
                summary: "A link that opens a file without a token, for an hour.",
                tag: "files",
                answers: [.ok("FileLink", "The link.")]
            )
        ) { call throws(SpecError) in try await call.link() },
    ]
}
