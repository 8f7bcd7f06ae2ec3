from __future__ import annotations

import email
from collections.abc import Callable
from datetime import timedelta
from email import policy
from pathlib import Path

from cchc.chasing.sending import send_current
from cchc.mail.mail import Mail
from cchc.mail.outbox import SendResult
from cchc.paths import Instance
from cchc.store import Store
from cchc_rehearsal.sink import MailSink


def test_each_mail_is_one_file_even_when_it_arrives_twice(
    store: Store, live: Instance, put: Callable[..., None], make_mail: Callable[..., Mail], tmp_path: Path
) -> None:
    put(make_mail("1"), make_mail("2", recipients=("a@b.example", "c@d.example")))
    with MailSink(tmp_path / "thu") as sink:
        config = sink.config("cchc@sonoivu.angiang.example")
        assert send_current(store, live, config, make_mail().as_of) == SendResult(sent=2)
        with store.write() as tx:
            tx.connection.exec_driver_sql("UPDATE mails SET state = 'failed', delivered = '[]'")
        assert send_current(store, live, config, make_mail().as_of + timedelta(hours=1)) == SendResult(sent=2)
    files = sorted((tmp_path / "thu").glob("*.eml"))
    assert len(files) == 2
    assert len(sink.received) == 4
    assert {received.path for received in sink.received} == set(files)
    assert sink.received[1].recipients == ("a@b.example", "c@d.example")
    for file in files:
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        assert message["Subject"] == "[DIỄN TẬP] Đã nhận: Báo cáo quý I"


def test_a_mail_with_dots_and_long_lines_arrives_byte_for_byte(
    store: Store, live: Instance, put: Callable[..., None], make_mail: Callable[..., Mail], tmp_path: Path
) -> None:
    plain = ".\n..hai chấm\n" + "dài " * 2000 + "\nhết"
    put(make_mail(plain=plain))
    with MailSink(tmp_path / "thu") as sink:
        send_current(store, live, sink.config("a@b.example"), make_mail().as_of)
    (file,) = (tmp_path / "thu").glob("*.eml")
    body = email.message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",))
    assert body is not None
    assert plain in body.get_content().replace("\r\n", "\n")
