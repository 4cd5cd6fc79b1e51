"""People, organisations, companies: sessions, factors, invitations, registers, the audit chain.

Whoever is signed in signs in anew, and links that were sent stop working: both are kept differently now.
"""

import sqlalchemy as sa
from alembic import op

revision = "4d1f0c7a52be"
down_revision = "9ce394aeca76"
branch_labels = None
depends_on = None


REFUSE = {
    "sqlite": [
        f"CREATE TRIGGER audit_entries_{name} BEFORE {name.upper()} ON audit_entries "
        "BEGIN SELECT RAISE(ABORT, 'audit entries never change'); END"
        for name in ("update", "delete")
    ],
    "postgresql": [
        """CREATE OR REPLACE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'audit entries never change'; END $$""",
        """CREATE TRIGGER audit_entries_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
        FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse()""",
    ],
}
"""The database itself refuses to change entries of the audit chain."""


def upgrade() -> None:
    """Go to this version."""
    op.create_table(
        "attempts_made",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts_made")),
    )
    with op.batch_alter_table("attempts_made", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_made_kind_key_hash_made_at", ["kind", "key_hash", "made_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempts_made_made_at"), ["made_at"], unique=False)

    op.create_table(
        "audit_entries",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=True),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entries_hash")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_trio_id"), ["trio_id"], unique=False)

    for statement in REFUSE[op.get_bind().dialect.name]:
        op.execute(statement)
    op.create_table(
        "audit_heads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_heads")),
    )
    op.create_table(
        "consent_texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.Enum("employer", name="purpose", native_enum=False, length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_texts")),
        sa.UniqueConstraint("purpose", "number", name=op.f("uq_consent_texts_purpose_number")),
    )
    op.create_table(
        "retention_days",
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("done_on", name=op.f("pk_retention_days")),
    )
    op.create_table(
        "account_notices",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unused_since_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_account_notices_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_account_notices")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("hint", sa.String(length=12), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_api_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_tokens_token_hash")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_user_id"), ["user_id"], unique=False)

    op.create_table(
        "companies_kept_apart",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_companies_kept_apart_in_order")),
        sa.ForeignKeyConstraint(["first_id"], ["companies.id"], name=op.f("fk_companies_kept_apart_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["companies.id"], name=op.f("fk_companies_kept_apart_second_id")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_companies_kept_apart")),
    )
    with op.batch_alter_table("companies_kept_apart", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_companies_kept_apart_second_id"), ["second_id"], unique=False)

    op.create_table(
        "company_aids",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum("de_minimis", "gber", "other", name="aidkind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("grantor", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_company_aids_amount_not_negative")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_company_aids_company_id")),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_company_aids_trio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_aids")),
    )
    with op.batch_alter_table("company_aids", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_aids_company_id"), ["company_id"], unique=False)
        batch_op.create_index("ix_company_aids_trio_id_company_id", ["trio_id", "company_id"], unique=False)

    op.create_table(
        "company_contacts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("function", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("wants_news", sa.Boolean(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_company_contacts_company_id")),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_company_contacts_trio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_contacts")),
    )
    with op.batch_alter_table("company_contacts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_contacts_company_id"), ["company_id"], unique=False)
        batch_op.create_index("ix_company_contacts_trio_id_company_id", ["trio_id", "company_id"], unique=False)

    op.create_table(
        "company_figures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("headcount", sa.Numeric(precision=10, scale=2), nullable=True),
        sa.Column("turnover", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("balance", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column(
            "relation",
            sa.Enum("autonomous", "partner", "linked", "unknown", name="relation", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("related", sa.JSON(), nullable=False),
        sa.Column("public_share", sa.Numeric(precision=5, scale=2), nullable=False),
        sa.Column("is_exempt", sa.Boolean(), nullable=False),
        sa.Column("is_new_owner", sa.Boolean(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum("self_declared", "checked", "estimated", name="sizebasis", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("stated_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "headcount IS NULL OR headcount >= 0", name=op.f("ck_company_figures_headcount_not_negative")
        ),
        sa.CheckConstraint(
            "public_share >= 0 AND public_share <= 100", name=op.f("ck_company_figures_public_share_in_percent")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_company_figures_company_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_company_figures_recorded_by")),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_company_figures_trio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_figures")),
        sa.UniqueConstraint("trio_id", "company_id", "year", name=op.f("uq_company_figures_trio_id_company_id_year")),
    )
    with op.batch_alter_table("company_figures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_figures_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_company_figures_recorded_by"), ["recorded_by"], unique=False)

    op.create_table(
        "company_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("open", "checked", "done", name="importstate", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sheet", sa.String(length=100), nullable=False),
        sa.Column("head", sa.Integer(), nullable=False),
        sa.Column("has_head", sa.Boolean(), nullable=False),
        sa.Column("heads", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum("self_declared", "checked", "estimated", name="sizebasis", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_company_imports_trio_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_company_imports_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_imports")),
    )
    with op.batch_alter_table("company_imports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_imports_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index("ix_company_imports_trio_id_state", ["trio_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_company_imports_user_id"), ["user_id"], unique=False)

    op.create_table(
        "company_keys",
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=24), nullable=False),
        sa.Column("is_close", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_company_keys_company_id")),
        sa.PrimaryKeyConstraint("company_id", "key", name=op.f("pk_company_keys")),
    )
    with op.batch_alter_table("company_keys", schema=None) as batch_op:
        batch_op.create_index("ix_company_keys_key_company_id", ["key", "company_id"], unique=False)

    op.create_table(
        "company_sites",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("city", sa.String(length=100), nullable=False),
        sa.Column("nuts3", sa.String(length=5), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_company_sites_company_id")),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_company_sites_trio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_sites")),
    )
    with op.batch_alter_table("company_sites", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_sites_company_id"), ["company_id"], unique=False)
        batch_op.create_index("ix_company_sites_trio_id_company_id", ["trio_id", "company_id"], unique=False)

    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("about_kind", sa.String(length=40), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["text_id"], ["consent_texts.id"], name=op.f("fk_consents_text_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_consents_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index("ix_consents_about_kind_about_id", ["about_kind", "about_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_consents_user_id"), ["user_id"], unique=False)

    op.create_table(
        "email_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("new_email", sa.String(length=254), nullable=False),
        sa.Column("old_hash", sa.String(length=64), nullable=False),
        sa.Column("new_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("new_email = lower(new_email)", name=op.f("ck_email_changes_new_email_lower")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_email_changes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_changes")),
        sa.UniqueConstraint("new_hash", name=op.f("uq_email_changes_new_hash")),
        sa.UniqueConstraint("old_hash", name=op.f("uq_email_changes_old_hash")),
    )
    with op.batch_alter_table("email_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_email_changes_user_id"), ["user_id"], unique=False)

    op.create_table(
        "external_identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_external_identities_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identities")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_external_identities_issuer_subject")),
    )
    with op.batch_alter_table("external_identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_external_identities_user_id"), ["user_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
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
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("invited_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitations_email_lower")),
        sa.CheckConstraint("trio_id IS NULL OR company_id IS NULL", name=op.f("ck_invitations_one_place")),
        sa.ForeignKeyConstraint(["accepted_by"], ["users.id"], name=op.f("fk_invitations_accepted_by")),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_invitations_company_id")),
        sa.ForeignKeyConstraint(["invited_by"], ["users.id"], name=op.f("fk_invitations_invited_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_invitations_organisation_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["users.id"], name=op.f("fk_invitations_revoked_by")),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_invitations_trio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitations_token_hash")),
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_invitations_trio_id"), ["trio_id"], unique=False)

    op.create_table(
        "passkeys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_passkeys_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_user_id"), ["user_id"], unique=False)

    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recovery_codes_user_id"), ["user_id"], unique=False)

    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "password", "link", "passkey", "provider", "invitation", name="method", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_sessions_token_hash")),
    )
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "totps",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("next_secret", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_totps_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_totps")),
    )
    op.create_table(
        "trio_companies",
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("added", "imported", "enrolment", name="origin", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("is_checked", sa.Boolean(), nullable=False),
        sa.Column("has_enrolments", sa.Boolean(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("kept_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_trio_companies_company_id")),
        sa.ForeignKeyConstraint(["kept_by"], ["users.id"], name=op.f("fk_trio_companies_kept_by")),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_trio_companies_trio_id")),
        sa.PrimaryKeyConstraint("trio_id", "company_id", name=op.f("pk_trio_companies")),
    )
    with op.batch_alter_table("trio_companies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trio_companies_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_trio_companies_kept_by"), ["kept_by"], unique=False)

    op.create_table(
        "trio_legal_pages",
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column(
            "page",
            sa.Enum("imprint", "privacy", "accessibility", name="legalpage", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_trio_legal_pages_trio_id")),
        sa.PrimaryKeyConstraint("trio_id", "page", name=op.f("pk_trio_legal_pages")),
    )
    op.create_table(
        "trio_logos",
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=16), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.JSON(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_trio_logos_trio_id")),
        sa.PrimaryKeyConstraint("trio_id", name=op.f("pk_trio_logos")),
    )
    op.create_table(
        "company_import_rows",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "changed",
                "same",
                "undecided",
                "left",
                "bad",
                "head",
                name="rowstate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("has_hints", sa.Boolean(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum("company", "row", "other", "leave", name="choice", native_enum=False, length=32),
            nullable=True,
        ),
        sa.Column("chosen", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_company_import_rows_company_id")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["company_imports.id"], name=op.f("fk_company_import_rows_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_company_import_rows")),
    )
    with op.batch_alter_table("company_import_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_import_rows_company_id"), ["company_id"], unique=False)
        batch_op.create_index(
            "ix_company_import_rows_import_id_state_number", ["import_id", "state", "number"], unique=False
        )

    op.create_table(
        "module_shares",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("trio_id", sa.Integer(), nullable=False),
        sa.Column("shared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shared_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_module_shares_module_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["users.id"], name=op.f("fk_module_shares_revoked_by")),
        sa.ForeignKeyConstraint(["shared_by"], ["users.id"], name=op.f("fk_module_shares_shared_by")),
        sa.ForeignKeyConstraint(["trio_id"], ["trios.id"], name=op.f("fk_module_shares_trio_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_shares")),
    )
    with op.batch_alter_table("module_shares", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_module_shares_trio_id"), ["trio_id"], unique=False)
        batch_op.create_index(
            "uq_module_shares_held",
            ["module_id", "trio_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_failures_email_hash_failed_at"))

    op.drop_table("sign_in_failures")
    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "wz_version", sa.Enum("wz2008", "wz2025", name="wzversion", native_enum=False, length=32), nullable=True
            )
        )
        batch_op.add_column(sa.Column("website", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("size_year", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.alter_column(
            "headcount", existing_type=sa.Integer(), type_=sa.Numeric(precision=10, scale=2), existing_nullable=True
        )
        batch_op.create_index(batch_op.f("ix_companies_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_companies_merged_into_id"), "companies", ["merged_into_id"], ["id"])
        batch_op.create_check_constraint("not_merged_into_itself", "merged_into_id IS NULL OR merged_into_id <> id")

    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nuts3", sa.String(length=5), nullable=True))
        batch_op.add_column(sa.Column("website", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("ror", sa.String(length=9), nullable=True))
        batch_op.add_column(sa.Column("register_number", sa.String(length=60), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_organisations_name"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_organisations_name_city"), ["name", "city"])
        batch_op.create_unique_constraint(batch_op.f("uq_organisations_ror"), ["ror"])

    with op.batch_alter_table("partnerships", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_partnerships_trio_id_organisation_id"), type_="unique")
        batch_op.create_index(batch_op.f("ix_partnerships_trio_id"), ["trio_id"], unique=False)
        batch_op.create_index(
            "uq_partnerships_coordinator",
            ["trio_id"],
            unique=True,
            sqlite_where=sa.text("is_coordinator"),
            postgresql_where=sa.text("is_coordinator"),
        )
        batch_op.create_index(
            "uq_partnerships_going_on",
            ["trio_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text("ends_on IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL"),
        )

    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("organisation_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("granted_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("revoked_by", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_role_grants_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_role_grants_organisation_id"), "organisations", ["organisation_id"], ["id"]
        )
        batch_op.create_check_constraint("organisation_in_a_trio", "organisation_id IS NULL OR trio_id IS NOT NULL")
        batch_op.create_foreign_key(batch_op.f("fk_role_grants_revoked_by"), "users", ["revoked_by"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_role_grants_granted_by"), "users", ["granted_by"], ["id"])

    op.execute(
        "UPDATE role_grants SET granted_at = (SELECT created_at FROM users WHERE users.id = role_grants.user_id)"
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.alter_column("granted_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    _index_grants(" AND revoked_at IS NULL")

    op.execute("DELETE FROM sign_in_links")
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "purpose", sa.Enum("sign_in", "reset", name="linkpurpose", native_enum=False, length=32), nullable=False
            )
        )

    with op.batch_alter_table("trios", schema=None) as batch_op:
        batch_op.add_column(sa.Column("accent", sa.String(length=7), nullable=True))
        batch_op.add_column(sa.Column("sender_name", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("reply_to", sa.String(length=254), nullable=True))

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("seen_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column("stamp")
    op.execute(f"UPDATE users SET key = {_random()}")  # noqa: S608 (our own words)
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.alter_column("key", existing_type=sa.String(length=32), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_users_key"), ["key"])
    _know_companies()


def downgrade() -> None:
    """Go back to the version before."""
    op.execute("DELETE FROM role_grants WHERE revoked_at IS NOT NULL")
    _index_grants("")
    op.execute(
        "DELETE FROM partnerships WHERE ends_on IS NOT NULL AND EXISTS (SELECT 1 FROM partnerships AS other"
        " WHERE other.trio_id = partnerships.trio_id AND other.organisation_id = partnerships.organisation_id"
        " AND other.id > partnerships.id)"
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("stamp", sa.String(length=32), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_users_key"), type_="unique")
        batch_op.drop_column("erased_at")
        batch_op.drop_column("seen_on")
        batch_op.drop_column("key")

    op.execute(f"UPDATE users SET stamp = {_random()}")  # noqa: S608 (our own words)
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.alter_column("stamp", existing_type=sa.String(length=32), nullable=False)

    with op.batch_alter_table("trios", schema=None) as batch_op:
        batch_op.drop_column("reply_to")
        batch_op.drop_column("sender_name")
        batch_op.drop_column("accent")

    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.drop_column("purpose")

    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_constraint("organisation_in_a_trio", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_role_grants_granted_by"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_role_grants_revoked_by"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_role_grants_organisation_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_role_grants_organisation_id"))
        batch_op.drop_column("revoked_by")
        batch_op.drop_column("revoked_at")
        batch_op.drop_column("ends_on")
        batch_op.drop_column("granted_by")
        batch_op.drop_column("granted_at")
        batch_op.drop_column("organisation_id")

    with op.batch_alter_table("partnerships", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_partnerships_going_on",
            sqlite_where=sa.text("ends_on IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL"),
        )
        batch_op.drop_index(
            "uq_partnerships_coordinator",
            sqlite_where=sa.text("is_coordinator"),
            postgresql_where=sa.text("is_coordinator"),
        )
        batch_op.drop_index(batch_op.f("ix_partnerships_trio_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_partnerships_trio_id_organisation_id"), ["trio_id", "organisation_id"]
        )

    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_organisations_ror"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq_organisations_name_city"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_organisations_name"), ["name"])
        batch_op.drop_column("register_number")
        batch_op.drop_column("ror")
        batch_op.drop_column("website")
        batch_op.drop_column("nuts3")

    with op.batch_alter_table("companies", schema=None) as batch_op:
        batch_op.drop_constraint("not_merged_into_itself", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_companies_merged_into_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_companies_merged_into_id"))
        batch_op.alter_column(
            "headcount", existing_type=sa.Numeric(precision=10, scale=2), type_=sa.Integer(), existing_nullable=True
        )
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("size_year")
        batch_op.drop_column("website")
        batch_op.drop_column("wz_version")

    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failures")),
    )
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_failures_email_hash_failed_at"), ["email_hash", "failed_at"], unique=False
        )

    with op.batch_alter_table("module_shares", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_module_shares_held",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_module_shares_trio_id"))

    op.drop_table("module_shares")
    with op.batch_alter_table("company_import_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_company_import_rows_import_id_state_number")
        batch_op.drop_index(batch_op.f("ix_company_import_rows_company_id"))

    op.drop_table("company_import_rows")
    op.drop_table("trio_logos")
    op.drop_table("trio_legal_pages")
    with op.batch_alter_table("trio_companies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_trio_companies_kept_by"))
        batch_op.drop_index(batch_op.f("ix_trio_companies_company_id"))

    op.drop_table("trio_companies")
    op.drop_table("totps")
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_sessions_user_id"))

    op.drop_table("sign_in_sessions")
    with op.batch_alter_table("recovery_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recovery_codes_user_id"))

    op.drop_table("recovery_codes")
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkeys_user_id"))

    op.drop_table("passkeys")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_trio_id"))
        batch_op.drop_index(batch_op.f("ix_invitations_email"))
        batch_op.drop_index(batch_op.f("ix_invitations_company_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("external_identities", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_external_identities_user_id"))

    op.drop_table("external_identities")
    with op.batch_alter_table("email_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_email_changes_user_id"))

    op.drop_table("email_changes")
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consents_user_id"))
        batch_op.drop_index("ix_consents_about_kind_about_id")

    op.drop_table("consents")
    with op.batch_alter_table("company_sites", schema=None) as batch_op:
        batch_op.drop_index("ix_company_sites_trio_id_company_id")
        batch_op.drop_index(batch_op.f("ix_company_sites_company_id"))

    op.drop_table("company_sites")
    with op.batch_alter_table("company_keys", schema=None) as batch_op:
        batch_op.drop_index("ix_company_keys_key_company_id")

    op.drop_table("company_keys")
    with op.batch_alter_table("company_imports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_imports_user_id"))
        batch_op.drop_index("ix_company_imports_trio_id_state")
        batch_op.drop_index(batch_op.f("ix_company_imports_expires_at"))

    op.drop_table("company_imports")
    with op.batch_alter_table("company_figures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_figures_recorded_by"))
        batch_op.drop_index(batch_op.f("ix_company_figures_company_id"))

    op.drop_table("company_figures")
    with op.batch_alter_table("company_contacts", schema=None) as batch_op:
        batch_op.drop_index("ix_company_contacts_trio_id_company_id")
        batch_op.drop_index(batch_op.f("ix_company_contacts_company_id"))

    op.drop_table("company_contacts")
    with op.batch_alter_table("company_aids", schema=None) as batch_op:
        batch_op.drop_index("ix_company_aids_trio_id_company_id")
        batch_op.drop_index(batch_op.f("ix_company_aids_company_id"))

    op.drop_table("company_aids")
    with op.batch_alter_table("companies_kept_apart", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_companies_kept_apart_second_id"))

    op.drop_table("companies_kept_apart")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_user_id"))

    op.drop_table("api_tokens")
    op.drop_table("account_notices")
    op.drop_table("retention_days")
    op.drop_table("consent_texts")
    op.drop_table("audit_heads")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_trio_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_actor"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_action"))

    op.drop_table("audit_entries")
    with op.batch_alter_table("attempts_made", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempts_made_made_at"))
        batch_op.drop_index("ix_attempts_made_kind_key_hash_made_at")

    op.drop_table("attempts_made")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entries_refuse()")


def _random() -> str:
    """128 random bits in hex, anew for each row."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    return "lower(hex(randomblob(16)))" if is_sqlite else "replace(gen_random_uuid()::text, '-', '')"


def _index_grants(held: str) -> None:
    """One role once in one place; what ``held`` adds keeps ended ones out."""
    places = {
        "everywhere": ("trio_id IS NULL AND company_id IS NULL", ["user_id", "role"]),
        "trio": ("trio_id IS NOT NULL", ["user_id", "role", "trio_id"]),
        "company": ("company_id IS NOT NULL", ["user_id", "role", "company_id"]),
    }
    for place, (where, columns) in places.items():
        name, only = f"uq_role_grants_{place}", sa.text(where + held)
        op.drop_index(name, "role_grants")
        op.create_index(name, "role_grants", columns, unique=True, sqlite_where=only, postgresql_where=only)


def _know_companies() -> None:
    """Companies stand in the register of each Trio in whose runs their people enrolled."""
    op.execute(
        "INSERT INTO trio_companies (trio_id, company_id, origin, is_checked, has_enrolments, since_on, note)"
        " SELECT runs.trio_id, enrolments.company_id, 'enrolment', false, true, min(date(enrolments.enrolled_at)), ''"
        " FROM enrolments JOIN runs ON runs.id = enrolments.run_id WHERE enrolments.company_id IS NOT NULL"
        " GROUP BY runs.trio_id, enrolments.company_id"
    )
