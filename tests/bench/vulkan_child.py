"""The engine child of vulkan.py: as the app starts it, but with a library of its own, and one device named.

    python -I tests/bench/vulkan_child.py SITE

SITE is the folder that holds the package llama_cpp.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, sys.argv[1])

from app.engine import isolation
from app.engine.loading import LlamaEngine
from app.engine.worker import serve


def main() -> None:
    requests, answers = isolation.take_pipes()
    isolation.settle_down()
    isolation.set_environment()
    # After everything that could redirect the engine was dropped. The software driver is a processor to Vulkan, and
    # ggml's back end leaves processors out unless a device is named.
    os.environ["GGML_VK_VISIBLE_DEVICES"] = "0"
    serve(LlamaEngine(), requests, answers, on_end=lambda: os._exit(0))


main()
