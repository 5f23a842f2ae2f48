"""The server and the clients that the tests share."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from client import Client
from closing import Closing
from dialing import dial, socketio_connect  # noqa: F401
from service import BINARY, Server, unique


def pytest_configure(config):
    if not BINARY.exists():
        raise pytest.UsageError(f"{BINARY} is not built: run `make integration`, or set CAAS_BINARY")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One server with the tenants a and b and no rate limits, for every test that leaves it running."""
    server = Server(tmp_path_factory.mktemp("server"), "--no-rate-limits").start()
    yield server
    try:
        server.stop()
    finally:
        server.close()


@pytest.fixture
def make_server(tmp_path_factory):
    """Servers of the test's own, which it starts, and may stop and kill."""
    with Closing(lambda *flags, **options: Server(tmp_path_factory.mktemp("own"), *flags, **options)) as make:
        yield make


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    """Starts servers for a module, whose tests leave them running."""
    with Closing(lambda *flags, **options: Server(tmp_path_factory.mktemp("module"), *flags, **options)) as make:
        yield lambda *flags, **options: make(*flags, **options).start()


@pytest.fixture
def connect(server):
    """Connects users to the shared server, or to the one given, and closes their connections at the end."""

    def connect(user, tenant="a", server=server, **options):
        return Client.connect(server, user, tenant, **options)

    with Closing(connect) as connect:
        yield connect


@pytest.fixture
def user():
    """Makes ids of users that no other test knows."""
    return lambda name="user": unique(name)


@pytest.fixture
def threads():
    """Threads for what several clients do at the same moment."""
    with ThreadPoolExecutor(4) as threads:
        yield threads


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds what the servers logged to the report of a failed test."""
    report = yield
    if report.failed:
        for name, value in getattr(item, "funcargs", {}).items():
            for made in [value, *getattr(value, "made", [])]:
                if isinstance(made, Server):
                    report.sections.append((f"log of {name}", made.log_tail()))
    return report
