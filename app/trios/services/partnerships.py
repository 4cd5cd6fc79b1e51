"""Partners come, change their part, and leave."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts import services as accounts
from app.kit import audit
from app.kit.actors import Actor
from app.kit.clock import local_date
from app.kit.verdicts import YES, Verdict, ensure
from app.trios import queries, rules
from app.trios.models import Organisation, Partnership
from app.trios.rules import OrganisationKind, Period


@dataclass(frozen=True, slots=True)
class Part:
    """What a partner does in a Trio, and when."""

    kind: OrganisationKind
    starts_on: date
    ends_on: date | None = None
    sub_project: str | None = None
    grant_number: str | None = None


def why_not_add(session: Session, trio_id: int, organisation: Organisation, part: Part) -> Verdict:
    """Whether the organisation may take part like this: the rule that ``add_partner`` asks."""
    times = queries.list_times(session, trio_id, organisation.id)
    return _may_take_part(organisation, part, times)


def is_there(session: Session, trio_id: int, organisation_id: int, part: Part) -> bool:
    """Whether the organisation takes part exactly like this already: the same form was sent twice."""
    return any(_part(one) == part for one in queries.list_times(session, trio_id, organisation_id))


def why_not_change(session: Session, partnership: Partnership, part: Part, *, now: datetime) -> Verdict:
    """Whether a partnership (with its organisation) may become this: the rule that ``change_partner`` asks."""
    times = queries.list_times(session, partnership.trio_id, partnership.organisation_id)
    fits = _may_take_part(partnership.organisation, part, (one for one in times if one.id != partnership.id))
    return fits and _may_play(session, partnership, part.kind, now=now)


def why_not_end(session: Session, partnership: Partnership, last: date, *, now: datetime) -> Verdict:
    """Whether the partnership may end with this day: the rule that ``end_partnership`` asks."""
    who = queries.read_administrators(
        session, partnership.trio_id, partnership.organisation_id, on=local_date(now), last=last
    )
    return rules.may_end(
        is_coordinator=partnership.is_coordinator, holds_administrators=who.of_partner,
        others_administrate=who.others, last=last, period=partnership.period,
    )  # fmt: skip


def add_partner(
    session: Session, actor: Actor, trio_id: int, organisation_id: int, part: Part, *, now: datetime
) -> Partnership:
    """Let an organisation take part. The same once more gives what is there. Raises NotFound, Forbidden, Conflict."""
    ensure(rules.may_manage(actor, trio_id))
    queries.get_trio(session, trio_id, lock=True)
    organisation = queries.get_organisation(session, organisation_id)
    times = queries.list_times(session, trio_id, organisation_id)
    same = next((one for one in times if _part(one) == part), None)
    if same is not None:
        return same
    ensure(_may_take_part(organisation, part, times))
    partnership = Partnership(trio_id=trio_id, organisation_id=organisation_id, **asdict(part))
    session.add(partnership)
    session.flush()
    _note(session, actor, "partner.added", partnership, new=_said(part), now=now)
    return partnership


def change_partner(
    session: Session, actor: Actor, trio_id: int, partnership_id: int, part: Part, *, now: datetime
) -> None:
    """Correct what a partner does and since when; its last day stays as it is: ``end_partnership`` changes that.

    Raises NotFound, Forbidden, Conflict.
    """
    partnership = _locked(session, actor, trio_id, partnership_id)
    before = _part(partnership)
    part = Part(**asdict(part) | {"ends_on": partnership.ends_on})
    ensure(why_not_change(session, partnership, part, now=now))
    for name, value in asdict(part).items():
        setattr(partnership, name, value)
    session.flush()
    _note(session, actor, "partner.changed", partnership, old=_said(before), new=_said(part), now=now)


def end_partnership(
    session: Session, actor: Actor, trio_id: int, partnership_id: int, *, last: date | None, now: datetime
) -> date:
    """Let a partner leave; the last day. Without one it ends at once: yesterday was the last day.

    All roles held for the partner in this Trio end with it. The same once more changes nothing.
    Raises NotFound, Forbidden, Conflict.
    """
    partnership = _locked(session, actor, trio_id, partnership_id)
    last = last_day(partnership, last, now=now)
    if partnership.ends_on == last:
        return last
    ensure(why_not_end(session, partnership, last, now=now))
    before, partnership.ends_on = partnership.ends_on, last
    session.flush()
    _note(session, actor, "partner.ended", partnership, old={"ends_on": before}, new={"ends_on": last}, now=now)
    end_roles_of_partner(session, actor, trio_id, partnership.organisation_id, last, now=now)
    return last


def last_day(partnership: Partnership, wanted: date | None, *, now: datetime) -> date:
    """The last day of a partnership that is to end at once (None) or on a wanted day."""
    return wanted or max(partnership.starts_on, local_date(now) - timedelta(days=1))


def keep_partner(session: Session, actor: Actor, trio_id: int, partnership_id: int, *, now: datetime) -> None:
    """Let a partner stay whose last day was fixed and has not passed; the roles that were to end with it go on.

    Raises NotFound, Forbidden, Conflict.
    """
    partnership, today = _locked(session, actor, trio_id, partnership_id), local_date(now)
    if partnership.ends_on is None:
        return
    ensure(rules.may_keep(partnership.period, on=today))
    goes_on = Part(**asdict(_part(partnership)) | {"ends_on": None})
    ensure(why_not_change(session, partnership, goes_on, now=now))
    last, partnership.ends_on = partnership.ends_on, None
    session.flush()
    _note(session, actor, "partner.kept", partnership, old={"ends_on": last}, new={"ends_on": None}, now=now)
    for given in queries.list_roles_of_partner(session, trio_id, partnership.organisation_id, on=today):
        if given.ends_on == last:
            accounts.limit(session, actor, given, ends_on=None, now=now)


def end_roles_of_partner(
    session: Session, actor: Actor, trio_id: int, organisation_id: int, on: date, *, now: datetime
) -> None:
    """End every role held for the partner in the Trio: at once, or after the day ``on`` when that is to come.

    Open sessions lose what the roles allowed with the next request.
    """
    today = local_date(now)
    for given in queries.list_roles_of_partner(session, trio_id, organisation_id, on=today):
        if on <= today:
            accounts.revoke(session, actor, given, now=now)
        elif given.ends_on is None or given.ends_on > on:
            accounts.limit(session, actor, given, ends_on=on, now=now)


def move_coordination(session: Session, actor: Actor, trio_id: int, partnership_id: int, *, now: datetime) -> None:
    """Let this partner coordinate the Trio instead of whoever did. Raises NotFound, Forbidden, Conflict."""
    partnership = _locked(session, actor, trio_id, partnership_id)
    if partnership.is_coordinator:
        return
    ensure(rules.may_coordinate(partnership.kind, partnership.period, on=local_date(now)))
    before = queries.find_coordinator(session, trio_id)
    if before is not None:
        before.is_coordinator = False
        session.flush()  # the database knows one coordinator at a time
    partnership.is_coordinator = True
    session.flush()
    audit.record(
        session, actor, "coordination.moved", "trio", trio_id, trio_id=trio_id, at=now,
        old={"partnership_id": before.id if before is not None else None}, new={"partnership_id": partnership.id},
    )  # fmt: skip


def _locked(session: Session, actor: Actor, trio_id: int, partnership_id: int) -> Partnership:
    ensure(rules.may_manage(actor, trio_id))
    queries.get_trio(session, trio_id, lock=True)
    return queries.get_partnership(session, trio_id, partnership_id)


def _may_take_part(organisation: Organisation, part: Part, times: Iterable[Partnership]) -> Verdict:
    others = [one.period for one in times]
    return rules.may_take_part(organisation.kind, part.kind, Period(part.starts_on, part.ends_on), others)


def _may_play(session: Session, partnership: Partnership, kind: OrganisationKind, *, now: datetime) -> Verdict:
    if kind is partnership.kind:
        return YES
    held = queries.list_roles_of_partner(
        session, partnership.trio_id, partnership.organisation_id, on=local_date(now)
    )  # fmt: skip
    return rules.may_play(kind, [given.role for given in held])


def _part(partnership: Partnership) -> Part:
    return Part(**{name: getattr(partnership, name) for name in Part.__dataclass_fields__})


def _said(part: Part) -> dict[str, object]:
    return asdict(part)


def _note(
    session: Session, actor: Actor, action: str, partnership: Partnership, *, old: dict[str, object] | None = None,
    new: dict[str, object], now: datetime,
) -> None:  # fmt: skip
    with_whom = {"organisation_id": partnership.organisation_id}
    audit.record(
        session, actor, action, "partnership", partnership.id, trio_id=partnership.trio_id, at=now,
        old=old and with_whom | old, new=with_whom | new,
    )  # fmt: skip
