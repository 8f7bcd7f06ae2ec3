"""`./cchc cham-diem`: one file of this package a command or a group of them; each adds itself when it is imported."""

from __future__ import annotations

import importlib
import pkgutil

from cchc.cli.cham_diem.group import app

__all__ = ["app"]

for _module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
    importlib.import_module(f"{__name__}.{_module.name}")
