"""Two machines with a folder each run one installation: one store, and files through object storage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from tests.documents.test_decisions import CLOSED, DECIDED, approved, lay
from tests.sources.samples import export, register
from tests.sources.samples import row as dossier
from tests.support.mailing import Serve, a_mail
from tests.support.object_storage import BUCKET, s3_secrets
from tests.support.province import MORNING, OPENED, OTHER, ROUND, UNIT, province_of
from typer.testing import CliRunner

from cchc.cli import app
from cchc.depot import hand_over
from cchc.documents.registry import documents
from cchc.errors import RuleRefused
from cchc.files import write_atomic
from cchc.identity import identity_of, join, open_store, take_over
from cchc.mail.mail import enqueue, relative_to_root
from cchc.mail.outbox import send_pending
from cchc.paths import Instance
from cchc.run import Run
from cchc.sources import freeze_snapshot, land_file
from cchc.stages import closing, maintaining, opening
from cchc.store import Store

MakeMachine = Callable[[str], Instance]


@pytest.fixture
def machine(bucket: Any, s3_server: str, tmp_path: Path) -> MakeMachine:
    """machine(name): an empty folder that names the depot."""
    secrets = s3_secrets(tmp_path, s3_server)

    def make(name: str, folder: str = "so-noi-vu") -> Instance:
        instance = Instance(tmp_path / name)
        settings = f'kept_files: "s3://{BUCKET}/{folder}"\nkept_files_secrets: {secrets}\n'
        mail = "mail_mode: redirect\nredirect_to: thu@sonoivu.angiang.example\n"
        write_atomic(instance.settings_file, settings + mail)
        return instance

    return make


def on(instance: Instance, url: str, run: Run) -> Run:
    """The next run, on that machine."""
    return replace(
        run, store=open_store(instance, run.as_of, url), instance=instance, peer_cache={}, system_cache={}
    )


@pytest.mark.slow
def test_what_one_machine_takes_in_the_other_issues(
    postgres_store: Store, machine: MakeMachine, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, url = machine("may-a"), machine("may-b"), postgres_store.url
    run = Run(open_store(one, OPENED, url), one, OPENED, ROUND)
    opening.open_round(run)
    opening.build_workbooks(run, [UNIT, OTHER])

    with pytest.raises(RuleRefused) as refused:
        open_store(other, OPENED, url)
    assert refused.value.rule == "second-home", "a folder that nobody let in"
    monkeypatch.setenv("CCHC_HOME", str(other.root))
    monkeypatch.setenv("CCHC_STORE_URL", url)
    words = ["tiep-quan", "--them-may", "--nguoi", "Lan", "--ly-do", "máy thứ hai"]
    joined = CliRunner().invoke(app, words)
    assert joined.exit_code == 0, joined.output + str(joined.exception)

    # The mail that one has decided, with its form, is sent by the other, before the step of the first has ended.
    form = opening.workbook_path(run, run.round, run.units.get(UNIT))
    with run.store.write() as tx:
        assert enqueue(tx, a_mail(as_of=OPENED, attachments=(relative_to_root(one, form),)))
    script, smtp = serve()
    assert send_pending(on(other, url, run).store, other, smtp, OPENED).sent == 1
    ((_, content),) = script.taken
    assert form.name in [part.get_filename() for part in message_from_bytes(content).walk()]
    hand_over(one)

    # Each takes in what lies in its own inbox; forms come from wherever they were made.
    assert lay(province_of(on(one, url, run)), UNIT, MORNING) == {"accepted": 1}
    assert lay(province_of(on(other, url, run)), OTHER, MORNING, 5) == {"accepted": 1}
    path = write_atomic(one.export_drop / "a.csv", export([dossier("H01-1"), dossier("H01-2", Ngày_nộp="x")]))
    land_file(on(one, url, run).store, one, path, register(), MORNING)
    frozen = freeze_snapshot(on(other, url, run).store, other, "one_stop", MORNING.date(), MORNING)
    assert frozen is not None and frozen.row_count == 1

    issuing = on(other, url, replace(run, as_of=CLOSED))
    closing.draft(issuing, closing.consolidate(issuing))
    ids = closing.issue(issuing, approved(DECIDED))
    hand_over(other)
    looking = on(one, url, replace(run, as_of=DECIDED))
    issued = [one_ for one_ in documents(looking.store, ROUND) if one_.document_id in ids]
    assert [one_.copied_to(one).is_file() for one_ in issued] == [True] * 4
    assert maintaining.audit(looking) == maintaining.audit(on(other, url, looking)) > 100


def test_a_depot_of_another_installation_and_a_copy_elsewhere_are_refused(
    new_store: Callable[[str], Store], machine: MakeMachine
) -> None:
    living, foreign = new_store("sqlite"), new_store("sqlite")
    one = machine("may-a")
    open_store(one, MORNING, living.url).close()
    with pytest.raises(RuleRefused) as refused:
        open_store(machine("may-la"), MORNING, foreign.url)
    assert refused.value.rule == "foreign-depot"

    # A restored copy of the store is put in charge elsewhere: it takes the depot along, and the living one stops.
    copy = new_store("sqlite")
    with copy.write() as tx:
        row = living.one("identity.last_home")
        assert row is not None
        tx.execute("identity.add_home", **row)
    elsewhere, stopped_one = machine("may-c"), one.root.rename(one.root.with_name("may-a-cu"))
    take_over(copy, elsewhere, MORNING, actor="Lan", reason="hỏng máy")
    assert identity_of(copy) == identity_of(living)
    open_store(elsewhere, MORNING, copy.url).close()
    with pytest.raises(RuleRefused) as stopped:
        open_store(Instance(stopped_one), MORNING, living.url)
    assert stopped.value.rule == "foreign-depot"
    with pytest.raises(RuleRefused) as not_that_one:
        join(living, machine("may-d"), MORNING, actor="Lan", reason="thử")
    assert not_that_one.value.rule == "foreign-depot"


def test_a_machine_joins_only_where_files_are_shared(store: Store, instance: Instance) -> None:
    with pytest.raises(RuleRefused, match="kept_files") as refused:
        join(store, instance, MORNING, actor="Lan", reason="thử")
    assert refused.value.rule == "no-depot"
    assert not list(instance.root.glob("ma-cai-dat*"))
