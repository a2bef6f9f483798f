"""Keeps jsonschema from compiling grammars that nothing here needs.

Where it finds rfc3987-syntax, which comes with Jupyter Server, jsonschema compiles a grammar of all international
addresses as soon as it is imported: a second and a half, more than half of the time to start a server. Voila, nbformat,
nbgrader and jupytext import jsonschema.
"""

from __future__ import annotations

import sys


def leave_out() -> None:
    """Have jsonschema take that package for not installed; where it is imported already, nothing changes.

    To be called by the packages that serve, mark and build, before they import any of those libraries.
    """
    if "jsonschema" not in sys.modules:
        sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
