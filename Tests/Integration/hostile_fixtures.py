"""The server that a module of attacks has for itself, who watches over it, and who attacks."""

import pytest
from attack import Watch
from peer import Peer


@pytest.fixture(scope="module")
def own(serve, request):
    """A server that can be measured, for nobody else uses it, and keeps no rates; a module says the rest by SETTINGS."""
    settings = getattr(request.module, "SETTINGS", None)
    return serve("--no-rate-limits", settings=settings)


@pytest.fixture(scope="module")
def watch(own):
    with Watch(own) as watch:
        yield watch


@pytest.fixture
def innocents(watch):
    """Every test that uses this is an attack that must not harm them."""
    with watch.unharmed():
        yield


@pytest.fixture
def raw(own):
    with Peer(own) as raw:
        yield raw
