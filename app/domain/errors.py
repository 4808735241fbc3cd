"""Every error the user can meet: a type, a sentence that says what happened, and a remedy.

WorkstationError
├── InputError                exit code 2: what was given cannot be used
│   ├── FindingsEmpty
│   ├── NothingToSummarize
│   ├── FindingsTooLong
│   ├── FindingsTooLarge
│   ├── FileUnreadable
│   ├── LineInvalid
│   ├── ReviewInputMissing
│   ├── SettingInvalid
│   ├── BaseUnusable
│   ├── AdapterUnusable
│   ├── DeskFull
│   └── OutputUnwritable
├── ModelError                exit code 3: no usable model
│   ├── ModelNotLoaded
│   ├── ModelMissing
│   ├── ModelEmpty
│   ├── ModelUnreadable
│   ├── ModelNotGguf
│   ├── ModelTruncated
│   ├── ModelUnsupported
│   ├── ModelAltered
│   ├── ModelTooLarge
│   ├── PhrasesUnusable
│   ├── PromptStyleUnknown
│   ├── QuantizationFailed
│   ├── ModelDiffers
│   └── ModelBuildFailed
│       └── ModelBuildCancelled
├── EngineError               exit code 4: the model's process failed
│   ├── EngineNotStarted
│   ├── EngineDied
│   ├── EngineHung
│   ├── EngineGarbled
│   ├── EngineBusy
│   ├── ProcessorTooOld
│   └── DraftingFailed
├── DisplayMissing            exit code 5: no screen to open a window on
├── InstallationDamaged       exit code 1: found by the self-test
└── NetworkReachable          likewise

No sentence ever holds report text: only counts, names of files and reasons.
"""

from __future__ import annotations

from pathlib import Path


class WorkstationError(Exception):
    """An error meant for the user.

    Attributes:
        sentence: what happened, one sentence.
        remedy: what to do about it, one sentence.
        exit_code: the command line's exit code for this family.
    """

    exit_code = 1
    sentence: str
    remedy: str

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}"

    @property
    def kind(self) -> str:
        """The type's name, by which the error crosses the border between processes."""
        return type(self).__name__

    @staticmethod
    def revive(kind: str, sentence: str, remedy: str) -> WorkstationError:
        """The error that another process named; an unknown kind becomes DraftingFailed."""
        family = _family(WorkstationError)
        chosen = family.get(kind, DraftingFailed)
        error = chosen.__new__(chosen)
        WorkstationError.__init__(error, sentence, remedy)
        return error


def _family(root: type[WorkstationError]) -> dict[str, type[WorkstationError]]:
    members = {root.__name__: root}
    for child in root.__subclasses__():
        members |= _family(child)
    return members


class InputError(WorkstationError):
    """What was given cannot be used."""

    exit_code = 2


class FindingsEmpty(InputError):
    def __init__(self) -> None:
        super().__init__("There are no findings.", "Type, paste or dictate the findings first.")


class NothingToSummarize(InputError):
    def __init__(self) -> None:
        super().__init__(
            "Nothing to summarize: the findings name no organ.",
            "Describe what was seen, then draft again.",
        )


class FindingsTooLong(InputError):
    """Refused with the counts; findings are never cut silently."""

    def __init__(self, tokens: int, limit: int) -> None:
        super().__init__(
            f"The findings are too long for this model: {tokens:,} tokens, limit {limit:,}.",
            "Shorten the findings or choose a model with a longer context.",
        )


class FindingsTooLarge(InputError):
    """More text than can be handed to a model at all; refused before its tokens are counted."""

    def __init__(self, characters: int, limit: int) -> None:
        super().__init__(
            f"There is too much text: {characters:,} characters, limit {limit:,}.",
            "Shorten the findings.",
        )


class FileUnreadable(InputError):
    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{path} cannot be read: {reason}.", "Check the path and the permissions.")


class LineInvalid(InputError):
    def __init__(self, reason: str) -> None:
        super().__init__(
            f"This line cannot be used: {reason}.",
            'Give one JSON object a line with "id" and "findings".',
        )


class ReviewInputMissing(InputError):
    def __init__(self) -> None:
        super().__init__(
            "There is nothing to review.", "Give --findings and --impression, or --jsonl with lines on stdin."
        )


class SettingInvalid(InputError):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The setting {name} is not valid: {reason}.", "Correct it in the settings.")


class BaseUnusable(InputError):
    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(
            f"The base model {path} cannot be converted: {reason}.",
            "Give a GGUF file or a Hugging Face folder of a LLaMA-family model.",
        )


class AdapterUnusable(InputError):
    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(
            f"The adapter {path} cannot be merged: {reason}.",
            "Give a folder that `radiology-gpt-train finetune` wrote for this base.",
        )


class DeskFull(InputError):
    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} studies are parked already.", "Sign or discard one of them first (F4).")


class OutputUnwritable(InputError):
    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"{path} cannot be written: {reason}.", "Check the free space and the permissions.")


