"""Settings: read from the environment and a folder of secrets; nothing secret has a default.

Sources: architecture.md §2–4. `Environment` fails at start with one plain sentence per missing value.
"""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from cadra.config import mailserver


class Environment(BaseSettings):
    """What the machine tells us. Every name is prefixed CADRA_ except DATABASE_URL."""

    model_config = SettingsConfigDict(env_prefix="CADRA_", extra="ignore")

    secrets_dir: Path
    data_dir: Path
    keeper_socket: str
    base_url: str
    country: str = "al"
    demo: bool = False
    debug: bool = False
    smtp_url: str = ""
    mail_from: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    limits_file: Path | None = None
    witness_file: Path | None = None
    trusted_proxy: bool = False


class Database(BaseSettings):
    database_url: str


try:
    env = Environment()  # type: ignore[call-arg]
    DATABASE_URL = Database().database_url  # type: ignore[call-arg]
except ValidationError as error:
    missing = ", ".join(str(e["loc"][0]).upper() for e in error.errors())
    raise ImproperlyConfigured(
        f"These settings are missing or wrong: {missing}. docs/operations.md says what each one is for."
    ) from None


def secret(name: str) -> str:
    """The content of one file in the secrets folder; a missing one stops the program."""
    path = env.secrets_dir / name
    try:
        return path.read_text().strip()
    except OSError:
        raise ImproperlyConfigured(
            f"The secret '{name}' can't be read in {env.secrets_dir.name}/. "
            "`cadra doctor` says which secrets this process needs."
        ) from None


def has_secret(name: str) -> bool:
    return (env.secrets_dir / name).is_file()


def database(role: str, name: str) -> dict[str, object]:
    """One connection per PostgreSQL role; host, port and database name come from DATABASE_URL."""
    parts = urlsplit(DATABASE_URL)
    host = parse_qs(parts.query).get("host", [""])[0] or unquote(parts.hostname or "")
    port = parse_qs(parts.query).get("port", [""])[0] or str(parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": host,
        "PORT": port,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": role,
        "PASSWORD": secret(name),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {
            # Values travel apart from the statement, so a failing one never shows them in the server's log.
            "server_side_binding": True,
            # A plan cached for a big institution made a small one's list 500 times slower.
            "prepare_threshold": None,
            "application_name": role,
            # Without a session nobody is asking: every policy then finds nothing.
            "options": "-c cadra.principals={} -c cadra.token=",
        },
    }


ROLES = {
    "default": ("cadra_app", "db_app"),
    "gate": ("cadra_gate", "db_gate"),
    "owner": ("cadra_owner", "db_owner"),
    "sealer": ("cadra_sealer", "db_sealer"),
    "stats": ("cadra_stats", "db_stats"),
}
DATABASES = {
    alias: database(role, name) for alias, (role, name) in ROLES.items() if alias == "default" or has_secret(name)
}
DATABASE_ROUTERS = ["cadra.config.routers.OwnerMigrates"]

SECRET_KEY = secret("secret_key")
KEEPER_CLIENT_SECRET = secret("keeper_client")
# The pages must not have it: with it keys can be destroyed.
KEEPER_SYSTEM_SECRET = secret("keeper_system") if has_secret("keeper_system") else ""
KEEPER_SOCKET = env.keeper_socket
DATA_DIR = env.data_dir
COUNTRY = env.country
LIMITS_FILE = env.limits_file
DEMO = env.demo
DEBUG = env.debug
BASE_URL = env.base_url.rstrip("/")
LEDGER_WITNESS_FILE = env.witness_file or env.data_dir / "checkpoints.log"
TRUSTED_PROXY = env.trusted_proxy

_base = urlsplit(BASE_URL)
HTTPS = _base.scheme == "https"
ALLOWED_HOSTS = [_base.hostname or ""] + (["localhost", "127.0.0.1", "[::1]"] if DEMO else [])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

ROOT_URLCONF = "cadra.config.urls"
WSGI_APPLICATION = "cadra.config.wsgi.application"
AUTH_USER_MODEL = "network.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "cadra.foundation.shell",  # first: its templates stand before those of the sign-in packages
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "procrastinate.contrib.django",
    "cadra.foundation.ledger",
    "cadra.foundation.network",
    "cadra.foundation.access",
    "cadra.foundation.outbox",
    "cadra.foundation.catalogue",
    "cadra.record.people",
    "cadra.record.consent",
    "cadra.record.cases",
    "cadra.record.documents",
    "cadra.record.tasks",
    "cadra.record.interpreting",
    "cadra.stages.identification",
    "cadra.stages.support",
    "cadra.steering.mechanism",
    "cadra.steering.monitoring",
    "cadra.steering.budget",
    "cadra.steering.exchange",
    *(["cadra.demo"] if env.demo else []),
]

