from django.apps import AppConfig


class ConfConfig(AppConfig):
    """The composition root as an app, so that `up`, `worker` and `demo` are commands."""

    name = "madang.conf"
    label = "conf"
