from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "madang.commons.meetings"
    label = "meetings"

    def ready(self) -> None:
        from madang.commons.meetings import jobs, live, manifest, policies, receivers  # noqa: F401 - they register
