from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "madang.commons.ledger"
    label = "ledger"

    def ready(self) -> None:
        from madang.commons.ledger import jobs  # noqa: F401 - registers the periodic job
