"""The demo's referral letter: invented people, invented words."""

LETTER = """Linden Street Practice
Dr E. Halvorsen, general practice

12 March 2026

Re: {client}

Dear {therapist},

Thank you for seeing {client}, who has been troubled by low mood and poor sleep
since last autumn. Waking at four is the rule, and the evenings alone are hardest.
Sertraline 50 mg was started on 2 March and is well tolerated. The PHQ-9 was 17 in
February.

There has been no self-harm, and a close friend lives nearby.

I would be grateful for your assessment and treatment.

With kind regards,
E. Halvorsen"""
MEDICATION = (
    ("Medicine", "Dose", "Since"),
    ("Sertraline", "50 mg, mornings", "2 March 2026"),
    ("Melatonin", "2 mg, at night", "12 January 2026"),
)


def letter(client: str, therapist: str) -> bytes:
    """A PDF of two pages with a text layer and a table."""
    from fpdf import FPDF

    made = FPDF()
    made.set_margin(25)
    made.add_page()
    made.set_font("Helvetica", "B", 17)
    made.cell(0, 14, "Referral letter", new_x="LMARGIN", new_y="NEXT")
    made.set_font("Helvetica", size=11)
    for line in LETTER.format(client=client, therapist=therapist).splitlines():
        made.cell(0, 7, line, new_x="LMARGIN", new_y="NEXT")
    made.add_page()
    made.set_font("Helvetica", "B", 13)
    made.cell(0, 12, "Medication", new_x="LMARGIN", new_y="NEXT")
    made.set_font("Helvetica", size=11)
    with made.table() as table:
        for cells in MEDICATION:
            row = table.row()
            for cell in cells:
                row.cell(cell)
    return bytes(made.output())
