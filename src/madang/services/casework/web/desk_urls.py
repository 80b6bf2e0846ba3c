"""Addresses of the desk of cases."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.services.casework.web import desk_list, desk_pages, work

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
    path("desk/cases/<int:pk>/beside/", work.desk_work, name="desk_work"),
    path("desk/cases/<int:pk>/beside/template/", work.desk_work_use, name="desk_work_use"),
    path("desk/cases/<int:pk>/beside/opinion/", work.desk_work_consult, name="desk_work_consult"),
    path("desk/cases/<int:pk>/beside/note/", work.desk_work_note, name="desk_work_note"),
    path("desk/cases/<int:pk>/beside/flag/", work.desk_work_flag, name="desk_work_flag"),
    path("desk/cases/<int:pk>/beside/flag/<int:flag>/", work.desk_work_unflag, name="desk_work_unflag"),
    path("desk/cases/<int:pk>/beside/cover/", work.desk_work_cover, name="desk_work_cover"),
    path("desk/cases/<int:pk>/beside/cover-file/", work.desk_work_cover_file, name="desk_work_cover_file"),
    path("desk/cases/<int:pk>/beside/show-file/", work.desk_work_show_file, name="desk_work_show_file"),
    path("desk/cases/<int:pk>/beside/repeat/", work.desk_work_repeat, name="desk_work_repeat"),
    path("desk/cases/<int:pk>/beside/same/", work.desk_work_same, name="desk_work_same"),
    path("desk/cases/<int:pk>/beside/same/<int:member>/", work.desk_work_out, name="desk_work_out"),
    path("cases/<str:ref>/review/", desk_pages.ask_review, name="case_review"),
]
