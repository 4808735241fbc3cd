"""Where things live: run from source, from a wheel or frozen. Nobody else asks.

It does not read any of these places, nor create them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

NAME = "radiology-gpt"
DEFAULT_MODEL = "radiology-gpt-135M-Q4_0.gguf"


def is_frozen() -> bool:
    """Whether this runs from the PyInstaller bundle."""
    return bool(getattr(sys, "frozen", False))


def resources_dir() -> Path:
    """What is shipped: theme, lexicons, samples, the default adapter."""
    if is_frozen():
        return Path(getattr(sys, "_MEIPASS", "")) / "resources"
    return Path(__file__).resolve().parent.parent / "resources"


def data_dir() -> Path:
    """This user's private data; RADIOLOGY_GPT_DATA puts it elsewhere (tests, portable installations)."""
    chosen = os.environ.get("RADIOLOGY_GPT_DATA")
    return Path(chosen).absolute() if chosen else platformdirs.user_data_path(NAME, appauthor=False)


def models_dir() -> Path:
    """Where this user's models are installed."""
    return data_dir() / "models"


def default_model_path() -> Path:
    """The default model: carried by the bundle, built into the user's data when run from source."""
    return (resources_dir() / "models" if is_frozen() else models_dir()) / DEFAULT_MODEL


def device_verdicts_path() -> Path:
    """What was learned about this PC's devices; may be deleted at any time."""
    return data_dir() / "devices.json"


def settings_path() -> Path:
    """The user's settings."""
    if os.environ.get("RADIOLOGY_GPT_DATA"):
        return data_dir() / "settings.toml"
    return platformdirs.user_config_path(NAME, appauthor=False, roaming=True) / "settings.toml"


def policy_path() -> Path:
    """The machine's policy, above every user's settings; no environment variable moves it."""
    if sys.platform in ("win32", "darwin"):
        return platformdirs.site_config_path(NAME, appauthor=False) / "policy.toml"
    return Path("/etc") / NAME / "policy.toml"


def program_command() -> list[str]:
    """The command that starts this same program again."""
    return [sys.executable] if is_frozen() else [sys.executable, "-I", "-m", "app"]


def engine_command() -> list[str]:
    """The command that starts the engine child."""
    return [*program_command(), "--engine"]


def convert_command() -> list[str]:
    """The command that runs the converter; only an installation from source has one."""
    return [sys.executable, "-I", "-m", "convert"]
