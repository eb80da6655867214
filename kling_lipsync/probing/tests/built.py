"""Media files built byte by byte, so that each number in them can be any, and the truth is known.

They hold headers and zeros: enough for whatever reads headers, nothing that a decoder likes.
"""

from collections.abc import Sequence

from attrs import Factory, frozen

UPRIGHT = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
QUARTER_TURN = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
SAMPLE_BYTES = 10


def box(kind: bytes, *parts: bytes) -> bytes:
    """Give an MP4 box."""
    content = b"".join(parts)
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def numbers(*values: int, size: int = 4) -> bytes:
    """Give big-endian numbers."""
    return b"".join((value % (1 << 8 * size)).to_bytes(size, "big") for value in values)


def stamped(flags: int, *values: int, wide: bool) -> bytes:
    """Give the start of a header: version, flags, two dates, and numbers of 32 bits."""
    return numbers(wide << 24 | flags) + bytes(16 if wide else 8) + numbers(*values)


@frozen
class Track:
    """A track of a built movie; `runs` are pairs (samples, ticks of each) of its `stts`.

    `sizes` are those of single samples (bytes), which else are `SAMPLE_BYTES` each.
    `wide` means 64 bits for times and offsets, as in files of many GB.  `references` is a `dinf`
    box, which says in which file the samples lie.
    """

    handler: bytes = b"vide"
    codec: bytes = b"avc1"
    width: int = 1280
    height: int = 720
    matrix: Sequence[int] = UPRIGHT
    timescale: int = 12800
    ticks: int | None = None
    runs: Sequence[tuple[int, int]] = ((50, 512),)
    edits: Sequence[tuple[int, int]] = ()
    first_offset: int = 0
    promised_samples: int | None = None
    promised_runs: int | None = None
    sizes: Sequence[int] = ()
    wide: bool = False
    references: bytes = b""

    @property
    def samples(self) -> int:
        """How many samples the runs list."""
        return sum(count for count, _ in self.runs)

    def trak(self, track_id: int, chunk_start: int) -> bytes:
        """Give the box of the track, whose samples are one chunk."""
        head = stamped(3, track_id, 0, wide=self.wide) + numbers(0, size=8 if self.wide else 4)
        tkhd = head + numbers(0, 0, 0, 0, *self.matrix, *self._sides())
        minf = box(b"minf", self.references, self._table(chunk_start))
        mdia = box(b"mdia", self._mdhd(), box(b"hdlr", bytes(8), self.handler, bytes(13)), minf)
        return box(b"trak", box(b"tkhd", tkhd), self._edts(), mdia)

    def _sides(self) -> tuple[int, int]:
        return self.width << 16, self.height << 16

    def _mdhd(self) -> bytes:
        listed = sum(count * ticks for count, ticks in self.runs)
        ticks = listed if self.ticks is None else self.ticks
        times = stamped(0, self.timescale, wide=self.wide) + self._number(ticks)
        return box(b"mdhd", times, bytes(4))

    def _number(self, value: int) -> bytes:
        return numbers(value, size=8 if self.wide else 4)

    def _edts(self) -> bytes:
        if not self.edits:
            return b""
        entries = (
            self._number(ticks) + self._number(media_time) + numbers(0x10000)
            for ticks, media_time in self.edits
        )
        head = numbers(self.wide << 24, len(self.edits))
        return box(b"edts", box(b"elst", head, *entries))

    def _table(self, chunk_start: int) -> bytes:
        sides = numbers(self.width, self.height, size=2)
        entry = box(self.codec, numbers(0, 1), bytes(16), sides, bytes(50))
        runs = len(self.runs) if self.promised_runs is None else self.promised_runs
        samples = self.samples if self.promised_samples is None else self.promised_samples
        pairs = (numbers(*run) for run in self.runs)
        offsets = box(b"ctts", numbers(0, 1, samples, self.first_offset))
        return box(
            b"stbl",
            box(b"stsd", numbers(0, 1), entry),
            box(b"stts", numbers(0, runs), *pairs),
            offsets if self.first_offset else b"",
            box(b"stsc", numbers(0, 1, 1, self.samples, 1)),
            box(b"stsz", numbers(0, 0 if self.sizes else SAMPLE_BYTES, samples, *self.sizes)),
            box(
                b"co64" if self.wide else b"stco",
                numbers(0, 1 if self.samples else 0),
                self._number(chunk_start),
            ),
        )


