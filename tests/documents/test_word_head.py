"""Head and foot of an official document, as the decree on papers draws them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from cchc.clock import at
from cchc.documents import word_head
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.signing import Basis, DocumentForm, Signer

WIDTH = 165.0  # of the text, in millimetres: A4 with margins of 30 and 15
DXA = 1440 / 25.4
DAY = date(2026, 3, 19)


@pytest.fixture(scope="module")
def settings() -> DocumentSettings:
    return DocumentSettings.load()


@pytest.fixture(scope="module")
def form(settings: DocumentSettings) -> DocumentForm:
    return settings.form("bao_cao")


def paragraphs(xml: str) -> list[Any]:
    body = parse_xml(f"<w:body {nsdecls('w')}>{xml}</w:body>")
    assert not body.xpath(".//text()[not(parent::w:t)]"), "text outside of a run makes a damaged file"
    return list(body.iter(qn("w:p")))


def text(paragraph: Any) -> str:
    return "".join(node.text or "" for node in paragraph.iter(qn("w:t")))


def value(paragraph: Any, tag: str, attribute: str = "w:val") -> str | None:
    found = next(paragraph.iter(qn(tag)), None)
    return None if found is None else found.get(qn(attribute))


def line_mm(paragraph: Any, width_mm: float) -> float:
    """Length of a drawn line in a column of that width; it stands in the middle."""
    left, right = (int(str(value(paragraph, "w:ind", side))) / DXA for side in ("w:left", "w:right"))
    assert abs(left - right) < 0.05
    return width_mm - left - right


def test_the_head_gives_the_nations_name_the_wider_column() -> None:
    left, right = word_head.head_widths(WIDTH)
    assert left + right == pytest.approx(WIDTH)
    assert left == pytest.approx(62.7)


def test_the_line_below_the_issuing_body_is_two_fifths_of_its_last_line(
    settings: DocumentSettings, form: DocumentForm
) -> None:
    left, _ = word_head.head_widths(WIDTH)
    issuer, size = settings.issuers[form.issuer], settings.type.issuer_pt
    *lines, drawn = paragraphs(word_head.issuer_xml(settings, form, left))
    assert [text(one) for one in lines] == [*issuer.parent, *issuer.lines]
    assert {value(one, "w:jc") for one in lines} == {"center"}
    assert {value(one, "w:sz") for one in lines} == {str(round(size * 2))}
    bold = [next(one.iter(qn("w:b")), None) is not None for one in lines]
    assert bold == [False] * len(issuer.parent) + [True] * len(issuer.lines)
    width_of_words = len(issuer.lines[-1]) * size * 0.212
    assert line_mm(drawn, left) == pytest.approx(width_of_words * 0.4, abs=0.1)
    assert 1 / 3 <= line_mm(drawn, left) / width_of_words <= 1 / 2  # as the decree wants


def test_the_line_below_the_motto_is_as_long_as_the_motto(settings: DocumentSettings) -> None:
    _, right = word_head.head_widths(WIDTH)
    nation, motto, drawn = paragraphs(word_head.nation_xml(settings, right))
    assert (text(nation), text(motto)) == (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    )
    assert value(nation, "w:sz") == str(round(settings.type.nation_pt * 2))
    assert value(motto, "w:sz") == str(round(settings.type.motto_pt * 2))
    assert all(next(one.iter(qn("w:b")), None) is not None for one in (nation, motto))
    assert line_mm(drawn, right) == pytest.approx(settings.type.motto_pt * 4.09, abs=0.1)


@pytest.mark.parametrize(
    ("marking", "number", "day"),
    [
        (Marking(at(DAY, 9), draft=1), "Số:         /BC-UBND", "ngày       tháng       năm 2026"),
        (
            Marking(at(DAY, 9), number="09", symbol="BC-SNV", issued_on=date(2026, 2, 5)),
            "Số: 09/BC-SNV",
            "ngày 05 tháng 02 năm 2026",
        ),
        (Marking(at(DAY, 9), number="09"), "Số: 09/BC-UBND", "ngày 19 tháng 3 năm 2026"),
        (Marking(at(DAY, 9), issued_on=DAY), "Số:         /BC-UBND", "ngày 19 tháng 3 năm 2026"),
    ],
)
def test_number_and_day_stand_where_they_are_known_and_leave_room_where_not(
    settings: DocumentSettings, form: DocumentForm, marking: Marking, number: str, day: str
) -> None:
    (numbered,) = paragraphs(word_head.number_xml(settings, form, marking))
    (placed,) = paragraphs(word_head.place_xml(settings, marking))
    assert text(numbered) == number
    assert text(placed) == f"{settings.place}, {day}"
    assert value(numbered, "w:sz") == str(round(settings.type.number_pt * 2))
    assert value(placed, "w:sz") == str(round(settings.type.place_pt * 2))
    assert next(placed.iter(qn("w:i")), None) is not None and next(numbered.iter(qn("w:i")), None) is None
    for one in (numbered, placed):
        assert (value(one, "w:jc"), value(one, "w:spacing", "w:before")) == ("center", "120")


def test_one_addressee_stands_behind_the_words_and_several_in_a_list(
    settings: DocumentSettings, form: DocumentForm
) -> None:
    def to(*names: str) -> list[Any]:
        return paragraphs(word_head.addressees_xml(settings, form.model_copy(update={"addressees": names})))

    (alone,) = to("Bộ Nội vụ")
    assert (text(alone), value(alone, "w:jc")) == ("Kính gửi: Bộ Nội vụ.", "center")
    assert (value(alone, "w:spacing", "w:before"), value(alone, "w:spacing", "w:after")) == ("240", "240")
    several = to("Sở A", "Sở B", "Sở C")
    assert [text(one) for one in several] == ["Kính gửi:", "- Sở A;", "- Sở B;", "- Sở C."]
    first, *names = (int(str(value(one, "w:ind", "w:left"))) for one in several)
    assert set(names) == {round(40 * DXA)} and names[0] - first == round(15 * DXA)
    assert [value(one, "w:spacing", "w:after") for one in several] == [None, None, None, "240"]
    assert to() == []


def test_the_foot_names_recipients_and_signer_side_by_side_and_leaves_room_to_sign(
    settings: DocumentSettings, form: DocumentForm
) -> None:
    marking = Marking(at(date(2026, 3, 19), 9), number="1", issued_on=date(2026, 3, 19))
    known = form.model_copy(
        update={
            "recipients": ("Như trên", "Bộ Nội vụ"),
            "archive": "VT, SNV",
            "signature": ("TM. UBND", "CHỦ TỊCH"),
        }
    )
    gap, *lines = paragraphs(word_head.sign_xml(settings, known, marking, WIDTH))
    assert next(gap.iter(qn("w:keepNext")), None) is not None
    assert [text(one) for one in lines] == [
        "Nơi nhận:", "- Như trên;", "- Bộ Nội vụ;", "- Lưu: VT, SNV.", "TM. UBND", "CHỦ TỊCH", "",
    ]  # fmt: skip
    label, first, *_ = lines
    assert all(next(label.iter(qn(tag)), None) is not None for tag in ("w:b", "w:i"))
    assert all(next(first.iter(qn(tag)), None) is None for tag in ("w:b", "w:i"))
    assert value(label, "w:sz") == str(round(settings.type.recipients_label_pt * 2))
    assert value(first, "w:sz") == str(round(settings.type.recipients_pt * 2))
    signed = lines[4:6]
    assert {value(one, "w:jc") for one in signed} == {"center"}
    assert {value(one, "w:sz") for one in signed} == {str(round(settings.type.signature_pt * 2))}
    assert all(next(one.iter(qn("w:b")), None) is not None for one in signed)
    assert value(lines[6], "w:spacing", "w:after") == str(84 * 20)
    table = lines[0].getparent().getparent().getparent()
    assert [cell.get(qn("w:w")) for cell in table.iter(qn("w:gridCol"))] == [str(round(WIDTH / 2 * DXA))] * 2
    assert next(table.iter(qn("w:cantSplit")), None) is not None
    assert {edge.get(qn("w:val")) for edge in next(table.iter(qn("w:tblBorders")))} == {"nil"}


def signers(settings: DocumentSettings, *periods: tuple[str, str | None, str | None]) -> DocumentSettings:
    title = settings.form("bao_cao").signature[-1]
    found = [
        Signer.model_validate({"issuer": "ubnd", "title": title, "name": name, "from": since, "until": until})
        for name, since, until in periods
    ]
    return settings.model_copy(update={"signers": tuple(found)})


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 3, 31), "Lê Văn Một"),
        (date(2026, 4, 1), "Lê Văn Hai"),
        (date(2026, 12, 31), "Lê Văn Hai"),
        (date(2025, 12, 31), None),
        (date(2027, 1, 1), None),
    ],
)
def test_the_name_under_the_signature_is_of_who_signs_on_the_day_of_issue(
    settings: DocumentSettings, form: DocumentForm, day: date, name: str | None
) -> None:
    known = signers(
        settings, ("Lê Văn Một", "2026-01-01", "2026-03-31"), ("Lê Văn Hai", "2026-04-01", "2026-12-31")
    )
    issued = Marking(at(date(2026, 3, 19), 9), number="1", issued_on=day)
    *_, last = paragraphs(word_head.sign_xml(known, form, issued, WIDTH))
    assert text(last) == (name or "")


def test_a_draft_without_a_known_signer_says_where_the_name_is_declared(
    settings: DocumentSettings, form: DocumentForm
) -> None:
    draft = Marking(at(date(2026, 3, 19), 9), draft=1)
    *_, last = paragraphs(word_head.sign_xml(signers(settings), form, draft, WIDTH))
    assert "signers" in text(last)


def test_an_appendix_names_the_document_it_belongs_to_and_in_whose_name_that_is(
    settings: DocumentSettings,
) -> None:
    issued = Marking(at(date(2026, 3, 19), 9), number="12", symbol="BC-UBND", issued_on=date(2026, 3, 19))
    told = word_head.attached_to(settings, settings.form("bao_cao"), issued)
    body = settings.issuers["ubnd"].name
    assert told == f"(Kèm theo Báo cáo số 12/BC-UBND ngày 19 tháng 3 năm 2026 của {body})"
    decision = settings.form("ket_qua_cham_diem")
    draft = Marking(at(date(2026, 3, 19), 9), draft=1)
    told = word_head.attached_to(settings, decision, draft)
    assert told.endswith(f"năm 2026 của Chủ tịch {body})")
    assert f"số         /{decision.symbol} ngày       tháng" in told


def test_only_the_legal_texts_in_force_on_the_day_are_named(settings: DocumentSettings) -> None:
    texts = (
        Basis.model_validate({"text": "Luật cũ", "documents": ["ke_hoach"], "until": "2026-06-30"}),
        Basis.model_validate({"text": "Luật mới", "documents": ["ke_hoach"], "from": "2026-07-01"}),
        Basis.model_validate({"text": "Quyết định khác", "documents": ["bao_cao"]}),
    )
    known = settings.model_copy(update={"bases": texts})
    for day, expected in ((date(2026, 6, 30), "Căn cứ Luật cũ;"), (date(2026, 7, 1), "Căn cứ Luật mới;")):
        issued = Marking(at(day, 9), number="1", issued_on=day)
        assert [text(one) for one in paragraphs(word_head.bases_xml(known, "ke_hoach", issued))] == [expected]
    bare = settings.model_copy(update={"bases": ()})
    assert word_head.bases_xml(bare, "ke_hoach", Marking(at(date(2026, 1, 5), 9), number="1")) == ""
    assert "bases" in word_head.bases_xml(bare, "ke_hoach", Marking(at(date(2026, 1, 5), 9), draft=1))
