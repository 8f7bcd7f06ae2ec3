"""A letter of the mailbox as `./cchc can-xem-lai tra-loi` needs it, which knows no connections.

`python -m cchc_airflow.letters` takes the number of a thing set aside on standard input. It prints, as JSON, why it
cannot be read ('' when it can), and the letter's sender, subject and thread.
"""

from __future__ import annotations

import json
import sys

from cchc import clock
from cchc.identity import open_store
from cchc.paths import current_instance
from cchc.run import Run
from cchc.stages.showing import shown_text
from cchc.submissions.set_aside import story
from cchc_airflow.imap_hook import ImapHook


def main(item_id: str) -> None:
    """Raises CchcError for a number that was never given."""
    instance = current_instance()
    run = Run(open_store(instance, clock.now()), instance, clock.now())
    item, _ = story(run.store, item_id, run.as_of)
    shown = shown_text(run, item, ImapHook().get_conn())
    print(json.dumps([shown.why, shown.letter]))


if __name__ == "__main__":
    main(sys.stdin.read().strip())
