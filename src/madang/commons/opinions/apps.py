from django.apps import AppConfig


class OpinionsConfig(AppConfig):
    name = "madang.commons.opinions"
    label = "opinions"
    default_auto_field = "django.db.models.BigAutoField"
