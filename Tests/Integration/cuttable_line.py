"""A network that fails when a test says so."""

import socket
import threading


class CuttableLine:
    """A TCP line from the browser to the server that can be cut, and mended on the same port."""

    def __init__(self, target_port: int):
        self.target_port = target_port
        self.bytes = [0, 0]
        self.swallows = False
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.listener = self._listen(0)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target_port))
            except OSError:
                near.close()
                continue
            self.pairs.append((near, far))
            for way, (source, sink) in enumerate(((near, far), (far, near))):
                threading.Thread(target=self._copy, args=(source, sink, way), daemon=True).start()

    def counted(self) -> list[int]:
        """The bytes that went to the server, and those that came from it, so far."""
        return list(self.bytes)

    def _copy(self, source: socket.socket, sink: socket.socket, way: int) -> None:
        try:
            while data := source.recv(65536):
                self.bytes[way] += len(data)  # before it is passed on: whoever sees an effect finds it counted
                if way == 0 or not self.swallows:
                    sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def swallow(self) -> None:
        """What the server says is lost from here on, and what it is told arrives, until the line is cut and mended."""
        self.swallows = True

    def cut(self) -> None:
        """Ends every connection, and refuses new ones until `mend`."""
        # shutdown wakes the thread that waits in accept: close alone would leave the port listening.
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # cut already
        self.listener.close()
        for pair in self.pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                end.close()
        self.pairs.clear()

    def mend(self, target_port: int | None = None) -> None:
        """Lets connections through again, to another port if the server has moved."""
        self.target_port = target_port or self.target_port
        self.swallows = False
        self.listener = self._listen(self.port)
