"""The words of the framework."""

from app.competences.rules import LEVELS, STAGE_NAMES, Stage


def test_every_stage_has_a_name():
    assert list(STAGE_NAMES) == list(Stage)
    assert len({str(name) for name in STAGE_NAMES.values()}) == len(Stage)


def test_the_scale_goes_from_0_to_4():
    assert list(LEVELS) == [0, 1, 2, 3, 4]
