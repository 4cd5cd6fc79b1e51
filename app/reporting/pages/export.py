"""The report as a CSV file that a spreadsheet opens as it is: for German readers with semicolons."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from app.kit.spreadsheet import quoted
from app.reporting.pages import words
from app.reporting.queries import Frame
from app.reporting.rules import FIGURES, YEAR, Line, Report
from app.web import language

Cell = object


def as_csv(frame: Frame, report: Report, *, now: datetime) -> str:
    """All tables in one: figure, group, one column per quarter and the year. It holds what the page shows, not more.

    Begins with a byte order mark, so that Excel reads umlauts. Ends with the definitions and the rule of withholding.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if language.current() == "de" else ",", lineterminator="\r\n")
    for row in (*_rows(frame, report), [], *_footer(report, now)):
        writer.writerow([quoted(str(cell)) for cell in row])
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + file.getvalue()


def _rows(frame: Frame, report: Report) -> Iterable[list[Cell]]:
    trio = frame.trio.name if frame.trio else words.ALL_TRIOS
    lead: list[Cell] = [trio, frame.year]
    periods = (*report.quarters, YEAR)
    yield [words.TRIO, words.YEAR_NAME, words.FIGURE, words.GROUP, *map(words.period_name, periods)]
    for name in FIGURES:
        label = words.SHARE_IN_PERCENT if name == "sme_share" else words.FIGURE_NAMES[name]
        yield [*lead, label, "", *(_figure(line, name) for line in (*report.lines, report.total))]
    for size in report.sizes:
        yield [*lead, words.PEOPLE_BY_SIZE, words.size_name(size.key), *map(_number, size.values)]
    for region in report.regions:
        blank = [""] * len(report.quarters)
        group = f"{words.region_name(region)} ({region.key})" if region.key else words.region_name(region)
        yield [*lead, words.PEOPLE_BY_REGION, group, *blank, *map(_number, region.values)]


def _footer(report: Report, now: datetime) -> Iterable[Sequence[Cell]]:
    yield [words.as_of(language.moment(now))]
    if report.pending:
        yield [words.pending(report)]
    yield [words.held_of(report)]
    yield from ([rule] for rule in words.rules_of_withholding(report.smallest))
    yield from ([f"{name}: {meaning}"] for name, meaning in words.DEFINITIONS)


def _figure(line: Line, name: str) -> Cell:
    value: int | None = getattr(line, name)
    return "" if value is None and name not in line.withheld else _number(value)


def _number(value: int | None) -> Cell:
    return words.WITHHELD if value is None else value
