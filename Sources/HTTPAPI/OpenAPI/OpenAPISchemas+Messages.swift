extension OpenAPISchemas {
    static let messages = #"""
        "Attachment": {
          "type": "object",
          "description": "Exactly one of `url` and `attachmentId`.",
          "properties": {
            "url": {"type": ["string", "null"], "maxLength": 2048, "description": "http or https."},
            "attachmentId": {"type": ["string", "null"]},
            "name": {"type": ["string", "null"]},
            "mimeType": {"type": ["string", "null"]},
            "size": {"type": ["integer", "null"], "minimum": 0},
            "width": {"type": ["integer", "null"], "minimum": 0},
            "height": {"type": ["integer", "null"], "minimum": 0},
            "duration": {"type": ["integer", "null"], "minimum": 0},
            "thumbnailUrl": {"type": ["string", "null"], "maxLength": 2048},
            "metadata": {"$ref": "#/components/schemas/Metadata"}
          }
        },
        "NewMessage": {
          "type": "object",
          "description": "Either content, or at least one attachment.",
          "properties": {
            "content": {"type": ["string", "null"], "description": "At most 16,384 bytes."},
            "type": {
              "type": ["string", "null"], "pattern": "^(text|image|file|audio|video|location|encrypted|custom:[A-Za-z0-9._:-]{1,64})$",
              "description": "text unless said otherwise."
            },
            "attachments": {"type": ["array", "null"], "maxItems": 20, "items": {"$ref": "#/components/schemas/Attachment"}},
            "mentions": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/UserId"}},
            "metadata": {"$ref": "#/components/schemas/Metadata"},
            "threadId": {"anyOf": [{"$ref": "#/components/schemas/MessageId"}, {"type": "null"}]},
            "replyTo": {
              "anyOf": [{"$ref": "#/components/schemas/MessageId"}, {"type": "null"}],
              "description": "The message quoted."
            }
          },
          "example": {"content": "Your parcel is on its way."}
        },
        "MessageSent": {
          "allOf": [{"$ref": "#/components/schemas/Changed"}],
          "required": ["messageId", "seq", "offset"],
          "properties": {
            "messageId": {"$ref": "#/components/schemas/MessageId"},
            "seq": {"type": "integer", "minimum": 1}
          }
        },
        "MessageEdit": {
          "type": "object",
          "required": ["content"],
          "properties": {
            "content": {"type": "string", "description": "At most 16,384 bytes."},
            "ifVersion": {"type": ["integer", "null"], "description": "Only if this is the message's `editVersion`."}
          },
          "example": {"content": "Your parcel has arrived."}
        },
        "MessageEdited": {
          "allOf": [{"$ref": "#/components/schemas/Changed"}],
          "required": ["messageId", "editVersion", "offset"],
          "properties": {
            "messageId": {"$ref": "#/components/schemas/MessageId"},
            "editVersion": {"type": "integer", "minimum": 1}
          }
        },
        "MessageDeleted": {
          "allOf": [{"$ref": "#/components/schemas/Changed"}],
          "required": ["messageId", "offset"],
          "properties": {"messageId": {"$ref": "#/components/schemas/MessageId"}}
        },
        "Message": {
          "description": "A message, or what is left of a deleted one.",
          "type": "object",
          "required": ["messageId", "seq", "offset", "senderId", "createdAt"],
          "properties": {
            "messageId": {"$ref": "#/components/schemas/MessageId"},
            "conversationId": {"$ref": "#/components/schemas/ConversationId"},
            "seq": {"type": "integer", "minimum": 1},
            "offset": {"type": "integer", "minimum": 1},
            "senderId": {"$ref": "#/components/schemas/UserId"},
            "createdAt": {"$ref": "#/components/schemas/Time"}
          },
          "if": {"required": ["deleted"]},
          "then": {
            "required": ["deletedAt", "deletedBy"],
            "properties": {
              "deleted": {"const": true},
              "deletedAt": {"$ref": "#/components/schemas/Time"},
              "deletedBy": {"$ref": "#/components/schemas/UserId"},
              "reason": {"type": "string"}
            }
          },
          "else": {
            "required": ["conversationId", "clientId", "type", "content", "attachments", "editVersion"],
            "properties": {
              "clientId": {"type": "string"},
              "type": {"type": "string"},
              "content": {"type": "string"},
              "attachments": {"type": "array", "items": {"$ref": "#/components/schemas/Attachment"}},
              "mentions": {"type": "array", "items": {"$ref": "#/components/schemas/UserId"}},
              "metadata": {"type": "object"},
              "threadId": {"$ref": "#/components/schemas/MessageId"},
              "replyTo": {"$ref": "#/components/schemas/MessageId"},
              "editVersion": {"type": "integer", "minimum": 1},
              "editedAt": {"$ref": "#/components/schemas/Time"}
            }
          }
        },
        "MessageFound": {
          "allOf": [{"$ref": "#/components/schemas/Success"}],
          "required": ["message"],
          "properties": {"message": {"$ref": "#/components/schemas/Message"}}
        },
        "History": {
          "allOf": [{"$ref": "#/components/schemas/Success"}],
          "required": ["messages", "hasMore"],
          "properties": {
            "messages": {"type": "array", "items": {"$ref": "#/components/schemas/Message"}},
            "hasMore": {"type": "boolean"}
          }
        }
        """#
}
