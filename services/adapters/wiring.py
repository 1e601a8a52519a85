"""Setting → adapter, one table a kind. Imported lazily and built once; an unknown value never gets
here, because `config.Settings` names the allowed ones and stops the start."""

from collections.abc import Callable
from functools import cache
from pkgutil import resolve_name
from typing import Any, cast

from config import settings
from services.adapters.blob import BlobStore
from services.adapters.diarisation import SpeakerEmbedder
from services.adapters.keys import KeyProvider
from services.adapters.llm import Drafter, SecondReader
from services.adapters.ocr import DocumentReader
from services.adapters.speech import SpeechRecogniser

BLOB_STORES = {
    "local": "services.adapters.blob.local:LocalBlobStore",
    "azure": "services.adapters.blob.azure:AzureBlobStore",
}
KEYS = {
    "file": "services.adapters.keys.file:FileKeys",
    "azure_key_vault": "services.adapters.keys.azure_key_vault:AzureKeyVaultKeys",
}
SPEECH = {
    "faster_whisper": "services.adapters.speech.faster_whisper:FasterWhisper",
    "openai_compatible": "services.adapters.speech.openai_compatible:OpenAICompatible",
}
CHAT_MODEL = "services.adapters.llm.chat:ChatModel"
SECOND_READER = "services.adapters.llm.second_reader:OpenAISecondReader"
LLM = {
    "extractive": "services.adapters.llm.extractive:Extractive",
    "openai": "services.adapters.llm.openai:OpenAIDrafter",
}
OCR = {
    "local": "services.adapters.ocr.local:LocalReader",
    "azure_document_intelligence": "services.adapters.ocr.azure_document_intelligence:AzureReader",
}
DIARISATION = "services.adapters.diarisation.campplus:CampPlus"


@cache
def blob_store() -> BlobStore:
    chosen, make = settings(), _class(BLOB_STORES[settings().blob_store])
    if chosen.blob_store == "local":
        return cast(BlobStore, make(chosen.data_dir / "blobs"))
    secret = chosen.azure_storage_connection_string
    store = make(
        chosen.azure_storage_container,
        account_url=chosen.azure_storage_account_url,
        connection_string=secret.get_secret_value() if secret else None,
    )
    return cast(BlobStore, store)


@cache
def keys() -> KeyProvider:
    """Raises KeysUnusable where there is no key file: it is made by `make_first_key` alone."""
    chosen, make = settings(), _class(KEYS[settings().keys])
    argument = chosen.keys_path if chosen.keys == "file" else chosen.azure_key_id
    return cast(KeyProvider, make(argument))


def make_first_key() -> None:
    """The key file of a first set-up, unless there is one. A vault's key is made by its owner."""
    if settings().keys == "file":
        from services.adapters.keys.file import FileKeys

        FileKeys.make(settings().keys_path)


@cache
def speech_recogniser() -> SpeechRecogniser:
    chosen, make = settings(), _class(SPEECH[settings().speech])
    if chosen.speech == "faster_whisper":
        folder = chosen.speech_model_dir or chosen.weights_dir / "whisper-base"
        return cast(SpeechRecogniser, make(folder, passages=chosen.speech_threads))
    secret = chosen.speech_api_key
    recogniser = make(
        base_url=chosen.speech_base_url,
        api_key=secret.get_secret_value() if secret else None,
        model=chosen.speech_model,
    )
    return cast(SpeechRecogniser, recogniser)


@cache
def speaker_embedder() -> SpeakerEmbedder:
    return cast(SpeakerEmbedder, _class(DIARISATION)(settings().weights_dir / "campplus"))


@cache
def drafter(name: str | None = None) -> Drafter:
    """The chosen one, or the one named: the extractive one can always be had."""
    kind = name or settings().llm
    make = _class(LLM[kind])
    return cast(Drafter, make() if kind == "extractive" else make(_chat_model()))


@cache
def second_reader() -> SecondReader | None:
    """Where a language model drafts, one that reads what was drafted; None where it was switched off."""
    chosen = settings()
    if chosen.llm != "openai" or not chosen.llm_second_reading:
        return None
    return cast(SecondReader, _class(SECOND_READER)(_chat_model(chosen.llm_second_model)))


def _chat_model(name: str | None = None) -> object:
    chosen = settings()
    secret = chosen.llm_api_key
    return _class(CHAT_MODEL)(
        model=name or chosen.llm_model,
        base_url=chosen.llm_base_url,
        api_key=secret.get_secret_value() if secret else None,
        azure_sign_in=chosen.llm_azure_sign_in,
        context_tokens=chosen.llm_context_tokens,
        timeout=chosen.llm_timeout,
    )


@cache
def document_reader(name: str | None = None) -> DocumentReader:
    """The chosen one, or the one named: the local one can always be had."""
    chosen, kind = settings(), name or settings().ocr
    make = _class(OCR[kind])
    if kind == "local":
        return cast(
            DocumentReader,
            make(pages=chosen.max_document_pages, megapixels=chosen.max_document_megapixels),
        )
    secret = chosen.document_intelligence_key
    reader = make(
        endpoint=chosen.document_intelligence_endpoint,
        key=secret.get_secret_value() if secret else None,
    )
    return cast(DocumentReader, reader)


def _class(name: str) -> Callable[..., Any]:
    return cast(Callable[..., Any], resolve_name(name))
