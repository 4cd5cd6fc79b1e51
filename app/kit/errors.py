"""The few ways a request can fail for a reason. ``app.web.errors`` turns them into answers."""


class DomainError(Exception):
    """A failure a person can understand; ``str(error)`` is fit to show, in the reader's language."""

    def __init__(self, reason: object = "") -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason)


class NotFound(DomainError):
    """There is no such thing, or not for this actor (the two look the same)."""


class Forbidden(DomainError):
    """Somebody else may, this actor may not."""


class Conflict(DomainError):
    """The state of things forbids it now."""


class TooMany(Conflict):
    """It was tried too often in a short time, by this client or for this account."""


class Invalid(DomainError):
    """What was handed in cannot be used; ``problems`` says everything that is wrong with it."""

    def __init__(self, reason: object, problems: list[str] | None = None) -> None:
        super().__init__(reason)
        self.problems = problems or []
