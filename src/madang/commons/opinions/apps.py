from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "madang.commons.opinions"
    label = "opinions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from madang.commons.opinions import (  # noqa: F401 - they register
            importing,
            jobs,
            live,
            manifest,
            policies,
            receivers,
        )
