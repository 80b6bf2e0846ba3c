from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "madang.services.polls"
    label = "polls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from madang.services.polls import intake, jobs, manifest, policies, receivers  # noqa: F401 - they register
