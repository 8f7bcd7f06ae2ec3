"""PDF copies through LibreOffice without a window, when the machine has it; one conversion at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cchc.errors import CchcError
from cchc.files import room_for
from cchc.texts import t

TIME_LIMIT_S = 180.0
_MORE_S = 10.0  # for each document after the first of one conversion
_LOCK = ".lap-pdf.khoa"
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

    Waits while another process converts: `folder` (of the installation) holds the lock. Each conversion has a profile
    of its own, so that an office left open, or one that crashed, disturbs nothing.

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
    with room_for(name), _alone(folder), tempfile.TemporaryDirectory(prefix="cchc-pdf-") as place:
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
def _alone(folder: Path) -> Iterator[None]:
    """Holds the installation's lock; it goes with the process, so that no crash leaves it behind."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)
