"""Shell completion, made from the parser: whatever it takes is completed, and nothing else."""

import argparse

from attrs import frozen

from kling_lipsync.cli.command import Command
from kling_lipsync.cli.parser import make_parser

_FILES = ("video", "audio", "output")


@frozen
class Word:
    """An option of a verb, or one of its positional arguments (whose `flags` are empty)."""

    flags: tuple[str, ...]
    help: str
    choices: tuple[str, ...]
    takes_value: bool
    is_file: bool


@frozen
class Spelled:
    """A verb as shells are told of it."""

    name: str
    help: str
    words: tuple[Word, ...]

    @property
    def flags(self) -> tuple[str, ...]:
        """All options of the verb."""
        return tuple(flag for word in self.words for flag in word.flags)

    @property
    def choices(self) -> tuple[str, ...]:
        """What the positional arguments of the verb can be, where that is a list."""
        return tuple(one for word in self.words if not word.flags for one in word.choices)


def completion(command: Command) -> int:
    """Print the script for a shell."""
    script = SCRIPTS[command.arguments.shell](spelled())
    command.screen.result(script, {})
    return 0


def spelled() -> tuple[Spelled, ...]:
    """Return the verbs of the parser, in its order."""
    actions = make_parser()._actions
    (verbs,) = (one for one in actions if isinstance(one, argparse._SubParsersAction))
    helps = {one.dest: one.help or "" for one in verbs._choices_actions}
    return tuple(
        Spelled(name, helps[name], tuple(_word(one) for one in parser._actions))
        for name, parser in verbs.choices.items()
    )


def _word(action: argparse.Action) -> Word:
    return Word(
        flags=tuple(action.option_strings),
        help=(action.help or "").replace("%(default)s", str(action.default)),
        choices=tuple(map(str, action.choices or ())),
        takes_value=action.nargs != 0,
        is_file=action.dest in _FILES,
    )


def bash(verbs: tuple[Spelled, ...]) -> str:
    """Return the script for bash."""
    names = " ".join(verb.name for verb in verbs)
    cases = "\n".join(
        f"    {verb.name}) words={_quoted(' '.join((*verb.choices, *verb.flags)))} ;;"
        for verb in verbs
    )
    valued = {
        (flag, word.choices)
        for verb in verbs
        for word in verb.words
        if word.choices
        for flag in word.flags
    }
    values = "\n".join(
        f"    {flag}) words={_quoted(' '.join(choices))} ;;" for flag, choices in sorted(valued)
    )
    return f"""\
_lipsync() {{
  local words={_quoted(names)} current="${{COMP_WORDS[COMP_CWORD]}}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "${{COMP_WORDS[1]}}" in
{cases}
    *) words="" ;;
    esac
    case "${{COMP_WORDS[COMP_CWORD-1]}}" in
{values}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _lipsync lipsync"""


def zsh(verbs: tuple[Spelled, ...]) -> str:
    """Return the script for zsh."""
    names = "\n".join(f"    {_quoted(f'{verb.name}:{_plain(verb.help)}')}" for verb in verbs)
    cases = "\n".join(
        f"  {verb.name}) _arguments -S {' '.join(_zsh_specs(verb))} ;;" for verb in verbs
    )
    return f"""\
#compdef lipsync
_lipsync() {{
  local -a verbs=(
{names}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  shift words
  (( CURRENT-- ))
  case "$words[1]" in
{cases}
  esac
}}
compdef _lipsync lipsync"""


def _zsh_specs(verb: Spelled) -> list[str]:
    specs = []
    for word in verb.words:
        values = (
            f"({' '.join(word.choices)})" if word.choices else ("_files" if word.is_file else "")
        )
        value = f":{_plain(verb.name)} value:{values}" if word.takes_value else ""
        specs += [_quoted(f"{flag}[{_plain(word.help)}]{value}") for flag in word.flags]
        if not word.flags:
            specs.append(_quoted(f"*:{_plain(word.help)}:{values}"))
    return specs


def fish(verbs: tuple[Spelled, ...]) -> str:
    """Return the script for fish."""
    lines = ["complete -c lipsync -f"]
    lines += [
        f"complete -c lipsync -n __fish_use_subcommand -a {verb.name} -d {_quoted(verb.help)}"
        for verb in verbs
    ]
    for verb in verbs:
        seen = f"complete -c lipsync -n {_quoted(f'__fish_seen_subcommand_from {verb.name}')}"
        lines += [f"{seen}{_fish_word(word)}" for word in verb.words]
    return "\n".join(lines)


def _fish_word(word: Word) -> str:
    parts = [
        f" -l {flag[2:]}" if flag.startswith("--") else f" -s {flag[1:]}" for flag in word.flags
    ]
    if word.takes_value and word.flags:
        parts.append(" -r")
    if word.is_file:
        parts.append(" -F")
    if word.choices:
        parts.append(f" -a {_quoted(' '.join(word.choices))}")
    return "".join(parts) + f" -d {_quoted(word.help)}"


def _plain(text: str) -> str:
    """Return a text without what zsh reads as syntax."""
    return "".join(one for one in text if one not in "[]:`'\"\\")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


SCRIPTS = {"bash": bash, "zsh": zsh, "fish": fish}
