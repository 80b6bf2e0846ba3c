from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "madang.services.casework"
    label = "casework"

    def ready(self) -> None:
        from madang.services.casework import intake, jobs, manifest, policies, receivers  # noqa: F401 - they register
