"""What a form carries over from the round before: `forms.yaml`."""

from __future__ import annotations

from pathlib import Path

from cchc.config_files import OpenedFiles, StrictModel, config_file, shown, suggestion
from cchc.errors import ConfigError, ConfigErrors
from cchc.indicators import IndicatorRegister
from cchc.indicators.meaning import StatedBy
from cchc.texts import t

FILE = "forms.yaml"
_KINDS = ("count", "money", "boolean", "enum")  # a share has its parts, a text is written anew


class FormRules(StrictModel):
    """`carried_over`: codes whose figure of the last report stands until the unit writes another."""

    version: str
    carried_over: tuple[str, ...] = ()

    @classmethod
    def load(cls, folder: Path | None = None) -> FormRules:
        """Raises ConfigErrors for a code that no unit states as one figure, or that stands twice."""
        return _load(folder)


@config_file(FILE)
def _load(opened: OpenedFiles) -> FormRules:
    rules = opened.yaml(FormRules)
    register = IndicatorRegister.load(opened.folder)
    known = {one.code: one for one in register.all}
    faults = []
    for number, code in enumerate(rules.carried_over, start=1):
        one = known.get(code)
        if one is None:
            allowed = t("workbooks.form_rules.known", hint=suggestion(code, known))
        elif one.stated_by is not StatedBy.UNIT or one.kind not in _KINDS:
            allowed = t("workbooks.form_rules.carried")
        elif code in rules.carried_over[: number - 1]:
            allowed = t("workbooks.form_rules.once")
        else:
            continue
        faults.append(ConfigError(shown(opened.path), f"carried_over, {number}", code, allowed))
    if faults:
        raise ConfigErrors(faults)
    return rules
