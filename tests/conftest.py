"""What tests of every layer share: settings of their own, a migrated database of their own, and people."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from tests.people import People

if TYPE_CHECKING:
    from argon2 import PasswordHasher

pytest_plugins = [
    "tests.browser.chromium",
    "tests.servers.azurite",
    "tests.servers.postgres",
    "tests.servers.app_process",
    "tests.servers.oidc_provider",
]

# Modules that keep what they made from the settings: emptied when the settings change.
SETTLED = (
    "services.jobs",
    "services.vault",
    "services.adapters.wiring",
    "models.database",
    "config",
)
ENGINES = (
    ("models.database", "engine"),
    ("services.vault", "_engine"),
    ("services.jobs", "engine"),
)

Configure = Callable[..., None]


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Sets variables of the environment and forgets what was built from older ones. The data folder is the
    test's own from the start, and no setting of the machine shines through."""

    def change(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        forget_settings()

    for name in ("DATABASE_URL", "VERBATIM_DEMO", "VERBATIM_PUBLIC_URL", "VERBATIM_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    change(VERBATIM_DATA_DIR=str(tmp_path / "data"), VERBATIM_SUPERVISE_WORKER="0")
    yield change
    forget_settings()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, configure: Configure) -> Iterator[str]:
    """The URL of a migrated, empty database, the keys opened: once on SQLite, once on PostgreSQL."""
    maker: Callable[[pytest.FixtureRequest, Configure], Iterator[str]]
    maker = _on_sqlite if request.param == "sqlite" else _on_postgresql
    yield from maker(request, configure)


@pytest.fixture
def sqlite_database(request: pytest.FixtureRequest, configure: Configure) -> Iterator[str]:
    """The same on SQLite alone, for what no database has a say in."""
    yield from _on_sqlite(request, configure)


@pytest.fixture
def people(database: str) -> People:
    """Alice, Bob, Sam, Dora and Adam in the `database` of this test."""
    return People()


@pytest.fixture
def sqlite_people(sqlite_database: str) -> People:
    """The same on SQLite alone."""
    return People()


@dataclass(frozen=True)
class Template:
    """What a test's database is copied from: migrating takes a second, copying takes none. `database` is a SQLite
    file or the name of a PostgreSQL database, `keys` the key file that belongs to it."""

    database: str
    keys: Path


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy, without keys and people."""
    folder = tmp_path_factory.mktemp("sqlite")
    with _settled(VERBATIM_DATA_DIR=str(folder)):
        _migrate()
    return folder / "verbatim.db"


@pytest.fixture(scope="session")
def sqlite_templates(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[bool, Template]:
    """By whether the people are in it; keys are in both."""
    made = {}
    for peopled in (False, True):
        folder = tmp_path_factory.mktemp("sqlite")
        shutil.copy(sqlite_template, folder / "verbatim.db")
        with _settled(VERBATIM_DATA_DIR=str(folder)):
            made[peopled] = _filled(str(folder / "verbatim.db"), peopled=peopled)
    return made


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """The name of a migrated database to copy, without keys and people."""
    from tests.servers.postgres import database_on

    with database_on(postgres_server) as url:
        with _settled(DATABASE_URL=url):
            _migrate()
        yield _name(url)


@pytest.fixture(scope="session")
def postgres_templates(
    postgres_server: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[bool, Template]]:
    """By whether the people are in it; keys are in both."""
    from tests.servers.postgres import database_on

    made = {}
    with ExitStack() as copies:
        for peopled in (False, True):
            url = copies.enter_context(database_on(postgres_server, postgres_template))
            folder = str(tmp_path_factory.mktemp("postgres"))
            with _settled(DATABASE_URL=url, VERBATIM_DATA_DIR=folder):
                made[peopled] = _filled(_name(url), peopled=peopled)
        yield made


def _filled(database: str, *, peopled: bool) -> Template:
    from config import settings

    _open_vault()
    if peopled:
        People()
    return Template(database, settings().keys_path)


def forget_settings() -> None:
    for module, name in ENGINES:
        made = getattr(sys.modules.get(module), name, None)
        if made is not None and made.cache_info().currsize:
            made().dispose()
    for module in SETTLED:
        for thing in vars(sys.modules.get(module, object)).values():
            if getattr(thing, "__module__", "") == module and hasattr(thing, "cache_clear"):
                thing.cache_clear()


def _on_sqlite(request: pytest.FixtureRequest, configure: Configure) -> Iterator[str]:
    from config import settings

    template = _template(request, "sqlite_templates")
    shutil.copy(template.database, settings().data_dir / "verbatim.db")
    _open_vault()
    yield settings().database


def _on_postgresql(request: pytest.FixtureRequest, configure: Configure) -> Iterator[str]:
    from tests.servers.postgres import database_on

    server: str = request.getfixturevalue("postgres_server")
    template = _template(request, "postgres_templates")
    with database_on(server, template.database) as url:
        configure(DATABASE_URL=url)
        _open_vault()
        yield url
        forget_settings()


def _template(request: pytest.FixtureRequest, name: str) -> Template:
    """The one that fits the test; its key file is copied into the test's data folder."""
    from config import settings

    peopled = not {"people", "sqlite_people"}.isdisjoint(request.fixturenames)
    template: Template = request.getfixturevalue(name)[peopled]
    settings().data_dir.mkdir(parents=True)
    shutil.copy(template.keys, settings().keys_path)
    return template


def _name(url: str) -> str:
    name = make_url(url).database
    assert name is not None
    return name


@contextmanager
def _settled(**variables: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        forget_settings()
        yield
        forget_settings()


def _migrate() -> None:
    from commands.migrate import migrate

    migrate()


def _open_vault() -> None:
    from services.vault import open_vault

    open_vault()


def pytest_configure(config: pytest.Config) -> None:
    """VERBATIM_TEST_RUN: a folder that all processes of a run share, for what is made once a run."""
    if "VERBATIM_TEST_RUN" not in os.environ:
        os.environ["VERBATIM_TEST_RUN"] = made = tempfile.mkdtemp(prefix="verbatim-tests-")
        config.add_cleanup(lambda: shutil.rmtree(made, ignore_errors=True))


@pytest.fixture(scope="session", autouse=True)
def costly_hasher() -> "PasswordHasher":
    """The product's own. What these processes hash costs a thousandth of it instead; what a password costs is the
    matter of test_passwords, which puts this one back. The product as a process of its own hashes as always."""
    from argon2 import PasswordHasher

    from services import passwords

    costly = passwords._hasher
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return costly


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever drives a browser is marked so: it runs apart from the rest, because the driver leaves an event loop
    running in the process, which no later test could begin one of its own in."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
