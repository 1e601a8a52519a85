"""Settings: the only reader of the environment. `.env.example` documents every name."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Settings(BaseSettings):
    """Typed, read once. An unknown or missing value stops start-up with a sentence."""

    model_config = SettingsConfigDict(
        env_prefix="VERBATIM_", env_file=".env", extra="ignore", hide_input_in_errors=True
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

    worker_jobs: int = Field(default=4, ge=1)  # recordings that one worker has in hand at once
    # seconds without a sign of life before a worker's jobs are adopted
    worker_ttl: float = Field(default=10, gt=0)

    idle_minutes: float = Field(default=15, gt=0)
    absolute_hours: float = Field(default=12, gt=0)
    max_upload_mb: int = Field(default=2048, ge=1)
    max_audio_hours: float = 4.0

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> "Settings":
        if self.demo and self.address not in LOOPBACK:
            raise ValueError(
                "demo mode signs anyone in, so it runs on loopback only: "
                "set VERBATIM_ADDRESS=127.0.0.1 or VERBATIM_DEMO=0"
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
    return Settings()
