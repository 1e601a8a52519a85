"""What an answer to a question about risk says: a plain no, a no that takes something back, or none.

English only. The lists are of our own making and were not reviewed by a clinician.
"""

import re

# Before the answer proper.
_BEFORE = r"(?:um+|uh+|oh|well|er|erm|ah|god|hm+)"
_FIRM = (
    r"no(?! (?:one|body|point|hope|way out|idea|reason|matter|doubt|wonder|future|choice)\b)|nope|nah|never|none"
    r"|not at all|not once|not a drop|(?:definitely|absolutely|certainly|of course) not|nothing like that"
)
_I_DO_NOT = (
    r"i (?:don'?t|haven'?t|didn'?t|wouldn'?t|never have|never did|never would)|i'?m not"
    r"|i (?:am|have|do|did|would) not"
)
_PLAIN = re.compile(
    rf"\W*(?:{_BEFORE}\b\W*)*(?:{_FIRM}|{_I_DO_NOT})\b\W*(?:(?:{_FIRM}|{_I_DO_NOT}|{_BEFORE}|thanks?|thank you)\b\W*)*"
)
_STARTS = re.compile(
    rf"\W*(?:{_BEFORE}\b\W*)*(?:{_FIRM}|not (?:really|now|any ?more|yet|since|lately|recently))\b"
)
_PARTLY = re.compile(
    r"\b(?:sometimes|well|but(?! not\b)|maybe|perhaps|possibly|not really|not exactly|kind of|kinda|sort of"
    r"|occasionally|now and then|at times|once in a while|a little|a bit|mostly|except|apart from|unless"
    r"|(?:only|just) (?:at|when|if|on|in|a|once|sometimes|passing|thoughts?|briefly)"
    r"|not always|not every|not often|rarely|hardly|i guess|i suppose|i don'?t know|i do not know|not sure"
    r"|though|although)\b"
)
_BEFOREHAND = re.compile(
    r"\b(?:any ?more|no longer|since|until|used to"
    r"|not (?:now|yet|lately|recently|today|currently|right now|at the moment)"
    r"|before|in the past|(?<!not )once|last|ago|years|back then|i did|i had|i was)\b"
)


def is_plain_no(text: str) -> bool:
    """Nothing but no ("Um, no. Never."). `text` is lower case with straight apostrophes, here and below."""
    return _PLAIN.fullmatch(text) is not None


def starts_with_no(text: str) -> bool:
    """A no before anything else, whatever follows; not "no one", "no hope"."""
    return _STARTS.match(text) is not None


def is_partial(text: str) -> bool:
    """Words that take back a part of a no: "Not really.", "No. Well, sometimes."."""
    return _PARTLY.search(text) is not None


def speaks_of_before(text: str) -> bool:
    """A no to the present that leaves the past open: "Not anymore.", "No, not since Tuesday."."""
    return _BEFOREHAND.search(text) is not None
