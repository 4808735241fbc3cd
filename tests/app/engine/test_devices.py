"""Each graphics device counts once, discrete ones before integrated ones."""

from __future__ import annotations

from app.engine.binding import open_library
from app.engine.devices import (
    ACCELERATOR,
    DISCRETE,
    INTEGRATED,
    PROCESSOR,
    Device,
    find_devices,
    graphics_among,
)

GIGABYTE = 1 << 30


def device(backend: str, number: int, kind: int, pci: str = "", free: int = 8) -> Device:
    return Device(backend, f"{backend}{number}", "A card", kind, pci, free * GIGABYTE, 16 * GIGABYTE)


def names(*devices: Device) -> list[str]:
    return [found.name for found in graphics_among(devices)]


def test_this_build_finds_the_processor_with_its_memory():
    open_library()
    (found,) = find_devices()
    assert (found.backend, found.kind, found.pci) == ("CPU", PROCESSOR, "")
    assert 0 < found.free <= found.total
    assert found.description
    assert found.handle
    assert graphics_among([found]) == []


def test_one_card_that_two_back_ends_offer_is_the_first_ones():
    cuda = device("CUDA", 0, DISCRETE, "0000:c1:00.0")
    other = device("Vulkan", 1, DISCRETE, "0000:c2:00.0", free=1)
    assert names(cuda, device("Vulkan", 0, DISCRETE, "0000:c1:00.0"), other) == ["CUDA0", "Vulkan1"]


def test_two_back_ends_offer_the_same_integrated_device():
    assert names(device("SYCL", 0, INTEGRATED), device("Vulkan", 0, INTEGRATED, "0000:00:02.0")) == ["SYCL0"]


def test_cards_without_a_known_place_are_not_taken_for_one():
    assert names(device("Vulkan", 0, DISCRETE), device("Vulkan", 1, DISCRETE)) == ["Vulkan0", "Vulkan1"]


def test_discrete_comes_before_integrated_and_more_free_memory_before_less():
    integrated = device("Vulkan", 0, INTEGRATED, "0000:00:02.0", free=30)
    small, large = device("Vulkan", 1, DISCRETE, "1", free=4), device("Vulkan", 2, DISCRETE, "2", free=12)
    assert names(integrated, small, large) == ["Vulkan2", "Vulkan1", "Vulkan0"]


def test_processors_accelerators_and_other_machines_are_no_graphics():
    assert names(device("CPU", 0, PROCESSOR), device("BLAS", 0, ACCELERATOR), device("RPC", 0, DISCRETE)) == []
