from django.apps import AppConfig


class BudgetingConfig(AppConfig):
    name = "madang.services.budgeting"
    label = "budgeting"
