from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "madang.services.casework"
    label = "casework"

    def ready(self) -> None:
        from madang.services.casework import (  # noqa: F401 - they register
            desk_jobs,
            desk_manifest,
            desk_policies,
            desk_receivers,
            exchange_jobs,
            exchange_manifest,
            exchange_policies,
            exchange_receivers,
            intake,
            kept_jobs,
            manifest,
            policies,
            receivers,
            regulation_policies,
            waste_policies,
            waste_receivers,
        )
