"""Who may know whom, how large a file may grow, and that the README's tree is the house as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PROGRAMS = ("app", "convert", "training")
MODULES = sorted(
    path.relative_to(REPOSITORY)
    for program in PROGRAMS
    for path in (REPOSITORY / program).rglob("*.py")
    if path.name != "__init__.py"
)


def test_import_contracts_hold() -> None:
    """In a process of its own: import-linter draws on the streams it finds, and pytest exchanges them."""
    check = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(cache_dir=None))"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=REPOSITORY, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_module_of_qt_that_reaches_the_network_is_imported() -> None:
    """import-linter sees PySide6 as one package, so its parts are looked for by name."""
    reaching = re.compile(r"^\s*(from|import) .*(QtNetwork|QtWebEngine|QtWebSockets)", re.MULTILINE)
    assert [module for module in MODULES if reaching.search((REPOSITORY / module).read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_says_why_it_exists_and_stays_small(module: Path) -> None:
    text = (REPOSITORY / module).read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert len(text.splitlines()) <= 400


def test_the_readme_s_tree_holds_every_module_and_no_other() -> None:
    """One caption a file, in the order of the journey."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    tree = readme.split("## The house", 1)[1].split("```")[1]
    named: list[str] = []
    folders: list[str] = []
    for line in tree.strip().splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.split()[0]
        folders[depth:] = [name]
        if depth and name.endswith(".py"):
            named.append("".join(folders))
    assert sorted(named) == sorted(map(str, MODULES))
