"""The whole program: every command of it and of the packages beside it."""

from __future__ import annotations

import cchc.cli.vietnamese  # isort: skip  # noqa: F401 - must come before the library binds its texts

from importlib.metadata import entry_points

import typer

from cchc.cli.bai_nop import app as submissions_app
from cchc.cli.can_xem_lai import app as review_app
from cchc.cli.cham_diem import app as scoring_app
from cchc.cli.chi_tieu import indicators_table
from cchc.cli.doi_soat import doi_soat
from cchc.cli.don_doc_mien import app as chasing_app
from cchc.cli.don_vi import app as units_app
from cchc.cli.gioi_han import bounds
from cchc.cli.hieu_qua import effect
from cchc.cli.khoi_tao import install
from cchc.cli.kiem_toan import audit_installation
from cchc.cli.kiem_tra import app as inspection_app
from cchc.cli.kiem_tra_cau_hinh import check_configuration
from cchc.cli.lich import lich
from cchc.cli.nguon import app as sources_app
from cchc.cli.phuc_hoi import restore
from cchc.cli.ra_soat import ra_soat
from cchc.cli.sao_luu import app as backups_app
from cchc.cli.so_lieu_nam_truoc import app as past_years_app
from cchc.cli.suc_khoe import well
from cchc.cli.tests import run_tests
from cchc.cli.thu_gui_lai import app as mail_app
from cchc.cli.tiep_quan import take_charge
from cchc.cli.up import up
from cchc.cli.van_ban_so import app as documents_app
from cchc.texts import t

app = typer.Typer(
    help=t("cli.about"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("khoi-tao", help=t("installing.help"))(install)
app.command("up", help=t("cli.up"))(up)
app.command(
    "test", help=t("cli.test"), context_settings={"allow_extra_args": True, "ignore_unknown_options": True}
)(run_tests)
app.command("lich", help=t("cli.lich"))(lich)
app.add_typer(units_app, name="don-vi", help=t("cli.don_vi"))
app.add_typer(sources_app, name="nguon", help=t("cli.nguon"))
app.add_typer(chasing_app, name="don-doc", help=t("cli.chasing.help"))
app.command("hieu-qua", help=t("chasing.effect.help"))(effect)
app.add_typer(mail_app, name="thu", help=t("cli.thu"))
app.add_typer(submissions_app, name="bai-nop", help=t("cli.late.help"))
app.add_typer(past_years_app, name="so-lieu-nam-truoc", help=t("cli.past.help"))
app.add_typer(review_app, name="can-xem-lai", help=t("cli.review.help"))
app.add_typer(documents_app, name="van-ban", help=t("cli.origin.help"))
app.add_typer(scoring_app, name="cham-diem", help=t("criteria.cli.help"))
app.add_typer(inspection_app, name="kiem-tra", help=t("cli.inspection.help"))
app.add_typer(backups_app, name="sao-luu", help=t("backups.cli.help"))
app.command("phuc-hoi", help=t("backups.cli.restore"))(restore)
app.command("tiep-quan", help=t("identity.cli.help"))(take_charge)
app.command("cau-hinh", help=t("cli.cau_hinh"))(check_configuration)
app.command("suc-khoe", help=t("watching.help"))(well)
app.command("kiem-toan", help=t("audit.help"))(audit_installation)
app.command("chi-tieu", help=t("cli.chi_tieu.help"))(indicators_table)
app.command("doi-soat", help=t("cli.doi_soat.help"))(doi_soat)
app.command("gioi-han", help=t("cli.gioi_han.help"))(bounds)
app.command("ra-soat", help=t("cli.claims.help"))(ra_soat)

# Other packages of the project bring commands of their own, the rehearsal among them; nothing here knows them.
for _entry in sorted(entry_points(group="cchc.commands"), key=lambda entry: entry.name):
    _entry.load()(app)
