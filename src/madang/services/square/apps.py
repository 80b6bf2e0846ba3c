from django.apps import AppConfig


class SquareConfig(AppConfig):
    name = "madang.services.square"
    label = "square"

    def ready(self) -> None:
        from madang.kernel.imports import importer
        from madang.services.square import intake, jobs, live, manifest, policies, receivers  # noqa: F401 - they register
        from madang.services.square.domain import importing

        importer("square")(importing.run)
