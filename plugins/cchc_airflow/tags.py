"""Tags of the Dags: the stages of a year and who works with them."""

from enum import StrEnum


class Tag(StrEnum):
    PLAN = "kế hoạch"
    REPORT = "báo cáo"
    DATA = "số liệu"
    CHASING = "đôn đốc"
    INSPECTION = "kiểm tra"
    SCORING = "chấm điểm"
    MAINTENANCE = "bảo trì"
