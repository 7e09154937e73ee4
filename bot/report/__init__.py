"""report.html: what was heard, for people to look at, in one file that loads nothing from elsewhere."""

from bot.report.data import ReportData, Run
from bot.report.report import build_report

__all__ = ["ReportData", "Run", "build_report"]
