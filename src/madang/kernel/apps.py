from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "madang.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from madang.kernel import boundaries
        from madang.kernel.imports import importer

        importer("boundaries")(boundaries.run)
