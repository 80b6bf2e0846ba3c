from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "madang.portal"
    label = "portal"

    def ready(self) -> None:
        from madang.portal import jobs, manifest  # noqa: F401 - they register
