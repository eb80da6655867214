"""Where the contract is read from disk: the YAML files, or their compiled form.

`generated/contract.json` holds the files parsed, so that a server starts without a YAML
parser.  It is used only while its checksum matches the YAML beside it: an edit of the spec
is read, and checked, at the next start.
"""

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import evolve, frozen

from kling_lipsync.openapi_reader import check_openapi
from kling_lipsync.physics import Physics, changed, read_physics
from kling_lipsync.rulebook import Rulebook, SpecError
from kling_lipsync.rulebook_reader import read_rulebook

_PACKAGED = Path(__file__).parent / "spec"
_CHECKOUT = Path(__file__).parent.parent

FILES = ("openapi.yaml", "rules.yaml", "control.yaml", "physics.yaml")


@frozen
class Contract:
    """The OpenAPI document (as parsed), the rulebook and account physics.

    `lines` maps a rule to its line in rules.yaml, `places` a rule's pointer into openapi.yaml to
    the line of what it names.
    """

    openapi: dict[str, Any]
    control: dict[str, Any]
    rulebook: Rulebook
    physics: Physics
    lines: dict[str, int]
    places: dict[str, int]
    folder: Path

    def with_physics(self, path: str) -> "Contract":
        """Return the contract with the numbers of a YAML or JSON file in force.

        Raises SpecError when it cannot be read, or has a name or a value that cannot be.
        """
        import yaml  # noqa: PLC0415 - as in compile_contract

        try:
            values = yaml.safe_load(Path(path).expanduser().read_text("utf-8"))
        except (OSError, ValueError, yaml.YAMLError) as error:
            msg = f"physics {path!r} cannot be read: {' '.join(str(error).split())}"
            raise SpecError(msg) from None
        if not isinstance(values, dict):
            msg = f"physics {path!r} is no mapping of names to values, such as `slots: 5`"
            raise SpecError(msg)
        physics, rulebook = changed(self.physics, self.rulebook, values)
        return evolve(self, physics=physics, rulebook=rulebook)

    def bundle(self) -> dict[str, Any]:
        """Return the OpenAPI document without `x-` data, ready for any tool."""
        bundle: dict[str, Any] = _without_extensions(self.openapi)
        return bundle

    def vendor_hosts(self) -> tuple[str, ...]:
        """Return the hosts of the real service: those of the `https` servers."""
        servers = [urlsplit(server["url"]) for server in self.openapi["servers"]]
        return tuple(server.hostname or "" for server in servers if server.scheme == "https")


def spec_folder() -> Path:
    """Return the folder with openapi.yaml and rules.yaml: the wheel's, or the checkout's."""
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT / "spec"


def compiled_path() -> Path:
    """Return where the compiled contract is kept."""
    if _PACKAGED.is_dir():
        return _PACKAGED / "contract.json"
    return _CHECKOUT / "generated" / "contract.json"


def load_contract() -> Contract:
    """Read the contract; raise SpecError when it holds something that is not understood."""
    folder = spec_folder()
    documents = _compiled(compiled_path(), checksum(folder))
    return contract_from(documents or compile_contract(folder), folder)


def _compiled(path: Path, wanted: str) -> dict[str, Any] | None:
    """Return the compiled contract if it is that of the YAML with this checksum."""
    try:
        documents = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    if not isinstance(documents, dict) or documents.get("checksum") != wanted:
        return None
    return documents


def contract_from(documents: dict[str, Any], folder: Path) -> Contract:
    """Return the contract that compiled documents hold; raise SpecError as `load_contract`."""
    openapi = documents["openapi"]
    try:
        rulebook = read_rulebook(documents["rules"], openapi)
        physics = read_physics(documents["physics"], rulebook)
    except KeyError as missing:
        msg = f"rules.yaml, physics.yaml or x-errors lacks the key {missing} where one is needed"
        raise SpecError(msg) from None
    return Contract(
        openapi=openapi,
        control=documents["control"],
        rulebook=rulebook,
        physics=physics,
        lines=documents["lines"],
        places=documents["places"],
        folder=folder,
    )


def checksum(folder: Path) -> str:
    """Return the SHA-256 (hex) of the YAML files together."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()


def compile_contract(folder: Path) -> dict[str, Any]:
    """Parse the YAML files into what `contract.json` holds; raise SpecError as `load_contract`."""
    import yaml  # noqa: PLC0415 - a server that finds the compiled form starts without it

    class UniqueKeys(yaml.SafeLoader):
        """Refuses a key that stands twice in one mapping, and dates that YAML would guess."""

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: ANN401, FBT001, FBT002
            names = [key.value for key, _ in node.value]
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                msg = f"{node.start_mark}: the key {sorted(twice)[0]!r} stands here twice"
                raise SpecError(msg)
            return super().construct_mapping(node, deep)

    def parsed(name: str) -> tuple[dict[str, Any], Any]:
        loader = UniqueKeys((folder / name).read_text("utf-8"))
        try:
            node = loader.get_single_node()
            document: dict[str, Any] = loader.construct_document(node)
        except yaml.YAMLError as error:
            msg = f"{name} is not well-formed YAML: {error}"
            raise SpecError(msg) from None
        finally:
            loader.dispose()
        return document, node

    rules, _ = parsed("rules.yaml")
    openapi, tree = parsed("openapi.yaml")
    check_openapi(openapi)
    return {
        "checksum": checksum(folder),
        "openapi": openapi,
        "control": parsed("control.yaml")[0],
        "rules": rules,
        "physics": parsed("physics.yaml")[0],
        "lines": _lines((folder / "rules.yaml").read_text("utf-8"), rules["rules"]),
        "places": _places(tree, rules["rules"]),
    }


def _lines(text: str, names: dict[str, Any]) -> dict[str, int]:
    found = {line.strip().rstrip(":"): number for number, line in enumerate(text.splitlines(), 1)}
    return {name: found[name] for name in names if name in found}


def _places(tree: Any, rules: dict[str, Any]) -> dict[str, int]:  # noqa: ANN401 - a YAML node
    """Return the line at which each pointer of the rules starts; of a mapping, that of its key."""
    pointers = {pointer for rule in rules.values() for pointer in rule.get("schema", ())}
    return {pointer: _line(tree, pointer) for pointer in sorted(pointers)}


def _line(node: Any, pointer: str) -> int:  # noqa: ANN401 - a YAML node
    line = 1
    for escaped in pointer.split("/")[1:]:
        token = escaped.replace("~1", "/").replace("~0", "~")
        if node.id == "mapping":
            pairs = {key.value: (key, value) for key, value in node.value}
            key, node = pairs.get(token, (node, node))
            line = key.start_mark.line + 1
        elif node.id == "sequence" and token.isdecimal() and int(token) < len(node.value):
            node = node.value[int(token)]
            line = node.start_mark.line + 1
    return int(line)


def _without_extensions(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {k: _without_extensions(v) for k, v in value.items() if not str(k).startswith("x-")}
    if isinstance(value, list):
        return [_without_extensions(item) for item in value]
    return value


def main() -> None:
    """Check the contract, then write its compiled form and the bundle (`make contract`)."""
    documents = compile_contract(spec_folder())
    contract = contract_from(documents, spec_folder())
    folder = compiled_path().parent
    _write_json(folder / "contract.json", documents, indent=0)
    _write_json(folder / "openapi.json", contract.bundle(), indent=2)


def _write_json(path: Path, document: object, *, indent: int) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=indent) + "\n", "utf-8")


if __name__ == "__main__":
    main()
