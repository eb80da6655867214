"""Shows what a render does: frames of the samples before and after, as one picture.

`python -m mock_server.samples.contact_sheet` writes `docs/lip-sync.png`.  Each pair of rows is one
clip: above the source, below the result at the same time.  The columns are the frames in which the
speech comes nearest to certain openings of the mouth; time and opening are written on them.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import cv2
import numpy as np
from attrs import frozen

from mock_server.media.articulation import articulation
from mock_server.media.mesh import View
from mock_server.media.ports import RenderJob
from mock_server.media.rendering import render
from mock_server.media.sound import cropped_speech
from mock_server.media.whereabouts import seen_in
from mock_server.samples.drawn_face import Picture

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "docs" / "lip-sync.png"
OPENINGS = (0.0, 0.2, 0.45, 0.7, 1.0)
INSERT_MS, MOST_MS = 1000, 60_000
CELL = 168  # px, wide and high
MARGIN, LOWER = 0.8, 0.04  # the cell around the face, and how far below it, in squares of 1.5 faces


@frozen
class Scene:
    """A sample clip, the speech for it, and the face that speaks."""

    title: str
    video: str
    audio: str
    face_id: str = "0"


SCENES = (
    Scene("a smile, from the front", "portrait-clip.mp4", "portrait-speech.mp3"),
    Scene("glasses, turned", "turned-head.mp4", "speech.mp3"),
    Scene("drawn", "talking-clip.mp4", "speech.mp3"),
    Scene("drawn, second of two", "two-people.mp4", "portrait-speech.mp3", "1"),
)


def main() -> None:
    """Render all scenes and write the sheet."""
    cv2.setNumThreads(1)
    with TemporaryDirectory() as folder:
        rows = [row for scene in SCENES for row in rows_of(scene, Path(folder))]
    TARGET.parent.mkdir(exist_ok=True)
    cv2.imwrite(str(TARGET), np.vstack(rows), [cv2.IMWRITE_PNG_COMPRESSION, 9])


def rows_of(scene: Scene, folder: Path) -> tuple[Picture, Picture]:
    """Give the row of the source and the row of the result."""
    job = job_of(scene, folder / scene.video)
    render(job)
    times = chosen_times(job)
    where = next(face for face in seen_in(job.video) if face.face_id == job.face_id)
    pairs = []
    for (seconds, before), (_, after) in zip(
        pictures(job.video), pictures(job.target), strict=True
    ):
        view = where.view(seconds * 1000)
        if seconds in times and view is not None:
            cells = [cell(picture, view) for picture in (before, after)]
            label(cells[1], f"{seconds:.2f} s  {times[seconds]:.0%}")
            pairs.append((times[seconds], cells))
    pairs.sort(key=lambda pair: pair[0])
    label(pairs[0][1][0], scene.title)
    above, below = (np.hstack([cells[row] for _, cells in pairs]) for row in (0, 1))
    return above, below


def job_of(scene: Scene, target: Path) -> RenderJob:
    """Give the job that makes a scene speak."""
    begins_ms = INSERT_MS if scene.face_id == "0" else 3100
    return RenderJob(
        video=HERE / scene.video,
        audio=HERE / scene.audio,
        target=target,
        watermarked_target=None,
        face_id=scene.face_id,
        sound_start_time=0,
        sound_end_time=MOST_MS,
        sound_insert_time=begins_ms,
        sound_volume=1.0,
        original_audio_volume=0.0,
    )


def chosen_times(job: RenderJob) -> dict[float, float]:
    """Give the times (s) of the frames that are shown, with the opening of the mouth in each."""
    speech = cropped_speech(job)
    said, start = articulation(speech), job.sound_insert_time / 1000
    end = start + speech.samples.shape[1] / speech.rate
    opening = {
        seconds: said.at(seconds - start)[0]
        for seconds, _ in pictures(job.video)
        if start <= seconds < end
    }
    nearest = [min(opening, key=lambda at: abs(opening[at] - wanted)) for wanted in OPENINGS]
    return {seconds: opening[seconds] for seconds in nearest}


def pictures(video: Path) -> Iterator[tuple[float, Picture]]:
    """Yield (s, picture in BGR) of a sample."""
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            yield round(frame.time or 0, 3), frame.to_ndarray(format="bgr24").astype(np.uint8)


def cell(picture: Picture, view: View) -> Picture:
    """Cut the square around a face and bring it to the size of a cell."""
    side = MARGIN * view.side
    left, top = round(view.x - side / 2), round(view.y - side / 2 + LOWER * view.side)
    cut = picture[max(0, top) : top + round(side), max(0, left) : left + round(side)]
    return cv2.resize(cut, (CELL, CELL), interpolation=cv2.INTER_AREA).astype(np.uint8)


def label(picture: Picture, text: str) -> None:
    """Write on a cell."""
    for colour, width in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        place = (5, CELL - 7)
        cv2.putText(picture, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, width, cv2.LINE_AA)


if __name__ == "__main__":
    main()
