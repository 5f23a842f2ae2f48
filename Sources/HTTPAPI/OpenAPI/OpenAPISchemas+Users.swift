extension OpenAPISchemas {
    static let users = #"""
        "UserNames": {
          "type": "object",
          "properties": {
            "name": {"type": ["string", "null"], "maxLength": 128},
            "avatarUrl": {
              "type": ["string", "null"], "maxLength": 2048, "pattern": "^https?://", "description": "http or https."
            }
          },
          "example": {"name": "Alice", "avatarUrl": "https://example.org/alice.png"}
        },
        "UserFound": {
          "allOf": [{"$ref": "#/components/schemas/Success"}],
          "required": ["userId"],
          "properties": {
            "userId": {"$ref": "#/components/schemas/UserId"},
            "name": {"type": "string"},
            "avatarUrl": {"type": "string"}
          }
        },
        "Connection": {
          "type": "object",
          "required": ["id", "deviceId", "transport", "since"],
          "properties": {
            "id": {"type": "string", "description": "The `sessionId` of its session:ready."},
            "deviceId": {"type": "string"},
            "transport": {"enum": ["websocket", "socketio"]},
            "since": {"$ref": "#/components/schemas/Time"}
          }
        },
        "Connections": {
          "allOf": [{"$ref": "#/components/schemas/Success"}],
          "required": ["connections"],
          "properties": {"connections": {"type": "array", "items": {"$ref": "#/components/schemas/Connection"}}}
        }
        """#
}
