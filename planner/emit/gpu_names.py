"""Products behind GPU targets, for readers of a support table.

Examples for orientation, written from general knowledge and not read from the makers' lists, which
decide: NVIDIA, "CUDA GPU Compute Capability" (developer.nvidia.com/cuda-gpus); AMD, "System
requirements" (rocm.docs.amd.com). The facts name few products, and a lock none. A target without a
name here is shown by its number alone.
"""

from __future__ import annotations

PRODUCTS = {
    "sm_35": "K40",
    "sm_37": "K80",
    "sm_50": "GTX 750",
    "sm_52": "GTX 900, M40",
    "sm_53": "Jetson TX1, Nano",
    "sm_60": "P100",
    "sm_61": "GTX 10, P4, P40",
    "sm_62": "Jetson TX2",
    "sm_70": "V100",
    "sm_72": "Jetson Xavier",
    "sm_75": "T4, RTX 20",
    "sm_80": "A100, A30",
    "sm_86": "A10, A40, RTX 30",
    "sm_87": "Jetson Orin",
    "sm_89": "L4, L40, RTX 40",
    "sm_90": "H100, H200, GH200",
    "sm_100": "B200, GB200",
    "sm_101": "Thor",
    "sm_103": "B300, GB300",
    "sm_107": "Rubin",
    "sm_110": "Jetson Thor",
    "sm_120": "RTX 50, RTX PRO Blackwell",
    "sm_121": "GB10",
    "gfx900": "MI25",
    "gfx906": "MI50, MI60",
    "gfx908": "MI100",
    "gfx90a": "MI210, MI250",
    "gfx942": "MI300, MI325",
    "gfx950": "MI350, MI355",
    "gfx1030": "RX 6800, RX 6900, W6800",
    "gfx1031": "RX 6700",
    "gfx1032": "RX 6600",
    "gfx1100": "RX 7900, W7900",
    "gfx1101": "RX 7700, RX 7800",
    "gfx1102": "RX 7600",
    "gfx1200": "RX 9060",
    "gfx1201": "RX 9070, R9700",
}

UNCONFIRMED = frozenset({"sm_101", "sm_107"})
"""Targets whose product is in no list of their maker: inferred from release notes."""
