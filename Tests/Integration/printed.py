"""What docs/operating.md prints, to be done as it stands there."""

import re

from service import REPOSITORY

PAGE = (REPOSITORY / "docs/operating.md").read_text()


def block(language):
    """The page's one block in a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"{len(found)} blocks of {language}"
    return found[0]


def put(text, **places):
    """The text with other paths; each one must be there."""
    for old, new in places.values():
        assert old in text, f"{old} is not printed"
        text = text.replace(old, str(new))
    return text
