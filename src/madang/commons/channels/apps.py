from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "madang.commons.channels"
    label = "channels"

    def ready(self) -> None:
        from madang.commons.channels import checks, jobs, manifest, policies  # noqa: F401 - they register
