"""The edges of the rules: the last legal values of a quantity, and the first illegal ones."""

from attrs import frozen

from contract_tests import quantities, scenes, spec
from contract_tests.breaks_media import by_id, by_url
from contract_tests.quantities import Build, Value
from contract_tests.spec import DAY_MS, HOUR_MS, MEGABYTE, limit


@frozen
class Edge:
    """Values of one quantity on both sides of a limit; the unit is for people."""

    rule: str
    unit: str
    build: Build
    legal: tuple[Value, ...]
    illegal: tuple[Value, ...]


LONGEST_BODY = limit("transport.json-body", "largest_bytes")
DEEPEST = limit("transport.json-body", "deepest_nesting")
SESSION = limit("retention.session-life", "hours") * HOUR_MS
OLDEST = limit("create.audio-id-age", "oldest_days") * DAY_MS
SOUND_BYTES = limit("create.sound-file-size", "largest_megabytes") * MEGABYTE
VIDEO_BYTES = limit("identify.video-size", "largest_megabytes") * MEGABYTE
SHORT, LONG = scenes.SHORTEST, scenes.LONGEST
NARROW, WIDE = scenes.NARROW, scenes.WIDE
AREAS: list[int] = spec.rule("identify.video-resolution").limits["pixel_areas"]
SLACK = limit("identify.video-resolution", "area_tolerance_percent")
QUIETER, LOUDER = -5e-324, 2.0000000000000004


def _areas(step: int) -> tuple[int, ...]:
    """Return the areas (px) next to the limits of the tolerance: inside (1) or outside (-1)."""
    found = []
    for wanted in AREAS:
        least, most = -(-wanted * (100 - SLACK) // 100), wanted * (100 + SLACK) // 100
        for edge, inwards in ((least, 1), (most, -1)):
            way = inwards * step
            area = edge if step > 0 else edge + way
            while quantities.sides_of(area) is None:
                area += way
            found.append(area)
    return tuple(found)


EDGES: tuple[Edge, ...] = (
    Edge("transport.json-body", "levels", quantities.deep, (DEEPEST - 1, DEEPEST), (DEEPEST + 1,)),
    Edge(
        "transport.json-body",
        "bytes",
        quantities.long,
        (LONGEST_BODY - 1, LONGEST_BODY),
        (LONGEST_BODY + 1,),
    ),
    Edge("auth.not-before", "ms past nbf", quantities.at_token_instant("nbf"), (0, 1), (-1,)),
    Edge("auth.not-expired", "ms past exp", quantities.at_token_instant("exp"), (-1,), (0, 1)),
    Edge("concurrency.rate-limit", "calls", quantities.nth_call, (2, 3), (4,)),
    Edge("create.one-face", "entries", quantities.faces, (1,), (2, 3)),
    Edge("create.required-fields", "entries", quantities.faces, (1,), (0,)),
    Edge("create.volume-range", "volume", quantities.volume, (0, -0.0, 2, 2.0), (QUIETER, LOUDER)),
    Edge("list.page-number", "pageNum", quantities.page("pageNum"), (1, 2, 999, 1000), (0, 1001)),
    Edge("list.page-size", "pageSize", quantities.page("pageSize"), (1, 2, 499, 500), (0, 501)),
    Edge("create.sound-start-not-negative", "ms", quantities.start, (0, 1), (-1,)),
    Edge("create.insert-not-negative", "ms", quantities.insert, (0, 1), (-1,)),
    Edge("create.crop-length", "ms", quantities.crop, (SHORT, SHORT + 1), (SHORT - 1,)),
    Edge(
        "retention.session-life",
        "ms",
        quantities.session_age,
        (SESSION - 1,),
        (SESSION, SESSION + 1),
    ),
    Edge(
        "create.audio-id-age",
        "ms",
        quantities.sound("age", by_id),
        (OLDEST - 1, OLDEST),
        (OLDEST + 1,),
    ),
    Edge(
        "identify.video-id-age",
        "ms",
        quantities.video("age", by_id),
        (OLDEST - 1, OLDEST),
        (OLDEST + 1,),
    ),
    Edge(
        "create.sound-file-size",
        "bytes",
        quantities.sound("bytes", by_url),
        (SOUND_BYTES - 1, SOUND_BYTES),
        (SOUND_BYTES + 1,),
    ),
    Edge(
        "identify.video-size",
        "bytes",
        quantities.video("bytes", by_url),
        (VIDEO_BYTES - 1, VIDEO_BYTES),
        (VIDEO_BYTES + 1,),
    ),
    Edge(
        "create.audio-duration",
        "ms of a file",
        quantities.sound("duration", by_url),
        legal=(SHORT, SHORT + 1, LONG - 1, LONG),
        illegal=(SHORT - 1, LONG + 1),
    ),
    Edge(
        "create.audio-duration",
        "ms of speech",
        quantities.sound("duration", by_id),
        legal=(SHORT, SHORT + 1, LONG - 1, LONG),
        illegal=(SHORT - 1, LONG + 1),
    ),
    Edge(
        "identify.video-duration",
        "ms of a file",
        quantities.video("duration", by_url),
        legal=(SHORT, SHORT + 1, LONG - 1, LONG),
        illegal=(SHORT - 1, LONG + 1),
    ),
    Edge(
        "identify.video-duration",
        "ms of a generated video",
        quantities.video("duration", by_id),
        legal=(0, SHORT - 1, SHORT, LONG),
        illegal=(LONG + 1,),
    ),
    Edge(
        "identify.video-sides",
        "px beside 1080",
        quantities.short_side_in_box,
        (NARROW, NARROW + 1),
        (NARROW - 1,),
    ),
    Edge(
        "identify.video-sides",
        "px beside 720",
        quantities.sides(720),
        (WIDE - 1, WIDE),
        (WIDE + 1,),
    ),
    Edge(
        "identify.video-resolution",
        "px of the short side",
        quantities.sides(None),
        legal=(720, 1080),
        illegal=(719, 721, 1079, 1081),
    ),
    Edge("identify.video-resolution", "px of area", quantities.area, _areas(1), _areas(-1)),
    Edge(
        "create.sound-end-within-audio",
        "ms past the sound",
        quantities.end_after_sound,
        (-1, 0),
        (1,),
    ),
    Edge(
        "create.insert-within-video", "ms past the video", quantities.end_after_video, (-1, 0), (1,)
    ),
    Edge(
        "create.overlap-with-face",
        "ms at its end",
        quantities.overlap_at_end,
        (SHORT, SHORT + 1),
        (SHORT - 1,),
    ),
    Edge(
        "create.overlap-with-face",
        "ms at its start",
        quantities.overlap_at_start,
        (SHORT, SHORT + 1),
        (SHORT - 1,),
    ),
    Edge("billing.pack-exhausted", "hundredths of a unit over", quantities.units, (0, 1), (-1,)),
    Edge("concurrency.limit", "open tasks", quantities.slots, (0, 2), (3, 4)),
)
