"""The whole schema in one import, for Alembic and for the tests."""

import app.accounts.models
import app.assessment.models
import app.companies.models
import app.competences.models
import app.credentials.models
import app.evaluation.models
import app.kit.audit
import app.kit.outbox
import app.learning.models
import app.modules.models
import app.privacy.models
import app.profiles.models
import app.runs.models
import app.trios.models  # noqa: F401
from app.kit.base import Base

metadata = Base.metadata
