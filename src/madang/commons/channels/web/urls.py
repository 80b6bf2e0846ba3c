"""Addresses of the channels."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.commons.channels.web import (
    batches,
    calls,
    kiosks,
    mails,
    means,
    overview,
    phone,
    public,
    sheets,
    taken,
    texts,
)

urlpatterns: list[URLPattern] = [
    path("desk/channels/", overview.overview, name="channels"),
    path("desk/channels/call/", phone.phone, name="channels_phone"),
    path("desk/channels/receipt/", taken.taken, name="channels_taken"),
    path("desk/channels/paper/", batches.batches, name="channels_batches"),
    path("desk/channels/paper/<str:number>/", batches.batch, name="channels_batch"),
    path("desk/channels/paper/<str:number>/print/", batches.sheets, name="channels_sheets"),
    path("desk/channels/mails/", mails.mails, name="channels_mails"),
    path("desk/channels/forms/", sheets.find, name="channels_find"),
    path("desk/channels/forms/<str:serial>/", sheets.sheet, name="channels_form"),
    path("desk/channels/forms/<str:serial>/picture/", sheets.picture, name="channels_picture"),
    path("desk/channels/texts/", texts.desk, name="channels_texts"),
    path("hooks/texts/", texts.hook, name="texts_hook"),
    path("means/", means.means, name="means"),
    path("desk/channels/support/", calls.calls, name="channels_calls"),
    path("desk/channels/kiosks/", kiosks.desk, name="channels_kiosks"),
    path("kiosk/", kiosks.start, name="kiosk"),
    path("kiosk/write/", kiosks.write, name="kiosk_write"),
    path("kiosk/done/", kiosks.done, name="kiosk_done"),
    path("kiosk/end/", kiosks.leave, name="kiosk_end"),
    path("in/<str:token>/", mails.confirm, name="mail_confirm"),
    path("paper/", public.paper_count, name="paper_count"),
    path("paper/<str:serial>/", public.paper_form, name="paper_form"),
]
