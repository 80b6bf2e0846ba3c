from django.apps import AppConfig


class BudgetingConfig(AppConfig):
    name = "madang.services.budgeting"
    label = "budgeting"

    def ready(self) -> None:
        from madang.services.budgeting import jobs, manifest, policies, receivers  # noqa: F401 - they register
        from madang.services.budgeting.domain import importing  # noqa: F401 - it registers
