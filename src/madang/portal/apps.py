from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "madang.portal"
    label = "portal"

    def ready(self) -> None:
        from madang.portal import jobs, manifest, provided  # noqa: F401 - they register

        provided.connect()