SOUND = Track(handler=b"soun", codec=b"mp4a", timescale=48000, runs=((94, 1024),))


@frozen
class Movie:
    """A built MP4: `moov` after `mdat`, all tracks in one `mdat`; `extra` goes into `moov`."""

    tracks: Sequence[Track] = Factory(lambda: [Track()])
    brand: bytes | None = b"isom"
    timescale: int = 1000
    ticks: int = 2000
    extra: bytes = b""
    wide: bool = False

    def file(self, *, index_first: bool = False) -> bytes:
        """Give the bytes of the file."""
        ftyp = box(b"ftyp", self.brand, bytes(4)) if self.brand else b""
        mdat = box(b"mdat", bytes(SAMPLE_BYTES * sum(track.samples for track in self.tracks)))
        start = len(ftyp) + 8
        if index_first:
            return ftyp + self.moov(start + len(self.moov(0))) + mdat
        return ftyp + mdat + self.moov(start)

    def moov(self, start: int) -> bytes:
        """Give the index, for samples that begin at a byte of the file."""
        traks = []
        for number, track in enumerate(self.tracks, 1):
            traks.append(track.trak(number, start))
            start += track.samples * SAMPLE_BYTES
        head = stamped(0, self.timescale, wide=self.wide)
        length = numbers(self.ticks, size=8 if self.wide else 4)
        rest = numbers(0x10000, 0, 0, 0, *UPRIGHT)
        return box(b"moov", box(b"mvhd", head, length, rest, bytes(28)), *traks, self.extra)


def moof(*sample_ticks: int, track_id: int = 1) -> bytes:
    """Give a fragment whose samples tell their own lengths, with its media."""
    tfhd = box(b"tfhd", numbers(0x020000, track_id))
    trun = box(b"trun", numbers(0x100, len(sample_ticks), *sample_ticks))
    return box(b"moof", box(b"traf", tfhd, trun)) + box(b"mdat", bytes(len(sample_ticks)))


FRAGMENTED = Movie(
    tracks=[Track(runs=())], ticks=0, extra=box(b"mvex", box(b"trex", numbers(0, 1, 1, 512, 0, 0)))
)


def wav(frames: int, rate: int = 48000, **fields: int) -> bytes:
    """Give a mono WAV of 16 bits; `byte_rate`, `align`, `size`, `codec` replace its own words."""
    size = frames * 2
    form = b"".join(
        value.to_bytes(width, "little")
        for value, width in (
            (fields.get("codec", 1), 2),
            (1, 2),
            (rate, 4),
            (fields.get("byte_rate", rate * 2), 4),
            (fields.get("align", 2), 2),
            (16, 2),
        )
    )
    told = fields.get("size", size).to_bytes(4, "little")
    head = b"WAVEfmt " + (16).to_bytes(4, "little") + form + b"data" + told
    return b"RIFF" + (len(head) + size).to_bytes(4, "little") + head + bytes(size)


def mp3_frames(count: int, kbit: int = 128) -> bytes:
    """Give MPEG-1 layer III frames of 44.1 kHz mono, 26.12 ms each; 64, 128 or 256 kbit/s."""
    head = bytes((0xFF, 0xFB, {64: 0x50, 128: 0x90, 256: 0xD0}[kbit], 0xC0))
    return (head + bytes(144 * kbit * 1000 // 44100 - 4)) * count


def mp3_note(frames: int, silence: tuple[int, int] = (576, 1000)) -> bytes:
    """Give the frame in which an encoder notes how many frames follow, and its silence."""
    before, after = silence
    note = (
        b"Info" + numbers(1, frames) + b"LAME3.100" + bytes(12) + numbers(before << 12 | after)[1:]
    )
    frame = mp3_frames(1)
    return frame[:21] + note + frame[21 + len(note) :]


def id3(size: int) -> bytes:
    """Give an ID3v2 tag with so many bytes of content."""
    sizes = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + sizes + bytes(size)


def adts_frames(count: int, rate_index: int = 3, content: int = 100) -> bytes:
    """Give AAC frames of 1024 samples; rate index 3 is 48 kHz, 6 is 24 kHz."""
    length = 7 + content
    head = (0xFFF1 << 40) | (1 << 38) | (rate_index << 34) | (1 << 30) | (length << 13) | 0x1FFC
    return (head.to_bytes(7, "big") + bytes(content)) * count
