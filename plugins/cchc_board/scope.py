"""Which units an act is about: whoever looks after some units acts on no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cchc.chasing.more_time import waiting_pleas
from cchc.errors import RuleRefused
from cchc.mail.bounces import bad_addresses
from cchc.run import Run
from cchc.texts import t
from cchc_board.desk import RequestView
from cchc_board.typed import TypedIn


def refuse_beyond_scope(desk: RequestView, about: Sequence[str], typed: TypedIn) -> None:
    """RuleRefused('not-own-unit') when a unit that the fields name is not the viewer's, or when they name none, so that
    the act would be about all of them. What nobody knows is refused by the act itself."""
    if desk.scope is None or desk.store is None:
        return
    named = {name: typed.all(name) for name in about}
    if typed.one("tat-ca") or not any(named.values()):
        raise RuleRefused("not-own-unit", t("board.acts.refused.every_unit", actor=desk.viewer))
    run = Run(desk.store, desk.instance, desk.as_of)
    for name, values in named.items():
        desk.refuse_others(*UNITS_BEHIND[name](run, values))


def _as_named(_run: Run, codes: Iterable[str]) -> Iterable[str]:
    return codes


def _senders(run: Run, submissions: Iterable[str]) -> Iterable[str]:
    for one in submissions:
        if row := run.store.one("board.submission_of_unit", submission_id=one):
            yield str(row["unit_code"])


def _pleading(run: Run, pleas: Iterable[str]) -> Iterable[str]:
    wanted = set(pleas)
    return (one.unit_code for one in waiting_pleas(run) if one.plea_id in wanted)


def _receivers(run: Run, documents: Iterable[str]) -> Iterable[str]:
    """Of letters to one unit; any other document is the province's."""
    for one in documents:
        if row := run.store.one("board.document", document_id=one):
            yield str(row["unit_code"] or "-")


def _behind(run: Run, addresses: Iterable[str]) -> Iterable[str]:
    wanted = set(addresses)
    return (one.unit_code or "-" for one in bad_addresses(run.store, run.as_of) if one.address in wanted)


UNITS_BEHIND: dict[str, Callable[[Run, Iterable[str]], Iterable[str]]] = {
    "don-vi": _as_named,
    "code": _as_named,
    "bai-nop": _senders,
    "de-nghi": _pleading,
    "van-ban": _receivers,
    "dia-chi": _behind,
}
"""By field of a form: the units behind what it names."""
