"""What `./cchc khoi-tao` asks: each question by its key, with what is proposed and what is allowed."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cchc.addresses import check_address
from cchc.config_files import one_of
from cchc.errors import CchcError, ConfigError, RuleRefused
from cchc.paths import PROJECT_ROOT
from cchc.texts import t
from cchc.units import UnitRegister
from cchc.units.load import FILE as UNITS

Answers = dict[str, str]
SECURITIES = ("tls", "starttls", "none")
_KINDS_OF_PROVINCES = ("tỉnh ", "thành phố ")


class WrongAnswer(CchcError):
    """An answer that cannot be used; the message says what is allowed."""


@dataclass(frozen=True)
class Question:
    """`usual`: what is proposed, from the answers so far (None: nothing). `may_wait`: whether it may be left open."""

    key: str
    check: Callable[[str, Answers], str]
    usual: Callable[[Answers], str | None]
    may_wait: bool = False
    only_with: str | None = None

    @property
    def text(self) -> str:
        return t(f"installing.ask.{self.key}")

    def applies(self, given: Answers) -> bool:
        """Whether it is asked at all, after what was answered before."""
        return self.only_with is None or bool(given.get(self.only_with))

    def answered(self, raw: str, given: Answers) -> str:
        """The answer in its plain form. Raises WrongAnswer."""
        raw = raw.strip()
        if not raw:
            if self.may_wait:
                return ""
            raise WrongAnswer(t("installing.needed", key=self.key, question=self.text))
        return self.check(raw, given)


def plain_province(name: str) -> str:
    """`tỉnh Vĩnh Long` -> `Vĩnh Long`."""
    return next((name[len(kind) :] for kind in _KINDS_OF_PROVINCES if name.lower().startswith(kind)), name)


def _text(raw: str, _given: Answers) -> str:
    return " ".join(raw.split())


def _province(raw: str, given: Answers) -> str:
    name = _text(raw, given)
    if not name.lower().startswith(_KINDS_OF_PROVINCES):
        raise WrongAnswer(t("installing.province", found=name))
    return name


def _address(raw: str, _given: Answers) -> str:
    try:
        return check_address(raw)
    except RuleRefused as refused:
        raise WrongAnswer(str(refused)) from None


def _operators(raw: str, given: Answers) -> str:
    address = _address(raw, given)
    if address.lower() == given.get("mailbox", "").lower():
        raise WrongAnswer(t("installing.two_addresses", address=address))
    return address


def _folder(raw: str, _given: Answers) -> str:
    folder = Path(raw).expanduser().resolve()
    if folder.is_relative_to(PROJECT_ROOT):
        raise WrongAnswer(t("installing.outside", folder=folder, checkout=PROJECT_ROOT))
    return str(folder)


def _file(raw: str, _given: Answers) -> str:
    path = Path(raw).expanduser().resolve()
    if not path.is_file():
        raise WrongAnswer(t("installing.no_file", file=path))
    return str(path)


def _units(raw: str, given: Answers) -> str:
    path = _file(raw, given)
    text = Path(path).read_bytes().decode("utf-8-sig", errors="replace")
    columns = next(csv.reader(io.StringIO(text)), [])
    missing = [
        one for one in ("code", "name", "tier", "kind", "valid_from", "mailboxes") if one not in columns
    ]
    if missing:
        raise WrongAnswer(t("installing.units_columns", file=path, missing=", ".join(missing)))
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(shutil.copy(path, Path(folder) / UNITS))
        try:
            UnitRegister.load(Path(folder), strict=False)
        except CchcError as error:
            raise WrongAnswer(str(error).replace(str(copied), path)) from None
    return path


def _port(raw: str, _given: Answers) -> str:
    if not raw.isdigit() or not 1 <= int(raw) <= 65535:
        raise WrongAnswer(t("installing.port", found=raw))
    return str(int(raw))


def _security(raw: str, _given: Answers) -> str:
    if raw not in SECURITIES:
        raise WrongAnswer(t("installing.choice", found=raw, allowed=one_of(raw, SECURITIES)))
    return raw


def _base_url(raw: str, _given: Answers) -> str:
    parts = urlsplit(raw)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise WrongAnswer(t("installing.base_url", found=raw))
    return raw.rstrip("/")


def _nothing(_given: Answers) -> str | None:
    return None


def _always(value: str) -> Callable[[Answers], str | None]:
    return lambda _given: value


def _like(key: str) -> Callable[[Answers], str | None]:
    return lambda given: given.get(key) or None


def _usual_port(ports: Mapping[str, int], key: str) -> Callable[[Answers], str | None]:
    return lambda given: str(ports[given.get(key) or "tls"])


def _usual_place(given: Answers) -> str | None:
    return plain_province(given["province"]) if given.get("province") else None


SMTP_PORTS = {"tls": 465, "starttls": 587, "none": 25}
IMAP_PORTS = {"tls": 993, "starttls": 143, "none": 143}
USUAL_FOLDER = PROJECT_ROOT.parent / "cchc-cau-hinh"

INSTALLATION = (
    Question("folder", _folder, _always(str(USUAL_FOLDER))),
    Question("province", _province, _nothing),
    Question("place", _text, _usual_place),
    Question("department", _text, _always("Sở Nội vụ")),
    Question("phone", _text, _nothing),
    Question("mailbox", _address, _nothing),
    Question("operators", _operators, _nothing),
    Question("approver", _address, _nothing),
    Question("committee", _address, _like("operators")),
    Question("units", _units, _nothing, may_wait=True),
    Question("base_url", _base_url, _nothing, may_wait=True),
)
SMTP = (
    Question("smtp_host", _text, _nothing, may_wait=True),
    Question("smtp_security", _security, _always("starttls"), only_with="smtp_host"),
    Question("smtp_port", _port, _usual_port(SMTP_PORTS, "smtp_security"), only_with="smtp_host"),
    Question("smtp_user", _text, _like("mailbox"), may_wait=True, only_with="smtp_host"),
)
IMAP = (
    Question("imap_host", _text, _nothing, may_wait=True),
    Question("imap_security", _security, _always("tls"), only_with="imap_host"),
    Question("imap_port", _port, _usual_port(IMAP_PORTS, "imap_security"), only_with="imap_host"),
    Question("imap_user", _text, _like("mailbox"), only_with="imap_host"),
)
# An office with certificates of its own answers this before any server is asked.
CA_FILE = Question("ca_file", _file, _nothing, may_wait=True)
QUESTIONS = (*INSTALLATION, CA_FILE, *SMTP, *IMAP)
KEYS = tuple(one.key for one in QUESTIONS)


def given_answers(file: Path | None, pairs: Iterable[str]) -> Answers:
    """Answers of a file (YAML, `key: value`), then of `key=value` words, which win; raw, each key a known one.

    Raises ConfigError naming file and key, WrongAnswer naming the word. A password has no place in either.
    """
    found: Answers = {}
    if file is not None:
        found |= _of_file(file)
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or key not in KEYS:
            raise WrongAnswer(t("installing.pair", found=pair, known=one_of(key, KEYS)))
        found[key] = value
    return found


def _of_file(file: Path) -> Answers:
    import yaml

    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(
            file, t("config_files.whole_file"), str(error), t("config_files.valid_yaml")
        ) from None
    if not isinstance(raw, dict):
        raise ConfigError(file, t("config_files.whole_file"), raw, t("config_files.mapping"))
    for key, value in raw.items():
        if key in ("smtp_password", "imap_password"):
            raise ConfigError(file, key, "***", t("installing.no_password_here", key=key.upper()))
        if key not in KEYS:
            raise ConfigError(file, str(key), key, one_of(str(key), KEYS))
        if isinstance(value, dict | list):
            raise ConfigError(file, key, value, t("config_files.text"))
    return {key: "" if value is None else str(value) for key, value in raw.items()}
