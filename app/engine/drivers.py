"""Which drivers the graphics devices have: after another one was installed, what was measured before counts no more.

Asked of Vulkan's loader and the kernel; nothing here computes.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from pathlib import Path

_LOADERS = {"linux": "libvulkan.so.1", "win32": "vulkan-1.dll"}
_NVIDIA_MODULE = Path("/sys/module/nvidia/version")
_INSTANCE_CREATE_INFO = 1
_MOST_DEVICES = 16
# VkPhysicalDeviceProperties is a little over 800 bytes; only its first numbers are read.
_PROPERTIES_BYTES = 4096


class _InstanceInfo(ctypes.Structure):
    """VkInstanceCreateInfo."""

    _fields_ = [
        ("type", ctypes.c_uint32),
        ("next", ctypes.c_void_p),
        ("flags", ctypes.c_uint32),
        ("application", ctypes.c_void_p),
        ("layer_count", ctypes.c_uint32),
        ("layers", ctypes.c_void_p),
        ("extension_count", ctypes.c_uint32),
        ("extensions", ctypes.c_void_p),
    ]


def driver_versions() -> tuple[str, ...]:
    """The kernel's release and, as far as they can be asked, each driver's version; only good for comparing."""
    nvidia = [_NVIDIA_MODULE.read_text("ascii", "replace").strip()] if _NVIDIA_MODULE.is_file() else []
    return (platform.release(), *nvidia, *_vulkan_versions())


def _vulkan_versions() -> list[str]:
    try:
        vulkan = ctypes.CDLL(_LOADERS.get(sys.platform, ""))
        create = vulkan.vkCreateInstance
    except (OSError, AttributeError):
        return []
    instance = ctypes.c_void_p()
    info = _InstanceInfo(type=_INSTANCE_CREATE_INFO)
    if create(ctypes.byref(info), None, ctypes.byref(instance)) != 0:
        return []
    try:
        return [_version(vulkan, device) for device in _devices(vulkan, instance)]
    finally:
        vulkan.vkDestroyInstance(instance, None)


def _devices(vulkan: ctypes.CDLL, instance: ctypes.c_void_p) -> list[int]:
    devices = (ctypes.c_void_p * _MOST_DEVICES)()
    count = ctypes.c_uint32(_MOST_DEVICES)
    # A negative answer is an error; a positive one only says that there are more.
    if vulkan.vkEnumeratePhysicalDevices(instance, ctypes.byref(count), devices) < 0:
        return []
    return [device for device in devices[: count.value] if device]


def _version(vulkan: ctypes.CDLL, device: int) -> str:
    properties = ctypes.create_string_buffer(_PROPERTIES_BYTES)
    vulkan.vkGetPhysicalDeviceProperties(ctypes.c_void_p(device), properties)
    _, driver, maker, model = (ctypes.c_uint32 * 4).from_buffer(properties)
    return f"{maker:04x}:{model:04x} {driver:08x}"
