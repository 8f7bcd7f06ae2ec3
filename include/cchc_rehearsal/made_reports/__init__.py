"""Reports made with faults whose truth is known: they measure the claim checker; no rule of it is written from them.

Held back until the end, written down on 30 November 2026 before any of it was looked at: the made reports whose number
leaves 2 when divided by 3; of the corpus in tests/claims the last third of each file; of the seeds the second and the
fifth. The shared texts stand in the brief of the work, so none of them could be held back.
"""

from cchc_rehearsal.made_reports.report import MadeReport, PlantedTruth, made_report

__all__ = ["MadeReport", "PlantedTruth", "made_report"]
