"""Damaged media files: what transfers, disks, other programs and attackers make of sound ones."""

from collections.abc import Callable, Iterator, Sequence
from random import Random

BOX_KINDS = (b"stsd stts stsz stsc stco ctts elst mdhd tkhd mvhd hdlr moov trak ftyp mdat").split()
ODD_NUMBERS = (0, 1, 0x7FFFFFFF, 0xFFFFFFFF)
HEADER_BYTES = 512
BLOCK_BYTES = 1024

Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]


def mutants(seeds: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Yield damaged copies, as many of each seed and of each kind of damage."""
    random = Random(seed)  # noqa: S311 - the same files in each run
    for number in range(count):
        original = seeds[number % len(seeds)]
        damage = MUTATIONS[number // len(seeds) % len(MUTATIONS)]
        yield damage(random, original, seeds)


def noise(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Change bytes anywhere."""
    return with_noise(random, content, len(content))


def header_noise(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Change bytes at the start."""
    return with_noise(random, content, min(HEADER_BYTES, len(content)))


def truncated(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Cut the end off."""
    return content[: random.randrange(len(content))]


def odd_field(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Overwrite numbers in boxes, or in the header of a file that has none."""
    changed = bytearray(content)
    places = [at for kind in BOX_KINDS if (at := content.find(kind)) >= 0] or [0]
    for _field in range(random.randint(1, 4)):
        at = random.choice(places) + random.choice((-4, 4, 8, 12, 16, 20))
        if 0 <= at < len(changed) - 4:
            changed[at : at + 4] = random.choice(ODD_NUMBERS).to_bytes(4, "big")
    return bytes(changed)


def zeroed(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Overwrite a block with zeros."""
    start, end = block(random, content)
    return content[:start] + bytes(end - start) + content[end:]


def duplicated(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Repeat a block up to 20 times."""
    start, end = block(random, content)
    return content[:end] + content[start:end] * random.randint(1, 20) + content[end:]


def shuffled(random: Random, content: bytes, _: Sequence[bytes]) -> bytes:
    """Deal the blocks of the file out anew."""
    size = random.choice((64, BLOCK_BYTES))
    blocks = [content[at : at + size] for at in range(0, len(content), size)]
    random.shuffle(blocks)
    return b"".join(blocks)


def spliced(random: Random, content: bytes, seeds: Sequence[bytes]) -> bytes:
    """Begin as one file and go on as another."""
    other = random.choice(seeds)
    return content[: random.randrange(len(content))] + other[random.randrange(len(other)) :]


MUTATIONS: tuple[Mutation, ...] = (
    noise,
    header_noise,
    truncated,
    odd_field,
    zeroed,
    duplicated,
    shuffled,
    spliced,
)


def with_noise(random: Random, content: bytes, reach: int) -> bytes:
    """Change up to 40 bytes of the first `reach`."""
    changed = bytearray(content)
    for _ in range(random.randint(1, 40)):
        changed[random.randrange(reach)] = random.randrange(256)
    return bytes(changed)


def block(random: Random, content: bytes) -> tuple[int, int]:
    """Choose a block of up to BLOCK_BYTES."""
    start = random.randrange(len(content))
    return start, min(len(content), start + random.randint(1, BLOCK_BYTES))
