"""A drafter on a model behind chat completions: a session in parts that fit it, all answered in one form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.adapters.errors import IntegrationError, UnreadableAnswer
from services.adapters.llm import Draft, DraftedSection, DraftRequest, Line, parts, prompt
from services.adapters.llm.answers import schema, taken
from services.adapters.llm.chat import ChatModel, Use, waited
from services.adapters.llm.failures import TooLong

if TYPE_CHECKING:
    from openai import AsyncOpenAI

LEAST_ROOM = 300  # tokens for the transcript, below which drafting in parts is senseless
DEEPEST = 4  # times that a part is halved


@dataclass(frozen=True)
class _Part:
    """One part, answered."""

    sections: Sequence[DraftedSection]
    risk: Sequence[tuple[int, str]]
    left_out: int


class OpenAIDrafter:
    """Drafter over the network; a connection lives as long as a draft."""

    sends_words_out = True

    def __init__(self, model: ChatModel) -> None:
        self._model = model

    def draft(self, request: DraftRequest) -> Draft:
        """Raises what `Drafter.draft` says; Busy with the seconds that the server asks to wait, Declined,
        UnreadableAnswer."""
        return waited(self._draft(request))

    async def _draft(self, request: DraftRequest) -> Draft:
        keys = [section.key for section in request.sections]
        pieces = parts.split(
            request.lines, self._room(request), lambda line: parts.tokens(prompt.line_text(line))
        )
        use = Use(self._model.name)
        answered: list[_Part] = []
        async with self._model.connected() as client:
            for number, lines in enumerate(pieces, 1):
                place = (number, len(pieces))
                answered += await self._part(client, request, lines, place, use, DEEPEST)
        return Draft(
            sections=parts.merged(keys, [part.sections for part in answered]),
            drafter=use.model,
            quotes_only=False,
            parts=len(answered),
            tokens_in=use.tokens_in,
            tokens_out=use.tokens_out,
            risk=tuple(dict.fromkeys(one for part in answered for one in part.risk)),
            left_out=sum(part.left_out for part in answered),
        )

    def _room(self, request: DraftRequest) -> int:
        """Tokens for the lines of one part."""
        fixed = parts.tokens(prompt.rules(request)) + parts.tokens(prompt.frame(request))
        fixed += parts.tokens(str(schema(["k"]).model_json_schema())) + 100
        room = self._model.context_tokens - self._model.answer_tokens - fixed
        if room < LEAST_ROOM:
            raise IntegrationError(
                "VERBATIM_LLM_CONTEXT_TOKENS is too small for this instruction", retryable=False
            )
        return room

    async def _part(
        self,
        client: "AsyncOpenAI",
        request: DraftRequest,
        lines: Sequence[Line],
        place: tuple[int, int],
        use: Use,
        depth: int,
    ) -> list[_Part]:
        """One part; in halves where it or its answer is too long."""
        asked = prompt.messages(request, lines, *place)
        keys = [section.key for section in request.sections]
        form = schema(keys, bounded=not self._model.is_openai)
        try:
            answer = await self._model.answer(client, asked, form, use)
        except TooLong:
            if depth == 0 or len(lines) < 2:
                raise UnreadableAnswer from None
            return [
                part
                for half in parts.halves(lines)
                for part in await self._part(client, request, half, place, use, depth - 1)
            ]
        ids = {line.id for line in lines}
        sections, left_out = taken(answer, ids)
        risk = [(one.line, one.category) for one in answer.risk if one.line in ids]
        return [_Part(sections, risk, left_out)]
