"""Structured logs, one JSON line an event, without personal data: routes, never addresses; ids, never names."""

import logging
import time
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    """Log every request when it is answered."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _trace,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if app.testing else logging.INFO),
    )
    app.before_request(_start)
    app.after_request(_finish)


def _trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where it broke, and how, but never the words of an exception: they repeat what people typed."""
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        chain = [error]
        while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
            chain.append(cause)
        event["exception"] = [f"{type(each).__module__}.{type(each).__qualname__}" for each in chain]
        event["trace"] = "".join(traceback.format_tb(error.__traceback__))
    return event


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    if request.endpoint not in {"static", "vendor", "operations.healthz"}:
        log.info(
            "request",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        )
    return response
