"""Reads `prefect.yaml` and `automations.yaml`, each the one place where its matter is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from schemas.deployments import (
    AutomationsFile,
    AutomationSpec,
    DeploymentsFile,
    DeploymentSpec,
)
from schemas.errors import WrongUse

FileT = TypeVar("FileT", bound=BaseModel)


def line_of(path: Path, deployment: str, keys: Sequence[str]) -> int:
    """The line of `prefect.yaml` where a parameter of a deployment stands.

    Args:
        path: The file, which has been read before.
        deployment: Its name.
        keys: Of the parameter, from the outermost; as many as are there are followed.
    """
    root: Any = yaml.compose(path.read_text(encoding="utf-8"))
    entries = getattr(_child(root, "deployments"), "value", [])
    node = next(
        (each for each in entries if getattr(_child(each, "name"), "value", "") == deployment), root
    )
    for key in ("parameters", *keys):
        found = _child(node, key)
        if found is None:
            break
        node = found
    return int(node.start_mark.line) + 1


def _child(node: Any, key: str) -> Any:
    """The value of a key of a mapping; None where there is none."""
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def read_deployments(path: Path) -> list[DeploymentSpec]:
    """The deployments, with entrypoints that work from any folder.

    Raises:
        WrongUse: No such file, not YAML, or a deployment that lacks something.
    """
    found = _read(path, DeploymentsFile, "docs/how-to/prefect.md shows a deployment.").deployments
    home = path.resolve().parent
    # an absolute path stays as it is
    return [each.model_copy(update={"entrypoint": str(home / each.entrypoint)}) for each in found]


def read_automations(path: Path) -> list[AutomationSpec]:
    """Of what somebody is told.

    Raises:
        WrongUse: No such file, not YAML, or an automation that is none.
    """
    return _read(path, AutomationsFile, "docs/how-to/be-told.md shows some.").automations


def _read(path: Path, kind: type[FileT], do: str) -> FileT:
    try:
        return kind.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError:
        raise WrongUse(
            "This file cannot be read.",
            where=str(path),
            do="It belongs beside pyproject.toml; bring it back from the repository.",
        ) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        raise WrongUse(
            "This is not YAML.",
            where=f"{path}:{mark.line + 1}" if mark else str(path),
            do="Check the indentation, the colons and the quotes of this line.",
        ) from None
    except ValidationError as refused:
        first = refused.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise WrongUse(
            f"`{key}` is wrong: {first['msg'][:1].lower()}{first['msg'][1:]}.",
            where=str(path),
            do=do,
        ) from None
