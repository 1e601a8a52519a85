"""`python -m commands.weights`: fetch, check and lay ready the models. A second run only checks."""

import sys

from commands.weights.carriers import NotFetched
from commands.weights.models import MODELS, lay_ready
from config import settings


def main() -> int:
    """0, or 1 and one sentence on stderr."""
    folder = settings().weights_dir
    for model in MODELS:
        if not (folder / model.folder).is_dir():
            print(f"Fetching {model.says} …", flush=True)
        try:
            lay_ready(model, folder)
        except NotFetched as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
