"""Does what a note says stand in the passage that it cites? Independent of who drafted it."""

from services.grounding.checking import check as check
