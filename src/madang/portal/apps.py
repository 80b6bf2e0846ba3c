from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "madang.portal"
    label = "portal"

    def ready(self) -> None:
        from madang.kernel import devices
        from madang.portal import jobs, manifest, new_password, provided  # noqa: F401 - they register

        devices.connect()
        provided.connect()
        new_password.connect()
