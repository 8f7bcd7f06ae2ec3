"""Who sent a mail, read as mail programs read it; and what only looks like our server's word for it."""

from __future__ import annotations

import pytest

from cchc.mail.parts import parsed
from cchc.mail.senders import Proof, proof_of, sender_of

OURS = "mx.angiang.example"
UNIT = "ubnd.30760@angiang.gov.vn"
DOMAIN = "angiang.gov.vn"


def sender(*lines: str) -> str:
    return sender_of(parsed("".join(f"{line}\r\n" for line in lines).encode() + b"\r\nx"))


@pytest.mark.parametrize(
    "value",
    [
        UNIT,
        f"<{UNIT}>",
        f"Van phong <{UNIT}>",
        UNIT.upper(),
        f"Văn phòng, UBND phường <{UNIT}>",
        f'"Văn phòng, UBND" <{UNIT}>',
        f'"Van phong \\"mot cua\\"" <{UNIT}>',
        f'Van "phong <{UNIT}>',
        f"{UNIT} (Văn phòng)",
        f"{UNIT} (hop thu cu: khac@x.example)",
        f"Van phong [UBND] <{UNIT}>",
        f"Van phong; UBND <{UNIT}>",
        f"Nhóm một cửa: {UNIT};",
        f"=?utf-8?Q?V=C4=83n_ph=C3=B2ng=2C_UBND?= <{UNIT}>",
        f"=?utf-8?Q?khac=40x.example_=3Ckhac=40x.example=3E?= <{UNIT}>",
        f'"khac@x.example" <{UNIT}>',
        f"khac@x.example <{UNIT}>",
        f"'{UNIT}' <{UNIT}>",
        f"<@chuyen-tiep.example:{UNIT}>",
        f"Van phong\r\n <{UNIT}>",
        "=?utf-8?B?VsSDbiBwaMOybmcgPHVibmQuMzA3NjBAYW5naWFuZy5nb3Yudm4+?=",
    ],
)
def test_an_address_is_read_as_mail_programs_read_it(value) -> None:
    assert sender(f"From: {value}") == UNIT


@pytest.mark.parametrize(
    "lines",
    [
        ("Subject: x",),
        ("From: ",),
        ("From: <<<>>",),
        ("From: Van phong",),
        (f"From: {UNIT}, khac@x.example",),
        (f"From: A <{UNIT}>, B <khac@x.example>",),
        (f"From: A <{UNIT}> <khac@x.example>",),
        (f"From: {UNIT}", "From: khac@x.example"),
        (f"Sender: {UNIT}",),
        ("From: undisclosed-recipients:;",),
        ("From: " + "(" * 3000,),
    ],
)
def test_two_addresses_or_none_are_nobody(lines) -> None:
    assert sender(*lines) == ""


PROVEN = {
    "dmarc": [f"{OURS}; dmarc=pass (p=NONE sp=NONE) header.from={DOMAIN}"],
    "dmarc alone": [f"{OURS}; dmarc=pass"],
    "in capitals": [f"{OURS.upper()}; DMARC=PASS header.from={DOMAIN.upper()}"],
    "with a version": [f"{OURS} 1; dmarc=pass header.from={DOMAIN}"],
    "as Gmail writes": [
        f"{OURS};\r\n dkim=pass header.i=@{DOMAIN} header.s=s1 header.b=Kx12;\r\n arc=pass (i=1 spf=pass);\r\n"
        f" spf=pass (google.com: domain of {UNIT} designates 1.2.3.4) smtp.mailfrom={UNIT};\r\n"
        f" dmarc=pass (p=QUARANTINE dis=NONE) header.from={DOMAIN}"
    ],
    "spf of the domain": [f"{OURS}; spf=pass smtp.mailfrom={UNIT}"],
    "dkim of the domain": [
        f"{OURS}; dkim=pass (2048-bit key; insecure) header.d={DOMAIN} header.i=@{DOMAIN}"
    ],
    "dkim, where dmarc says nothing": [
        f"{OURS}; dmarc=none header.from={DOMAIN}; dkim=pass header.d={DOMAIN}"
    ],
    "two headers of ours": [
        f"{OURS}; dmarc=pass header.from={DOMAIN}",
        f"{OURS}; spf=softfail smtp.mailfrom=x@y.vn",
    ],
    "below another server's": ["mail.khac.example; dmarc=fail", f"{OURS}; dmarc=pass header.from={DOMAIN}"],
}


