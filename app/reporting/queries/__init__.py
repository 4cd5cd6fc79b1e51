"""Reading participation numbers: reports for the people who may, a headline for all."""

from app.reporting.queries.reports import Frame, RunLine, get_frame, get_report, headline, list_runs

__all__ = ["Frame", "RunLine", "get_frame", "get_report", "headline", "list_runs"]
