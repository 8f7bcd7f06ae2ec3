"""When the mails of these tests are made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from cchc.mail.mail import Mail


@pytest.fixture
def now(make_mail: Callable[..., Mail]) -> datetime:
    return make_mail().as_of
