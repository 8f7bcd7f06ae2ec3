"""`./cchc khoi-tao`: makes an installation, tests what it is given, and says what is still to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import indent
from typing import Annotated

import typer

from cchc import clock
from cchc.cli.airflow_connections import keep_connections, known_connections
from cchc.config_files import config_dir, is_own, sample_place, take_over
from cchc.criteria.appraisers import FILE as APPRAISERS
from cchc.errors import CchcError, RuleRefused
from cchc.installing.current import current_answers
from cchc.installing.probes import connections, try_imap, try_smtp
from cchc.installing.questions import (
    CA_FILE,
    IMAP,
    INSTALLATION,
    KEYS,
    SMTP,
    Answers,
    Question,
    WrongAnswer,
    given_answers,
)
from cchc.installing.readiness import Readiness, readiness, summary_words, version_words
from cchc.installing.scoring_sample import fit_scoring
from cchc.installing.writing import own_folder, prepare_instance, write_settings
from cchc.paths import Instance, current_instance
from cchc.registers.checking import faults_of
from cchc.texts import t

Passwords = dict[str, str | None]


def install(
    answers_file: Annotated[
        Path | None, typer.Option("--tra-loi", metavar="TEP", help=t("installing.help_answers"))
    ] = None,
    pairs: Annotated[
        list[str] | None, typer.Option("--dat", help=t("installing.help_set", keys=", ".join(KEYS)))
    ] = None,
    remaining: Annotated[bool, typer.Option("--viec-con-lai", help=t("installing.help_remaining"))] = False,
    upgrade: Annotated[bool, typer.Option("--nang-cap", help=t("installing.help_upgrade"))] = False,
    seen: Annotated[bool, typer.Option("--da-xem", help=t("installing.help_seen"))] = False,
) -> None:
    instance = current_instance()
    if seen and not upgrade:
        raise RuleRefused("seen-needs-upgrade", t("installing.help_seen"))
    if upgrade:
        _upgrade(seen)
        return
    known = None if remaining else _set_up(instance, given_answers(answers_file, pairs or ()))
    print_readiness(instance, known)


def _set_up(instance: Instance, given: Answers) -> Mapping[str, str] | None:
    """Airflow's connections, where some were kept: it took seconds to start it."""
    asking = sys.stdin.isatty()
    if asking:
        typer.echo(t("installing.intro", home=instance.root))
    usual = current_answers(instance)
    answers = _answers((*INSTALLATION, CA_FILE), given, usual, asking)
    passwords: Passwords = {}
    _server("smtp", SMTP, (given, usual, answers, passwords), asking, try_smtp)
    _server("imap", IMAP, (given, usual, answers, passwords), asking, try_imap)
    prepare_instance(instance)
    folder, remarks = own_folder(instance, answers, usual)
    write_settings(instance, folder, answers["base_url"])
    typer.echo(t("installing.made", folder=folder))
    for remark in remarks:
        typer.echo(remark)
    if not (wanted := connections(answers, passwords)):
        return None
    typer.echo(t("installing.keeping"))
    known = keep_connections(instance, wanted)
    typer.echo(t("installing.kept", names=", ".join(str(one["conn_id"]) for one in wanted)))
    return known


def _answers(questions: Sequence[Question], given: Answers, usual: Answers, asking: bool) -> Answers:
    """Every answer, in the order of the questions. Without somebody to ask, all that are missing are told at once."""
    found: Answers = {}
    missing = []
    for question in questions:
        if not question.applies(found):
            continue
        proposed = usual.get(question.key) or question.usual(found)
        if question.key in given:
            found[question.key] = question.answered(given[question.key], found)
        elif asking:
            found[question.key] = _ask(question, found, proposed)
        elif proposed is not None or question.may_wait:
            found[question.key] = question.answered(proposed or "", found)
        else:
            missing.append(question.key)
    if missing:
        raise WrongAnswer(t("installing.not_asked", keys=", ".join(missing)))
    return found


def _ask(question: Question, found: Answers, proposed: str | None) -> str:
    while True:
        raw = typer.prompt(
            question.text,
            default=proposed or ("" if question.may_wait else None),
            show_default=bool(proposed),
        )
        try:
            return question.answered(str(raw), found)
        except CchcError as wrong:
            typer.echo(str(wrong))


def _server(
    kind: str,
    questions: Sequence[Question],
    so_far: tuple[Answers, Answers, Answers, Passwords],
    asking: bool,
    attempt: Callable[[Answers, str | None], str],
) -> None:
    """One server: asked for, then tried with what was given; what does not work is asked again or left for later."""
    given, usual, answers, passwords = so_far
    while True:
        found = _answers(questions, given, usual, asking)
        if not found[f"{kind}_host"]:
            answers |= found
            return
        password = _password(kind, found, asking)
        typer.echo(t(f"installing.trying_{kind}", host=found[f"{kind}_host"], port=found[f"{kind}_port"]))
        try:
            typer.echo(attempt(answers | found, password))
        except CchcError as failed:
            if not asking:
                raise
            typer.echo(str(failed))
            if not typer.confirm(t("installing.again"), default=True):
                answers |= {f"{kind}_host": ""}
                return
            given = {key: value for key, value in given.items() if not key.startswith(f"{kind}_")}
            usual = usual | found
            continue
        answers |= found
        passwords[kind] = password
        return


def _password(kind: str, found: Answers, asking: bool) -> str | None:
    user, variable = found.get(f"{kind}_user"), f"CCHC_{kind.upper()}_PASSWORD"
    if not user:
        return None
    if variable in os.environ:
        return os.environ[variable]
    if not asking:
        raise WrongAnswer(t("installing.no_password", user=user, variable=variable))
    return str(typer.prompt(t(f"installing.ask.{kind}_password"), hide_input=True))


def _upgrade(seen: bool) -> None:
    folder = config_dir()
    if not is_own(folder):
        raise RuleRefused("no-own-folder", t("installing.not_own"))
    taken, left = take_over(folder, seen=seen)
    remarks = fit_scoring(folder) if APPRAISERS in taken else []
    key = "taken" if taken else "nothing_taken"
    typer.echo(t(f"installing.{key}", files=", ".join(taken)))
    for remark in remarks:
        typer.echo(remark)
    if not left:
        typer.echo(t("installing.up_to_date", folder=folder))
        return
    typer.echo(t("installing.by_hand", folder=folder, sample=sample_place("")))
    for one in left:
        typer.echo(f"- {one}")
    typer.echo(t("installing.by_hand_then"))


def print_readiness(instance: Instance, known: Mapping[str, str] | None = None) -> None:
    """'Việc cần làm trước khi chạy thật', as the board shows it. `known`: Airflow's connections; None asks it."""
    now = clock.now()
    faults = [str(one) for one in faults_of(now.year)]
    found = readiness(instance, known_connections(instance) if known is None else known, faults, now)
    typer.echo("")
    typer.echo(t("installing.board_title"))
    typer.echo(t("installing.board_version", version=version_words()))
    for one in found:
        for line in _lines(one):
            typer.echo(line)
    typer.echo(summary_words(found))


def _lines(one: Readiness) -> list[str]:
    if one.done:
        return [t("installing.done_line", title=one.title, what=one.what)]
    need = t("installing.must" if one.needed else "installing.should")
    return [
        t("installing.todo_line", title=one.title, need=need, what=indent(one.what, " " * 6).lstrip()),
        t("installing.todo_how", how=one.how),
    ]
