from gunicorn.app.base import BaseApplication

from app.operations import worker
from app.operations.server import Server


def test_one_process_with_threads_and_a_worker_beside_it(flask_app, monkeypatch):
    started: list[object] = []
    monkeypatch.setattr(worker, "start_thread", started.append)
    running = Server(flask_app, host="127.0.0.1", port=8123)
    settings = running.cfg
    assert settings.address == [("127.0.0.1", 8123)]
    assert (settings.workers, settings.threads, settings.worker_class_str) == (1, 8, "gthread")
    settings.post_worker_init(None)
    assert started == [flask_app]
    assert running.load() is flask_app


def test_a_setting_that_this_gunicorn_does_not_know_is_left_out(flask_app, monkeypatch):
    real = BaseApplication.load_default_config

    def older(self):
        real(self)
        self.cfg.settings.pop("control_socket_disable", None)

    monkeypatch.setattr(BaseApplication, "load_default_config", older)
    assert Server(flask_app, host="127.0.0.1", port=8123).cfg.workers == 1
