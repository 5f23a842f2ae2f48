extension OpenAPISchemas {
    static let events = #"""
        "OwnEvent": {
          "type": "object",
          "required": ["name", "payload"],
          "properties": {
            "name": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$", "description": "What the app calls it."},
            "payload": {"description": "Any JSON of at most 8,192 bytes, handed on as it is."}
          },
          "example": {"name": "order.paid", "payload": {"order": 1234}}
        },
        "EventSent": {
          "allOf": [{"$ref": "#/components/schemas/Success"}]
        }
        """#
}
