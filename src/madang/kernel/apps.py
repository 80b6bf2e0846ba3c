from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "madang.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
