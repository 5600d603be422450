"""The wheels that the examples of the pages judge: small, but as builds leave them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.wheels.made import elf_file, fatbin, wheel_file

GCC_14 = "GCC: (GNU) 14.2.1 20250110 (Red Hat 14.2.1-7)"
GCC_15 = "GCC: (GNU) 15.2.1 20251114 (Red Hat 15.2.1-4)"


def make_wheels(folder: Path) -> None:
    """``dist/`` of a project: a wheel whose plug-in needs a newer glibc, and a CUDA wheel.

    Stored, not deflated: what zlib makes of them depends on its version.
    """
    core = elf_file(needs={"libc.so.6": ["memcpy@GLIBC_2.14"]}, comment=[GCC_14])
    plugin = elf_file(
        needs={"libc.so.6": ["memcpy@GLIBC_2.14", "pthread_mutex_lock@GLIBC_2.34"]},
        comment=[GCC_14],
    )
    wheel_file(
        folder,
        "mylib-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
        {"mylib/__init__.py": b"", "mylib/_core.so": core, "mylib/_plugin.so": plugin},
        compression=zipfile.ZIP_STORED,
    )
    ops = elf_file(
        needs={"libc.so.6": ["fcntl64@GLIBC_2.28"]},
        needed=["libcudart.so.13"],
        runpath="$ORIGIN/../nvidia/cu13/lib",
        sections={".nv_fatbin": fatbin("sm_80", "sm_90")},
        comment=[GCC_15],
    )
    wheel_file(
        folder,
        "mylib_cu13-1.0-cp312-cp312-manylinux_2_28_x86_64.whl",
        {"mylib_cu13/__init__.py": b"", "mylib_cu13/_ops.so": ops},
        requires=["nvidia-cuda-runtime==13.*"],
        compression=zipfile.ZIP_STORED,
    )
