"""The demo world: two Trios that do not exist and a year of their work, always the same, relative to a day.

``world/`` says who and what there is, in YAML. ``build`` lets it happen through the services of the capabilities, with
the time moved through the year: so places, histories, messages and certificates are what they would be.
"""

from app.operations.demo.build import PASSWORD, build

__all__ = ["PASSWORD", "build"]
