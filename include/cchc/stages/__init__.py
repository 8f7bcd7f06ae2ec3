"""What each Dag of the year does, step by step; the Dags only wire these functions together."""

from cchc.stages.run import Approval, Cause, Run, YearData

__all__ = ["Approval", "Cause", "Run", "YearData"]
