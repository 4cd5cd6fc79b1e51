"""Every route, and what each kind of person gets there. A new route needs a row; read a row as the rule it states.

All people belong to one Trio (the one that everything here belongs to) unless they are called foreign:

    nobody   not signed in                    author, trainer, reviewer, cluster, lead (Trio administrator): of the Trio
    worker   signed in, never enrolled        office    programme office: counts only, never a person
    learner  enrolled in the run and done     hr        HR contact of the learner's company
    foreign  lead of another Trio             admin     site administrator
"""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import RoleGrant, User
from app.accounts.rules.invitations import Offer
from app.accounts.services.invitations import invite
from app.assessment.models import Attempt
from app.companies.models import Company, CompanyImport, CompanyImportRow
from app.companies.rules import SizeBasis
from app.companies.rules.importing import ImportState, RowState
from app.credentials import services as credentials
from app.credentials.models import Certificate
from app.evaluation.models import Questionnaire, RunEvaluation
from app.kit.actors import Actor, Grant, Role
from app.learning.models import Completion
from app.runs.models import RunSession
from app.runs.rules import EnrolmentState, RunState
from app.trios.models import Partnership, Trio, TrioLegalPage
from app.trios.rules import LegalPage, OrganisationKind
from tests.factories import NOON, Make, both

ROLES = [
    "nobody", "worker", "learner", "author", "trainer", "reviewer", "cluster", "lead", "foreign", "office", "hr", "admin",
]  # fmt: skip

BODIES = {
    "/authoring/modules/<code>/release": {"number": "2"},
    "/certificates/<code>/revocation": {"reason": "A mistake."},
}
"""What is sent along, where an empty form would be refused before anybody asks who sent it."""

QUERIES = {"/reports/participation/runs": "?quarter=1"}

