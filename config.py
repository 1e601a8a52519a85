"""Settings: the only reader of the environment. `.env.example` documents every name."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Settings(BaseSettings):
    """Typed, read once. A value that cannot be used, or one that is missing, stops start-up with a sentence."""

    model_config = SettingsConfigDict(
        env_prefix="VERBATIM_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    port: int = Field(default=8501, validation_alias="PORT", ge=1, le=65535)
    address: str = "127.0.0.1"
    public_url: str | None = None  # what browsers see, e.g. https://notes.clinic.example
    demo: bool = False
    supervise_worker: bool = True  # the dashboard starts and restarts one worker of its own

    data_dir: Path = Path("data")
    weights_dir: Path = Path("weights")
    database_url: SecretStr = Field(default=SecretStr(""), validation_alias="DATABASE_URL")

    blob_store: Literal["local", "azure"] = "local"
    azure_storage_connection_string: SecretStr | None = None
    azure_storage_account_url: str | None = None
    azure_storage_container: str = "verbatim"

    keys: Literal["file", "azure_key_vault"] = "file"
    key_file: Path | None = None  # default: keys.json in the data folder
    azure_key_id: str | None = None  # https://…vault.azure.net/keys/name

    speech: Literal["faster_whisper", "openai_compatible"] = "faster_whisper"
    speech_model_dir: Path | None = None  # any CTranslate2 Whisper model; default: the fetched one
    speech_threads: int = Field(default=2, ge=1)
    speech_base_url: str | None = None
    speech_api_key: SecretStr | None = None
    speech_model: str = "whisper-1"

    llm: Literal["extractive", "openai"] = "extractive"
    llm_model: str | None = None  # the deployment's name on Azure
    llm_base_url: str | None = (
        None  # default: OpenAI; any compatible server; https://R.openai.azure.com/openai/v1/
    )
    llm_api_key: SecretStr | None = None
    llm_azure_sign_in: bool = False  # Entra ID instead of a key
    llm_context_tokens: int = Field(
        default=100_000, ge=2000
    )  # what fits in one request and its answer
    llm_timeout: float = Field(default=120, gt=0)  # seconds for one request, all tries together
    llm_second_reading: bool = True  # a model that drafts is asked which statements it doubts
    llm_second_model: str | None = None  # for that; default: the one that drafts

    ocr: Literal["local", "azure_document_intelligence"] = "local"
    document_intelligence_endpoint: str | None = None
    document_intelligence_key: SecretStr | None = None  # without one: Entra ID
    max_document_mb: int = Field(default=500, ge=1)
    max_document_pages: int = Field(default=300, ge=1)
    max_document_megapixels: int = Field(default=60, ge=1)  # of one picture

    worker_jobs: int = Field(default=4, ge=1)  # recordings that one worker has in hand at once
    # seconds without a sign of life before a worker's jobs are adopted
    worker_ttl: float = Field(default=10, gt=0)

    # stun:… and turn:… servers of the live way of recording, separated by commas
    ice_servers: Annotated[list[str], NoDecode] = []
    turn_user: str | None = None
    turn_password: SecretStr | None = None

    # origins whose pages may call the API with a bearer token; none: CORS is off
    cors_origins: Annotated[list[str], NoDecode] = []
    token_requests_per_minute: int = Field(default=1200, ge=1)
    transcribe_wait: float = Field(default=50, ge=0)  # seconds that POST /transcribe waits at most
    webhook_private_addresses: bool = (
        False  # receivers inside the clinic's network, http on loopback
    )

    # the clinic's identity provider (OpenID Connect)
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: str = "your organisation"
    oidc_scope: str = "openid profile email"
    oidc_groups_claim: str = "groups"
    oidc_roles: Annotated[list[tuple[str, str]], NoDecode] = []  # group=role, first match wins
    local_sign_in: bool = True  # with passwords kept here
    second_factor: Literal["optional", "required"] = "optional"  # beside these passwords

    idle_minutes: float = Field(default=15, gt=0)
    absolute_hours: float = Field(default=12, gt=0)
    max_upload_mb: int = Field(default=2048, ge=1)
    max_audio_hours: float = 4.0

    @field_validator("ice_servers", mode="before")
    @classmethod
    def _separated(cls, given: object) -> object:
        """A list as people write it into an environment variable."""
        if not isinstance(given, str):
            return given
        servers = [server.strip() for server in given.split(",") if server.strip()]
        if not all(server.startswith(("stun:", "stuns:", "turn:", "turns:")) for server in servers):
            raise ValueError(
                "each begins with stun: or turn:, such as stun:stun.clinic.example:3478"
            )
        return servers

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _origins(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        origins = [origin.strip().rstrip("/") for origin in given.split(",") if origin.strip()]
        for origin in origins:
            parts = urlsplit(origin)
            if (
                parts.scheme not in ("http", "https")
                or origin != f"{parts.scheme}://{parts.netloc}"
            ):
                raise ValueError("each is an origin such as https://intake.clinic.example")
        return origins

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _pairs(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        roles = ("therapist", "supervisor", "client", "privacy_officer", "administrator")
        pairs = [pair.rpartition("=") for pair in given.split(",") if pair.strip()]
        if not all(group.strip() and role.strip() in roles for group, _, role in pairs):
            raise ValueError(
                f"pairs such as clinic-therapists=therapist; roles: {', '.join(roles)}"
            )
        return [(group.strip(), role.strip()) for group, _, role in pairs]

    @field_validator("llm_base_url", "speech_base_url", mode="after")
    @classmethod
    def _words_leave_over_tls(cls, given: str | None) -> str | None:
        # What was said goes there, and the key with it.
        if given is None:
            return None
        parts = urlsplit(given)
        over_tls = parts.scheme == "https" and parts.hostname
        if not over_tls and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError(
                "words of sessions go there, so it begins with https://; http:// is for this "
                "machine only, such as http://127.0.0.1:8000/v1"
            )
        return given

    @model_validator(mode="after")
    def _somebody_can_sign_in(self) -> "Settings":
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_roles):
            raise ValueError(
                "VERBATIM_OIDC_ISSUER needs VERBATIM_OIDC_CLIENT_ID and VERBATIM_OIDC_ROLES"
            )
        if not self.local_sign_in and not self.oidc_issuer:
            raise ValueError("VERBATIM_LOCAL_SIGN_IN=0 needs VERBATIM_OIDC_ISSUER")
        return self

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> "Settings":
        # A proxy in front would let the world in: it cannot without its address among the origins.
        public = urlsplit(self.public_url).hostname if self.public_url else "localhost"
        if self.demo and not {self.address, public} <= LOOPBACK:
            raise ValueError(
                "demo mode signs anyone in, so it runs on loopback only: "
                "set VERBATIM_DEMO=0, or leave VERBATIM_ADDRESS and VERBATIM_PUBLIC_URL alone"
            )
        return self

    @model_validator(mode="after")
    def _the_network_sees_tls_only(self) -> "Settings":
        # Words of sessions and the sign-in's cookie, which browsers keep for https only.
        if self.address not in LOOPBACK and not self.over_tls:
            raise ValueError(
                "VERBATIM_ADDRESS lets other machines in, which needs TLS in front: set "
                "VERBATIM_PUBLIC_URL to the https address that browsers use"
            )
        return self

    @model_validator(mode="after")
    def _adapters_know_where_to_go(self) -> "Settings":
        given = self.azure_storage_connection_string, self.azure_storage_account_url
        if self.blob_store == "azure" and all(given) == any(given):
            raise ValueError(
                "VERBATIM_BLOB_STORE=azure needs VERBATIM_AZURE_STORAGE_ACCOUNT_URL or "
                "VERBATIM_AZURE_STORAGE_CONNECTION_STRING, one of the two"
            )
        if self.keys == "azure_key_vault" and not self.azure_key_id:
            raise ValueError("VERBATIM_KEYS=azure_key_vault needs VERBATIM_AZURE_KEY_ID")
        if self.speech == "openai_compatible" and not self.speech_base_url:
            raise ValueError("VERBATIM_SPEECH=openai_compatible needs VERBATIM_SPEECH_BASE_URL")
        if self.llm == "openai" and not self.llm_model:
            raise ValueError("VERBATIM_LLM=openai needs VERBATIM_LLM_MODEL")
        if self.ocr == "azure_document_intelligence" and not self.document_intelligence_endpoint:
            raise ValueError(
                "VERBATIM_OCR=azure_document_intelligence needs "
                "VERBATIM_DOCUMENT_INTELLIGENCE_ENDPOINT"
            )
        return self

    @property
    def database(self) -> str:
        """SQLAlchemy URL; a SQLite file in the data folder unless DATABASE_URL says otherwise."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{self.data_dir.resolve() / 'verbatim.db'}"

    @property
    def keys_path(self) -> Path:
        return self.key_file or self.data_dir / "keys.json"

    @property
    def origins(self) -> frozenset[str]:
        """Origins that a browser may send from; anything else is refused."""
        if self.public_url:
            return frozenset({self.public_url.rstrip("/")})
        hosts = LOOPBACK - {"::1"} if self.address in LOOPBACK else {self.address}
        return frozenset(f"http://{host}:{self.port}" for host in hosts)

    @property
    def over_tls(self) -> bool:
        return bool(self.public_url and self.public_url.startswith("https://"))


@cache
def settings() -> Settings:
    """Ends the process with a line for each setting that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False, include_context=False)
    raise SystemExit("\n".join(_line(problem["loc"], problem["msg"]) for problem in problems))


def _line(place: tuple[int | str, ...], said: str) -> str:
    """A validator of several settings names them itself; of one field the name is put before."""
    said = said.removeprefix("Value error, ")
    if not place:
        return f"Settings: {said}."
    name = str(place[0])
    return f"{name if name.isupper() else f'VERBATIM_{name.upper()}'}: {said}."
