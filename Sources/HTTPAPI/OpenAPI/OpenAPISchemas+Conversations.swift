extension OpenAPISchemas {
    static let conversations = #"""
        "Kind": {"enum": ["direct", "group", "channel"]},
        "Visibility": {"enum": ["private", "public"]},
        "RoleName": {"enum": ["owner", "moderator", "member", "readonly"]},
        "NewConversation": {
          "type": "object",
          "required": ["kind", "memberIds"],
          "properties": {
            "kind": {"$ref": "#/components/schemas/Kind"},
            "memberIds": {
              "type": "array", "maxItems": 500, "items": {"$ref": "#/components/schemas/UserId"},
              "description": "A user who makes it is a member in any case, a key by itself is none. Of a direct one: the other user, or from a key by itself both."
            },
            "name": {"type": ["string", "null"], "maxLength": 128},
            "visibility": {
              "anyOf": [{"$ref": "#/components/schemas/Visibility"}, {"type": "null"}],
              "description": "private unless said otherwise."
            },
            "metadata": {"$ref": "#/components/schemas/Metadata"},
            "conversationId": {
              "anyOf": [{"$ref": "#/components/schemas/ConversationId"}, {"type": "null"}],
              "description": "An id of your own; without one the service makes it."
            }
          },
          "example": {"kind": "group", "memberIds": ["alice", "bob"], "name": "Order 1234", "conversationId": "order-1234"}
        },
        "ConversationCreated": {
          "allOf": [{"$ref": "#/components/schemas/Success"}],
          "required": ["conversationId"],
          "properties": {
            "conversationId": {"$ref": "#/components/schemas/ConversationId"},
            "existing": {"const": true}, "duplicate": {"const": true}
          }
        },
        "Conversation": {
          "type": "object",
          "required": ["kind", "conversationId", "visibility", "latestSeq", "latestOffset"],
          "properties": {
            "kind": {"$ref": "#/components/schemas/Kind"},
            "conversationId": {"$ref": "#/components/schemas/ConversationId"},
            "name": {"type": "string"},
            "visibility": {"$ref": "#/components/schemas/Visibility"},
            "metadata": {"$ref": "#/components/schemas/Metadata"},
            "role": {"$ref": "#/components/schemas/RoleName"},
            "latestSeq": {"type": "integer", "minimum": 0},
            "latestOffset": {"type": "integer", "minimum": 0},
            "peerId": {"$ref": "#/components/schemas/UserId"},
            "lastMessage": {"$ref": "#/components/schemas/Message"}
          }
        },
        "ConversationDetails": {
          "allOf": [{"$ref": "#/components/schemas/Success"}, {"$ref": "#/components/schemas/Conversation"}],
          "required": ["members"],
          "properties": {"members": {"type": "integer", "minimum": 0}}
        },
        "ConversationChanges": {
          "type": "object",
          "properties": {
            "name": {"type": ["string", "null"], "maxLength": 128},
            "metadata": {"$ref": "#/components/schemas/Metadata"},
            "visibility": {"anyOf": [{"$ref": "#/components/schemas/Visibility"}, {"type": "null"}]}
          },
          "example": {"name": "Order 1234, delivered"}
        },
        "Conversations": {
          "allOf": [{"$ref": "#/components/schemas/Success"}],
          "required": ["conversations"],
          "properties": {
            "conversations": {"type": "array", "items": {"$ref": "#/components/schemas/Conversation"}},
            "cursor": {"type": "string", "description": "Where the next page begins; absent at the end."}
          }
        }
        """#

    static let members = #"""
        "Invitation": {
          "type": "object",
          "required": ["userIds"],
          "properties": {
            "userIds": {
              "type": "array", "minItems": 1, "maxItems": 500, "items": {"$ref": "#/components/schemas/UserId"}
            },
            "role": {
              "anyOf": [{"$ref": "#/components/schemas/RoleName"}, {"type": "null"}],
              "description": "member unless said otherwise."
            }
          },
          "example": {"userIds": ["carol"], "role": "member"}
        },
        "Invited": {
          "allOf": [{"$ref": "#/components/schemas/Changed"}],
          "required": ["added"],
          "properties": {"added": {"type": "array", "items": {"$ref": "#/components/schemas/UserId"}}}
        },
        "RoleChange": {
          "type": "object",
          "required": ["role"],
          "properties": {"role": {"$ref": "#/components/schemas/RoleName"}},
          "example": {"role": "moderator"}
        },
        "Role": {
          "allOf": [{"$ref": "#/components/schemas/Changed"}],
          "required": ["role"],
          "properties": {"role": {"$ref": "#/components/schemas/RoleName"}}
        },
        "Member": {
          "type": "object",
          "required": ["userId", "role", "joinedAt"],
          "properties": {
            "userId": {"$ref": "#/components/schemas/UserId"},
            "name": {"type": "string"},
            "avatarUrl": {"type": "string"},
            "role": {"$ref": "#/components/schemas/RoleName"},
            "joinedAt": {"$ref": "#/components/schemas/Time"}
          }
        },
        "Members": {
          "allOf": [{"$ref": "#/components/schemas/Success"}],
          "required": ["members"],
          "properties": {
            "members": {"type": "array", "items": {"$ref": "#/components/schemas/Member"}},
            "cursor": {"type": "string", "description": "Where the next page begins; absent at the end."}
          }
        }
        """#
}
