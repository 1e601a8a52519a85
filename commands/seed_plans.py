"""The demo's treatment plans, scores and variants of instructions, as demo/plans.json has them."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from models.base import now
from models.treatment import Goal, GoalState, MeasureKind
from services import treatment
from services.access import Action, Actor, acting
from services.instructions import variants
from services.instructions.catalogue import built_in

PLANS = Path(__file__).parent.parent / "demo" / "plans.json"


def make_plans(users: dict[str, Actor], clients: dict[str, tuple[Actor, int]]) -> None:
    """`users` by key; `clients` by key, each the therapist and the client's id."""
    plans = json.loads(PLANS.read_text("utf-8"))
    goals: dict[str, list[int]] = {}
    for planned in plans["goals"]:
        therapist, client_id = clients[planned["client"]]
        goal_id = treatment.add_goal(therapist, client_id, planned["text"])
        goals.setdefault(planned["client"], []).append(goal_id)
        with acting(therapist, Action.TREATMENT_CHANGE) as work:  # set when therapy began
            began = now() - dt.timedelta(days=planned["days_ago"])
            work.get(Goal, goal_id).created_at = began
        if "closed" in planned:
            treatment.close_goal(therapist, goal_id, GoalState(planned["closed"]))
    for score in plans["scores"]:
        therapist, client_id = clients[score["client"]]
        treatment.add_measurement(
            therapist,
            client_id,
            MeasureKind(score["kind"]),
            now().date() - dt.timedelta(days=score["days_ago"]),
            total=score.get("total"),
            items=tuple(score.get("items", ())),
            goal_id=goals[score["client"]][score["goal"]] if "goal" in score else None,
        )
    for variant in plans["variants"]:
        client = variant.get("client")
        _vary(users[variant["user"]], variant, clients[client][1] if client else None)


def _vary(therapist: Actor, variant: dict[str, Any], client_id: int | None) -> None:
    plain = built_in(variant["type"])
    sections = tuple(
        replace(one, belongs=variant["belongs"]) if one.key == variant.get("section") else one
        for one in plain.sections
    )
    wanted = replace(
        plain,
        sections=sections,
        style=replace(plain.style, modality=variant.get("modality", "")),
        rules=(*plain.rules, variant["rule"]),
    )
    variants.save_variant(therapist, wanted, client_id=client_id)
