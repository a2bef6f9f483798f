"""Fingerprint of the source documents: which runs of eight words they hold, without holding the words.

The documents stay with their owners and are not in this repository. From a folder of their texts (source-*.txt) this
writes the first five bytes of the BLAKE2b hash of each run of eight words, sorted. From our own text one can see
whether a run stands in the sources; from the file one cannot read the sources. tests/test_own_words.py uses it.

    python .ci/shingles.py FOLDER
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

LENGTH = 8
"""Words in a run."""
BYTES = 5
"""Bytes kept of a hash: about one false alarm in a hundred courses of this size."""
TARGET = Path(__file__).parent.parent / "tests" / "fixtures" / "source-shingles.bin"


def words(text: str) -> list[str]:
    """Words as they are compared: small letters and digits; hyphens, apostrophes and line-end hyphens do not count."""
    text = re.sub(r"(?<=\w)[-\u2010\u2011\u00ad](?=\s*\n\s*\w|\w)", "\x00", text)
    text = re.sub(r"\x00\s*", "", text)
    return re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", text.lower()))


def shingle(run: list[str]) -> bytes:
    """The fingerprint of one run of words."""
    return hashlib.blake2b(" ".join(run).encode("utf-8")).digest()[:BYTES]


def shingles(text: str) -> Iterator[tuple[int, bytes]]:
    """Each run of a text: the number of its first word, and its fingerprint."""
    listed = words(text)
    for i in range(len(listed) - LENGTH + 1):
        yield i, shingle(listed[i : i + LENGTH])


def fingerprint(texts: list[str]) -> bytes:
    """All runs of ``texts``, sorted, each once."""
    return b"".join(sorted({found for text in texts for _, found in shingles(text)}))


def load(data: bytes) -> frozenset[bytes]:
    """The runs of a fingerprint."""
    return frozenset(data[i : i + BYTES] for i in range(0, len(data), BYTES))


def main(folder: Path) -> None:
    """Write the fingerprint of the documents in ``folder``."""
    paths = sorted(folder.glob("source-*.txt"))
    if not paths:
        sys.exit(f"There is no source-*.txt in {folder}.")
    data = fingerprint([path.read_text(encoding="utf-8") for path in paths])
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(data)
    print(f"{len(data) // BYTES} runs of {len(paths)} documents, {len(data)} bytes")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
