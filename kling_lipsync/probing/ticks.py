"""Time in files is counted in ticks of some rate; here it becomes milliseconds."""


def milliseconds(ticks: int, per_second: int) -> int:
    """Convert to the nearest ms, exactly; halves go up."""
    return (2000 * ticks + per_second) // (2 * per_second)
