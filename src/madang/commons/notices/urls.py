from __future__ import annotations

from django.urls import path

from madang.commons.notices.web import calendar, hooks, mails, pages

urlpatterns = [
    path("my/notices/", pages.notices, name="notices"),
    path("my/notices/settings/", mails.mail_settings, name="mail_settings"),
    path("my/notices/calendar/", calendar.calendar_link, name="calendar_link"),
    path("my/hooks/", hooks.hooks, name="hooks"),
    path("my/hooks/<str:token>/", hooks.hook, name="hook"),
    path("calendar/<str:token>.ics", calendar.my_calendar, name="my_calendar"),
    path("follow/", pages.follow, name="follow"),
    path("mails/<str:token>/", mails.mail_settings_of, name="mail_settings_of"),
    path("stop/<str:token>/", mails.stop, name="notices_stop"),
    path("outbox/", pages.outbox, name="outbox"),
]
