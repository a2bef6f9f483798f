"""The words that the script says, in the learner's language."""

from __future__ import annotations

from ..i18n import _


def words() -> dict[str, str]:
    """Name to text; ``{…}`` is filled in by the script."""
    return {
        "saving": _("Saving …"),
        "saved": _("Saved {time}"),
        "failed": _("Not saved: {why}"),
        "tooMuch": _("This is too much at once. Please save it in smaller parts."),
        "lost": _("Connection lost. What you type is kept in this browser and saved when it is back."),
        "lostUnkept": _("Connection lost, and this browser keeps nothing. Please leave this page open."),
        "lostLab": _("Connection lost. What you type is kept in this browser. Run this cell again to go on."),
        "elsewhere": _("Changed in another window at {time}."),
        "another": _("Show another hint"),
        "moved": _("{item}: now {n} of {all}"),
        "row": _("Row"),
        "open": _("{n} open"),
        "complete": _("complete"),
        "foldAll": _("Fold all rows"),
        "unfoldAll": _("Open all rows"),
        "removed": _("Row removed."),
        "undo": _("Undo"),
        "undone": _("The row is back."),
        "removeAnyway": _("Remove it all the same"),
        "keep": _("Keep it"),
        "pasteHere": _(
            "Copy cells in your spreadsheet, and paste them here. A first line with the columns' names helps."
        ),
        "putIn": _("Put into the table"),
        "cancel": _("Cancel"),
        "pasted": _("{n} rows put in."),
        "unmatched": _("Not among the choices, so left out: {cells}."),
        "noRoom": _("{n} rows did not fit: this table has a fixed number of rows."),
    }
