from django.apps import AppConfig


class PanelsConfig(AppConfig):
    name = "madang.commons.panels"
    label = "panels"

    def ready(self) -> None:
        from madang.commons.panels import jobs, manifest, policies  # noqa: F401 - they register
