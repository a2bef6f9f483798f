"""The glossary: plain data for pages, and terms that are used without a word on them."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath

import pytest

import sample
from workbook import author, release
from workbook.content.course import load_content
from workbook.content.glossary import DATA, GLOSSARY, Glossary, explained, read_glossary, slips

ROOT = Path(__file__).parent.parent

SMALL = """\
terms:
  net:
    means: A web of **cord**
    see: This course
  lead:
    term: landing fee
    forms: [landing fees]
    means: What a boat pays
    see: This course
    explain: true
    cues: [pays]
"""


def small(tmp_path: Path, said: str, glossary: str = SMALL) -> Path:
    lesson = sample.NEEDS.replace("A need is", said + "\n\nA need is")
    return sample.write(tmp_path, {**sample.FILES, GLOSSARY: glossary, "course/harbour/needs.md": lesson})


@pytest.mark.parametrize(
    "said",
    [
        "A *landing fee* is due.",
        "Each boat pays landing fees.",
        "A landing fee is due. It is what a boat pays.",
        "The landing fee means money for the quay.",
        "Nothing of the sort.",
        "![landing fee](figures/fee.svg)",
    ],
)
def test_a_term_may_be_set_off_or_explained_or_unused(tmp_path: Path, said: str) -> None:
    assert slips(load_content(small(tmp_path, said))) == []


@pytest.mark.parametrize(
    "said",
    [
        "A landing fee is due.",
        "Landing fees are high. Crews grumble. Each boat pays.",
        "**Fees.** A landing fee is due.",
    ],
)
def test_a_term_without_a_word_on_it_is_a_problem(tmp_path: Path, said: str) -> None:
    root = small(tmp_path, said)
    wanted = (
        "course/harbour/needs.md:14: glossary: 'landing fee' is used without a word on what it is:"
        " explain it at its first use"
    )
    assert [str(problem) for problem in slips(load_content(root))] == [wanted]
    assert wanted in {str(problem) for problem in author.check(root)}


def test_the_data_for_pages_are_in_the_order_of_the_alphabet(tmp_path: Path) -> None:
    text = release.files(load_content(small(tmp_path, "Nothing.")))[PurePosixPath(DATA)]
    assert json.loads(text) == {
        "terms": [
            {
                "id": "lead",
                "term": "landing fee",
                "forms": ["landing fees"],
                "means": "What a boat pays",
                "see": "This course",
            },
            {"id": "net", "term": "net", "forms": [], "means": "A web of <strong>cord</strong>", "see": "This course"},
        ]
    }


def test_a_term_to_explain_needs_cues(tmp_path: Path) -> None:
    root = small(tmp_path, "Nothing.", SMALL.replace("    cues: [pays]\n", ""))
    assert [str(problem) for problem in slips(load_content(root))] == [
        "course/glossary.yml:5: terms.lead: 'cues' is missing: which words show that a lesson explains it?"
    ]


def test_each_term_explains_itself_without_itself() -> None:
    glossary, problems = read_glossary(ROOT)
    assert isinstance(glossary, Glossary) and problems.found == []
    written = [glossary.written(id).casefold() for id in glossary.terms]
    assert len(written) >= 40 and len(set(written)) == len(written)
    for id, term in glossary.terms.items():
        assert explained([term.means], (glossary.written(id),), ()) is not False, id
        assert len(term.means.split()) <= 30, id
        if term.explain:  # our own explanation must pass as one
            assert explained([f"The {glossary.written(id)}: {term.means}"], (glossary.written(id),), term.cues), id
