"""From voice windows to speaker turns: clustering, then re-segmentation frame by frame."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.adapters.diarisation import SpeakerTurn, VoiceWindow

Vectors = NDArray[np.float32]  # (windows, dimensions), unit length
Labels = NDArray[np.int64]

MOST_SPEAKERS = 8
MOST_WINDOWS = 3000  # that are compared pair by pair; of longer sessions an even sample is taken
OUTLIER_SHARE = 0.05  # of all windows; agglomeration tends to make a smaller cluster out of noise
# Cosine of two clusters' mean voices above which they are one person. Measured on the evaluation set:
# two people 0.00 to 0.58, one person split in two 0.71 to 0.90.
SAME_VOICE = 0.65
# The same where one of the two has fewer than SURE_WINDOWS, whose mean says less: two people up to 0.47, one person
# split in two from 0.48.
SAME_VOICE_OF_FEW = 0.475
SURE_WINDOWS = 6
FEWEST_WINDOWS = 3  # a cluster with fewer is a noise or an overlap, not a person
STEP = 0.1  # seconds per frame of the re-segmentation
SHARPNESS = 10.0  # weight of a frame's cosine similarity against the penalty
SWITCH_PENALTY = 5.0  # for another speaker in the next frame
PAUSE_DISCOUNT = 0.1  # of that penalty where there is silence between the two frames


def diarise(
    windows: Sequence[VoiceWindow],
    speech: Sequence[tuple[float, float]],
    *,
    speakers: int | None,
) -> list[SpeakerTurn]:
    """Who speaks when, one speaker at a time, within the speech spans (seconds, in order).

    `speakers` is how many are expected, None to estimate it; fewer come out when fewer voices are
    heard, never more. Speakers are numbered in order of first appearance. Without any window there is
    nothing to tell voices by, and the result is empty.
    """
    if not windows:
        return []
    vectors = np.stack([window.vector for window in windows]).astype(np.float32)
    centres = _centres(vectors, speakers)
    return _turns(_frames(windows, vectors @ centres.T, speech), speech)


def prepare() -> None:
    """Loads what `diarise` needs, so that no session waits for it at its end."""
    import scipy.cluster.hierarchy  # noqa: F401


def _centres(vectors: Vectors, speakers: int | None) -> Vectors:
    """(speakers, dimensions): the mean voice of each cluster, unit length, no two of one person."""
    sample = vectors[:: -(-len(vectors) // MOST_WINDOWS)]
    count = min(speakers or estimate_speakers(sample), len(sample) // FEWEST_WINDOWS)
    while count > 1:
        labels = _agglomerate(sample, count)
        if np.bincount(labels, minlength=count).min() < max(2, OUTLIER_SHARE * len(sample)):
            labels = _spectral(sample, count)
        centres = _refined(vectors, _unit(_means(sample, labels)))
        sizes = np.bincount(np.argmax(vectors @ centres.T, 1), minlength=len(centres))
        if sizes.min() >= FEWEST_WINDOWS and not _any_alike(centres, sizes):
            return centres
        count -= 1
    return _unit(vectors.mean(0, keepdims=True))


def _any_alike(centres: Vectors, sizes: NDArray[np.int64]) -> bool:
    """Whether two of the mean voices are one person's; `sizes` in windows."""
    few = np.minimum.outer(sizes, sizes) < SURE_WINDOWS
    likeness = np.triu(centres @ centres.T, 1)
    return bool((likeness > np.where(few, SAME_VOICE_OF_FEW, SAME_VOICE)).any())


def estimate_speakers(vectors: Vectors) -> int:
    """Number of speakers by the largest gap in the spectrum of the windows' similarity graph."""
    from scipy.linalg import eigh
    from scipy.sparse.csgraph import laplacian

    count = len(vectors)
    if count < 4:
        return 1
    last = min(MOST_SPEAKERS, count - 1)
    values = eigh(
        laplacian(_affinity(vectors), normed=True), eigvals_only=True, subset_by_index=[0, last]
    )
    return int(np.argmax(np.diff(values))) + 1


def _agglomerate(vectors: Vectors, count: int) -> Labels:
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(vectors, "average", metric="cosine")
    return np.asarray(fcluster(tree, count, "maxclust") - 1, np.int64)


def _spectral(vectors: Vectors, count: int) -> Labels:
    from sklearn.cluster import SpectralClustering

    clusters = SpectralClustering(count, affinity="precomputed", random_state=0)
    # A trace of likeness between all: a graph in pieces has no unique answer.
    return np.asarray(clusters.fit_predict(_affinity(vectors) + 1e-6), np.int64)


