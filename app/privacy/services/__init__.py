"""Taking data along, taking consents back, erasing a person, and the retention job."""

from app.privacy.services.erasing import erase_person
from app.privacy.services.own import note_export, withdraw
from app.privacy.services.retention import begin_day, finish_day, run_chunk

__all__ = ["begin_day", "erase_person", "finish_day", "note_export", "run_chunk", "withdraw"]
