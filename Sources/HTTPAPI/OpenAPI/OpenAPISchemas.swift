/// What the document's routes refer to, as JSON.
enum OpenAPISchemas {
    /// The schemas, each a list of members.
    static let all = [common, tokens, conversations, members, messages, users, events, files]

    static let security = #"""
        {
          "key": {
            "type": "http", "scheme": "bearer", "bearerFormat": "caas_<id>_<secret>",
            "description": "A backend's key, made by `caas key create`. It acts as the user in `asUser`, or by itself."
          },
          "token": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "A user's token, as at the socket. It acts as that user."
          }
        }
        """#

    static let parameters = #"""
        {
          "conversationId": {
            "name": "conversationId", "in": "path", "required": true, "description": "A conversation of the tenant.",
            "schema": {"$ref": "#/components/schemas/ConversationId"}
          },
          "messageId": {
            "name": "messageId", "in": "path", "required": true, "description": "A message of the conversation.",
            "schema": {"$ref": "#/components/schemas/MessageId"}
          },
          "userId": {
            "name": "userId", "in": "path", "required": true, "description": "A user of the tenant.",
            "schema": {"$ref": "#/components/schemas/UserId"}
          },
          "fileId": {
            "name": "fileId", "in": "path", "required": true, "description": "A file: its `fileId`, which is its `attachmentId` too.",
            "schema": {"$ref": "#/components/schemas/FileId"}
          },
          "asUser": {
            "name": "asUser", "in": "query",
            "description": "The user that a key acts for; without it the key acts by itself. A user's token needs none.",
            "schema": {"$ref": "#/components/schemas/UserId"}
          },
          "author": {
            "name": "asUser", "in": "query",
            "description": "The user that a key acts for: a key must name one here, else it is MISSING_FIELD. A user's token needs none.",
            "schema": {"$ref": "#/components/schemas/UserId"}
          },
          "idempotencyKey": {
            "name": "Idempotency-Key", "in": "header",
            "description": "The frame id: the same key with the same request is answered again and done once.",
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"}
          }
        }
        """#

    static let errors: String = {
        let meanings = [
            (400, "Something in the request is missing or wrong; `details.field` says what."),
            (401, "No token or key, or one that is not valid or has expired."),
            (403, "Not allowed, or not a member."),
            (404, "Unknown, or another tenant's."),
            (409, "Lost race, or an `Idempotency-Key` that was used for something else."),
            (416, "Nothing of the Range is there; `Content-Range` has the size."),
            (413, "Too large; `details` has `limit` and `size`."),
            (429, "Too many requests; `Retry-After` says when to try again."),
            (500, "A defect of the service; its log has the cause under `details.traceId`."),
            (503, "Not at present; the same request with the same `Idempotency-Key` may be sent again."),
        ]
        let answers = meanings.map { status, meaning in
            let retry = #""Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}}"#
            let challenge = #""WWW-Authenticate": {"description": "Bearer.", "schema": {"type": "string"}}"#
            let size = #""Content-Range": {"description": "`bytes */SIZE`.", "schema": {"type": "string"}}"#
            let headers =
                switch status {
                case 401: #""headers": {\#(challenge)}, "#
                case 416: #""headers": {\#(size)}, "#
                case 429, 503: #""headers": {\#(retry)}, "#
                default: ""
                }
            return #"""
                "error\#(status)": {
                  "description": "\#(meaning)", \#(headers)
                  "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
                }
                """#
        }
        return "{" + answers.joined(separator: ",") + "}"
    }()

    private static let common = #"""
        "ConversationId": {"type": "string", "pattern": "^(?!\\.{1,2}$)[A-Za-z0-9._:-]{1,128}$"},
        "UserId": {"type": "string", "pattern": "^(?!\\.{1,2}$)[A-Za-z0-9._:@|+-]{1,128}$"},
        "MessageId": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
        "Time": {"type": "integer", "description": "Unix milliseconds."},
        "Metadata": {"type": ["object", "null"], "description": "Any JSON object of at most 4,096 bytes, passed on as it is."},
        "Success": {
          "type": "object",
          "required": ["success", "timestamp"],
          "properties": {"success": {"const": true}, "timestamp": {"$ref": "#/components/schemas/Time"}}
        },
        "Changed": {
          "description": "Where the change stands among the changes of its conversation, if it has a place there.",
          "allOf": [{"$ref": "#/components/schemas/Success"}],
          "properties": {
            "offset": {"type": "integer", "minimum": 1},
            "duplicate": {"const": true, "description": "This was asked and done before."}
          }
        },
        "Error": {
          "type": "object",
          "required": ["error"],
          "properties": {
            "error": {
              "type": "object",
              "required": ["code", "message", "details"],
              "properties": {
                "code": {
                  "enum": [
                    "AUTH_REQUIRED", "AUTH_INVALID", "TOKEN_EXPIRED", "FORBIDDEN", "NOT_MEMBER", "INVALID_PAYLOAD",
                    "MISSING_FIELD", "RATE_LIMITED", "NOT_FOUND", "ALREADY_EXISTS", "INTERNAL_ERROR", "UNAVAILABLE"
                  ]
                },
                "message": {"type": "string", "minLength": 1},
                "details": {
                  "type": "object",
                  "required": ["retryable"],
                  "properties": {
                    "retryable": {"type": "boolean"}, "field": {"type": "string"}, "reason": {"type": "string"}
                  }
                },
                "retryAfter": {"type": "integer", "minimum": 1, "description": "Milliseconds."}
              }
            }
          }
        }
        """#

    private static let tokens = #"""
        "NewToken": {
          "type": "object",
          "required": ["userId"],
          "properties": {
            "userId": {"$ref": "#/components/schemas/UserId"},
            "name": {"type": ["string", "null"], "maxLength": 128, "description": "How others see the user."},
            "scope": {
              "type": ["string", "null"],
              "pattern": "^(chat:read|chat:write|presence|call|media|moderate|admin)( (chat:read|chat:write|presence|call|media|moderate|admin))*$",
              "description": "Names with a space between; without them all but moderate and admin."
            },
            "deviceId": {
              "type": ["string", "null"], "minLength": 1, "maxLength": 128,
              "description": "The device that connects, at most 128 bytes: a call goes on with another connection of the same device. Without it each connection is a device of its own."
            },
            "expiresIn": {
              "type": ["integer", "null"], "minimum": 1,
              "description": "Seconds that the token lives: 3600 unless said otherwise, at most what the service allows."
            }
          },
          "example": {"userId": "alice", "name": "Alice", "expiresIn": 3600}
        },
        "Token": {
          "type": "object",
          "required": ["token", "expiresAt"],
          "properties": {"token": {"type": "string"}, "expiresAt": {"$ref": "#/components/schemas/Time"}}
        }
        """#
}