@pytest.mark.parametrize("results", PROVEN.values(), ids=PROVEN.keys())
def test_the_word_of_our_own_server_proves_a_sender(results) -> None:
    assert proof_of(results, OURS, UNIT) is Proof.PROVEN


FORGED = {
    "none": [],
    "another server's": [f"mail.khac.example; dmarc=pass header.from={DOMAIN}"],
    "a name that begins like ours": [f"{OURS}.evil.example; dmarc=pass header.from={DOMAIN}"],
    "our name without a semicolon": [f"{OURS} dmarc=pass header.from={DOMAIN}"],
    "our name in a comment": [f"evil.example ({OURS}); dmarc=pass header.from={DOMAIN}"],
    "a pass in a comment": [f"{OURS}; dmarc=fail (dmarc=pass) header.from={DOMAIN}"],
    "a pass in a reason": [
        f'{OURS}; dkim=fail reason="x; dmarc=pass header.from={DOMAIN}" header.d={DOMAIN}'
    ],
    "a pass in an address": [f'{OURS}; spf=fail smtp.mailfrom="dmarc=pass"@evil.example'],
    "a pass of something else": [f"{OURS}; x-dmarc=pass header.from={DOMAIN}"],
    "a pass as a property": [f"{OURS}; auth=pass policy.dmarc=pass"],
    "a word that begins with pass": [f"{OURS}; dmarc=passed header.from={DOMAIN}"],
    "for another domain": [f"{OURS}; dmarc=pass header.from=evil.example"],
    "for a domain that ends alike": [f"{OURS}; dmarc=pass header.from=x{DOMAIN}"],
    "for two domains": [f"{OURS}; dmarc=pass header.from=evil.example header.from={DOMAIN}"],
    "spf of another domain": [f"{OURS}; spf=pass smtp.mailfrom=a@evil.example"],
    "spf of the greeting": [f"{OURS}; spf=pass smtp.helo={DOMAIN}"],
    "dkim of another domain": [f"{OURS}; dkim=pass header.d=evil.example header.i=@evil.example"],
    "dkim of a mailing service": [f"{OURS}; dkim=pass header.d=vn"],
    "fail and pass in one": [f"{OURS}; dmarc=fail header.from={DOMAIN}; dmarc=pass header.from={DOMAIN}"],
    "a forged one below": [
        f"{OURS}; dmarc=fail header.from={DOMAIN}",
        f"{OURS}; dmarc=pass header.from={DOMAIN}",
    ],
    "a forged one below a silent one": [f"{OURS}; spf=softfail smtp.mailfrom={UNIT}", f"{OURS}; dmarc=pass"],
    "a forged one above": [f"{OURS}; dmarc=pass", f"{OURS}; dmarc=fail header.from={DOMAIN}"],
    "none was done": [f"{OURS}; none"],
    "temporary trouble": [f"{OURS}; dmarc=temperror header.from={DOMAIN}"],
    "broken": [f'{OURS}; dmarc=pass (a "b'],
}


@pytest.mark.parametrize("results", FORGED.values(), ids=FORGED.keys())
def test_what_only_looks_like_our_servers_word_proves_nothing(results) -> None:
    assert proof_of(results, OURS, UNIT) is Proof.MISSING


def test_without_a_server_of_our_own_nothing_is_known() -> None:
    assert proof_of(PROVEN["dmarc"], None, UNIT) is Proof.UNKNOWN
    assert proof_of(PROVEN["dmarc"], OURS, "") is Proof.MISSING
