from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "madang.commons.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from madang.commons.notices import jobs, manifest  # noqa: F401 - they register themselves
