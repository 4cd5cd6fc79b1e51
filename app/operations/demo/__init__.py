"""The demo world: two fictional Trios and a year of their work, always the same, relative to a day."""

from app.operations.demo.build import PASSWORD, build

__all__ = ["PASSWORD", "build"]
