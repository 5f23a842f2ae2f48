"""What the tests do with the page's files."""

import struct
import zlib
from random import Random


class Gate:
    """Stands before the service: it lets a number of messages with bytes by, then nothing until it opens."""

    def __init__(self, page, path, bytes_messages):
        self.left = bytes_messages
        page.route_web_socket(lambda url: url.split("?")[0].endswith(path), self._connect)

    def open(self):
        self.left = None

    @property
    def is_shut(self):
        return self.left is not None and self.left <= 0

    def _connect(self, page_side):
        service_side = page_side.connect_to_server()
        page_side.on_message(lambda message: self._pass(service_side, message))
        service_side.on_message(page_side.send)

    def _pass(self, service_side, message):
        if self.is_shut:
            return
        if isinstance(message, bytes) and self.left is not None:
            self.left -= 1
        service_side.send(message)


class LossyBeginning:
    """Stands before the service: it loses the connection with the first `file:begin`, or with the answer to it."""

    def __init__(self, page, path, lost):
        self.lost = lost
        self.begun = 0
        page.route_web_socket(lambda url: url.split("?")[0].endswith(path), self._connect)

    def _connect(self, page_side):
        service_side = page_side.connect_to_server()

        def lose():
            self.lost = None
            page_side.close()
            service_side.close()

        def to_service(message):
            begins = isinstance(message, str) and "file:begin" in message
            self.begun += begins
            if begins and self.lost == "announcement":
                return lose()
            service_side.send(message)

        def to_page(message):
            answers = self.begun == 1 and isinstance(message, str) and '"fileId"' in message
            if answers and self.lost == "answer":
                return lose()
            page_side.send(message)

        page_side.on_message(to_service)
        service_side.on_message(to_page)


def random_file(folder, name, size, seed=1):
    file = folder / name
    file.write_bytes(Random(seed).randbytes(size))
    return file


def picture(folder, name, width, height):
    """A PNG with a gradient."""
    def row(y):
        return b"\0" + bytes(value for x in range(width) for value in (x * 255 // width, y * 255 // height, 128))

    rows = b"".join(row(y) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    file = folder / name
    file.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    )
    return file


def attach(page, *files):
    with page.expect_file_chooser() as chosen:
        page.get_by_test_id("attach").click()
    chosen.value.set_files(files)


def attachment(page, name):
    return page.get_by_test_id("attachment").filter(has_text=name)


def downloaded(page, name):
    """The bytes that a click on the file's button brings."""
    with page.expect_download() as download:
        attachment(page, name).get_by_test_id("download").click()
    assert download.value.suggested_filename == name
    return download.value.path().read_bytes()
