import Testing

@testable import Chat

@Suite("Media types of files, R53") struct MediaTypeTests {
    @Test(arguments: ["image/png", "audio/webm;codecs=opus", "video/mp4", "IMAGE/JPEG", "image/gif; x=\"y\""])
    func `pictures, sound and films are shown as what they are`(_ text: String) throws {
        let type = try #require(MediaType(text))
        #expect(type.isShown)
        #expect(type.served == type.essence)
    }

    @Test(arguments: ["text/plain; charset=utf-8", "application/pdf", "application/vnd.oasis.opendocument.text"])
    func `documents are served as what they are, but not shown`(_ text: String) throws {
        let type = try #require(MediaType(text))
        #expect(!type.isShown)
        #expect(type.served == type.essence)
    }

    // GHSA-ch8j.
    @Test(
        arguments: [
            "text/html", "image/svg+xml", "application/xhtml+xml", "text/javascript", "application/javascript",
            "text/css", "application/wasm", "text/xml", "application/x-shockwave-flash", "text/vtt", "made/up",
            "multipart/x-mixed-replace", "text/html;image/png", "application/vnd.oasis.opendocument.text+xml",
            "audio/made-up+xml", "video/made-up+xml", "image/tiff",
        ]
    )
    func `what a browser might run is mere bytes`(_ text: String) throws {
        let type = try #require(MediaType(text))
        #expect(!type.isShown)
        #expect(type.served == "application/octet-stream")
    }

    @Test(arguments: [
        "", "image", "/", "image/", "/png", "a/b/c", "image /png", "image/png\n", "ima\u{e9}ge/png", "a,b/c",
    ])
    func `others are none`(_ text: String) {
        #expect(MediaType(text) == nil)
    }
}
