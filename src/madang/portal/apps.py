from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "madang.portal"
    label = "portal"

    def ready(self) -> None:
        from madang.kernel import devices, keys
        from madang.portal import jobs, manifest, new_password, provided  # noqa: F401 - they register
        from madang.portal.api import tokens

        devices.connect()
        keys.register(tokens.as_key)
        provided.connect()
        new_password.connect()