MIDDLEWARE = [
    "cadra.config.requestlog.OneLinePerRequest",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # outside all that may refuse a request
    "django.middleware.gzip.GZipMiddleware",  # its random padding keeps lengths from telling (BREACH)
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cadra.foundation.access.headers.NothingIsKept",
    "csp.middleware.CSPMiddleware",
    "cadra.foundation.access.headers.AskedAsPages",
    "cadra.foundation.access.sessions.SessionByHash",
    "cadra.foundation.shell.language.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "cadra.foundation.access.middleware.AsSomeone",
    "cadra.steering.mechanism.away.KeeperAway",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["cadra.foundation.shell.templatetags.addresses"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "cadra.foundation.shell.context.page",
            ],
        },
    }
]
LANGUAGE_SAVED_BY = "cadra.foundation.access.actions.keep_language"
FORM_RENDERER = "cadra.foundation.shell.forms.GovukRenderer"

# Sign-in -----------------------------------------------------------------------------------------
SIGN_IN_EXTRA_TEMPLATE = "demo/personas.html" if DEMO else ""
AUTHENTICATION_BACKENDS = ["cadra.foundation.access.backend.WithInstitution"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account exists only by invitation, sent to that address
ACCOUNT_ADAPTER = "cadra.foundation.access.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "change_password": "cadra.foundation.access.forms.ChangePassword",
    "reset_password_from_key": "cadra.foundation.access.forms.ChooseAgain",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # whoever has no account gets no mail from us
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_ADAPTER = "cadra.foundation.access.adapters.SealedMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Çadra"
MFA_TOTP_TOLERANCE = 1  # one step early or late (RFC 6238 §5.2); access.codes lets each open once
MFA_FORMS = {
    "authenticate": "cadra.foundation.access.forms.Authenticate",
    "reauthenticate": "cadra.foundation.access.forms.Reauthenticate",
    "activate_totp": "cadra.foundation.access.forms.ActivateCodes",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
SOCIALACCOUNT_ADAPTER = "cadra.foundation.access.adapters.StateSignInAdapter"
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "state",
                    "name": "OpenID Connect",
                    "client_id": env.oidc_client_id,
                    "secret": secret("oidc_client") if env.oidc_issuer else "",
                    "settings": {"server_url": env.oidc_issuer},
                }
            ]
        }
    }
    if env.oidc_issuer
    else {}
)

# Sessions ----------------------------------------------------------------------------------------
SESSION_ENGINE = "cadra.foundation.access.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # absolute, whatever the activity
SESSION_IDLE_SECONDS = 15 * 60
SESSION_IDLE_SECONDS_HELPLINE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-cadra" if HTTPS else "cadra"
SESSION_COOKIE_SAMESITE = "Lax" if env.oidc_issuer else "Strict"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "cadra.foundation.shell.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CACHES = {
    # Shared by all processes, so a throttle counts every attempt wherever it lands.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_throttle",
        # Django's 300 would let someone with many addresses push out the counters of others.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# The web ------------------------------------------------------------------------------------------
SECURE_HSTS_SECONDS = 63072000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
# Nothing leaves this origin. With "no-referrer" browsers send "Origin: null" and every form is refused.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'", *([env.oidc_issuer] if env.oidc_issuer else [])],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
FILE_UPLOAD_HANDLERS = ["cadra.record.documents.arriving.SealedOrInMemory"]
UPLOAD_MAX_BYTES = 25 * 1024 * 1024

STATIC_URL = "/static/"
STATIC_ROOT = env.data_dir / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Language and time --------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # shown in the country's own zone, which the pack names
LANGUAGES = [("sq", _("Albanian")), ("en", _("English"))]
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = ["cadra.foundation.shell.formats"]
LANGUAGE_COOKIE_NAME = "cadra-language"
LANGUAGE_COOKIE_SAMESITE = "Strict"
LOCALE_PATHS = [Path(__file__).resolve().parents[2] / "locale"]

# Mail ---------------------------------------------------------------------------------------------
try:
    _smtp = mailserver.read(env.smtp_url)
except ValueError as error:
    raise ImproperlyConfigured(str(error)) from None
EMAIL_BACKEND = (
    "cadra.foundation.outbox.backends.DemoMailbox" if DEMO else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER = _smtp.host, _smtp.port, _smtp.user
EMAIL_HOST_PASSWORD = secret("smtp_password") if _smtp.user else ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _smtp.starttls, _smtp.ssl
EMAIL_TIMEOUT = 20
SECRET_LINKS = {"password": "cadra.foundation.access.passwords.reset_path"}  # by kind of message (outbox)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mail_from or f"cadra@{_base.hostname}"
ADMINS: list[tuple[str, str]] = []  # no error mail: a traceback may carry what a person said

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"allowed": {"()": "cadra.config.logs.AllowListFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "allowed"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "procrastinate": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
