"""Thu thập số liệu: land the exports that lie in the drop folder, and freeze them on a cut-off day."""

from __future__ import annotations

from collections.abc import Sequence

from cchc.errors import CchcError, ConfigErrors
from cchc.sources import compute_values, freeze_snapshot, land_file, pending_exports
from cchc.stages.run import Run
from cchc.texts import t
from cchc.year import Round

SOURCES = ("one_stop", "doc_management")


def pending(run: Run) -> list[str]:
    """Names of the exports that wait, oldest name first."""
    return sorted(str(path.relative_to(run.instance.export_drop)) for path in pending_exports(run.instance))


def land(run: Run, names: Sequence[str]) -> int:
    """Land each file; returns how many were new.

    A file that cannot be read does not stop the others: all are tried, then one error names every failure.
    """
    new, failures = 0, []
    for name in names:
        try:
            landing = land_file(
                run.store, run.instance, run.instance.export_drop / name, run.units, run.as_of
            )
        except ConfigErrors:
            raise
        except CchcError as error:
            failures.append(f"- {name}: {error}")
        else:
            new += landing.new
    if failures:
        raise CchcError(
            t("stages.exports_failed", count=len(failures), total=len(names), list="\n".join(failures))
        )
    return new


def cut_off_round(run: Run) -> Round | None:
    """The report round whose window ends on this run's day: the round named by the run, else by the day."""
    if run.round_id:
        return run.round
    for year in (run.today.year, run.today.year + 1):
        for round_ in run.calendar.rounds(year):
            if round_.window and round_.window.last == run.today:
                return round_
    return None


def freeze(run: Run) -> str | None:
    """On a cut-off day: freeze both sources and compute the round's figures. Returns the round's id or None.

    The snapshot is taken once; a later run of the same day finds it and computes the same figures again.
    """
    round_ = cut_off_round(run)
    if round_ is None or round_.window is None or run.today < round_.window.last:
        return None
    for source in SOURCES:
        freeze_snapshot(run.store, run.instance, source, round_.window.last, run.as_of)
    compute_values(run.store, run.instance, round_, run.units, run.indicators, run.as_of)
    return round_.round_id
