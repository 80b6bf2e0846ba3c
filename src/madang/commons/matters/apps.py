from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "madang.commons.matters"
    label = "matters"

    def ready(self) -> None:
        from madang.commons.matters import dates, jobs, manifest, policies, receivers  # noqa: F401 - they register
