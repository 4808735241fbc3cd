"""A recipe is one TOML file; what it misspells must not be ignored."""

from pathlib import Path

import pytest

from training.recipe import read_recipe

RECIPES = Path(__file__).parents[2] / "training" / "recipes"


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_recipes_read_and_open_with_the_command_that_runs_them(path: Path) -> None:
    recipe = read_recipe(path)
    assert recipe.epochs >= 1
    assert path.read_text(encoding="utf-8").startswith("# radiology-gpt-train finetune ")


@pytest.mark.parametrize("text", ['name = "a"\nrnak = 8\n', "rank = 8\n"])
def test_unknown_fields_and_a_missing_name_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"recipe\.toml"):
        read_recipe(path)
