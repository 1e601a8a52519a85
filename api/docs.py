"""/docs: the API described and tried out in the browser. Every asset is served from here; nothing is fetched
from elsewhere."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, Response
from starlette.responses import FileResponse

router = APIRouter(include_in_schema=False)
OWN = Path(__file__).parent / "docs_page"
KINDS = {".js": "text/javascript", ".css": "text/css"}


@router.get("/docs")
def page() -> Response:
    return FileResponse(OWN / "docs.html", media_type="text/html")


@router.get("/docs/assets/{name}")
def asset(name: str) -> Response:
    found = assets().get(name)
    if found is None:
        return Response(status_code=404)
    return FileResponse(found, media_type=KINDS[found.suffix])


@cache
def assets() -> dict[str, Path]:
    """Swagger UI from the package that carries it, and our two files around it."""
    spec = find_spec("fastapi_offline")
    if spec is None or spec.origin is None:
        raise RuntimeError("the package fastapi-offline is not installed")
    theirs = Path(spec.origin).parent / "static"
    return {
        "swagger-ui-bundle.js": theirs / "swagger-ui-bundle.js",
        "swagger-ui.css": theirs / "swagger-ui.css",
        "docs.js": OWN / "docs.js",
        "docs.css": OWN / "docs.css",
    }