# fmt: off
ACCESS = {
    #                                                                                                     no   wrk  lrn  aut  tra  rev  clu  lea  for  off  hr   adm
    ("GET", "/"):                                                                                         (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/account"):                                                                                  (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account"):                                                                                 (401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("GET", "/account/confirm"):                                                                          (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("POST", "/account/confirm"):                                                                         (401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("POST", "/account/confirm/link"):                                                                    (401, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("POST", "/account/confirm/passkey"):                                                                 (401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("POST", "/account/confirm/passkey/options"):                                                         (401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/account/data"):                                                                             (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/data/consents/<int:consent_id>/withdrawal"):                                       (401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/account/data/erase"):                                                                       (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/data/erase"):                                                                      (401, 302, 302, 302, 302, 302, 302, 409, 409, 302, 302, 409),
    ("POST", "/account/data/export"):                                                                     (401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/account/email"):                                                                            (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/email"):                                                                           (401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("GET", "/account/email/confirmations/<token>"):                                                      (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/email/confirmations/<token>"):                                                     (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/account/email/withdrawal"):                                                                (401, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("GET", "/account/passkeys"):                                                                         (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/passkeys"):                                                                        (401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("POST", "/account/passkeys/<int:passkey_id>/name"):                                                  (401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("POST", "/account/passkeys/<int:passkey_id>/removal"):                                               (401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/account/passkeys/options"):                                                                (401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/account/password"):                                                                         (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/password"):                                                                        (401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("POST", "/account/password/removal"):                                                                (401, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("GET", "/account/recovery-codes"):                                                                   (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/recovery-codes"):                                                                  (401, 409, 409, 409, 409, 409, 409, 409, 409, 409, 409, 409),
    ("GET", "/account/roles"):                                                                            (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/roles/<int:grant_id>/end"):                                                        (401, 404, 404, 302, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/account/security"):                                                                         (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/security/identities/<int:identity_id>/disconnection"):                             (401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/account/security/providers/<key>"):                                                        (401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/account/sessions"):                                                                         (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/sessions/<int:session_id>/end"):                                                   (401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/account/sessions/end"):                                                                    (401, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("POST", "/account/sessions/others/end"):                                                             (401, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("GET", "/account/tokens"):                                                                           (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/tokens/<int:token_id>/revocation"):                                                (401, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/account/tokens/new"):                                                                       (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/tokens/new"):                                                                      (401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("GET", "/account/totp"):                                                                             (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/totp"):                                                                            (401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/account/totp/removal"):                                                                    (401, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("GET", "/administration"):                                                                           (302, 403, 403, 403, 403, 403, 403, 200, 200, 403, 403, 200),
    ("GET", "/administration/audit"):                                                                     (302, 403, 403, 403, 403, 403, 403, 200, 200, 403, 403, 200),
    ("GET", "/administration/audit.jsonl"):                                                               (302, 403, 403, 403, 403, 403, 403, 200, 200, 403, 403, 200),
    ("GET", "/administration/people"):                                                                    (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("GET", "/administration/people/<int:user_id>"):                                                      (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("POST", "/administration/people/<int:user_id>/roles"):                                               (401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422),
    ("POST", "/administration/people/<int:user_id>/roles/<int:grant_id>/end"):                            (401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 302),
    ("POST", "/administration/people/<int:user_id>/second-factor/reset"):                                 (401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 302),
    ("POST", "/administration/people/<int:user_id>/sign-out"):                                            (401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 302),
    ("POST", "/administration/people/invitations/<int:invitation_id>/resend"):                            (401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 302),
    ("POST", "/administration/people/invitations/<int:invitation_id>/revoke"):                            (401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 302),
    ("GET", "/administration/people/invite"):                                                             (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("POST", "/administration/people/invite"):                                                            (401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422),
    ("GET", "/administration/processing-record"):                                                         (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("GET", "/administration/processing-record.csv"):                                                     (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("GET", "/administration/processing-record.json"):                                                    (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("GET", "/administration/retention"):                                                                 (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("GET", "/api/v1/certificates/<code>"):                                                               (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/modules"):                                                                           (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/modules/<code>"):                                                                    (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/openapi.json"):                                                                      (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/profiles"):                                                                          (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/profiles/<code>"):                                                                   (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/reports/participation"):                                                             (401, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200),
    ("GET", "/api/v1/runs"):                                                                              (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/api/v1/runs/<int:run_id>"):                                                                 (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("DELETE", "/api/v1/runs/<int:run_id>/enrolment"):                                                    (401, 404, 409, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("PUT", "/api/v1/runs/<int:run_id>/enrolment"):                                                       (401, 409, 200, 409, 409, 409, 409, 409, 409, 409, 409, 409),
    ("GET", "/attempts/<int:attempt_id>"):                                                                (302, 404, 200, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/attempts/<int:attempt_id>/answers"):                                                       (401, 404, 302, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/attempts/<int:attempt_id>/hand-in"):                                                       (401, 404, 302, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/authoring/import"):                                                                         (302, 403, 403, 200, 403, 403, 403, 200, 200, 403, 403, 200),
    ("POST", "/authoring/import"):                                                                        (401, 403, 403, 422, 403, 403, 403, 422, 422, 403, 403, 422),
    ("GET", "/authoring/modules"):                                                                        (302, 403, 403, 200, 200, 200, 403, 200, 200, 403, 403, 200),
    ("GET", "/authoring/modules/<code>"):                                                                 (302, 404, 404, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("POST", "/authoring/modules/<code>/discard"):                                                        (401, 403, 403, 302, 403, 403, 403, 302, 403, 403, 403, 302),
    ("POST", "/authoring/modules/<code>/release"):                                                        (401, 403, 403, 403, 403, 409, 403, 403, 403, 403, 403, 409),
    ("POST", "/authoring/modules/<code>/sharing"):                                                        (401, 404, 404, 403, 403, 403, 404, 404, 404, 404, 404, 404),
    ("POST", "/authoring/modules/<code>/sharing/<int:trio_id>/end"):                                      (401, 404, 404, 403, 403, 403, 404, 302, 404, 404, 404, 302),
    ("GET", "/authoring/modules/<code>/versions/<int:number>/lessons/<key>"):                             (302, 404, 404, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("GET", "/authoring/modules/<code>/versions/<int:number>/test"):                                      (302, 404, 404, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("GET", "/certificates"):                                                                             (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/certificates"):                                                                            (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("GET", "/certificates/<code>"):                                                                      (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/certificates/<code>/revocation"):                                                          (401, 403, 403, 403, 403, 403, 403, 302, 403, 403, 403, 302),
    ("GET", "/companies"):                                                                                (302, 403, 403, 403, 403, 403, 200, 200, 200, 403, 403, 200),
    ("GET", "/companies.csv"):                                                                            (302, 403, 403, 403, 403, 403, 200, 200, 200, 403, 403, 200),
    ("GET", "/companies.xlsx"):                                                                           (302, 403, 403, 403, 403, 403, 200, 200, 200, 403, 403, 200),
    ("GET", "/companies/<int:company_id>"):                                                               (302, 403, 403, 403, 403, 403, 200, 200, 404, 403, 403, 200),
    ("GET", "/companies/<int:company_id>/<any(sites, contacts, aids):kind>/<int:detail_id>"):             (302, 403, 403, 403, 403, 403, 200, 200, 404, 403, 403, 200),
    ("POST", "/companies/<int:company_id>/<any(sites, contacts, aids):kind>/<int:detail_id>"):            (401, 403, 403, 403, 403, 403, 422, 422, 404, 403, 403, 422),
    ("POST", "/companies/<int:company_id>/<any(sites, contacts, aids):kind>/<int:detail_id>/removal"):    (401, 403, 403, 403, 403, 403, 302, 302, 404, 403, 403, 302),
    ("GET", "/companies/<int:company_id>/<any(sites, contacts, aids):kind>/new"):                         (302, 403, 403, 403, 403, 403, 200, 200, 404, 403, 403, 200),
    ("POST", "/companies/<int:company_id>/<any(sites, contacts, aids):kind>/new"):                        (401, 403, 403, 403, 403, 403, 422, 422, 404, 403, 403, 422),
    ("POST", "/companies/<int:company_id>/contacts/<int:detail_id>/invitation"):                          (401, 403, 403, 403, 403, 403, 302, 403, 404, 403, 403, 302),
    ("GET", "/companies/<int:company_id>/edit"):                                                          (302, 403, 403, 403, 403, 403, 200, 200, 404, 403, 403, 200),
    ("POST", "/companies/<int:company_id>/edit"):                                                         (401, 403, 403, 403, 403, 403, 422, 422, 404, 403, 403, 422),
    ("POST", "/companies/<int:company_id>/entry"):                                                        (401, 403, 403, 403, 403, 403, 302, 302, 302, 403, 403, 302),
    ("POST", "/companies/<int:company_id>/figures"):                                                      (401, 403, 403, 403, 403, 403, 422, 422, 404, 403, 403, 422),
    ("GET", "/companies/<int:company_id>/figures/<int:year>"):                                            (302, 403, 403, 403, 403, 403, 200, 200, 404, 403, 403, 200),
    ("POST", "/companies/<int:company_id>/figures/<int:year>/removal"):                                   (401, 403, 403, 403, 403, 403, 302, 302, 404, 403, 403, 302),
    ("GET", "/companies/<int:company_id>/figures/new"):                                                   (302, 403, 403, 403, 403, 403, 200, 200, 404, 403, 403, 200),
    ("POST", "/companies/<int:company_id>/note"):                                                         (401, 403, 403, 403, 403, 403, 302, 302, 404, 403, 403, 302),
    ("GET", "/companies/<int:company_id>/participations"):                                                (302, 403, 403, 403, 403, 403, 200, 200, 404, 403, 403, 200),
    ("POST", "/companies/<int:company_id>/removal"):                                                      (401, 403, 403, 403, 403, 403, 302, 302, 404, 403, 403, 302),
    ("GET", "/companies/duplicates"):                                                                     (302, 403, 403, 403, 403, 403, 200, 200, 200, 403, 403, 200),
    ("POST", "/companies/duplicates/apart"):                                                              (401, 403, 403, 403, 403, 403, 302, 302, 302, 403, 403, 302),
    ("POST", "/companies/duplicates/merge"):                                                              (401, 403, 403, 403, 403, 403, 302, 302, 302, 403, 403, 302),
    ("GET", "/companies/import"):                                                                         (302, 403, 403, 403, 403, 403, 200, 200, 200, 403, 403, 200),
    ("POST", "/companies/import"):                                                                        (401, 403, 403, 403, 403, 403, 422, 422, 422, 403, 403, 422),
    ("GET", "/companies/import/template.xlsx"):                                                           (302, 403, 403, 403, 403, 403, 200, 200, 200, 403, 403, 200),
    ("GET", "/companies/imports/<int:import_id>"):                                                        (302, 404, 404, 404, 404, 404, 200, 200, 404, 404, 404, 200),
    ("GET", "/companies/imports/<int:import_id>/bad-rows"):                                               (302, 404, 404, 404, 404, 404, 200, 200, 404, 404, 404, 200),
    ("POST", "/companies/imports/<int:import_id>/choices"):                                               (401, 404, 404, 404, 404, 404, 302, 302, 404, 404, 404, 302),
    ("GET", "/companies/imports/<int:import_id>/columns"):                                                (302, 404, 404, 404, 404, 404, 200, 200, 404, 404, 404, 200),
    ("POST", "/companies/imports/<int:import_id>/columns"):                                               (401, 404, 404, 404, 404, 404, 422, 422, 404, 404, 404, 422),
    ("POST", "/companies/imports/<int:import_id>/confirmation"):                                          (401, 404, 404, 404, 404, 404, 409, 409, 404, 404, 404, 409),
    ("POST", "/companies/imports/<int:import_id>/discard"):                                               (401, 404, 404, 404, 404, 404, 302, 302, 404, 404, 404, 302),
    ("GET", "/companies/new"):                                                                            (302, 403, 403, 403, 403, 403, 200, 200, 200, 403, 403, 200),
    ("POST", "/companies/new"):                                                                           (401, 403, 403, 403, 403, 403, 422, 422, 422, 403, 403, 422),
    ("GET", "/company"):                                                                                  (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403),
    ("GET", "/healthz"):                                                                                  (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/invitations/<token>"):                                                                      (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/invitations/<token>"):                                                                     (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/legal/<page>"):                                                                             (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/legal/privacy"):                                                                            (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/modules"):                                                                                  (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/modules/<code>"):                                                                           (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/my"):                                                                                       (302, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/organisations"):                                                                            (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("GET", "/organisations/<int:organisation_id>"):                                                      (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("POST", "/organisations/<int:organisation_id>"):                                                     (401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422),
    ("GET", "/organisations/new"):                                                                        (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("POST", "/organisations/new"):                                                                       (401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422),
    ("GET", "/profiles"):                                                                                 (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/profiles/<code>"):                                                                          (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/reports/participation"):                                                                    (302, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200),
    ("GET", "/reports/participation.csv"):                                                                (302, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200),
    ("GET", "/reports/participation/runs"):                                                               (302, 403, 403, 403, 403, 403, 200, 200, 200, 200, 403, 200),
    ("GET", "/runs"):                                                                                     (302, 403, 403, 403, 200, 403, 403, 200, 200, 403, 403, 200),
    ("GET", "/runs/<int:run_id>"):                                                                        (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/runs/<int:run_id>/cancel"):                                                                (401, 403, 403, 403, 422, 403, 403, 422, 403, 403, 403, 422),
    ("POST", "/runs/<int:run_id>/company"):                                                               (401, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("POST", "/runs/<int:run_id>/enrolment"):                                                             (422, 409, 302, 409, 409, 409, 409, 409, 409, 409, 409, 409),
    ("GET", "/runs/<int:run_id>/evaluation"):                                                             (302, 404, 200, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/runs/<int:run_id>/evaluation"):                                                            (401, 404, 200, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/runs/<int:run_id>/evaluation/results"):                                                     (302, 404, 404, 200, 200, 200, 200, 200, 404, 404, 404, 200),
    ("GET", "/runs/<int:run_id>/learn"):                                                                  (302, 404, 200, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("GET", "/runs/<int:run_id>/learn/<lesson_key>"):                                                     (302, 404, 200, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("POST", "/runs/<int:run_id>/learn/<lesson_key>/done"):                                               (401, 404, 302, 403, 403, 403, 404, 403, 404, 404, 404, 403),
    ("POST", "/runs/<int:run_id>/learn/<lesson_key>/questions/<block_key>"):                              (401, 404, 422, 422, 422, 422, 404, 422, 404, 404, 404, 422),
    ("GET", "/runs/<int:run_id>/roster"):                                                                 (302, 403, 403, 403, 200, 403, 403, 200, 403, 403, 403, 200),
    ("GET", "/runs/<int:run_id>/sessions.ics"):                                                           (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/runs/<int:run_id>/sessions/<int:session_id>/attendance"):                                   (302, 403, 403, 403, 200, 403, 403, 200, 403, 403, 403, 200),
    ("POST", "/runs/<int:run_id>/sessions/<int:session_id>/attendance"):                                  (401, 403, 403, 403, 302, 403, 403, 302, 403, 403, 403, 302),
    ("POST", "/runs/<int:run_id>/sessions/<int:session_id>/close"):                                       (401, 403, 403, 403, 409, 403, 403, 409, 403, 403, 403, 409),
    ("POST", "/runs/<int:run_id>/sharing"):                                                               (401, 404, 302, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/runs/<int:run_id>/test"):                                                                   (302, 404, 200, 200, 200, 200, 404, 200, 404, 404, 404, 200),
    ("POST", "/runs/<int:run_id>/test"):                                                                  (401, 404, 302, 403, 403, 403, 404, 403, 404, 404, 404, 403),
    ("POST", "/runs/<int:run_id>/withdrawal"):                                                            (401, 404, 409, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/runs/new"):                                                                                 (302, 403, 403, 403, 200, 403, 403, 200, 200, 403, 403, 200),
    ("POST", "/runs/new"):                                                                                (401, 403, 403, 403, 422, 403, 403, 422, 422, 403, 403, 422),
    ("GET", "/sign-in"):                                                                                  (200, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("POST", "/sign-in"):                                                                                 (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("POST", "/sign-in/link"):                                                                            (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("GET", "/sign-in/link/<token>"):                                                                     (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/sign-in/link/<token>"):                                                                    (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/sign-in/passkey"):                                                                         (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("POST", "/sign-in/passkey/options"):                                                                 (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/sign-in/reset"):                                                                            (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/sign-in/reset"):                                                                           (422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422),
    ("GET", "/sign-in/reset/<token>"):                                                                    (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("POST", "/sign-in/reset/<token>"):                                                                   (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/sign-in/second-factor"):                                                                    (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("POST", "/sign-in/second-factor"):                                                                   (401, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("POST", "/sign-in/with/<key>"):                                                                      (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/sign-in/with/<key>/callback"):                                                              (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("POST", "/sign-out"):                                                                                (302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("GET", "/trios"):                                                                                    (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/trios/<slug>"):                                                                             (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/trios/<slug>/brand-<hash>.css"):                                                            (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/trios/<slug>/legal/<page>"):                                                                (200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("GET", "/trios/<slug>/logo-<hash>.png"):                                                             (404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("GET", "/trios/<slug>/manage"):                                                                      (302, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200),
    ("GET", "/trios/<slug>/manage/branding"):                                                             (302, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200),
    ("POST", "/trios/<slug>/manage/branding"):                                                            (401, 404, 404, 404, 404, 404, 404, 422, 404, 404, 404, 422),
    ("POST", "/trios/<slug>/manage/branding/logo"):                                                       (401, 404, 404, 404, 404, 404, 404, 422, 404, 404, 404, 422),
    ("POST", "/trios/<slug>/manage/branding/logo/remove"):                                                (401, 404, 404, 404, 404, 404, 404, 302, 404, 404, 404, 302),
    ("GET", "/trios/<slug>/manage/legal/<page>"):                                                         (302, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200),
    ("POST", "/trios/<slug>/manage/legal/<page>"):                                                        (401, 404, 404, 404, 404, 404, 404, 302, 404, 404, 404, 302),
    ("GET", "/trios/<slug>/manage/partners/<int:partnership_id>"):                                        (302, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200),
    ("POST", "/trios/<slug>/manage/partners/<int:partnership_id>"):                                       (401, 404, 404, 404, 404, 404, 404, 422, 404, 404, 404, 422),
    ("POST", "/trios/<slug>/manage/partners/<int:partnership_id>/coordinate"):                            (401, 404, 404, 404, 404, 404, 404, 302, 404, 404, 404, 302),
    ("POST", "/trios/<slug>/manage/partners/<int:partnership_id>/end"):                                   (401, 404, 404, 404, 404, 404, 404, 422, 404, 404, 404, 422),
    ("POST", "/trios/<slug>/manage/partners/<int:partnership_id>/keep"):                                  (401, 404, 404, 404, 404, 404, 404, 302, 404, 404, 404, 302),
    ("GET", "/trios/<slug>/manage/partners/new"):                                                         (302, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200),
    ("GET", "/trios/<slug>/manage/partners/new-organisation"):                                            (302, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200),
    ("POST", "/trios/<slug>/manage/partners/new-organisation"):                                           (401, 404, 404, 404, 404, 404, 404, 422, 404, 404, 404, 422),
    ("GET", "/trios/<slug>/manage/partners/new/<int:organisation_id>"):                                   (302, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200),
    ("POST", "/trios/<slug>/manage/partners/new/<int:organisation_id>"):                                  (401, 404, 404, 404, 404, 404, 404, 422, 404, 404, 404, 422),
    ("GET", "/trios/<slug>/people"):                                                                      (302, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200),
    ("GET", "/trios/<slug>/people/<int:user_id>"):                                                        (302, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200),
    ("POST", "/trios/<slug>/people/<int:user_id>/roles/<int:grant_id>/end"):                              (401, 404, 404, 404, 404, 404, 404, 302, 404, 404, 404, 302),
    ("POST", "/trios/<slug>/people/<int:user_id>/second-factor/reset"):                                   (401, 404, 404, 404, 404, 404, 404, 302, 404, 404, 404, 302),
    ("POST", "/trios/<slug>/people/<int:user_id>/sign-out"):                                              (401, 404, 404, 404, 404, 404, 404, 302, 404, 404, 404, 302),
    ("POST", "/trios/<slug>/people/invitations/<int:invitation_id>/resend"):                              (401, 404, 404, 404, 404, 404, 404, 302, 404, 404, 404, 302),
    ("POST", "/trios/<slug>/people/invitations/<int:invitation_id>/revoke"):                              (401, 404, 404, 404, 404, 404, 404, 302, 404, 404, 404, 302),
    ("GET", "/trios/<slug>/people/invite"):                                                               (302, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 200),
    ("POST", "/trios/<slug>/people/invite"):                                                              (401, 404, 404, 404, 404, 404, 404, 422, 404, 404, 404, 422),
    ("GET", "/trios/new"):                                                                                (302, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200),
    ("POST", "/trios/new"):                                                                               (401, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 422),
}
# fmt: on

READ = [route for route in ACCESS if route[0] == "GET"]
WRITE = [route for route in ACCESS if route[0] != "GET"]


@pytest.fixture
def places(session: Session, make: Make) -> dict[str, Any]:
    """One of everything, and the people of the table."""
    trio, company = make.trio(), make.company()
    module = make.module(trio=trio)
    profile = make.profile(trio=trio)
    run = make.run(module, starts_at=NOON - timedelta(hours=1), state=RunState.PUBLISHED)
    learner = make.user()
    enrolment = make.enrolment(
        run, EnrolmentState.COMPLETED, user_id=learner.id, company_id=company.id, shares_with_employer=True
    )
    session_row = session.scalars(select(RunSession).where(RunSession.run_id == run.id)).one()
    attempt = Attempt(
        enrolment_id=enrolment.id, version_id=module.published_id, started_at=NOON,
        drawn=[{"item": "item-1", "order": [0, 1]}],
    )  # fmt: skip
    questionnaire = Questionnaire(
        key="short", number=1, title=both("Q"), questions=[{"key": "useful", "kind": "faces", "text": both("Useful?")}]
    )
    session.add_all([attempt, questionnaire])
    rule = {"attendance": 80, "test": 70, "lessons": True}
    session.add(Completion(enrolment_id=enrolment.id, completed_at=NOON, attendance=100, rule=rule))
    session.flush()
    credentials.issue(session, enrolment.id, now=NOON)
    certificate = session.scalars(select(Certificate)).one()
    opens = {"opens_at": NOON - timedelta(days=1), "closes_at": NOON + timedelta(days=20)}
    session.add(RunEvaluation(run_id=run.id, questionnaire_id=questionnaire.id, **opens))
    session.commit()
    people = {
        "worker": make.user(),
        "learner": learner,
        "author": make.user(Role.AUTHOR, trio=trio),
        "trainer": make.user(Role.TRAINER, trio=trio),
        "reviewer": make.user(Role.REVIEWER, trio=trio),
        "cluster": make.user(Role.CLUSTER_MANAGER, trio=trio),
        "lead": make.user(Role.TRIO_ADMIN, trio=trio),
        "foreign": make.user(Role.TRIO_ADMIN, trio=make.trio()),
        "office": make.user(Role.PROGRAMME_OFFICE),
        "hr": make.user(Role.HR_CONTACT, company=company),
        "admin": make.user(Role.SITE_ADMIN),
    }
    return {
        "people": people,
        **partners_and_companies(session, make, trio, company, people),
        "<code>": {"modules": module.code, "profiles": profile.code, "certificates": certificate.code},
        "<int:run_id>": run.id,
        "<int:session_id>": {"runs": session_row.id, "account": 10**6},
        "<int:attempt_id>": attempt.id,
        "<int:number>": 1,
        "<key>": "lesson-1",
        "<lesson_key>": "lesson-1",
        "<block_key>": "ask",
        "<token>": "no-such-token",
        "<page>": {"trios": "imprint", "legal": "help"},
    }


def partners_and_companies(
    session: Session, make: Make, trio: Trio, company: Company, people: dict[str, User]
) -> dict[str, Any]:
    """What belongs to the Trio besides courses and runs, and things that belong to somebody else, which nobody sees."""
    make.registered(trio, company)
    make.figures(trio, company, 2025)
    contact = make.contact(trio, company)
    partner = session.scalars(
        select(Partnership).where(Partnership.trio_id == trio.id, Partnership.kind == OrganisationKind.PROVIDER)
    ).one()
    grant = session.scalars(select(RoleGrant).where(RoleGrant.user_id == people["author"].id)).one()
    grant.organisation_id = partner.organisation_id
    offers = {
        "trios": Offer(Role.AUTHOR, trio.id, None, partner.organisation_id),
        "administration": Offer(Role.SITE_ADMIN),
    }
    inviter = Actor(people["admin"].id, frozenset({Grant(Role.SITE_ADMIN)}))
    invitations = {
        kind: invite(session, inviter, offer, f"{kind}@example.org", language="en", now=NOON)
        for kind, offer in offers.items()
    }
    batch = CompanyImport(
        trio_id=trio.id, user_id=people["cluster"].id, state=ImportState.CHECKED, file_name="a.csv", sha256="0" * 64,
        kind="csv", head=1, heads=["Name"], columns={"name": 0}, year=2025, basis=SizeBasis.SELF_DECLARED,
        source="", notes=[], counts={}, created_at=NOON, expires_at=NOON + timedelta(days=1),
    )  # fmt: skip
    session.add_all(
        [batch, TrioLegalPage(trio_id=trio.id, page=LegalPage.IMPRINT, text=both("Provider"), changed_on=NOON.date())]
    )
    session.flush()
    session.add(
        CompanyImportRow(
            import_id=batch.id, number=1, cells=["Zellwerk"], state=RowState.NEW, values={"name": "Zellwerk"},
            problems=[], remarks=[], hints=[], changes=[],
        )
    )  # fmt: skip
    session.commit()
    return {
        "<slug>": trio.slug,
        "<hash>": "0000000000000000",
        "<int:trio_id>": make.trio().id,
        "<int:company_id>": company.id,
        "<any(sites, contacts, aids):kind>": "contacts",
        "<int:detail_id>": contact.id,
        "<int:year>": 2025,
        "<int:import_id>": batch.id,
        "<int:partnership_id>": partner.id,
        "<int:organisation_id>": make.organisation(OrganisationKind.CHAMBER).id,
        "<int:user_id>": people["author"].id,
        "<int:grant_id>": grant.id,
        "<int:invitation_id>": invitations,
        **{f"<int:{kind}_id>": 10**6 for kind in ("passkey", "token", "identity", "consent")},
    }


def address(rule: str, places: dict[str, Any]) -> str:
    """The rule with real ids in it."""
    for part, value in places.items():
        if part.startswith("<") and isinstance(value, dict) and part in rule:
            kind = next(kind for kind in value if f"/{kind}/" in rule)
            rule = rule.replace(part, str(value[kind]))
        elif part.startswith("<"):
            rule = rule.replace(part, str(value))
    assert "<" not in rule, rule
    return rule


def visit(client: FlaskClient, method: str, rule: str, places: dict[str, Any]) -> int:
    """Go there and say with which status."""
    json: dict[str, Any] | None = {} if rule.startswith("/api/") and method != "GET" else None
    url = address(rule, places) + QUERIES.get(rule, "")
    return client.open(url, method=method, json=json, data=BODIES.get(rule)).status_code


def become(who: str, client: FlaskClient, sign_in: Any, places: dict[str, Any]) -> None:
    """Sign in as one of the people of the table, or out."""
    with client.session_transaction() as cookie:
        cookie.clear()
    if who != "nobody":
        sign_in(places["people"][who])


def test_every_route_has_a_row(flask_app: Flask):
    routes = {
        (method, rule.rule)
        for rule in flask_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint not in {"static", "vendor"}
    }
    assert routes == set(ACCESS)


@pytest.mark.parametrize("route", READ, ids=" ".join)
def test_reading(route, client, sign_in, places):
    """Reading changes nothing, so all people may come one after the other."""
    answers = []
    for who in ROLES:
        become(who, client, sign_in, places)
        answers.append(visit(client, route[0], route[1], places))
    assert dict(zip(ROLES, answers, strict=True)) == dict(zip(ROLES, ACCESS[route], strict=True))


@pytest.mark.parametrize("route", WRITE, ids=" ".join)
def test_writing(route, client, sign_in, places, session, connection):
    """Each of the people finds everything as if nobody had been there before."""
    answers = []
    for who in ROLES:
        become(who, client, sign_in, places)
        session.rollback()
        before = connection.begin_nested()
        answers.append(visit(client, route[0], route[1], places))
        session.rollback()
        before.rollback()
        session.expire_all()
    assert dict(zip(ROLES, answers, strict=True)) == dict(zip(ROLES, ACCESS[route], strict=True))


@pytest.mark.parametrize("who", ROLES)
def test_the_menu_leads_nobody_to_a_closed_door(who, client, sign_in, places):
    become(who, client, sign_in, places)
    menu = client.get("/legal/help").text.split('class="nav"')[1].split("</ul>")[0]
    entries = re.findall(r'href="([^"]+)"', menu)
    assert len(entries) >= 2
    assert [(entry, client.get(entry).status_code) for entry in entries] == [(entry, 200) for entry in entries]
