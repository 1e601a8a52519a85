"""A note as a FHIR document: a Bundle with a Composition and a DocumentReference that carries the PDF.

Built and checked with fhir.resources' R4B models; the elements used here are the same in R4 and R4B
(http://hl7.org/fhir/R4/composition.html, documentreference.html). The library accepts any code, so the codes are
constants of this file, and the narrative is made of escaped text.
"""

import base64
import datetime as dt
import hashlib
import html
import uuid
from typing import Any

from services.exports import pdf
from services.exports.sheet import NoteSheet, Part, printable

LOINC = "http://loinc.org"
# LOINC document codes by kind of note; a progress note where there is none of its own.
CODES = {
    "intake": ("51848-0", "Evaluation note"),
    "mental_status_exam": ("51848-0", "Evaluation note"),
    "risk_assessment": ("51848-0", "Evaluation note"),
    "treatment_plan": ("18776-5", "Plan of care note"),
    "treatment_plan_review": ("18776-5", "Plan of care note"),
    "safety_plan": ("18776-5", "Plan of care note"),
    "discharge_summary": ("18842-5", "Discharge summary"),
}
PROGRESS = ("11506-3", "Progress note")
COMPOSITION = {True: "final", False: "preliminary"}
XHTML = "http://www.w3.org/1999/xhtml"


def bundle(sheet: NoteSheet, instruction_type: str, at: dt.datetime) -> bytes:
    """FHIR JSON. `at` is when it is exported."""
    from fhir.resources.R4B.bundle import Bundle

    patient, author = _urn(sheet, "patient"), _urn(sheet, "author")
    code = CODES.get(instruction_type, PROGRESS)
    entries = [
        (_urn(sheet, "composition"), _composition(sheet, code, patient, author)),
        (patient, {"resourceType": "Patient", "name": [{"text": printable(sheet.client)}]}),
        (author, {"resourceType": "Practitioner", "name": [{"text": printable(sheet.author)}]}),
        (_urn(sheet, "reference"), _reference(sheet, code, patient, author)),
    ]
    made = Bundle.model_validate(
        {
            "type": "document",
            "identifier": {"system": "urn:ietf:rfc:3986", "value": uuid.uuid4().urn},
            "timestamp": at.isoformat(),
            "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries],
        }
    )
    text: str = made.model_dump_json()
    return text.encode()


def _urn(sheet: NoteSheet, what: str) -> str:
    """The same for every export of the same note."""
    return uuid.uuid5(uuid.UUID(sheet.note_uid), what).urn


def _composition(
    sheet: NoteSheet, code: tuple[str, str], patient: str, author: str
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "resourceType": "Composition",
        "status": COMPOSITION[sheet.is_signed],
        "type": _concept(code),
        "subject": {"reference": patient},
        "date": sheet.starts_at.isoformat(),
        "author": [{"reference": author}],
        "title": sheet.title,
        "confidentiality": "R",
        "section": [
            {"title": part.title, "text": {"status": "generated", "div": _narrative(part)}}
            for part in sheet.parts
        ],
    }
    signed = [one for one in sheet.signatures if one.deed == "Signed"]
    if sheet.is_signed and signed:
        made["attester"] = [
            {
                "mode": "professional",
                "time": signed[-1].at.isoformat(),
                "party": {"reference": author, "display": signed[-1].name},
            }
        ]
    return made


def _narrative(part: Part) -> str:
    said = [one.text for one in part.statements] or [part.empty]
    paragraphs = "".join(f"<p>{html.escape(printable(one))}</p>" for one in said)
    return f'<div xmlns="{XHTML}">{paragraphs}</div>'


def _reference(
    sheet: NoteSheet, code: tuple[str, str], patient: str, author: str
) -> dict[str, Any]:
    content = pdf.note(sheet)
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "docStatus": COMPOSITION[sheet.is_signed],
        "type": _concept(code),
        "subject": {"reference": patient},
        "date": sheet.starts_at.isoformat(),
        "author": [{"reference": author}],
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "data": base64.b64encode(content).decode(),
                    # SHA-1, as FHIR's Attachment.hash says; for transport, not for security
                    "hash": base64.b64encode(
                        hashlib.sha1(content, usedforsecurity=False).digest()
                    ).decode(),
                    "title": sheet.title,
                }
            }
        ],
    }


def _concept(code: tuple[str, str]) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code[0], "display": code[1]}]}
