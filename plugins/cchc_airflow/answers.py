"""An answer counts only as its person gave it in the form.

Airflow sees to it that only the asked account fills in the form. But whoever may start Dags may also mark a task as
done and write its XCom, through the same API: an answer in another person's name. So the waiting task seals what it
was answered, for its own run and copy, and the step behind takes nothing else. What only the domain can refuse is
refused when the task goes on, and asked again.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import get_current_context

from cchc.errors import RuleRefused
from cchc.form_key import form_key
from cchc.paths import current_instance
from cchc.texts import t

log = logging.getLogger(__name__)

SEAL = "dau"
_SEALED = ("chosen_options", "params_input", "responded_at", "responded_by_user")


def ask_again(asking: HITLOperator, context: Any, wrong: RuleRefused) -> Any:
    """Put the form up again, as things are now (`fresh_forms`), saying why in the log; nothing was recorded."""
    log.warning(t("airflow.asked_again", words=wrong))
    return asking.execute(context)


def sealed(context: Any, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The answer with the seal of the task that waited for it."""
    ti = context["ti"]
    return {**answer, SEAL: _seal((ti.dag_id, ti.run_id, ti.task_id, ti.map_index), answer)}


def genuine(answer: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The answer of the task right before the running one; None when nobody gave any.

    RuleRefused('not-genuine') for one that did not come through the form of this very run and copy.
    """
    if not answer:
        return None
    context: Any = get_current_context()
    ti, given = context["ti"], str(answer.get(SEAL) or "")
    for before in context["task"].upstream_task_ids:
        if hmac.compare_digest(given, _seal((ti.dag_id, ti.run_id, before, ti.map_index), answer)):
            return answer
    who = (answer.get("responded_by_user") or {}).get("id") or t("documents.nobody")
    raise RuleRefused("not-genuine", t("airflow.not_genuine", name=who))


def _seal(place: tuple[str, str, str, int], answer: Mapping[str, Any]) -> str:
    content = [*place, *(_plain(answer.get(name)) for name in _SEALED)]
    words = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hmac.new(form_key(current_instance()), f"answer:{words}".encode(), "sha256").hexdigest()


def _plain(value: Any) -> Any:
    """As it is after a journey through XCom."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
