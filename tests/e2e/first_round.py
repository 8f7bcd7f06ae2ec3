"""Runs Dags of a live installation in this process, one a line of standard input, as a scheduler at those moments.

A decision is waited for: whoever may decide answers it through Airflow's API, which another process serves.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime

from cchc.clock import to_text
from cchc_rehearsal.one_process import api_in_this_thread
from cchc_rehearsal.replay import prepare_database, rehearsed_dags

answers = os.fdopen(os.dup(1), "w", encoding="utf-8")  # what Airflow prints goes to standard error
os.dup2(2, 1)
prepare_database()
dags = rehearsed_dags()
with api_in_this_thread():
    for line in sys.stdin:
        asked = json.loads(line)
        moment = datetime.fromisoformat(asked["moment"])
        conf = {"as_of": to_text(moment)} | ({"round": asked["round"]} if asked["round"] else {})
        run = dags[asked["dag"]].test(logical_date=moment, run_after=moment, run_conf=conf)
        print(json.dumps({"state": str(run.state)}), file=answers, flush=True)