class ModelError(WorkstationError):
    """There is no model that can be used."""

    exit_code = 3


class ModelNotLoaded(ModelError):
    def __init__(self) -> None:
        super().__init__("No model is loaded.", "Choose an installed model.")


class ModelMissing(ModelError):
    def __init__(self, path: Path | str) -> None:
        super().__init__(f"There is no model file at {path}.", "Choose an installed model.")


class ModelEmpty(ModelError):
    def __init__(self, path: Path | str) -> None:
        super().__init__(f"The model file {path} is empty.", "Copy it again from its source.")


class ModelUnreadable(ModelError):
    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"The model file {path} cannot be read: {reason}.", "Check the path and the permissions.")


class ModelNotGguf(ModelError):
    def __init__(self, path: Path | str) -> None:
        super().__init__(f"{path} is not a GGUF model file.", "Choose a file made by radiology-gpt-convert.")


class ModelTruncated(ModelError):
    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"The model file {path} is damaged: {reason}.", "Copy it again from its source.")


class ModelUnsupported(ModelError):
    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(f"The model {path} cannot be used: {reason}.", "Choose a model of the LLaMA family.")


class ModelAltered(ModelError):
    """What is computed from such a file cannot be trusted: it is read from the disk while it computes."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"The model file {path} was changed while it was in use.",
            "Copy it again from its source and draft again, or start the program again if the change was meant.",
        )


class PhrasesUnusable(ModelError):
    """The model can be used all the same: its phrase table only makes drafting faster."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(
            f"The phrase table {path} cannot be used: {reason}.",
            "Copy it again together with its model; drafts are the same without it, only slower.",
        )


class ModelTooLarge(ModelError):
    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"There is not enough free memory for the model {path}.", "Close other programs or choose a smaller model."
        )


class PromptStyleUnknown(ModelError):
    def __init__(self, style: str, known: tuple[str, ...]) -> None:
        super().__init__(
            f"There is no prompt style {style!r}." if style else "This model does not say how it is to be asked.",
            f"Choose a prompt style: {', '.join(known)}.",
        )


class ModelBuildFailed(ModelError):
    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The default model could not be built: {reason.rstrip('.')}.",
            "Run `radiology-gpt-convert default` to see why, then try again.",
        )


class ModelBuildCancelled(ModelBuildFailed):
    def __init__(self) -> None:
        super().__init__("it was stopped")
        self.remedy = "Draft again to build it."


class QuantizationFailed(ModelError):
    def __init__(self, quantization: str, reason: str) -> None:
        super().__init__(
            f"The model could not be quantized to {quantization}: {reason}.", "Choose another type, for instance Q8_0."
        )


class ModelDiffers(ModelError):
    """A converted model does not compute what its source computes."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The model failed its verification: {reason}.", "Do not use it; convert it again.")


class EngineError(WorkstationError):
    """The process that runs the model failed; the text in the window is untouched."""

    exit_code = 4


class EngineNotStarted(EngineError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The drafting engine did not start: {reason}.", "Run `radiology-gpt selftest`.")


class EngineDied(EngineError):
    def __init__(self, code: int | None) -> None:
        how = "unexpectedly" if code is None else f"with code {code}"
        super().__init__(f"The drafting engine ended {how}. Your text is kept.", "Draft again to retry.")


class EngineHung(EngineError):
    def __init__(self, stage: str, seconds: float) -> None:
        super().__init__(
            f"The drafting engine did not answer within {seconds:.0f} s ({stage}). Your text is kept.",
            "Draft again to retry.",
        )


class EngineGarbled(EngineError):
    def __init__(self) -> None:
        super().__init__(
            "The drafting engine sent something that is no answer. Your text is kept.", "Draft again to retry."
        )


class EngineBusy(EngineError):
    def __init__(self) -> None:
        super().__init__("The engine is still drafting.", "Wait for it or press Esc to stop it.")


class ProcessorTooOld(EngineError):
    def __init__(self, missing: str) -> None:
        super().__init__(
            f"This processor lacks {missing}, which the drafting engine was built for.",
            "Install a build for this processor, or the portable one that carries all variants.",
        )


class DraftingFailed(EngineError):
    def __init__(self, reason: str) -> None:
        super().__init__(f"The draft failed: {reason}. Your text is kept.", "Draft again to retry.")


class InstallationDamaged(WorkstationError):
    def __init__(self, missing: str) -> None:
        super().__init__(f"Parts of this installation are missing: {missing}.", "Install it again.")


class NetworkReachable(WorkstationError):
    """A module that can open connections is loaded, although nothing here needs one."""

    def __init__(self, modules: str) -> None:
        super().__init__(f"Network modules are loaded: {modules}.", "Do not use this installation; install it again.")


class DisplayMissing(WorkstationError):
    exit_code = 5

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The window cannot be opened: {reason}.",
            "Start it from a desktop session, or use `radiology-gpt draft` on the command line.",
        )
