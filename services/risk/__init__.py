"""Where a session may speak of suicide, self-harm, violence, abuse or neglect. Its silence means nothing."""

from services.risk.finding import asks as asks
from services.risk.finding import categories as categories
from services.risk.finding import find as find
from services.risk.finding import negations as negations
from services.risk.finding import plain as plain
from services.risk.hints import find_hints as find_hints
