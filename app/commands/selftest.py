"""`radiology-gpt selftest`: whether this installation can draft on this PC, one line a check."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from app.commands.chosen_model import choose_model, load_chosen
from app.domain.errors import InstallationDamaged, NetworkReachable, ProcessorTooOld, WorkstationError
from app.domain.report import Findings
from app.engine import processor
from app.engine.offline import loaded_network_modules
from app.engine.protocol import Finished, Ready
from app.engine.session import EngineSession
from app.models.installed import InstalledModel, inspect_model
from app.paths import policy_path, resources_dir, settings_path
from app.settings import Settings, load_settings

_RESOURCES = ("intended_use.md", "samples", "lexicon")
_TOKENS = 8
_FINDINGS = Findings("The heart is normal in size. The lungs are clear. There is no pleural effusion.")

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Check:
    """One check; `detail` says what was found, or what is wrong and what to do."""

    name: str
    passed: bool
    detail: str
    exit_code: int = 0


class Checks:
    """The checks so far, each told as it is done."""

    def __init__(self, tell: Callable[[Check], None]) -> None:
        self.done: list[Check] = []
        self._tell = tell

    def try_(self, name: str, look: Callable[[], _Found], say: Callable[[_Found], str]) -> _Found | None:
        """Look; what was found, None if something was wrong."""
        found: _Found | None = None
        try:
            found = look()
            self.done.append(Check(name, passed=True, detail=say(found)))
        except WorkstationError as error:
            self.done.append(Check(name, passed=False, detail=str(error), exit_code=error.exit_code))
        self._tell(self.done[-1])
        return found if self.done[-1].passed else None


def run_selftest(model: Path | None, prompt_style: str, *, as_json: bool) -> int:
    """Check everything and print it; the exit code of the first failure."""
    settings = load_settings(settings_path(), policy_path()).settings
    checks = Checks(tell=_ignore if as_json else _print)
    _check_all(checks, model, prompt_style, settings)
    if as_json:
        told = [{"name": check.name, "passed": check.passed, "detail": check.detail} for check in checks.done]
        sys.stdout.write(json.dumps({"passed": all(check.passed for check in checks.done), "checks": told}) + "\n")
    return next((check.exit_code for check in checks.done if not check.passed), 0)


def _print(check: Check) -> None:
    sys.stdout.write(f"{'ok    ' if check.passed else 'FAILED'}  {check.name}: {check.detail}\n")
    sys.stdout.flush()


def _ignore(_check: Check) -> None:
    """Told at the end, all at once."""


def _check_all(checks: Checks, model: Path | None, prompt_style: str, settings: Settings) -> None:
    """What depends on a failed check is left out."""
    checks.try_("resources", _look_for_resources, str)
    offered = checks.try_("processor", processor.features, _say_processor)
    installed = checks.try_("model file", partial(_find_model, model, settings), _say_model)
    with ExitStack() as stack:
        session = checks.try_("engine child", partial(_start, stack), lambda _: "started")
        if not (installed and session):
            return
        load = partial(load_chosen, session, installed.path, prompt_style, settings)
        ready = checks.try_("device", load, _say_device)
        if ready:
            checks.try_("build", partial(_compare_build, ready, offered), lambda built: ", ".join(sorted(built)))
            checks.try_("draft", partial(session.draft, _FINDINGS, max_tokens=_TOKENS), _say_tokens)
            checks.try_("offline", partial(_look_for_network, ready), lambda _: "no network module loaded")


def _start(stack: ExitStack) -> EngineSession:
    return stack.enter_context(EngineSession())


def _look_for_resources() -> Path:
    missing = [name for name in _RESOURCES if not (resources_dir() / name).exists()]
    if missing:
        raise InstallationDamaged(", ".join(missing))
    return resources_dir()


def _say_processor(offered: frozenset[str] | None) -> str:
    known = "cannot be asked for its features" if offered is None else f"{len(offered)} features"
    return f"{known}; {processor.physical_cores()} cores"


def _find_model(asked: Path | None, settings: Settings) -> InstalledModel:
    return inspect_model(choose_model(asked, settings))


def _say_model(installed: InstalledModel) -> str:
    return f"{installed.path} ({installed.name}, {installed.quantization}, sha256 {installed.sha256})"


def _say_device(ready: Ready) -> str:
    where = f"{ready.gpu_layers} of {ready.layers} layers, " if ready.gpu_layers else ""
    return f"{ready.device}, {where}{ready.threads} threads, loaded in {ready.load_ms:.0f} ms"


def _say_tokens(finished: Finished) -> str:
    return f"{finished.output_tokens} tokens, {finished.tokens_per_second:.0f} tokens/s"


def _compare_build(ready: Ready, offered: frozenset[str] | None) -> frozenset[str]:
    """What the engine was built for; this processor must have all of it."""
    built = processor.built_features(ready.system_info)
    if offered is not None and not built <= offered:
        raise ProcessorTooOld(", ".join(sorted(built - offered)))
    return built


def _look_for_network(ready: Ready) -> bool:
    if found := {*loaded_network_modules(), *ready.network_modules}:
        raise NetworkReachable(", ".join(sorted(found)))
    return True
