"""Callers of the REST interface that the tests share."""

from contextlib import ExitStack

import pytest
from rest import Rest, make_key


@pytest.fixture(scope="session")
def keys(server):
    """One key with the scope admin for each tenant of the shared server."""
    return {tenant: make_key(server, tenant=tenant) for tenant in ("a", "b")}


@pytest.fixture
def backend(server, keys):
    """Makes callers with a tenant's key, or with another credential."""
    with ExitStack() as stack:

        def backend(as_user=None, tenant="a", credential=None, server=server):
            caller = Rest(server, credential or keys[tenant], as_user)
            stack.callback(caller.close)
            return caller

        yield backend


@pytest.fixture
def person(server, backend):
    """Makes callers with a user's own token."""

    def person(user, tenant="a", **claims):
        return backend(tenant=tenant, credential=server.token(user, tenant, **claims))

    return person
