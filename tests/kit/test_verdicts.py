import pytest

from app.kit.errors import Conflict, Forbidden
from app.kit.text import _
from app.kit.verdicts import YES, Answer, ensure, not_now, not_you

REASON = _("Because.")


def test_yes_goes_on():
    assert YES
    assert YES.reason is None
    ensure(YES)


@pytest.mark.parametrize(
    "verdict,answer,error",
    [(not_you(REASON), Answer.NOT_YOU, Forbidden), (not_now(REASON), Answer.NOT_NOW, Conflict)],
    ids=["not you", "not now"],
)
def test_a_refusal_is_false_and_raises_its_reason(verdict, answer, error):
    assert not verdict
    assert verdict.answer is answer
    with pytest.raises(error, match=r"^Because\.$"):
        ensure(verdict)
