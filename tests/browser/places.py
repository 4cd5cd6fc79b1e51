"""Every page of the platform, as the role meets it whose page it is, and in the states it can be in."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import actor_of
from app.accounts.models import User
from app.assessment import services as tests
from app.credentials import services as credentials
from app.credentials.models import Certificate
from app.evaluation.models import Evaluation
from app.learning import services as learning
from app.modules import queries as modules
from app.runs import services as runs
from app.runs.models import Enrolment, Run, RunSession
from app.runs.rules import EnrolmentState, RunState
from app.web.db import transaction
from tests.browser.world import COURSES, World, sign_in

NOBODY = "nobody"
Known = dict[str, Any]
