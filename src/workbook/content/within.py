"""Which of many texts stand in which of many documents, without looking for each text in each document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


class Documents:
    """Documents by the words in them."""

    def __init__(self, documents: Sequence[str]) -> None:
        self.documents = documents
        self._with: dict[str, list[int]] = {}
        for n, document in enumerate(documents):
            for word in set(document.split()):
                self._with.setdefault(word, []).append(n)

    def holding(self, text: str) -> Iterator[int]:
        """The numbers of the documents in which ``text`` stands, in order.

        Only its first and last word may be parts of longer words, so a document has all the others, the rarest too.
        """
        whole = text.split()[1:-1]
        possible = min((self._with.get(word, []) for word in whole), key=len, default=None)
        for n in range(len(self.documents)) if possible is None else possible:
            if text in self.documents[n]:
                yield n
