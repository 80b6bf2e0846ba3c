"""Addresses of the desk, the receipt and the public list of late answers."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.commons.matters.web import (
    acts,
    clock_pages,
    contact,
    desk,
    effects,
    late,
    matter,
    merging,
    outages,
    promises,
    published,
    receipt_asked,
    receipts,
)

urlpatterns: list[URLPattern] = [
    path("desk/", desk.desk, name="desk"),
    path("desk/assign/", desk.desk_bulk, name="desk_bulk"),
    path("desk/merge/", merging.desk_merge, name="desk_merge"),
    path("desk/promises/", effects.desk_effects, name="desk_effects"),
    path("desk/promises/<int:pk>/", effects.desk_effect, name="desk_effect"),
    path("desk/<int:pk>/", matter.desk_matter, name="desk_matter"),
    path("desk/<int:pk>/clock/", clock_pages.desk_clock, name="desk_clock"),
    path("desk/<int:pk>/clock.json", clock_pages.desk_clock_file, name="desk_clock_file"),
    *[path(f"desk/<int:pk>/{verb}/", acts.address_of(verb), name=f"desk_{verb}") for verb in acts.VERBS],
    path("promises/", promises.promise_list, name="promises"),
    path("promises.csv", promises.promises_csv, name="promises_csv"),
    path("promises/<str:number>/<int:place>/", promises.promise, name="promise"),
    path("late/", late.late, name="late"),
    path("late/feed/", published.late_feed, name="late_feed"),
    path("answers/feed/", published.answers_feed, name="answers_feed"),
    path("deadlines.ics", published.deadlines, name="deadlines_ics"),
    path("late.csv", late.late_csv, name="late_csv"),
    path("clocks/", clock_pages.explained, name="clocks"),
    path("clocks/<str:number>.json", clock_pages.clock_file, name="clock_file"),
    path("clocks/<str:number>/", clock_pages.clock_page, name="clock_page"),
    path("outages/", outages.outages, name="outages"),
    path("receipt/", receipts.receipt, name="receipt"),
    path("receipt/confirm/<str:token>/", contact.confirm, name="contact_confirm"),
    path("receipt/of/<str:number>/", receipts.receipt_of, name="receipt_of"),
    path("receipt/show/<int:place>/", receipts.receipt_show, name="receipt_show"),
    path("receipt/show/<int:place>/file/", receipts.receipt_file, name="receipt_file"),
    path("receipt/show/<int:place>/contact/", receipts.receipt_contact, name="receipt_contact"),
    path("receipt/show/<int:place>/withdraw/", receipts.receipt_withdraw, name="receipt_withdraw"),
    path("receipt/show/<int:place>/answer/", receipt_asked.receipt_answer, name="receipt_answer"),
    path("receipt/show/<int:place>/longer/", receipt_asked.receipt_longer, name="receipt_longer"),
    path("receipt/show/<int:place>/more-time/", receipt_asked.receipt_more_time, name="receipt_more_time"),
    path("receipt/show/<int:place>/clock/", clock_pages.receipt_clock, name="receipt_clock"),
    path("receipt/show/<int:place>/clock.json", clock_pages.receipt_clock_file, name="receipt_clock_file"),
    path("receipt/show/<int:place>/objection/", receipts.receipt_object, name="receipt_object"),
]
