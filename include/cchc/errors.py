"""Errors that are shown to people. Their messages are Vietnamese and say what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class CchcError(Exception):
    """Base of every error that a user may read; the command line prints it without a traceback."""

    exit_code = 1

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel between processes; their constructors take other things than the message."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[CchcError], message: tuple[Any, ...], values: dict[str, Any]) -> CchcError:
    error = kind.__new__(kind, *message)
    error.args = message
    error.__dict__.update(values)
    return error


class ConfigError(CchcError):
    """A file of the year's data is wrong. Names file, place, value found and what is allowed.

    Exit code 2, so that scripts can tell a wrong configuration from a failed run.
    """

    exit_code = 2

    def __init__(
        self, file: object, place: str, found: object, allowed: str, action: str | None = None
    ) -> None:
        self.file, self.place, self.found, self.allowed = str(file), place, found, allowed
        self.action = action or "Sửa giá trị này trong tệp rồi chạy lại lệnh."
        super().__init__(
            f"Lỗi cấu hình trong tệp {self.file}, tại {place}: giá trị {found!r} không hợp lệ. "
            f"Cho phép: {allowed}. {self.action}"
        )


class ConfigSentence(ConfigError):
    """What is wrong where values are right one by one and not together: a sentence that says it all."""

    def __init__(self, file: object, place: str, sentence: str) -> None:
        super().__init__(file, place, sentence, "")
        self.args = (f"{self.file}, {place}: {sentence}" if place else f"{self.file}: {sentence}",)


class ConfigErrors(CchcError):
    """Several configuration errors found in one pass, one line each."""

    exit_code = 2

    def __init__(self, errors: Iterable[ConfigError]) -> None:
        self.errors = list(errors)
        super().__init__("\n".join(str(error) for error in self.errors))


class DiskFull(CchcError, OSError):
    """A file could not be written for want of room (disk, quota, limit of the process); nothing of it is left."""

    def __init__(self, path: object, why: str) -> None:
        super().__init__(
            f"Không ghi được tệp {path}: ổ đĩa hết chỗ hoặc vượt hạn mức ({why}). Tệp cũ, nếu có, vẫn nguyên; "
            "không có tệp ghi dở. Giải phóng chỗ trống (hoặc nâng hạn mức) rồi chạy lại bước này."
        )


class ProductionHere(CchcError):
    """A command that names no installation, in a folder whose installation runs in containers."""

    exit_code = 2

    def __init__(self, settings: object) -> None:
        super().__init__(
            f"Bản cài của thư mục này chạy bằng docker-compose ({settings}); lệnh gõ trên máy chủ sẽ làm việc với "
            "một sổ cái khác. Gõ: docker compose run --rm cchc LỆNH ... Muốn dùng một bản cài riêng trên máy này "
            "thì đặt biến CCHC_HOME là thư mục của nó."
        )


class RuleRefused(CchcError):
    """An action that a rule of the trade forbids; `rule` names it (an identifier, for logs and tests)."""

    def __init__(self, rule: str, message: str) -> None:
        self.rule = rule
        super().__init__(message)


class NothingToDo(CchcError):
    """There is rightly nothing to do; the message says why. A step that raises it is shown as skipped, not as done."""
