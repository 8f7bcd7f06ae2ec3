"""The one way from a task of a Dag to a step of the library: `stage_task`.

    @stage_task("Tổng hợp số liệu")
    def tong_hop(run: Run) -> int:
        from cchc.stages import closing

        return closing.consolidate(run)

The step is given the `Run` of its task; what it imports is imported when it runs, so that reading a Dag stays light.
What it raises becomes what Airflow knows, and its words stay with the task, from where `run_notes` puts them on the
run: RuleRefused and errors of the configuration fail at once, for no second try could change them; NothingToDo
skips; any other error is tried again.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from cchc.errors import CchcError, ConfigError, ConfigErrors, NothingToDo, RuleRefused
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.run import Run
else:
    Run = Any  # Dag files name it in their signatures without importing the library

REASON = "ly_do"
"""XCom key under which a task keeps why it failed or had nothing to do."""
NOTES = "ghi_chu"
"""XCom key under which a task that did its work keeps what people have to read all the same (`Run.notes`)."""
_FINAL = (RuleRefused, ConfigError, ConfigErrors)

Step = Callable[..., Any]


def stage_task(
    name: str,
    *,
    each: bool | str = False,
    nothing: str | None = None,
    gauges: bool = False,
    lineage: str = "",
    **arguments: Any,
) -> Callable[[Step], Any]:
    """A decorator for `step(run, ...)` that makes a task shown as `name`.

    each: mapped, and every copy is shown under its argument; a word names a further argument that only says what the
    copy is called. nothing: key of the text that says why the task is skipped when the step returns nothing (0, empty,
    None). gauges: the installation is measured when the step has ended, however it did (`metrics`). lineage: which data
    it makes of which (`lineage`). `arguments` go to Airflow's `task`: pool, outlets, ...
    """
    if each:
        arguments["map_index_template"] = "{{ label }}"

    def decorate(step: Step) -> Any:
        @wraps(step)
        def execute(*given: Any, **named: Any) -> Any:
            from cchc.depot import hand_over
            from cchc_airflow.context import run_context
            from cchc_airflow.lineage import tell_lineage
            from cchc_airflow.metrics import send_gauges

            context: Any = get_current_context()
            if each:
                context["label"] = (
                    named.pop(each) if isinstance(each, str) else _label([*given, *named.values()][0])
                )
            with _reason_kept(context):
                run = run_context(context)
                try:
                    result = step(run, *given, **named)
                finally:
                    if gauges:
                        send_gauges(run)
                hand_over(run.instance)
                if run.notes:
                    context["ti"].xcom_push(key=NOTES, value="\n".join(run.notes))
                if nothing and not result:
                    raise NothingToDo(t(nothing))
                if lineage:
                    tell_lineage(run, lineage)
            return result

        # Airflow binds what a Dag hands over; the run is ours.
        signature = inspect.signature(step)
        own = list(signature.parameters.values())[1:]
        if isinstance(each, str):
            own.append(inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY))
        execute.__signature__ = signature.replace(parameters=own)  # type: ignore[attr-defined]  # read by Airflow
        # What a step counts is one answer: Airflow would keep each count of a `dict[str, int]` once more by itself.
        return task(task_display_name=name, multiple_outputs=False, **arguments)(execute)

    return decorate


def _label(argument: Any) -> str:
    """How a mapped copy is called: its argument, of a block the first and the last."""
    return argument if isinstance(argument, str) else f"{argument[0]} … {argument[-1]}"


@contextmanager
def _reason_kept(context: Any) -> Iterator[None]:
    try:
        yield
    except NothingToDo as reason:
        _keep(context, reason)
        raise AirflowSkipException(str(reason)) from reason
    except _FINAL as error:
        _keep(context, error)
        raise AirflowFailException(str(error)) from error
    except (CchcError, AirflowFailException) as error:
        _keep(context, error)
        raise


def _keep(context: Any, reason: Exception) -> None:
    context["ti"].xcom_push(key=REASON, value=str(reason))
