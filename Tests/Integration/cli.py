"""What the tests of the command line share."""

import pytest
from service import write_secret

SECRET = "a-secret-that-is-long-enough-for-everyone"


@pytest.fixture
def secret(tmp_path):
    return write_secret(tmp_path / "jwt.secret", SECRET)
