"""JSON: verifying a certificate."""

from flask.views import MethodView

from app.credentials import queries
from app.credentials.schemas import CertificateOut
from app.web.api import Blueprint
from app.web.db import reading
from app.web.identity import public

bp = Blueprint(
    "credentials-api",
    __name__,
    url_prefix="/api/v1/certificates",
    description="Certificates: verifiable by everybody who has the code, for there is no list of them.",
)


@bp.route("/<code>")
@public
class CertificateByCode(MethodView):
    """One certificate."""

    @bp.response(200, CertificateOut, description="What the paper says, as it was on the day of issue.")
    @bp.alt_response(404, description="There is no certificate with this code.")
    def get(self, code):
        """Verify a certificate.

        The code can be given in any case, with or without dashes. A withdrawn certificate is found too: it is not
        `valid` and says when it was withdrawn.
        """
        return queries.get_by_code(reading(), code).certificate, {"X-Robots-Tag": "noindex"}
