"""Which mailbox is opened, and how: password, certificate, encryption; never from a rehearsal."""

from __future__ import annotations

import pytest

from cchc.errors import RuleRefused
from cchc.intake.mailbox import MailboxDown
from cchc.stages import mailbox

from .conftest import MORNING


def test_a_wrong_password_or_certificate_is_told_without_the_password(province, account) -> None:
    with pytest.raises(MailboxDown) as refused:
        mailbox.receive_mail(province.at(MORNING), account.config(password="sai-mat-khau"))
    assert "sai-mat-khau" not in str(refused.value)
    with pytest.raises(MailboxDown, match=r"CERTIFICATE|certificate"):
        mailbox.receive_mail(province.at(MORNING), account.config(ca_file=None))


def test_starttls_reaches_the_same_mailbox(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    config = account.config(security="starttls", port=account.port)
    assert mailbox.receive_mail(province.at(MORNING), config) == {"accepted": 1}


def test_a_password_never_crosses_a_network_in_the_clear(province) -> None:
    from cchc.intake.mailbox import MailboxConfig

    config = MailboxConfig("192.0.2.1", 143, "u", "p", security="none")
    with pytest.raises(RuleRefused, match="không mã hóa"):
        mailbox.receive_mail(province.at(MORNING), config)


def test_a_rehearsal_does_not_empty_a_real_mailbox(province) -> None:
    from cchc.intake.mailbox import MailboxConfig

    province.instance.settings_file.write_text("rehearsal: true\n", encoding="utf-8")
    with pytest.raises(RuleRefused, match="diễn tập"):
        mailbox.receive_mail(province.at(MORNING), MailboxConfig("192.0.2.1", 993, "u", "p"))
