"""How long what is kept, as data. Sources: GDPR Art. 5(1)(e); ANBest-P no. 6 and 7; domain knowledge of the project."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.kit.text import Text, _, n_

CHUNK = 500
"""Rows that are dealt with in one transaction."""

NOTICE_DAYS = 30
"""Days between the notice that an unused account goes and its going."""

FINAL_PROOF_MONTHS = 6
"""The final proof is due six months after the Trio's end (ANBest-P no. 6.1)."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of calendar time."""

    days: int = 0
    months: int = 0
    years: int = 0

    def before(self, moment: datetime) -> datetime:
        """The moment this long before; 31 March less a month is the last day of February."""
        months = moment.year * 12 + moment.month - 1 - self.months - 12 * self.years
        year, month = divmod(months, 12)
        day = min(moment.day, monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day) - timedelta(days=self.days)

    def __html__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        """The period in words."""
        if self.years:
            return str(n_("%(number)s year", "%(number)s years", self.years))
        if self.months:
            return str(n_("%(number)s month", "%(number)s months", self.months))
        return str(n_("%(number)s day", "%(number)s days", self.days))


class Act(StrEnum):
    """What happens when a period is over."""

    DELETE = "delete"
    PSEUDONYMISE = "pseudonymise"
    ERASE = "erase"
    CLEAN = "clean"
    NOTHING = "nothing"


ACT_NAMES: dict[Act, Text] = {
    Act.DELETE: _("is deleted"),
    Act.PSEUDONYMISE: _("stays, without name and address"),
    Act.ERASE: _("is erased with the whole account, after a notice by mail 30 days before"),
    Act.CLEAN: _("is emptied"),
    Act.NOTHING: _("is not deleted by a date"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What is kept how long (None: at once, or no date), from when, and what happens then."""

    id: str
    what: Text
    period: Period | None
    begins: Text
    act: Act
    source: Text


_FINAL_PROOF = _("ANBest-P: five years after the final proof")
_MINIMAL = _("no longer than needed (Art. 5(1)(e) GDPR)")

RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule("account", _("accounts that nobody uses"), Period(years=3), _("the last visit, unless a run is to come"),
             Act.ERASE, _MINIMAL),
        Rule("links", _("sign-in links and changes of address"), Period(days=30), _("the day they expire"),
             Act.DELETE, _MINIMAL),
        Rule("sessions", _("browsers in which somebody was signed in"), Period(days=90), _("sign-out or last use"),
             Act.DELETE, _("logs: 90 to 180 days")),
        Rule("attempts", _("failed tries"), Period(days=1), _("the try"), Act.DELETE, _MINIMAL),
        Rule("tokens", _("tokens for programs"), Period(days=90), _("the day they end"), Act.DELETE, _MINIMAL),
        Rule("invitations", _("invitations"), Period(days=180), _("acceptance, withdrawal or expiry"),
             Act.DELETE, _("logs: 90 to 180 days")),
        Rule("roles", _("roles that ended"), Period(years=3), _("the end of the role"), Act.DELETE,
             _("limitation of claims (§ 195 BGB)")),
        Rule("mails", _("mails and follow-up work that are done"), Period(days=30), _("delivery"), Act.DELETE,
             _MINIMAL),
        Rule("addresses", _("addresses in mails that are sent"), None, _("delivery, at once"), Act.CLEAN, _MINIMAL),
        Rule("seats", _("places on the waiting list and places given back"), Period(months=6),
             _("the end of the run"), Act.DELETE, _("people who were not admitted: six months")),
        Rule("answers", _("answers in lessons and tests"), Period(months=3), _("the end of the run"), Act.DELETE,
             _("raw answers: three months after the end")),
        Rule("proof", _("places, attendance, results, completed courses"), Period(years=5),
             _("the day the final proof is due: six months after the Trio's end"), Act.PSEUDONYMISE, _FINAL_PROOF),
        Rule("certificates", _("certificates"), Period(years=10), _("the day of issue"), Act.DELETE,
             _("a certificate can be issued again for ten years")),
        Rule("consents", _("consents taken back"), Period(years=3), _("the day they were taken back"), Act.DELETE,
             _("limitation of claims (§ 195 BGB)")),
        Rule("imports", _("lists of companies read but not taken over"), Period(days=1), _("upload"), Act.DELETE,
             _MINIMAL),
        Rule("partners", _("contact at partners and companies"), None, _("until it is changed or taken out"),
             Act.NOTHING, _MINIMAL),
        Rule("content", _("courses, runs and profiles"), None, _("as long as the content is there"), Act.NOTHING,
             _("no person is known any more once they are erased")),
        Rule("audit", _("record of acts"), None, _("as long as the platform runs: it holds random keys, no names"),
             Act.NOTHING, _("proof of security (Art. 5(2) and 32 GDPR)")),
    )
}  # fmt: skip


def ends_of(rule_id: str, *, now: datetime) -> datetime | None:
    """What ended before this moment is due; None where no date decides."""
    period = RULES[rule_id].period
    return period.before(now) if period is not None else None


def trios_ended_before(*, today: date) -> date:
    """The proof of Trios that ended before this day has been kept long enough."""
    moment = datetime.combine(today, datetime.min.time())
    kept = RULES["proof"].period or Period()
    return Period(months=FINAL_PROOF_MONTHS + kept.months, years=kept.years).before(moment).date()


def unused_before(*, today: date, notice: bool) -> date:
    """Whoever was last here before this day is told that their account goes (``notice``), or it goes."""
    moment = datetime.combine(today, datetime.min.time())
    day = (RULES["account"].period or Period()).before(moment).date()
    return day + timedelta(days=NOTICE_DAYS) if notice else day
