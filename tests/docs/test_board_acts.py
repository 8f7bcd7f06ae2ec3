"""`docs/viec-tren-bang.md` against the board: every act, its page and the command that does the same."""

from __future__ import annotations

from cchc.paths import PROJECT_ROOT
from cchc.texts import table
from cchc_board.app import acts_of, create_app

PAGE = PROJECT_ROOT / "docs" / "viec-tren-bang.md"


def lines() -> list[str]:
    rights = table("board.rights")
    found: dict[tuple[str, str, str], list[str]] = {}
    for page in acts_of(create_app(lambda: None, str)):
        for act in page.acts:
            found.setdefault((act.command, act.word, rights[str(act.right)]), []).append(f"`{page.path}`")
    return [
        f"| `{command}` | `{word}` | {', '.join(pages)} | {right} |"
        for (command, word, right), pages in sorted(found.items())
    ]


def test_the_page_lists_every_act_of_the_board_with_its_command_and_nothing_else() -> None:
    listed = [one for one in PAGE.read_text(encoding="utf-8").splitlines() if one.startswith("| `")]
    assert listed == lines(), "write these lines into docs/viec-tren-bang.md:\n" + "\n".join(lines())
