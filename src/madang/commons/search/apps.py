from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "madang.commons.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from madang.commons.search import jobs  # noqa: F401 - registers the periodic jobs
