"""Settings, driven by the environment. Every variable is listed in docs/reference/settings.md.

| variable | meaning | default |
|---|---|---|
| MADANG_HOME | folder of database, uploads, mail outbox, ledger, secret | ./var |
| PORT | port of the web server | 8000 |
| DATABASE_URL | postgres://… for PostgreSQL | SQLite in MADANG_HOME |
| MADANG_URL | public address, used in receipts, mails and feeds | http://localhost:PORT |
| MADANG_DEMO | 1 labels every page as a demo and opens the mail outbox | 0 |
| MADANG_SERVICES_OFF | comma list of services to switch off | none |
| SECRET_KEY | signing key | created in MADANG_HOME/secret.key |
| SECRET_KEY_FALLBACKS | comma list of earlier keys, which still open what they sealed | none |
| ALLOWED_HOSTS | comma list | localhost only |
| EMAIL_URL | smtp://user:password@host:port | mails are kept in MADANG_HOME/mail |
| MADANG_MAILBOX_URL | imaps://user:password@host:993/INBOX, from where mails are taken in | none |
| MADANG_MAILBOX_ADDRESS | address of that mailbox; places get name+place@host | madang@host of MADANG_URL |
| MADANG_SMS_PROVIDER | who carries text messages: sandbox, http, or package.module:Class | sandbox in a demo, else none |
| MADANG_SMS_NUMBER | the number that people write to | 010-0000-0000 in a demo |
| MADANG_SMS_SECRET | whsec_… that calls of the web hook are signed with | sandbox: made from SECRET_KEY |
| MADANG_SMS_URL, MADANG_SMS_TOKEN | https address that sends text messages (http), and its bearer token | none |
| MADANG_SMS_TIMEOUT | seconds in which it must answer | 10 |
| REDIS_URL | redis://host:6379/0, for web processes on several machines | a file in MADANG_HOME |
| MADANG_TRUSTED_PROXIES | number or networks of the proxies in front of the site | none |
| MADANG_LIMITS | times every limit, such as 2; 0 switches limits off | 1 |
| METRICS_TOKEN | bearer token for /metrics | none: only METRICS_ALLOW |
| METRICS_ALLOW | comma list of networks that may read /metrics without it | 127.0.0.0/8,::1/128 |
| MADANG_DIGEST_HOUR, MADANG_DIGEST_WEEKDAY | Korean hour of digests; day of the weekly one, 0 is Monday | 8, 0 |
| MADANG_HOOKS_LOCAL | 1 lets web hooks call this machine itself, for trying them out | 0 |
| OIDC_URL | address of an outside identity provider (OpenID Connect) | none |
| OIDC_NAME | its name on the sign-in button | Identity provider |
| OIDC_CLIENT_ID, OIDC_SECRET | what the provider gave this site | none |
| OIDC_RESIDENT | claim=value that proves residence, e.g. resident=true | none |
| OIDC_DISTRICT | claim with the code of a resident's district, for votes of one district | none |
| OIDC_BIRTHDATE | claim with the birth date (1990-01-31), for votes from an age on | none |
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
from django.utils.translation import gettext_lazy as _

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("MADANG_HOME", ROOT / "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True)
BUILD = Path(os.environ.get("MADANG_BUILD", ROOT / "build"))
TESTING = "pytest" in sys.modules

PORT = int(os.environ.get("PORT", "8000"))
PUBLIC_URL = os.environ.get("MADANG_URL", f"http://localhost:{PORT}").rstrip("/")
IS_DEMO = os.environ.get("MADANG_DEMO", "0") == "1"
SERVICES_OFF = frozenset(filter(None, os.environ.get("MADANG_SERVICES_OFF", "").split(",")))


def _secret_key() -> str:
    """The signing key, made once with owner-only rights."""
    path = HOME / "secret.key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    key = secrets.token_urlsafe(50)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


SECRET_KEY = os.environ.get("SECRET_KEY") or _secret_key()
SECRET_KEY_FALLBACKS = list(filter(None, os.environ.get("SECRET_KEY_FALLBACKS", "").split(",")))
DEBUG = False
ALLOWED_HOSTS = list(
    filter(None, os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(","))
)
_scheme = urlsplit(PUBLIC_URL).scheme
SECURE_COOKIES = _scheme == "https"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "madang.kernel",
    "madang.commons.ledger",
    "madang.commons.search",
    "madang.commons.notices",
    "madang.commons.matters",
    "madang.commons.channels",
    "madang.commons.opinions",
    "madang.commons.panels",
    "madang.commons.meetings",
    *[
        f"madang.services.{name}"
        for name in ["square", "hackathons", "polls", "budgeting", "casework"]
        if name not in SERVICES_OFF
    ],
    "madang.portal",
    "madang.conf",
]

MIDDLEWARE = [
    "madang.conf.operations.metrics.Measured",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Outside of what may answer by itself, so that no page leaves without them.
    "madang.kernel.web.middleware.SecurityPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "madang.kernel.web.middleware.CalmErrors",
    "madang.commons.ledger.middleware.CalmLog",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "madang.conf.operations.maintenance.Maintenance",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "madang.kernel.web.middleware.Persons",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "madang.kernel.web.middleware.ActorMiddleware",
    "madang.commons.channels.web.kiosks.Locked",
]

ROOT_URLCONF = "madang.conf.urls"
WSGI_APPLICATION = "madang.conf.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "kernel" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "madang.kernel.web.context.shell",
            ],
            "builtins": ["madang.kernel.templatetags.ui", "django.templatetags.i18n"],
        },
    }
]

# Codes or beginnings of codes of the districts an idea can be about; empty for all of the country.
DISTRICTS = tuple(code for code in os.environ.get("MADANG_DISTRICTS", "").replace(" ", "").split(",") if code)

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;PRAGMA mmap_size=134217728;"
    "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=-16000;PRAGMA temp_store=MEMORY;"
)
if url := os.environ.get("DATABASE_URL"):
    _database: dict[str, Any] = dict(dj_database_url.parse(url))
    if _database["ENGINE"].endswith("postgresql"):
        # Pages ask many short questions over many tables; to compile such a one takes longer than to answer it.
        _database.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    if _database["ENGINE"].endswith("postgresql") and not TESTING:
        # A connection that the server closed meanwhile is replaced before a request gets it.
        _database["CONN_HEALTH_CHECKS"] = True
        from madang.kernel.connections import Connection  # psycopg is needed by nobody else

        # One that cannot be made is given up after four seconds and tried anew when somebody asks: the pool itself
        # would wait longer each time, and a server that was away for ten minutes would be missed for ten more.
        pool = {
            "min_size": 1,
            "max_size": 8,
            "timeout": 5,
            "reconnect_timeout": 4,
            "connection_class": Connection,
        }
        _database["ENGINE"] = "madang.conf.postgresql"
        _database["OPTIONS"].setdefault("connect_timeout", 5)
        _database["OPTIONS"]["pool"] = pool
    DATABASES = {"default": _database}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "madang.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
            # A file, so that racing connections in tests meet the same locks as in the field.
            "TEST": {"NAME": HOME / "test.sqlite3"},
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SIGNUP_FORM_CLASS = "madang.portal.web.accounts.SignupForm"
ACCOUNT_ADAPTER = "madang.portal.web.accounts.Adapter"
ACCOUNT_USER_DISPLAY = "madang.portal.web.accounts.display"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = (
    True  # whoever changes what opens an account does not do it behind its owner's back
)
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/5m/ip,5/5m/key", "signup": "60/h/ip", "login": "60/m/ip"}
# A passkey is one of several ways in, not a second step: whoever loses it comes in with a code by e-mail.
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_ADAPTER = "madang.portal.web.accounts.KeyAdapter"
# Browsers call http://localhost a secure place; the library wants to be told.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = urlsplit(PUBLIC_URL).hostname == "localhost"
MFA_FORMS = {
    "add_webauthn": "madang.portal.web.keys.AddKeyForm",
    "signup_webauthn": "madang.portal.web.keys.FirstKeyForm",
    "edit_webauthn": "madang.portal.web.keys.EditKeyForm",
}
SOCIALACCOUNT_ADAPTER = "madang.portal.web.accounts.ProviderAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False  # she chooses the name that others see
# Only for an address that the provider says it has verified (see portal.oidc).
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10
OIDC_URL = os.environ.get("OIDC_URL", "").rstrip("/")
OIDC_NAME = os.environ.get("OIDC_NAME", "Identity provider")
OIDC_RESIDENT = os.environ.get("OIDC_RESIDENT", "")
OIDC_DISTRICT = os.environ.get("OIDC_DISTRICT", "")
OIDC_BIRTHDATE = os.environ.get("OIDC_BIRTHDATE", "")
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "provider_class": "madang.portal.oidc.Provider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": os.environ.get("OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("OIDC_SECRET", ""),
                "settings": {"server_url": OIDC_URL},
            }
        ]
        if OIDC_URL
        else [],
    }
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"
FORMAT_MODULE_PATH = ["madang.conf.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = BUILD / "collected"
STATICFILES_DIRS = [path for path in [BUILD / "static"] if path.is_dir()]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "uploads", "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
WHITENOISE_USE_FINDERS = TESTING
WHITENOISE_AUTOREFRESH = TESTING  # every client of a test would list all files anew before its first page
MEDIA_ROOT = HOME / "uploads"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # one form without its files
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# The form says that three are taken, and shows the words again; the page for a request beyond these numbers cannot. What
# a request costs is bounded by its bytes.
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
REQUEST_MAX_BYTES = 40_000_000  # a whole request; eight times the largest file that is taken
FILE_UPLOAD_TEMP_DIR = (
    HOME / "uploads" / "incoming"
)  # not the system's folder: what a kill leaves here is swept
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

SESSION_ENGINE = "madang.kernel.sessions"  # a copy of the database signs nobody in
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "madang.kernel.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SECURE_COOKIES:
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        # No script of ours makes HTML or code from text; htmx does through one policy (frontend/js/trusted.js).
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["madang-htmx", "madang-hall", "madang-cases"],
    }
}

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
NINJA_PAGINATION_PER_PAGE = 30

if email_url := os.environ.get("EMAIL_URL"):
    _mail = urlsplit(email_url)
    _usual = {"smtps": 465, "smtp+tls": 587}.get(_mail.scheme, 25)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or _usual
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_TLS = _mail.scheme == "smtp+tls"
    EMAIL_USE_SSL = _mail.scheme == "smtps"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = HOME / "mail"
EMAIL_TIMEOUT = 20
MAILBOX_URL = os.environ.get("MADANG_MAILBOX_URL", "")
MAILBOX_ADDRESS = os.environ.get("MADANG_MAILBOX_ADDRESS") or f"madang@{urlsplit(PUBLIC_URL).hostname}"
SMS_PROVIDER = os.environ.get("MADANG_SMS_PROVIDER", "sandbox" if IS_DEMO else "")
SMS_NUMBER = os.environ.get("MADANG_SMS_NUMBER", "010-0000-0000" if IS_DEMO else "")
SMS_SECRET = os.environ.get("MADANG_SMS_SECRET", "")
SMS_URL, SMS_TOKEN = os.environ.get("MADANG_SMS_URL", ""), os.environ.get("MADANG_SMS_TOKEN", "")
SMS_TIMEOUT = float(os.environ.get("MADANG_SMS_TIMEOUT", "10"))
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM", "Madang <no-reply@madang.example>")

DIGEST_HOUR = int(os.environ.get("MADANG_DIGEST_HOUR", "8")) % 24
DIGEST_WEEKDAY = int(os.environ.get("MADANG_DIGEST_WEEKDAY", "0")) % 7
HOOKS_LOCAL = os.environ.get("MADANG_HOOKS_LOCAL", "0") == "1"

TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if TESTING
        else "django_tasks_db.DatabaseBackend"
    }
}

if redis_url := os.environ.get("REDIS_URL"):
    CACHES = {"default": {"BACKEND": "madang.kernel.web.caches.SteadyRedis", "LOCATION": redis_url}}
elif TESTING:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    CACHES = {
        "default": {
            "BACKEND": "madang.kernel.web.caches.SteadyFile",
            "LOCATION": str(HOME / "cache.sqlite3"),
        }
    }
# How limits know who asks, and how many times their numbers hold (kernel.web.limits).
TRUSTED_PROXIES = os.environ.get("MADANG_TRUSTED_PROXIES", "")
LIMITS_TIMES = float(os.environ.get("MADANG_LIMITS", "1"))

METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
METRICS_ALLOW = list(filter(None, os.environ.get("METRICS_ALLOW", "127.0.0.0/8,::1/128").split(",")))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "madang": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
