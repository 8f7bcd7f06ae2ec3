"""PDF copies through LibreOffice without a window, when the machine has it; one conversion a processor at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from cchc.errors import CchcError
from cchc.files import room_for
from cchc.texts import t

TIME_LIMIT_S = 180.0
_MORE_S = 10.0  # for each document after the first of one conversion
_LOCK = ".lap-pdf-{}.khoa"
_MOST_AT_ONCE = 4  # each takes 300 MB
# LibreOffice takes and gives back 64 MB sixteen times while it starts. Kept by its allocator (glibc), they are cleared
# by the system once: a third less processor time a conversion, for 50 MB more of memory.
_KEEP_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}


def office() -> str | None:
    """The program that converts; None when the machine has none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_pdfs(
    contents: Mapping[str, bytes], folder: Path, made_at: datetime, time_limit_s: float = TIME_LIMIT_S
) -> dict[str, bytes] | None:
    """Documents (content by file name, whose ending says what it is) as PDFs, by the same names; None when LibreOffice
    is not installed. One start of the program, which costs more than most documents, serves all of them.

    Waits while as many others convert as there are processors: `folder` (of the installation) holds their locks. Each
    conversion has a profile of its own, so that an office left open, or one that crashed, disturbs nothing.

    Args:
        made_at: the time that stands in the PDFs.
        time_limit_s: for the first document; each further one has some seconds more.
    Raises:
        CchcError: LibreOffice failed, wrote nothing, or took longer than the limit (it is ended then).
    """
    program = office()
    if program is None:
        return None
    name = next(iter(contents), "")
    with room_for(name), _in_turn(folder), tempfile.TemporaryDirectory(prefix="cchc-pdf-") as place:
        sources = {
            one: Path(place) / f"van-ban-{number}{Path(one).suffix}" for number, one in enumerate(contents)
        }
        for one, source in sources.items():
            source.write_bytes(contents[one])
        command = [
            program,
            f"-env:UserInstallation={(Path(place) / 'ho-so').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            place,
            *map(str, sources.values()),
        ]
        epoch = str(int(made_at.astimezone(UTC).timestamp()))
        limit = time_limit_s + _MORE_S * (len(sources) - 1)
        said = _run(command, {**os.environ, **_KEEP_MEMORY, "SOURCE_DATE_EPOCH": epoch}, limit, name)
        made = {}
        for one, source in sources.items():
            target = source.with_suffix(".pdf")
            if not target.exists() or not target.read_bytes().startswith(b"%PDF-"):
                raise CchcError(t("documents.pdf.failed", name=one, said=said or "-"))
            made[one] = target.read_bytes()
        return made


def _run(command: list[str], environment: dict[str, str], time_limit_s: float, name: str) -> str:
    """Run in a process group of its own: the program starts others, and all of them end with it."""
    try:
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:  # the program is there, and no program
        raise CchcError(t("documents.pdf.failed", name=name, said=error)) from error
    try:
        said, _ = process.communicate(timeout=time_limit_s)
    except subprocess.TimeoutExpired:
        raise CchcError(t("documents.pdf.too_long", name=name, seconds=round(time_limit_s))) from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    text = " ".join(said.decode(errors="replace").split())[:300]
    if process.returncode:
        raise CchcError(t("documents.pdf.failed", name=name, said=text or process.returncode))
    return text


@contextmanager
def _in_turn(folder: Path) -> Iterator[None]:
    """Holds one of the installation's locks; it goes with the process, so that no crash leaves it behind."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        places = range(min(os.cpu_count() or 1, _MOST_AT_ONCE))
        handles = [opened.enter_context((folder / _LOCK.format(place)).open("w")) for place in places]
        if not any(map(_is_ours, handles)):
            fcntl.flock(handles[os.getpid() % len(handles)], fcntl.LOCK_EX)
        yield


def _is_ours(handle: IO[str]) -> bool:
    """Whether the lock was free, and is ours until the handle is closed."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
