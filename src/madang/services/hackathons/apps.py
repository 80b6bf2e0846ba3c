from django.apps import AppConfig


class HackathonsConfig(AppConfig):
    name = "madang.services.hackathons"
    label = "hackathons"

    def ready(self) -> None:
        from madang.services.hackathons import jobs, manifest, policies, receivers  # noqa: F401 - they register
