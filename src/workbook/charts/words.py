"""The charts in words: everything a chart shows, for those who cannot or would rather not look at it."""

from __future__ import annotations

from ..i18n import _
from .data import LEVELS, STATUS, Health, Need, Needs, Offer, Picture, Risk, Risks, Stakeholder, Stakeholders
from .fitting import clusters

SEVERAL, LONG = 8, 60


def apart(text: str) -> str:
    """A name within a sentence; signs around it keep its direction of writing from turning the sentence."""
    return f"\u2068{text}\u2069"


def _listed(names: list[str]) -> str:
    """Names for a summary: the first few, not at full length."""
    cut = ("".join([*clusters(name)[:LONG], "…"]) if len(name) > LONG else name for name in names[:SEVERAL])
    said = ", ".join(map(apart, cut))
    return _("{names} and {n} more").format(names=said, n=len(names) - SEVERAL) if len(names) > SEVERAL else said


def level(id: str) -> str:
    """A level of the health check."""
    return {"green": _("Green"), "amber": _("Amber"), "red": _("Red")}.get(id, _("Open"))


def block(id: str) -> str:
    """A building block."""
    known = {
        "fundamentals": _("Fundamentals"),
        "relationship": _("Relationship"),
        "structure": _("Structure"),
        "management": _("Management"),
    }
    return known.get(id, id.capitalize())


def degree(id: str) -> str:
    """How much: of interest, influence or effect."""
    return {"low": _("low"), "medium": _("medium"), "high": _("high")}.get(id, _("not known yet"))


def status(id: str) -> str:
    """How sure an offer is."""
    return {"agreed": _("agreed"), "asked": _("asked"), "assumed": _("assumed")}[id]


def title(picture: Picture) -> str:
    """The chart's heading."""
    match picture:
        case Health():
            return _("Your health check, block by block")
        case Stakeholders():
            return _("Your map of stakeholders")
        case Needs():
            return _("Your needs and who meets them")
        case Risks():
            return _("Your map of risks")


def private(picture: Picture) -> str:
    """Who sees it, where that is the learner alone."""
    match picture:
        case Stakeholders():
            return _("Only you see this map: it holds your judgement about others. Take care on a shared screen.")
        case Health():
            return _("Only you see this chart.")
    return ""


def summary(picture: Picture) -> str:
    """What the chart says, in a sentence or two."""
    match picture:
        case Health():
            parts = [f"{level(id)}: {sum(line.level == id for line in picture.lines)}" for id in (*LEVELS, "")]
            return ", ".join(parts) + "."
        case Stakeholders():
            return _unheard(picture)
        case Needs():
            return _states(picture)
        case Risks():
            return _answers(picture)


def sentences(picture: Picture) -> tuple[str, ...]:
    """Everything the chart shows; what matters most comes first."""
    match picture:
        case Health():
            return (summary(picture), *_health(picture))
        case Stakeholders():
            return (summary(picture), *(stakeholder(one) for one in picture.all))
        case Needs():
            return (summary(picture), *(need(one) for one in picture.all))
        case Risks():
            return (summary(picture), *(risk(one) for one in picture.all))


def _health(picture: Health) -> list[str]:
    found = []
    for one in picture.blocks:
        parts = []
        for id in (*reversed(LEVELS), ""):
            texts = [line.text for line in one.lines if line.level == id]
            if texts:
                parts.append(f"{level(id)} – {'; '.join(texts)}")
        found.append(f"{block(one.id)}: {'. '.join(parts)}.")
    return found


def _unheard(picture: Stakeholders) -> str:
    names = [one.name for one in picture.all if one.unheard]
    if not names:
        return _("Nobody on your map is strongly affected and has little influence.")
    return _("Strongly affected, with little influence: {names}. Work with them more; do not just inform them.").format(
        names=_listed(names)
    )


def stakeholder(one: Stakeholder) -> str:
    """One stakeholder in words."""
    return _("{n}. {name}: interest {interest}, influence {influence}, affected: {affected}.").format(
        n=one.number,
        name=apart(one.name),
        interest=degree(one.interest),
        influence=degree(one.influence),
        affected=degree(one.affected),
    )


def state(id: str) -> str:
    """How far a need is met."""
    if id in STATUS:
        return status(id)
    return {"own": _("we have it ourselves"), "open": _("open: nobody brings it yet")}[id]


def _states(picture: Needs) -> str:
    open_ = [one.text for one in picture.all if one.state == "open"]
    counts = {id: sum(one.state == id for one in picture.all) for id in ("own", *STATUS)}
    said = ", ".join(f"{state(id)}: {n}" for id, n in counts.items() if n)
    if not open_:
        return _("Each of your needs is met by someone ({counts}).").format(counts=said)
    told = _("Open, nobody brings it yet: {needs}.").format(needs=_listed(open_))
    return f"{told} {_('The others')}: {said}." if said else told


def kind(offer: Offer) -> str:
    """In kind, cash, or not said."""
    return {"in-kind": _("in kind"), "cash": _("cash")}.get(offer.kind, _("in kind or cash not said"))


def giver(offer: Offer) -> str:
    """Who brings it; what is brought where nobody is named."""
    return offer.partner or _("{resource} (by whom?)").format(resource=offer.resource)


def need(one: Need) -> str:
    """One need in words: who meets it in kind, then with cash."""
    parts = [_("we have all of it ourselves")] if one.have == "all" else []
    parts += [_("we have a part of it")] if one.have == "part" else []
    for offer in one.offers:
        said = {"partner": apart(giver(offer)), "resource": apart(offer.resource), "kind": kind(offer)}
        parts.append(_("{kind}: {partner} – {resource} ({status})").format(**said, status=status(offer.status)))
    if one.state == "open":
        parts.append(state("open"))
    return f"{one.number}. {apart(one.text)} – {'; '.join(parts)}."


def _answers(picture: Risks) -> str:
    open_ = [str(one.number) for one in picture.all if not one.answer]
    if not open_:
        return _("Each of your risks has an answer.")
    return _("Risks without an answer yet: {numbers}.").format(numbers=", ".join(open_))


def unplaced(one: Risk) -> str:
    """Why a risk is not on the grid; empty if it is."""
    if one.placed:
        return ""
    said = []
    both = ((_("likelihood"), one.likelihood, one.typed[0]), (_("impact"), one.impact, one.typed[1]))
    for name, number, typed in both:
        if number is None and typed:
            said.append(
                _("{what} {typed} is not a whole number from 1 to 5").format(what=name, typed=apart(typed[:20]))
            )
        elif number is None:
            said.append(_("{what} is missing").format(what=name))
    return "; ".join(said)


def risk(one: Risk) -> str:
    """One risk in words, with the answer to it."""
    where = unplaced(one) or _("likelihood {likelihood}, impact {impact}").format(
        likelihood=one.likelihood, impact=one.impact
    )
    whose = f"{apart(one.partner)}: " if one.partner else ""
    return f"{one.number}. {whose}{apart(one.text)} – {where}. {answer(one)}"


def answer(one: Risk) -> str:
    """What is done about a risk, or that nothing is yet."""
    if one.answer:
        return _("Answer: {answer}").format(answer=apart(one.answer))
    if one.impact == 5:
        return _("No answer yet, and an impact of 5 deserves one in any case.")
    return _("No answer yet.")
