from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created


class ConfConfig(AppConfig):
    """The composition root as an app, so that `up`, `worker`, `backup` and others are commands."""

    name = "madang.conf"
    label = "conf"

    def ready(self) -> None:
        from madang.conf.operations import maintenance, metrics_folder

        # The one gate that web server, worker and commands all pass, whatever they write.
        connection_created.connect(maintenance.attach, dispatch_uid="madang.maintenance")
        if not settings.TESTING:
            metrics_folder.choose(settings.HOME)
