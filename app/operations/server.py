"""The web server with the worker beside it: one process on SQLite, so that Ctrl-C stops all of it."""

from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from app.operations import worker


class Server(BaseApplication):
    """gunicorn, set up here instead of on a command line."""

    def __init__(self, app: Flask, *, host: str, port: int) -> None:
        self.app, self.address = app, f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        """One process with threads: more processes want PostgreSQL and their own ``gunicorn wsgi:app``."""
        settings: dict[str, Any] = {
            "bind": self.address,
            "workers": 1,
            "threads": 8,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": 5,
            "control_socket_disable": True,
            "loglevel": self.app.config["LOG_LEVEL"],
            "post_worker_init": lambda _worker: worker.start_thread(self.app),
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application that was prepared already."""
        return self.app