def _affinity(vectors: Vectors) -> NDArray[Any]:
    """Symmetric similarity graph in which each window keeps its nearest tenth (at least 10) as neighbours."""
    similarity = np.maximum(vectors @ vectors.T, 0)
    neighbours = max(min(len(vectors), 10), len(vectors) // 10)
    nearest = np.argpartition(-similarity, neighbours - 1, axis=1)[:, :neighbours]
    graph: NDArray[Any] = np.zeros_like(similarity)
    np.put_along_axis(graph, nearest, np.take_along_axis(similarity, nearest, 1), 1)
    graph += graph.T.copy()
    graph /= 2
    np.fill_diagonal(graph, 0)
    return graph


def _refined(vectors: Vectors, centres: Vectors) -> Vectors:
    """Spherical k-means from these centres over all windows."""
    for _ in range(10):
        labels = np.argmax(vectors @ centres.T, 1)
        means = _means(vectors, labels, len(centres))
        moved: Vectors = _unit(np.where(np.isnan(means), centres, means))
        if np.allclose(moved, centres, atol=1e-5):
            break
        centres = moved
    return centres


def _means(vectors: Vectors, labels: Labels, count: int | None = None) -> Vectors:
    count = count or int(labels.max()) + 1
    sizes = np.bincount(labels, minlength=count)[:, None]
    sums = np.zeros((count, vectors.shape[1]), np.float32)
    np.add.at(sums, labels, vectors)
    with np.errstate(invalid="ignore"):
        return np.asarray(sums / sizes, np.float32)


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit


def _frames(
    windows: Sequence[VoiceWindow],
    similarity: NDArray[Any],
    speech: Sequence[tuple[float, float]],
) -> Labels:
    """Speaker per frame of STEP seconds, -1 where there is no speech.

    A frame's score is the mean of the windows that cover it, weighted towards their middle; the best
    path through the scores pays a penalty for each change of speaker (Viterbi).
    """
    end = max(stop for _, stop in speech)
    total = int(np.ceil(end / STEP)) + 2
    first = np.rint([window.start / STEP for window in windows]).astype(int)
    last = np.rint([window.end / STEP for window in windows]).astype(int)
    count = np.minimum(total, np.maximum(first + 1, last)) - first
    offsets = np.arange(count.max())
    spread = (count / 4)[:, None]
    weight = np.exp(-0.5 * ((offsets - ((count - 1) / 2)[:, None]) / spread) ** 2)
    covered = offsets < count[:, None]
    frames = (first[:, None] + offsets)[covered]
    weights = np.bincount(frames, weight[covered], total)
    scores = np.stack(
        [
            np.bincount(frames, (weight * of_one[:, None])[covered], total)
            for of_one in similarity.T
        ],
        axis=1,
    )
    spoken = np.zeros(total, bool)
    for start, stop in speech:
        spoken[round(start / STEP) : max(round(start / STEP) + 1, round(stop / STEP))] = True
    labels = np.full(total, -1)
    scored = np.flatnonzero(spoken & (weights > 0))
    if len(scored):
        means = scores[scored] / weights[scored, None]
        labels[scored] = _best_path(means * SHARPNESS, np.diff(scored) > 1)
    return _filled(labels, spoken)


def _best_path(scores: NDArray[Any], after_pause: NDArray[Any]) -> Labels:
    """Viterbi over (frames, speakers)."""
    penalties = np.where(after_pause, SWITCH_PENALTY * PAUSE_DISCOUNT, SWITCH_PENALTY)
    best = scores[0].copy()
    stay = np.arange(scores.shape[1])
    came_from = np.empty((len(scores), scores.shape[1]), np.int64)
    for at in range(1, len(scores)):
        top = int(best.argmax())
        switched = best[top] - penalties[at - 1]
        came_from[at] = np.where(best >= switched, stay, top)
        best = np.maximum(best, switched) + scores[at]
    path = np.empty(len(scores), np.int64)
    path[-1] = best.argmax()
    for at in range(len(scores) - 1, 0, -1):
        path[at - 1] = came_from[at, path[at]]
    return path


def _filled(labels: Labels, spoken: NDArray[np.bool_]) -> Labels:
    """Speech too short for a window of its own gets the speaker of the nearest frame that has one."""
    known = np.flatnonzero(labels >= 0)
    unknown = np.flatnonzero(spoken & (labels < 0))
    if len(known) and len(unknown):
        right = np.clip(np.searchsorted(known, unknown), 0, len(known) - 1)
        left = np.maximum(right - 1, 0)
        is_left = np.abs(unknown - known[left]) <= np.abs(known[right] - unknown)
        labels[unknown] = labels[np.where(is_left, known[left], known[right])]
    return labels


def _turns(labels: Labels, speech: Sequence[tuple[float, float]]) -> list[SpeakerTurn]:
    turns: list[SpeakerTurn] = []
    order: dict[int, int] = {}
    for start, stop in speech:
        first, last = round(start / STEP), max(round(start / STEP) + 1, round(stop / STEP))
        for at in range(first, last):
            label = int(labels[at])
            if label < 0:
                continue
            speaker = order.setdefault(label, len(order))
            begin = start if at == first else round(at * STEP, 3)
            end = stop if at == last - 1 else round((at + 1) * STEP, 3)
            if turns and turns[-1].speaker == speaker and begin - turns[-1].end < 1e-6:
                turns[-1] = SpeakerTurn(speaker, turns[-1].start, end)
            else:
                turns.append(SpeakerTurn(speaker, begin, end))
    return turns
