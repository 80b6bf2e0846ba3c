from django.apps import AppConfig


class BudgetingConfig(AppConfig):
    name = "madang.services.budgeting"
    label = "budgeting"

    def ready(self) -> None:
        from madang.services.budgeting import (  # noqa: F401 - they register
            delegation_policies,
            delegation_receivers,
            jobs,
            live,
            manifest,
            opening,
            policies,
            progress_receivers,
            proposal_receivers,
            receivers,
        )
        from madang.services.budgeting.domain import importing  # noqa: F401 - it registers
