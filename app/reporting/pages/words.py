"""The names of figures, periods and groups, the same on the page and in the file."""

from app.companies.rules import SIZE_NAMES
from app.kit.text import Text, _, n_
from app.reporting.queries import Frame
from app.reporting.rules import NO_COMPANY, YEAR, GroupLine, Line, Report

FIGURE_NAMES: dict[str, Text] = {
    "runs": _("Runs"),
    "participations": _("Participations"),
    "people": _("People"),
    "completions": _("Completions"),
    "companies": _("Companies"),
    "smes": _("of these SMEs"),
    "unchecked": _("of these not checked"),
    "sme_share": _("SME share"),
}

TRIO, YEAR_NAME, FIGURE, GROUP = _("Trio"), _("Year"), _("Figure"), _("Group")
ALL_TRIOS = _("All Trios together")
PEOPLE_BY_SIZE, PEOPLE_BY_REGION = _("People by size of their company"), _("People by region of their company")
SHARE_IN_PERCENT = _("SME share in percent of the checked companies")
WITHHELD = _("withheld")

DEFINITIONS: tuple[tuple[Text, Text], ...] = (
    (
        _("Runs"),
        _("Finished runs with at least one participation. "
          "A run counts in the quarter in which its last session ended."),
    ),
    (_("Participations"), _("One person in one run, with attendance above 0.")),
    (
        _("People"),
        _("Every person once in the period. Who comes in two quarters counts in both, but only once in the year: "
          "so the year is counted on its own and is not the sum of its quarters."),
    ),
    (_("Completions"), _("Participations that met the module's rule of completion.")),
    (_("Companies"), _("Every company with at least one participation once in the period.")),
    (
        _("SMEs and SME share"),
        _("Micro, small and medium companies (Recommendation 2003/361/EC). The share is that of the companies whose "
          "size is known; companies not checked are shown on their own."),
    ),
    (
        _("Size class and region"),
        _("A person belongs to the company of their last participation in the period; "
          "the region is that of the company."),
    ),
)  # fmt: skip


def rules_of_withholding(smallest: int) -> tuple[Text, ...]:
    """What is withheld, in sentences."""
    return (
        _("Groups of fewer than %(number)s people are withheld; 0 is shown.", number=smallest),
        _("By size class and region, a number is also withheld if fewer than 3 companies are behind it or one "
          "company sent more than 80 percent of the people; so is a number of fewer than 3 companies."),
        _("So that nobody can work out a withheld number from sums, quarters, years, Trios or other tables, we "
          "withhold further numbers. That also protects the few who did not complete."),
    )  # fmt: skip


def as_of(moment: str) -> Text:
    """Of when the figures are, and that they still change."""
    return _("As of %(moment)s, running: live figures, not frozen yet", moment=moment)


def pending(report: Report) -> Text:
    """Why the running quarter is not counted yet."""
    return _(
        "Quarter %(quarter)s is running. It counts, also in the year, as soon as %(number)s people took part in it.",
        quarter=report.pending,
        number=report.smallest,
    )


def held_of(report: Report) -> Text:
    """How many numbers are withheld."""
    return n_(
        "%(number)s of %(cells)s numbers is withheld.",
        "%(number)s of %(cells)s numbers are withheld.",
        report.held,
        cells=report.cells,
    )


def period_name(period: int) -> Text:
    """``Quarter 3``, or the year."""
    return _("Year") if period == YEAR else _("Quarter %(number)s", number=period)


def period_names(report: Report) -> list[Text]:
    """The columns of the table of size classes: the quarters and the year."""
    return [period_name(period) for period in (*report.quarters, YEAR)]


def quarter_labels(report: Report) -> list[Text]:
    """``Q3``, as a chart writes it."""
    return [_("Q%(number)s", number=quarter) for quarter in report.quarters]


def size_labels(report: Report) -> list[Text]:
    """The names of the size classes."""
    return [size_name(line.key) for line in report.sizes]


def trio_options(frame: Frame) -> list[tuple[str, Text | str]]:
    """The Trios to choose from, and all of them together where that is allowed."""
    every: list[tuple[str, Text | str]] = [("", ALL_TRIOS)] if frame.with_sum else []
    return [*every, *((trio.slug, trio.name) for trio in frame.trios)]


def year_options(frame: Frame) -> list[tuple[int, int]]:
    """The years to choose from, this one first."""
    return [(year, year) for year in frame.years]


def size_name(size: str) -> Text:
    """The name of a size class, or of the people without a company."""
    if size == NO_COMPANY:
        return _("no company stated")
    return next(name for known, name in SIZE_NAMES.items() if known.value == size)


def region_name(line: GroupLine) -> Text | str:
    """The name of a region."""
    return line.name or _("not known")


def finding(report: Report) -> Text:
    """What the chart of participations tells, in one sentence, of shown numbers only."""
    shown = [line for line in report.lines if line.participations]
    if not shown:
        return _("Participations by quarter. No number to show yet.")
    most: Line = max(shown, key=lambda line: line.participations or 0)
    return _(
        "Participations by quarter. Most of those shown were in quarter %(quarter)s: %(number)s.",
        quarter=most.period,
        number=most.participations,
    )


def size_finding(report: Report) -> Text:
    """What the chart of size classes tells, in one sentence, of shown numbers only."""
    shown = [(line.values[-1], line.key) for line in report.sizes if line.values[-1]]
    if not shown:
        return _("People by size of their company. No number to show yet.")
    number, key = max(shown, key=lambda pair: pair[0] or 0)
    return _(
        "People by size of their company. Most of those shown belong to: %(name)s, %(number)s.",
        name=size_name(key),
        number=number,
    )
