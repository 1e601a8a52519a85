"""The measures: how they are asked, scored and read.

PHQ-9: 9 items of 0 to 3, total 0 to 27; bands by Kroenke, Spitzer and Williams, J Gen Intern Med 2001;16:606-613.
GAD-7: 7 items of 0 to 3, total 0 to 21; bands by Spitzer, Kroenke, Williams and Löwe, Arch Intern Med
2006;166:1092-1097. A band describes a score; it is no diagnosis. Progress toward a goal is a rating of 0 to 10.
"""

from dataclasses import dataclass

from models.treatment import MeasureKind
from services.errors import Invalid

WORST = 3  # of an item
ANSWERS = ("Not at all", "Several days", "More than half the days", "Nearly every day")
STEM = "Over the last 2 weeks, how often have you been bothered by any of the following problems?"
ATTRIBUTION = (
    "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an "
    "educational grant from Pfizer Inc. No permission required to reproduce, translate, display or distribute."
)
SELF_HARM_ITEM = 9  # of the PHQ-9, counted from 1: goes to risk whatever the total


@dataclass(frozen=True)
class Scale:
    kind: MeasureKind
    name: str
    most: int  # the highest total
    items: tuple[str, ...]
    bands: tuple[tuple[int, str], ...]  # from this total on, ascending


PHQ9 = Scale(
    MeasureKind.PHQ9,
    "PHQ-9",
    27,
    (
        "Little interest or pleasure in doing things",
        "Feeling down, depressed, or hopeless",
        "Trouble falling or staying asleep, or sleeping too much",
        "Feeling tired or having little energy",
        "Poor appetite or overeating",
        "Feeling bad about yourself, or that you are a failure or have let yourself or your family down",
        "Trouble concentrating on things, such as reading the newspaper or watching television",
        "Moving or speaking so slowly that other people could have noticed? Or the opposite, being so fidgety or "
        "restless that you have been moving around a lot more than usual",
        "Thoughts that you would be better off dead or of hurting yourself in some way",
    ),
    ((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "moderately severe"), (20, "severe")),
)
GAD7 = Scale(
    MeasureKind.GAD7,
    "GAD-7",
    21,
    (
        "Feeling nervous, anxious or on edge",
        "Not being able to stop or control worrying",
        "Worrying too much about different things",
        "Trouble relaxing",
        "Being so restless that it is hard to sit still",
        "Becoming easily annoyed or irritable",
        "Feeling afraid as if something awful might happen",
    ),
    ((0, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe")),
)
GOAL = Scale(MeasureKind.GOAL, "Progress", 10, (), ())
SCALES = {scale.kind: scale for scale in (PHQ9, GAD7, GOAL)}


def band(kind: MeasureKind, total: int) -> str:
    """The word for a score; empty for what has no bands."""
    return next((word for least, word in reversed(SCALES[kind].bands) if total >= least), "")


def scored(
    kind: MeasureKind, total: int | None, items: tuple[int | None, ...]
) -> tuple[int, tuple[int | None, ...]]:
    """Total and items as they are kept. Items are all of the scale's, None where the answer is not known, or
    none at all. Raises Invalid where they do not fit the scale or each other."""
    scale = SCALES[kind]
    if items and len(items) != len(scale.items):
        raise Invalid(f"The {scale.name} has {len(scale.items)} answers.")
    if any(item is not None and not 0 <= item <= WORST for item in items):
        raise Invalid(f"Each answer counts 0 to {WORST}.")
    known = [item for item in items if item is not None]
    unknown = len(items) - len(known)
    if total is None:
        if not items or unknown:
            raise Invalid(f"Enter the total of the {scale.name}, or every answer.")
        total = sum(known)
    if not 0 <= total <= scale.most:
        raise Invalid(f"The {scale.name} goes from 0 to {scale.most}.")
    if items and not sum(known) <= total <= sum(known) + WORST * unknown:
        raise Invalid("The total does not fit the answers. Check both.")
    return total, items if known else ()
