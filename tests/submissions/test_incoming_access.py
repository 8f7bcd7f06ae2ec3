"""Which mailbox is opened, and how: password, certificate, encryption; never from a rehearsal."""

from __future__ import annotations

import pytest
from tests.support.province import MORNING

from cchc.errors import RuleRefused
from cchc.mail.mailbox import MailboxDown
from cchc.stages import receiving


def test_a_wrong_password_or_certificate_is_told_without_the_password(province, account) -> None:
    with pytest.raises(MailboxDown) as refused:
        receiving.receive_mail(province.at(MORNING), account.config(password="sai-mat-khau"))
    assert "sai-mat-khau" not in str(refused.value)
    with pytest.raises(MailboxDown, match=r"CERTIFICATE|certificate"):
        receiving.receive_mail(province.at(MORNING), account.config(ca_file=None))


def test_starttls_reaches_the_same_mailbox(province, account, compose) -> None:
    account.deliver(compose(("bieu.xlsx", province.filled())).as_bytes(), MORNING)
    config = account.config(security="starttls", port=account.port)
    assert receiving.receive_mail(province.at(MORNING), config) == {"accepted": 1}


def test_a_password_never_crosses_a_network_in_the_clear(province) -> None:
    from cchc.mail.mailbox import MailboxConfig

    config = MailboxConfig("192.0.2.1", 143, "u", "p", security="none")
    with pytest.raises(RuleRefused, match="không mã hóa"):
        receiving.receive_mail(province.at(MORNING), config)


def test_a_rehearsal_does_not_empty_a_real_mailbox(province) -> None:
    from cchc.mail.mailbox import MailboxConfig

    province.instance.settings_file.write_text("rehearsal: true\n", encoding="utf-8")
    with pytest.raises(RuleRefused, match="diễn tập"):
        receiving.receive_mail(province.at(MORNING), MailboxConfig("192.0.2.1", 993, "u", "p"))
