"""What each Dag of the year does, step by step; the Dags only wire these functions together."""

from cchc.stages.run import Approval, Run, YearData

__all__ = ["Approval", "Run", "YearData"]
