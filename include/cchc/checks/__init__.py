"""Rules over a unit's workbook.

How to add a kind of rule: write one class in a file of `kinds` (a new file for a new family), with its name as
`kind: Literal["..."]` and its keys in `checks.yaml` as fields. It derives from `Rule`, or from `Targeted` when it is
about single indicators, and says

- `findings`: what is wrong with a workbook, through its `View`; it speaks only of figures that are given;
- `witnesses` (of `Targeted`: `witnesses_on`): workbooks that it must blame, so that `./cchc cau-hinh` can prove that
  every rule of the file can speak;
- `live`, if a cell formula can say it: the same check for the form, while the unit types;
- `named` and `misuse`, if it names figures or has keys that cannot go together: then a wrong rule file is refused;
- `says`, if it can be told when two rules check the same.

Its sentences stand in `include/texts/checks.yaml` under `messages` and `expected`, those of the form in
`workbooks.live`. Nothing else needs to know of it: the class registers itself. A rule of the new kind in `checks.yaml`
and a test of its findings in `tests/checks` show that it works; a test refuses a kind of which no rule is in force.
"""

from cchc.checks.context import CheckContext, ReferenceRounds, reference_rounds
from cchc.checks.engine import run
from cchc.checks.live import live_rules
from cchc.checks.load import Rules
from cchc.checks.rule import Rule
from cchc.checks.sums import form_sums

__all__ = [
    "CheckContext",
    "ReferenceRounds",
    "Rule",
    "Rules",
    "form_sums",
    "live_rules",
    "reference_rounds",
    "run",
]
