"""The year's files as people change them: proposed, read by their own loaders, put in force with who and why."""

from cchc.registers.proposing import FileProposal, current, propose
from cchc.registers.taking_effect import FileChange, changes, former_version, put_in_force

__all__ = ["FileChange", "FileProposal", "changes", "current", "former_version", "propose", "put_in_force"]
