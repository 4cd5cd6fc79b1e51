"""First schema.

Modules and profiles point to their versions and back: the pointers are added when both tables are there.
"""

import sqlalchemy as sa
from alembic import op

revision = "9ce394aeca76"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "companies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("nuts3", sa.String(length=5), nullable=True),
        sa.Column("nace", sa.String(length=7), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("turnover", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("balance", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column(
            "size_class",
            sa.Enum("micro", "small", "medium", "large", "unchecked", name="sizeclass", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "size_basis",
            sa.Enum("self_declared", "checked", "estimated", name="sizebasis", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("sized_on", sa.Date(), nullable=True),
        sa.CheckConstraint("headcount IS NULL OR headcount >= 0", name=op.f("ck_companies_headcount_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("name_key", "city", name=op.f("uq_companies_name_key_city")),
    )
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_companies_name_key"), ["name_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_companies_nuts3"), ["nuts3"], unique=False)

    op.create_table(
        "competences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competences")),
        sa.UniqueConstraint("code", name=op.f("uq_competences_code")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "science",
                "provider",
                "cluster",
                "chamber",
                "agency",
                "funder",
                name="organisationkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("name", name=op.f("uq_organisations_name")),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column(
            "state", sa.Enum("ready", "done", "dead", name="state", native_enum=False, length=32), nullable=False
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_messages_key")),
    )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_messages_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "process_steps",
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_process_steps")),
    )
    op.create_table(
        "questionnaires",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaires")),
        sa.UniqueConstraint("key", "number", name=op.f("uq_questionnaires_key_number")),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_failures_email_hash_failed_at", ["email_hash", "failed_at"], unique=False)

    op.create_table(
        "trios",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("region", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("funding_notice", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trios")),
        sa.UniqueConstraint("slug", name=op.f("uq_trios_slug")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("stamp", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "competence_anchors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("competence_id", sa.Integer(), nullable=False),
        sa.Column("esco_uri", sa.String(length=100), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competence_id"], ["competences.id"], name=op.f("fk_competence_anchors_competence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competence_anchors")),
        sa.UniqueConstraint("competence_id", "esco_uri", name=op.f("uq_competence_anchors_competence_id_esco_uri")),
    )
    with op.batch_alter_table("competence_anchors", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_competence_anchors_competence_id"), ["competence_id"], unique=False)

    op.create_table(
        "modules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("published_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_modules_trio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modules")),
        sa.UniqueConstraint("code", name=op.f("uq_modules_code")),
        sa.UniqueConstraint("slug", name=op.f("uq_modules_slug")),
    )
    with op.batch_alter_table("modules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_modules_trio_id"), ["trio_id"], unique=False)

    op.create_table(
        "partnerships",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "science",
                "provider",
                "cluster",
                "chamber",
                "agency",
                "funder",
                name="organisationkind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_coordinator", sa.Boolean(), nullable=False),
        sa.Column("sub_project", sa.String(length=200), nullable=True),
        sa.Column("grant_number", sa.String(length=20), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_partnerships_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_partnerships_organisation_id")
        ),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_partnerships_trio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnerships")),
        sa.UniqueConstraint("trio_id", "organisation_id", name=op.f("uq_partnerships_trio_id_organisation_id")),
    )
    with op.batch_alter_table("partnerships", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnerships_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "profiles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("published_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_profiles_trio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profiles")),
        sa.UniqueConstraint("code", name=op.f("uq_profiles_code")),
    )
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profiles_trio_id"), ["trio_id"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "author",
                "trainer",
                "reviewer",
                "cluster_manager",
                "hr_contact",
                "trio_admin",
                "programme_office",
                "site_admin",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("trio_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("trio_id IS NULL OR company_id IS NULL", name=op.f("ck_role_grants_one_place")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_role_grants_company_id")),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_role_grants_trio_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_role_grants_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grants_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grants_trio_id"), ["trio_id"], unique=False)
        batch_op.create_index(
            "uq_role_grants_company",
            ["user_id", "role", "company_id"],
            unique=True,
            sqlite_where=sa.text("company_id IS NOT NULL"),
            postgresql_where=sa.text("company_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_role_grants_everywhere",
            ["user_id", "role"],
            unique=True,
            sqlite_where=sa.text("trio_id IS NULL AND company_id IS NULL"),
            postgresql_where=sa.text("trio_id IS NULL AND company_id IS NULL"),
        )
        batch_op.create_index(
            "uq_role_grants_trio",
            ["user_id", "role", "trio_id"],
            unique=True,
            sqlite_where=sa.text("trio_id IS NOT NULL"),
            postgresql_where=sa.text("trio_id IS NOT NULL"),
        )

    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("target", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_links_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_links_token_hash")),
    )
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_links_user_id"), ["user_id"], unique=False)

    op.create_table(
        "module_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("dqr", sa.Integer(), nullable=False),
        sa.Column("hv_level", sa.String(length=2), nullable=True),
        sa.Column("ue_presence", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("ue_online", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("ue_self_study", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("ue_practice", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("workplace_hours", sa.Numeric(precision=5, scale=1), nullable=False),
        sa.Column("min_attendance", sa.Integer(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("needs_lessons", sa.Boolean(), nullable=False),
        sa.Column("test_draw", sa.Integer(), nullable=False),
        sa.Column("requires", sa.JSON(), nullable=False),
        sa.Column("licence", sa.String(length=20), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("dqr BETWEEN 1 AND 8", name=op.f("ck_module_versions_dqr_level")),
        sa.CheckConstraint("min_attendance BETWEEN 0 AND 100", name=op.f("ck_module_versions_min_attendance_percent")),
        sa.CheckConstraint("pass_mark BETWEEN 0 AND 100", name=op.f("ck_module_versions_pass_mark_percent")),
        sa.ForeignKeyConstraint(["imported_by"], ["users.id"], name=op.f("fk_module_versions_imported_by")),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_module_versions_module_id")),
        sa.ForeignKeyConstraint(["released_by"], ["users.id"], name=op.f("fk_module_versions_released_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_versions")),
        sa.UniqueConstraint("module_id", "number", name=op.f("uq_module_versions_module_id_number")),
    )
    op.create_table(
        "profile_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.Column("entry", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("dqr", sa.Integer(), nullable=False),
        sa.Column("eqf", sa.Integer(), nullable=False),
        sa.Column("kldb", sa.String(length=5), nullable=False),
        sa.Column("isco", sa.String(length=4), nullable=False),
        sa.Column("esco_uri", sa.String(length=100), nullable=False),
        sa.Column("esco_label", sa.String(length=200), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("dqr BETWEEN 1 AND 8", name=op.f("ck_profile_versions_dqr_level")),
        sa.CheckConstraint("eqf BETWEEN 1 AND 8", name=op.f("ck_profile_versions_eqf_level")),
        sa.ForeignKeyConstraint(["profile_id"], ["profiles.id"], name=op.f("fk_profile_versions_profile_id")),
        sa.ForeignKeyConstraint(["released_by"], ["users.id"], name=op.f("fk_profile_versions_released_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_versions")),
        sa.UniqueConstraint("profile_id", "number", name=op.f("uq_profile_versions_profile_id_number")),
    )
    op.create_table(
        "module_competences",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("competence_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_module_competences_level_range")),
        sa.ForeignKeyConstraint(
            ["competence_id"], ["competences.id"], name=op.f("fk_module_competences_competence_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["module_versions.id"], name=op.f("fk_module_competences_version_id")),
        sa.PrimaryKeyConstraint("version_id", "competence_id", name=op.f("pk_module_competences")),
    )
    op.create_table(
        "module_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("lesson_key", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("prompt", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["module_versions.id"], name=op.f("fk_module_items_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_items")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_module_items_version_id_key")),
    )
    op.create_table(
        "module_lessons",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["module_versions.id"], name=op.f("fk_module_lessons_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_lessons")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_module_lessons_version_id_key")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_module_lessons_version_id_position")),
    )
    op.create_table(
        "module_pictures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("svg", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["module_versions.id"], name=op.f("fk_module_pictures_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_pictures")),
        sa.UniqueConstraint("version_id", "name", name=op.f("uq_module_pictures_version_id_name")),
    )
    op.create_table(
        "module_steps",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("step_code", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["step_code"], ["process_steps.code"], name=op.f("fk_module_steps_step_code")),
        sa.ForeignKeyConstraint(["version_id"], ["module_versions.id"], name=op.f("fk_module_steps_version_id")),
        sa.PrimaryKeyConstraint("version_id", "step_code", name=op.f("pk_module_steps")),
    )
    op.create_table(
        "profile_competences",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("competence_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_profile_competences_level_range")),
        sa.ForeignKeyConstraint(
            ["competence_id"], ["competences.id"], name=op.f("fk_profile_competences_competence_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["profile_versions.id"], name=op.f("fk_profile_competences_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "competence_id", name=op.f("pk_profile_competences")),
    )
    op.create_table(
        "profile_steps",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("step_code", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["step_code"], ["process_steps.code"], name=op.f("fk_profile_steps_step_code")),
        sa.ForeignKeyConstraint(["version_id"], ["profile_versions.id"], name=op.f("fk_profile_steps_version_id")),
        sa.PrimaryKeyConstraint("version_id", "step_code", name=op.f("pk_profile_steps")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("trainer_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("planned", "published", "finished", "cancelled", name="runstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "format",
            sa.Enum("presence", "online", "blended", "practice", name="runformat", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("enrolment_opens", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolment_closes", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancellation", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("enrolment_closes > enrolment_opens", name=op.f("ck_runs_closes_after_it_opens")),
        sa.CheckConstraint("seats > 0", name=op.f("ck_runs_seats_positive")),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_runs_module_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["organisations.id"], name=op.f("fk_runs_provider_id")),
        sa.ForeignKeyConstraint(["trainer_id"], ["users.id"], name=op.f("fk_runs_trainer_id")),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_runs_trio_id")),
        sa.ForeignKeyConstraint(["version_id"], ["module_versions.id"], name=op.f("fk_runs_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_runs_module_id"), ["module_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_runs_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index("ix_runs_starts_at_state", ["starts_at", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_runs_trainer_id"), ["trainer_id"], unique=False)
        batch_op.create_index("ix_runs_trio_id_ends_at", ["trio_id", "ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_runs_version_id"), ["version_id"], unique=False)

    op.create_table(
        "enrolments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "confirmed",
                "cancelled",
                "attended",
                "no_show",
                "completed",
                name="enrolmentstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shares_with_employer", sa.Boolean(), nullable=False),
        sa.Column("attendance", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_enrolments_company_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_enrolments_run_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_enrolments_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("run_id", "user_id", name=op.f("uq_enrolments_run_id_user_id")),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolments_company_id"), ["company_id"], unique=False)
        batch_op.create_index("ix_enrolments_run_id_state", ["run_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolments_user_id"), ["user_id"], unique=False)

    op.create_table(
        "evaluation_counters",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("question_key", sa.String(length=40), nullable=False),
        sa.Column("option", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count >= 0", name=op.f("ck_evaluation_counters_count_not_negative")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_evaluation_counters_run_id")),
        sa.PrimaryKeyConstraint("run_id", "question_key", "option", name=op.f("pk_evaluation_counters")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evaluation_texts",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("question_key", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_evaluation_texts_run_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_evaluation_texts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("evaluation_texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evaluation_texts_run_id"), ["run_id"], unique=False)

    op.create_table(
        "evaluation_voters",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_evaluation_voters_run_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_evaluation_voters_user_id")),
        sa.PrimaryKeyConstraint("run_id", "user_id", name=op.f("pk_evaluation_voters")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run_evaluations",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire_id", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_run_evaluations_closes_after_it_opens")),
        sa.ForeignKeyConstraint(
            ["questionnaire_id"], ["questionnaires.id"], name=op.f("fk_run_evaluations_questionnaire_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_evaluations_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_evaluations")),
    )
    op.create_table(
        "run_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ue", sa.Numeric(precision=4, scale=1), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_run_sessions_ends_after_start")),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_run_sessions_closed_by")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_sessions_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_sessions")),
        sa.UniqueConstraint("run_id", "starts_at", name=op.f("uq_run_sessions_run_id_starts_at")),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name=op.f("ck_attempts_score_percent")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_attempts_enrolment_id")),
        sa.ForeignKeyConstraint(["version_id"], ["module_versions.id"], name=op.f("fk_attempts_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_enrolment_id_started_at", ["enrolment_id", "started_at"], unique=False)
        batch_op.create_index(
            "uq_attempts_open",
            ["enrolment_id"],
            unique=True,
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        )

    op.create_table(
        "attendances",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "mark", sa.Enum("present", "late", "absent", name="mark", native_enum=False, length=32), nullable=False
        ),
        sa.Column("minutes_missed", sa.Integer(), nullable=False),
        sa.Column("marked_by", sa.Integer(), nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes_missed >= 0", name=op.f("ck_attendances_missed_not_negative")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_attendances_enrolment_id")),
        sa.ForeignKeyConstraint(["marked_by"], ["users.id"], name=op.f("fk_attendances_marked_by")),
        sa.ForeignKeyConstraint(["session_id"], ["run_sessions.id"], name=op.f("fk_attendances_session_id")),
        sa.PrimaryKeyConstraint("session_id", "enrolment_id", name=op.f("pk_attendances")),
    )
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendances_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "certificates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("frozen", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revocation_reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_certificates_enrolment_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_certificates_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("code", name=op.f("uq_certificates_code")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_certificates_enrolment_id")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_user_id"), ["user_id"], unique=False)

    op.create_table(
        "completions",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attendance", sa.Integer(), nullable=False),
        sa.Column("score", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_completions_enrolment_id")),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_completions")),
    )
    op.create_table(
        "enrolment_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "before",
            sa.Enum(
                "waiting",
                "confirmed",
                "cancelled",
                "attended",
                "no_show",
                "completed",
                name="enrolmentstate",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "waiting",
                "confirmed",
                "cancelled",
                "attended",
                "no_show",
                "completed",
                name="enrolmentstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_enrolment_events_actor_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_enrolment_events_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_events")),
    )
    with op.batch_alter_table("enrolment_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_events_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "lesson_progress",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("lesson_key", sa.String(length=60), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_lesson_progress_enrolment_id")),
        sa.PrimaryKeyConstraint("enrolment_id", "lesson_key", name=op.f("pk_lesson_progress")),
    )
    op.create_table(
        "practice_answers",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("lesson_key", sa.String(length=60), nullable=False),
        sa.Column("block_key", sa.String(length=60), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_practice_answers_enrolment_id")),
        sa.PrimaryKeyConstraint("enrolment_id", "lesson_key", "block_key", name=op.f("pk_practice_answers")),
    )
    op.create_table(
        "attempt_answers",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("item_key", sa.String(length=60), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("points", sa.Numeric(precision=4, scale=2), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name=op.f("fk_attempt_answers_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "item_key", name=op.f("pk_attempt_answers")),
    )

    for name in ("module", "profile"):
        with op.batch_alter_table(f"{name}s") as table:
            for pointer in ("draft_id", "published_id"):
                table.create_foreign_key(f"fk_{name}s_{pointer}", f"{name}_versions", [pointer], ["id"])


def downgrade() -> None:
    """Go back to the version before."""
    for name in ("module", "profile"):
        with op.batch_alter_table(f"{name}s") as table:
            for pointer in ("draft_id", "published_id"):
                table.drop_constraint(f"fk_{name}s_{pointer}", type_="foreignkey")

    op.drop_table("attempt_answers")
    op.drop_table("practice_answers")
    op.drop_table("lesson_progress")
    with op.batch_alter_table("enrolment_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_events_enrolment_id"))

    op.drop_table("enrolment_events")
    op.drop_table("completions")
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_user_id"))

    op.drop_table("certificates")
    with op.batch_alter_table("attendances", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendances_enrolment_id"))

    op.drop_table("attendances")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attempts_open",
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        )
        batch_op.drop_index("ix_attempts_enrolment_id_started_at")

    op.drop_table("attempts")
    op.drop_table("run_sessions")
    op.drop_table("run_evaluations")
    op.drop_table("evaluation_voters")
    with op.batch_alter_table("evaluation_texts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evaluation_texts_run_id"))

    op.drop_table("evaluation_texts")
    op.drop_table("evaluation_counters")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolments_user_id"))
        batch_op.drop_index("ix_enrolments_run_id_state")
        batch_op.drop_index(batch_op.f("ix_enrolments_company_id"))

    op.drop_table("enrolments")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runs_version_id"))
        batch_op.drop_index("ix_runs_trio_id_ends_at")
        batch_op.drop_index(batch_op.f("ix_runs_trainer_id"))
        batch_op.drop_index("ix_runs_starts_at_state")
        batch_op.drop_index(batch_op.f("ix_runs_provider_id"))
        batch_op.drop_index(batch_op.f("ix_runs_module_id"))

    op.drop_table("runs")
    op.drop_table("profile_steps")
    op.drop_table("profile_competences")
    op.drop_table("module_steps")
    op.drop_table("module_pictures")
    op.drop_table("module_lessons")
    op.drop_table("module_items")
    op.drop_table("module_competences")
    op.drop_table("profile_versions")
    op.drop_table("module_versions")
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_links_user_id"))

    op.drop_table("sign_in_links")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_grants_trio",
            sqlite_where=sa.text("trio_id IS NOT NULL"),
            postgresql_where=sa.text("trio_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_role_grants_everywhere",
            sqlite_where=sa.text("trio_id IS NULL AND company_id IS NULL"),
            postgresql_where=sa.text("trio_id IS NULL AND company_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_role_grants_company",
            sqlite_where=sa.text("company_id IS NOT NULL"),
            postgresql_where=sa.text("company_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_role_grants_trio_id"))
        batch_op.drop_index(batch_op.f("ix_role_grants_company_id"))

    op.drop_table("role_grants")
    with op.batch_alter_table("profiles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profiles_trio_id"))

    op.drop_table("profiles")
    with op.batch_alter_table("partnerships", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partnerships_organisation_id"))

    op.drop_table("partnerships")
    with op.batch_alter_table("modules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_modules_trio_id"))

    op.drop_table("modules")
    with op.batch_alter_table("competence_anchors", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_competence_anchors_competence_id"))

    op.drop_table("competence_anchors")
    op.drop_table("users")
    op.drop_table("trios")
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_failures_email_hash_failed_at")

    op.drop_table("sign_in_failures")
    op.drop_table("questionnaires")
    op.drop_table("process_steps")
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_messages_state_due_at")

    op.drop_table("outbox_messages")
    op.drop_table("organisations")
    op.drop_table("competences")
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_companies_nuts3"))
        batch_op.drop_index(batch_op.f("ix_companies_name_key"))

    op.drop_table("companies")
