"""How much one request may send: small bodies but for uploads, and not too many fields in a form."""

from io import BytesIO
from typing import IO, Any

import flask
from flask import Flask
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

UPLOAD = "multipart/form-data"


class _Parser(FormDataParser):
    """Counts the fields of a plain form, too: werkzeug does so for uploads only."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Any:
        if mimetype == "application/x-www-form-urlencoded":
            body = stream.read()
            if self.max_form_parts is not None and body.count(b"&") >= self.max_form_parts:
                raise RequestEntityTooLarge
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class Request(flask.Request):
    """Files may be large (``MAX_CONTENT_LENGTH``); whatever else is sent may not (``MAX_FORM_MEMORY_SIZE``)."""

    form_data_parser_class = _Parser

    @property  # type: ignore[misc]
    def max_content_length(self) -> int | None:  # type: ignore[override] # nobody sets it for a single request
        """How many bytes the body may have."""
        most, plain = super().max_content_length, self.max_form_memory_size
        if self.mimetype == UPLOAD or plain is None or most is None:
            return most
        return min(most, plain)


def init_app(app: Flask) -> None:
    """Meet every request with these limits."""
    app.request_class = Request
