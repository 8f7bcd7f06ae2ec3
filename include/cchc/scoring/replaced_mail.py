"""The mail with which a unit gets its form again after its set was replaced: which criteria changed, and by what."""

from __future__ import annotations

from collections.abc import Sequence

from cchc.criteria import CriteriaSet
from cchc.mail.department import Department
from cchc.mail.mail import REQUEST, Mail
from cchc.mail.render import render_pair
from cchc.run import Run
from cchc.texts import t
from cchc.units import Unit


def replaced_mail(
    run: Run, unit: Unit, scored: CriteriaSet, changed: Sequence[str], document_no: str, form: str
) -> Mail:
    """changed: codes of criteria. form: the new form, relative to the root. Once a unit and version."""
    names = {row.code: row.criterion for row in scored.rows}
    html, plain = render_pair(
        "set_replaced",
        department=Department.load(),
        as_of=run.as_of,
        unit=unit.name,
        year=str(run.round.year),
        document=document_no,
        criteria=[f"{code}: {names.get(code, t('criteria.replacing.gone'))}" for code in changed],
        until=run.round.unit_due_at,
    )
    return Mail(
        key=f"doi-bo/{run.round.round_id}/{scored.version}/{unit.code}",
        kind=REQUEST,
        as_of=run.as_of,
        round_id=run.round.round_id,
        unit_code=unit.code,
        recipients=unit.mailboxes,
        copies=(),
        subject=t("criteria.replacing.subject", year=run.round.year, unit=unit.name),
        html=html,
        plain=plain,
        attachments=(form,),
    )
