"""The installation's own year's data from the answers: the sample copied, its places for the province filled in."""

from __future__ import annotations

import csv
import io
from collections.abc import Set
from pathlib import Path
from typing import Any

from cchc.config_files import is_own_folder, make_own
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.installing.questions import Answers, plain_province
from cchc.installing.scoring_sample import fit_scoring
from cchc.installing.yaml_changes import change_yaml
from cchc.obligations.plan_tasks import FILE as PLAN_TASKS
from cchc.obligations.plan_tasks import fitting_rows
from cchc.paths import Instance
from cchc.texts import t
from cchc.units.load import FILE as UNITS


def own_folder(instance: Instance, answers: Answers, before: Answers) -> tuple[Path, list[str]]:
    """Make the folder where it is missing, and write the answers into it; (folder, remarks about what was left out).

    `before`: what the installation answers already. Of an existing folder only what is answered anew changes; one
    that another installation, or an attempt that broke off, has made is taken as it is.
    """
    folder = Path(answers["folder"])
    used = instance.settings.config_folder
    if used and Path(used) != folder:
        raise CchcError(
            t("installing.other_folder", used=used, found=folder, settings=instance.settings_file)
        )
    first = not is_own_folder(folder)
    if first:
        make_own(folder)
    changed = {key for key, value in answers.items() if value != before.get(key)}
    remarks = _write_units(folder, answers, first=first)
    change_yaml(folder / "department.yaml", lambda content: _department(content, answers, changed))
    change_yaml(folder / "documents.yaml", lambda content: _documents(content, answers, changed))
    if first:
        change_yaml(folder / "documents.yaml", _without_people)
        remarks += fit_scoring(folder)
    return folder, remarks


def prepare_instance(instance: Instance) -> None:
    """Create the folders of an installation, and its settings (no mail leaves); keeps what is there."""
    for folder in (instance.data, instance.inbox, instance.export_drop, instance.out, instance.airflow_home):
        folder.mkdir(parents=True, exist_ok=True)
    if not instance.settings_file.exists():
        write_atomic(instance.settings_file, "mail_mode: dry_run\n")


def write_settings(instance: Instance, folder: Path, base_url: str) -> None:
    """Name the folder and the address of links in the installation's settings; whatever else stands there stays."""
    prepare_instance(instance)

    def change(content: Any) -> None:
        content["config_folder"] = str(folder)
        if base_url:
            content["base_url"] = base_url

    change_yaml(instance.settings_file, change)


def _department(content: Any, answers: Answers, changed: Set[str]) -> None:
    if changed & {"province", "department"}:
        content["name"], content["province"] = answers["department"], answers["province"]
        content["sender_name"] = f"{answers['department']} {answers['province']} (CCHC)"
    if "mailbox" in changed:
        content["mail_domain"] = answers["mailbox"].partition("@")[2].lower()
        content["reply_to"] = content["contact"]["mailbox"] = answers["mailbox"]
    if "operators" in changed:
        # By place: what follows an item in the file, a comment too, belongs to the item for whoever writes it back.
        content["operators"][0] = content["failure_recipients"][0] = answers["operators"]
    if "approver" in changed:
        content["accounts"][content["approvers"]["bao_cao"][0]]["mailbox"] = answers["approver"]
    for key, place in (("place", content), ("phone", content["contact"])):
        if key in changed:
            place[key] = answers[key]
    if "committee" in changed:
        content["committee_mailbox"] = answers["committee"]


def _documents(content: Any, answers: Answers, changed: Set[str]) -> None:
    issuers = content["issuers"]
    if "province" in changed:
        _bodies_of_the_province(issuers, answers["province"])
        content["province"] = plain_province(answers["province"])
        issuers["ubnd"]["lines"][1] = issuers["so"]["parent"][1] = answers["province"].upper()
        issuers["ubnd"]["name"] = t("installing.peoples_committee", province=answers["province"])
    if "department" in changed:
        issuers["so"]["lines"][0] = answers["department"].upper()
    if changed & {"province", "department"}:
        issuers["so"]["name"] = f"{answers['department']} {answers['province']}"
    if "place" in changed:
        content["place"] = answers["place"]


def _bodies_of_the_province(issuers: Any, province: str) -> None:
    """Councils and teams beside the two offices: the province's name stands in theirs too."""
    before = (
        issuers["ubnd"]["name"].removeprefix(t("installing.peoples_committee", province="").strip()).strip()
    )
    for key, issuer in issuers.items():
        if key not in ("ubnd", "so"):
            issuer["name"] = issuer["name"].replace(before, province)
            if "parent" in issuer:
                issuer["parent"][1] = province.upper()


def _without_people(content: Any) -> None:
    """Who signs and whose mailboxes they are nobody has said yet: a sample would be printed, or mailed to."""
    content["signers"][:] = []
    for receiver in content["mailing"]["receivers"].values():
        if "mailboxes" in receiver:
            receiver["mailboxes"][:] = []


def _write_units(folder: Path, answers: Answers, *, first: bool) -> list[str]:
    """The list of units that was given, or an empty one at first; the tasks of the sample that fit it."""
    if answers.get("units"):
        write_atomic(folder / UNITS, Path(answers["units"]).read_bytes())
    elif first:
        head = (folder / UNITS).read_text(encoding="utf-8-sig").splitlines()[0]
        write_atomic(folder / UNITS, head + "\n")
    if not first:
        return []
    tasks = list(csv.DictReader(io.StringIO((folder / PLAN_TASKS).read_text(encoding="utf-8"))))
    text = (folder / UNITS).read_bytes().decode("utf-8-sig", errors="replace")
    codes = {str(row.get("code")) for row in csv.DictReader(io.StringIO(text))}
    kept = fitting_rows(tasks, codes)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(tasks[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    write_atomic(folder / PLAN_TASKS, out.getvalue())
    left = len(tasks) - len(kept)
    return (
        [t("installing.tasks_left_out", left=left, kept=len(kept), file=folder / PLAN_TASKS)] if left else []
    )
