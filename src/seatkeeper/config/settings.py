"""All settings, from the environment. A clone with nothing set runs on SQLite in the home folder."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from seatkeeper.kernel import sqlite_driver

sqlite_driver.install()

import dj_database_url  # noqa: E402  the driver must be chosen before Django loads
import platformdirs  # noqa: E402
from django.core.exceptions import ImproperlyConfigured  # noqa: E402

from seatkeeper.config import environment, secrets  # noqa: E402

HOME = Path(environment.text("SEATKEEPER_HOME") or platformdirs.user_data_dir("seatkeeper")).expanduser().absolute()
UPLOADS_DIRECTORY = HOME / "uploads"
RESULTS_DIRECTORY = HOME / "results"

ENGINES = {"sqlite": "seatkeeper.kernel.engines.sqlite", "postgresql": "django.db.backends.postgresql"}


def _database(url: str) -> dict[str, Any]:
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(url))
    except (ValueError, KeyError) as error:
        raise ImproperlyConfigured(
            "SEATKEEPER_DATABASE_URL is not understood; write sqlite:///path or postgresql://user:password@host/name."
        ) from error
    vendor = str(settings["ENGINE"]).rsplit(".", 1)[-1].removesuffix("3")
    if vendor not in ENGINES:
        raise ImproperlyConfigured(f"SEATKEEPER_DATABASE_URL names {vendor}; SQLite and PostgreSQL are supported.")
    settings["ENGINE"] = ENGINES[vendor]
    if vendor == "sqlite":
        settings.setdefault("OPTIONS", {}).update(transaction_mode="IMMEDIATE", timeout=30)
    return settings


DATABASES = {"default": _database(environment.text("SEATKEEPER_DATABASE_URL") or f"sqlite:///{HOME / 'seatkeeper.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = None

INSTALLED_APPS = [
    "seatkeeper.web",  # first: its templates stand before allauth's
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "seatkeeper.directory",
    "seatkeeper.background",
    "seatkeeper.accounts",
    "seatkeeper.licensing",
    "seatkeeper.gate",
    "seatkeeper.usage",
    "seatkeeper.uploads",
    "seatkeeper.notices",
    "seatkeeper.reports",
    "seatkeeper.invitations",
    "seatkeeper.arrivals",
    "seatkeeper.erasing",
]
MIDDLEWARE = [
    "seatkeeper.web.middleware.gate_first",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "seatkeeper.web.middleware.PageCompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "seatkeeper.web.middleware.SessionsMiddleware",
    "seatkeeper.web.middleware.AdminMiddleware",
]
ROOT_URLCONF = "seatkeeper.config.urls"
WSGI_APPLICATION = "seatkeeper.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "seatkeeper.web.context.frame",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "seatkeeper.web.templatetags.seatkeeper"],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "seatkeeper.web.formats"
LANGUAGES = [("en", "English")]  # one is named here when its catalogue is complete
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "web" / "locale"]

IS_SQLITE = DATABASES["default"]["ENGINE"] == ENGINES["sqlite"]

# Rows a transaction changes at the most. Smaller: others wait less; larger: fewer statements.
CHUNK_ROWS = environment.count("SEATKEEPER_CHUNK_ROWS", default=20_000 if IS_SQLITE else 50_000)
STAGE_ROWS = environment.count("SEATKEEPER_STAGE_ROWS", default=10_000)
UPLOAD_MAX_BYTES = environment.count("SEATKEEPER_UPLOAD_MAX_BYTES", default=2 << 30)
UPLOAD_MAX_ROWS = environment.count("SEATKEEPER_UPLOAD_MAX_ROWS", default=5_000_000)
PLANS_LAPSE_HOURS = environment.count("SEATKEEPER_PLANS_LAPSE_HOURS", default=24)
FILES_KEPT_DAYS = environment.count("SEATKEEPER_FILES_KEPT_DAYS", default=30)  # uploads and their results
ENDED_CLAIMS_KEPT_DAYS = environment.count("SEATKEEPER_ENDED_CLAIMS_KEPT_DAYS", default=90)  # an undo brings them back
DELETION_WAITS_DAYS = environment.count("SEATKEEPER_DELETION_WAITS_DAYS", default=7)  # until people are erased
IN_REQUEST_PEOPLE = environment.count("SEATKEEPER_IN_REQUEST_PEOPLE", default=1_000)  # larger acts are a worker's
LEASE_SECONDS = environment.count("SEATKEEPER_LEASE_SECONDS", default=20)
LEASE_BEAT_SECONDS = environment.count("SEATKEEPER_LEASE_BEAT_SECONDS", default=5)
WORKER_ALIVE_SECONDS = LEASE_SECONDS + 2 * LEASE_BEAT_SECONDS

# The web. What is unsafe must be asked for by name.
SECRET_KEY = secrets.of_home(HOME)
DEBUG = False
PUBLIC_URL = environment.text("SEATKEEPER_PUBLIC_URL").rstrip("/")  # as people reach it; "": as the request says
ALLOWED_HOSTS = [host for host in environment.text("SEATKEEPER_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
IS_HTTPS = environment.flag("SEATKEEPER_HTTPS", default=PUBLIC_URL.startswith("https://"))
if PUBLIC_URL:
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")
if IS_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Servers before this one, each of which adds to X-Forwarded-For whom it was asked by. Else everybody comes from the same
# address, and who tries too often locks out all others.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.count("SEATKEEPER_PROXIES", default=0, at_least=0)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "seatkeeper_session", "seatkeeper_csrf"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
CSRF_FAILURE_VIEW = "seatkeeper.web.views.errors.forgery"
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # no build step: files are served from where the packages have them
WHITENOISE_AUTOREFRESH = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
FILE_UPLOAD_HANDLERS = ["seatkeeper.web.receiving.BoundedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "accounts_cache"}}

# Sign-in.
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "seatkeeper.arrivals.adapters.ArrivalAccountAdapter"
SOCIALACCOUNT_ADAPTER = "seatkeeper.arrivals.adapters.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # nobody signs up; without a password here sign-in would ask for none
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail goes to strangers
ACCOUNT_RATE_LIMITS = {"connect_profile": "10/h/user", "request_login_code": "100/m/ip,3/5m/key"}  # an office has one address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_FORMS = {
    "login": "seatkeeper.web.sign_in_forms.SignInForm",
    "reset_password": "seatkeeper.web.sign_in_forms.AskForPasswordForm",
    "request_login_code": "seatkeeper.web.sign_in_forms.AskForCodeForm",
    "confirm_login_code": "seatkeeper.web.sign_in_forms.CodeForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Seatkeeper"
USERSESSIONS_TRACK_ACTIVITY = True

# Sign-in of the organization (OpenID Connect), for admins and learners.
OIDC_ORGANIZATION = environment.text("SEATKEEPER_OIDC_ORGANIZATION")  # whose it is, where there are several
OIDC_USER_ID_CLAIM = environment.text("SEATKEEPER_OIDC_USER_ID_CLAIM", "unique_user_id")
OIDC_URL = environment.text("SEATKEEPER_OIDC_URL").rstrip("/")
if OIDC_URL:
    OIDC = {
        "provider_id": "oidc",
        "name": environment.text("SEATKEEPER_OIDC_NAME", "your organization"),
        "client_id": environment.text("SEATKEEPER_OIDC_CLIENT_ID"),
        "secret": environment.text("SEATKEEPER_OIDC_CLIENT_SECRET"),
        "settings": {"server_url": OIDC_URL, "oauth_pkce_enabled": True},
    }
    if not (OIDC["client_id"] and OIDC["secret"]):
        raise ImproperlyConfigured(
            "SEATKEEPER_OIDC_URL also needs SEATKEEPER_OIDC_CLIENT_ID and SEATKEEPER_OIDC_CLIENT_SECRET."
        )
    SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC]}}
    # A form's answer leads there, and browsers hold redirects against the policy, too.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += [
        environment.origin("SEATKEEPER_OIDC_URL", OIDC_URL),
        *(environment.origin("SEATKEEPER_OIDC_ORIGINS", one) for one in environment.words("SEATKEEPER_OIDC_ORIGINS")),
    ]

# Mail. Without a server it waits, and says so. Whatever is sent goes through the outbox; the worker takes it from there.
EMAIL_BACKEND = "seatkeeper.notices.backend.OutboxBackend"
MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = environment.text("SEATKEEPER_SMTP_HOST")
EMAIL_PORT = environment.count("SEATKEEPER_SMTP_PORT", default=587)
EMAIL_HOST_USER = environment.text("SEATKEEPER_SMTP_USER")
EMAIL_HOST_PASSWORD = environment.text("SEATKEEPER_SMTP_PASSWORD")
EMAIL_USE_TLS = environment.flag("SEATKEEPER_SMTP_STARTTLS", default=EMAIL_PORT == 587)
EMAIL_USE_SSL = environment.flag("SEATKEEPER_SMTP_TLS", default=EMAIL_PORT == 465)
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("SEATKEEPER_SMTP_STARTTLS and SEATKEEPER_SMTP_TLS exclude each other; set one of them to false.")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("SEATKEEPER_MAIL_FROM", "Seatkeeper <seatkeeper@localhost>")
MAIL_BOUNCES_TO = environment.text("SEATKEEPER_MAIL_BOUNCES_TO")  # "": to whom it is from
LEARNER_MAILS_PER_MINUTE = environment.count("SEATKEEPER_LEARNER_MAILS_PER_MINUTE", default=600)
