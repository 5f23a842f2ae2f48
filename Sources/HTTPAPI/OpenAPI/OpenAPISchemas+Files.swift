extension OpenAPISchemas {
    static let files = #"""
        "FileId": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
        "NewFile": {
          "type": "object",
          "required": ["conversationId", "name", "mimeType", "size"],
          "properties": {
            "conversationId": {"$ref": "#/components/schemas/ConversationId"},
            "name": {"type": "string", "minLength": 1, "maxLength": 255},
            "mimeType": {"type": "string", "maxLength": 127, "pattern": "^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(;.*)?$"},
            "size": {"type": "integer", "minimum": 1, "maximum": 104857600},
            "sha256": {
              "type": ["string", "null"], "pattern": "^[0-9A-Fa-f]{64}$",
              "description": "Other bytes than these are refused at the end."
            },
            "chunkSize": {
              "type": ["integer", "null"], "minimum": 1024, "maximum": 258032,
              "description": "Bytes of each chunk but the last, where chunks of the socket are sent: 65536 unless said otherwise."
            }
          },
          "example": {"conversationId": "order-1234", "name": "a.png", "mimeType": "image/png", "size": 100000}
        },
        "FileBegun": {
          "allOf": [{"$ref": "#/components/schemas/Success"}],
          "required": ["fileId", "nextIndex", "window"],
          "properties": {
            "fileId": {"$ref": "#/components/schemas/FileId"},
            "nextIndex": {"type": "integer", "minimum": 0},
            "window": {"type": "integer", "minimum": 1},
            "duplicate": {"const": true}
          }
        },
        "FileBytes": {"type": "string", "format": "binary", "example": "bytes"},
        "FileSent": {
          "allOf": [{"$ref": "#/components/schemas/Success"}],
          "properties": {
            "complete": {"const": true},
            "fileId": {"$ref": "#/components/schemas/FileId"},
            "attachmentId": {"type": "string", "description": "What messages name the file by."},
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "offset": {"type": "integer", "minimum": 0, "description": "Bytes that are there, where it is not complete."},
            "size": {"type": "integer", "minimum": 1}
          }
        },
        "FileLink": {
          "type": "object",
          "required": ["url", "expiresAt"],
          "properties": {
            "url": {"type": "string", "description": "Absolute where the service knows its address, else a path of this service."},
            "expiresAt": {"$ref": "#/components/schemas/Time"}
          }
        }
        """#
}
