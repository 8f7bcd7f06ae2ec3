"""Who did something, as people call them: by the title that `department.yaml` gives an account, never by its login."""

from __future__ import annotations

from cchc.mail.department import Department
from cchc.texts import table


def title_of(actor: str) -> str:
    """'Hệ thống' and 'Đơn vị' for what these did; somebody who is no longer among the accounts stays as recorded."""
    actors = table("board.actors")
    if actor in actors:
        return actors[actor]
    account = Department.load().accounts.get(actor)
    return account.name if account else actor
