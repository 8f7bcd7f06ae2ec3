"""Who may act on the board, by Airflow's own roles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from cchc.airflow_env import airflow_environment, local_users
from cchc.paths import Instance

ASK = """
import json
from airflow.api_fastapi.app import create_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
create_auth_manager().init()
from cchc_board.auth import acting, form_key, own_origin
known = lambda actor: actor and [actor.name, *sorted(actor.rights)]
people = {"xem": "viewer", "van-hanh": "user", "lanh-dao": "user", "quan-tri": "admin"}
print("SAID " + json.dumps([
    {login: known(acting(SimpleAuthManagerUser(username=login, role=role))) for login, role in people.items()},
    len(form_key()), form_key().hex(), own_origin(),
]))
"""


def test_a_viewer_may_only_look_and_the_forms_are_sealed_with_a_key_of_the_installation(
    tmp_path: Path,
) -> None:
    def ask(home: str) -> list[object]:
        done = subprocess.run(
            [sys.executable, "-c", ASK],
            env=os.environ | airflow_environment(Instance(tmp_path / home), port=8123),
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert "SAID " in done.stdout, done.stderr[-3000:]
        return list(json.loads(done.stdout.rpartition("SAID ")[2].splitlines()[0]))

    roles, length, key, origin = ask("nha")
    deciding = ["phe_duyet", "tham_dinh"]
    every = ["phe_duyet", "quan_tri", "tham_dinh", "van_hanh"]
    assert roles == {
        "xem": ["xem"],
        "van-hanh": ["van-hanh", *deciding, "van_hanh"],
        "lanh-dao": ["lanh-dao", *deciding],
        "quan-tri": ["quan-tri", *every],
    }
    assert length == 32
    assert origin == "http://127.0.0.1:8123"
    assert ask("nha")[2] == key, "another process of the same server reads what this one sealed"
    assert ask("khac")[2] != key
    assert local_users()["van-hanh"] == "user"
