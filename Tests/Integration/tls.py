"""TLS for a client that reads on one thread and writes on another.

OpenSSL takes one call at a time for a connection, and Python 3.11 does not see to that: a request that is written while TLS 1.3's
session tickets are being read can be lost.
"""

import select
import ssl
import threading


class OneCallAtATime(ssl.SSLSocket):
    """A socket whose reads and writes wait for each other, but no write for bytes to come."""

    def recv(self, size=1024, flags=0):
        while True:
            if not self.pending() and not select.select([self], [], [], self.gettimeout())[0]:
                raise TimeoutError("timed out")
            with self.turn:
                patience = self.gettimeout()
                self.settimeout(0)
                try:
                    return super().recv(size, flags)
                except ssl.SSLWantReadError:
                    # What came was TLS's own, or half a record.
                    continue
                finally:
                    self.settimeout(patience)

    def sendall(self, data, flags=0):
        with self.turn:
            return super().sendall(data, flags)

    def do_handshake(self, block=False):
        self.turn = threading.Lock()
        super().do_handshake(block)


def trusting(certificate):
    """A client's context that trusts this certificate alone."""
    context = ssl.create_default_context(cafile=certificate)
    context.sslsocket_class = OneCallAtATime
    return context
