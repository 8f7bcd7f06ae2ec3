"""What an installation answers already: proposed again when `./cchc khoi-tao` is run once more."""

from __future__ import annotations

from cchc.config_files import is_own, samples_left
from cchc.errors import CchcError
from cchc.installing.questions import Answers
from cchc.mail.department import Department
from cchc.paths import Instance


def current_answers(instance: Instance) -> Answers:
    """Answers that stand in the installation's own folder and settings; none before it has a folder of its own."""
    settings = instance.settings
    found: Answers = {"base_url": settings.base_url or ""}
    if settings.config_folder:
        found["folder"] = settings.config_folder
    if not is_own():
        return {key: value for key, value in found.items() if value}
    try:
        department = Department.load()
        samples = {one.value for one in samples_left()}
    except CchcError:  # a file that cannot be read is told by `cau-hinh`; here it only proposes nothing
        return found
    found |= {
        "province": department.province,
        "place": department.place,
        "department": department.name,
        "phone": department.contact.phone,
        "mailbox": department.reply_to,
        "operators": department.operators[0],
        "approver": next(iter(department.approver_mailboxes()), ""),
        "committee": department.committee_mailbox,
    }
    return {key: value for key, value in found.items() if value and value not in samples}
