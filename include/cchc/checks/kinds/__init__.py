"""The kinds of rules, a file for each family; every file of this folder is loaded, and its kinds register themselves.

A new kind is one class: see the room's own docstring, `cchc.checks`.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
