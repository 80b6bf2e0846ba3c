"""Addresses of the desk of cases."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.casework.web import desk_case, desk_list, desk_pages

urlpatterns: list[URLPattern] = [
    path("desk/cases/", desk_list.desk_cases, name="desk_cases"),
    path("desk/cases/opinions/", desk_pages.asked, name="desk_asked"),
    path("desk/cases/opinions/<int:pk>/", desk_pages.opinion, name="desk_opinion"),
    path("desk/cases/templates/", desk_pages.template_list, name="desk_templates"),
    path("desk/cases/templates/new/", desk_pages.template_edit, name="desk_template_new"),
    path("desk/cases/templates/<int:pk>/", desk_pages.template_edit, name="desk_template"),
    path("desk/cases/handed-back/", desk_pages.handed, name="desk_handed"),
    path("desk/cases/reviews/", desk_pages.review_list, name="desk_reviews"),
    path("desk/cases/reviews/<int:pk>/", desk_pages.review, name="desk_review"),
    path("desk/cases/<int:pk>/", desk_case.desk_case, name="desk_case"),
    path("desk/cases/<int:pk>/template/", desk_case.desk_case_use, name="desk_case_use"),
    path("desk/cases/<int:pk>/opinion/", desk_case.desk_case_consult, name="desk_case_consult"),
    path("desk/cases/<int:pk>/note/", desk_case.desk_case_note, name="desk_case_note"),
    path("desk/cases/<int:pk>/flag/", desk_case.desk_case_flag, name="desk_case_flag"),
    path("desk/cases/<int:pk>/flag/<int:flag>/", desk_case.desk_case_unflag, name="desk_case_unflag"),
    path("desk/cases/<int:pk>/cover/", desk_case.desk_case_cover, name="desk_case_cover"),
    path("desk/cases/<int:pk>/repeat/", desk_case.desk_case_repeat, name="desk_case_repeat"),
    path("desk/cases/<int:pk>/same/", desk_case.desk_case_same, name="desk_case_same"),
    path("desk/cases/<int:pk>/same/<int:member>/", desk_case.desk_case_out, name="desk_case_out"),
    path("cases/<str:ref>/review/", desk_pages.ask_review, name="case_review"),
]
