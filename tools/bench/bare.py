"""The bare framework behind the same server: a view, one insert through the models, nothing else.

No middleware, no session, no policy, no second table. What Madang reaches is given as a share of this.
"""

from __future__ import annotations

import os

import django
from django.conf import settings

from madang.conf.settings import DATABASES  # the same database with the same options

settings.configure(
    SECRET_KEY="bare",  # noqa: S106 - nothing is signed
    ALLOWED_HOSTS=["*"],
    DATABASES=DATABASES,
    ROOT_URLCONF="bare",
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    USE_TZ=True,
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - after the settings
from django.db import models  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

from madang.conf.bridge import Bridge  # noqa: E402
from madang.kernel import clock  # noqa: E402


class Support(models.Model):
    idea_id = models.BigIntegerField()
    supporter_id = models.BigIntegerField()
    at = models.DateTimeField()
    changed_at = models.DateTimeField()
    channel = models.CharField(max_length=8)
    uncounted = models.SmallIntegerField()

    class Meta:
        app_label = "bare"
        db_table = "square_support"
        managed = False


def support(request: HttpRequest, idea: int, user: int) -> JsonResponse:
    now = clock.now()
    Support.objects.create(
        idea_id=idea, supporter_id=user, at=now, changed_at=now, channel="web", uncounted=1
    )
    return JsonResponse({"supported": True})


urlpatterns = [path("", lambda request: JsonResponse({})), path("support/<int:idea>/<int:user>", support)]
application = Bridge(get_wsgi_application(), int(os.environ.get("WEB_THREADS", "4")))
