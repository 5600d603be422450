# shellcheck shell=sh disable=SC2016 # variables of the container, not of this shell
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit cibuildwheel-env
# Job cpu-mkl2025.3.1-x86_64: manylinux_2_28_x86_64, gcc-toolset-15 (gcc 15.2.1).
export CIBW_BUILD='cp311-manylinux_x86_64 cp312-manylinux_x86_64 cp313-manylinux_x86_64 cp314-manylinux_x86_64 cp315-manylinux_x86_64'
export CIBW_ARCHS_LINUX=x86_64
export CIBW_MANYLINUX_X86_64_IMAGE=quay.io/pypa/manylinux_2_28_x86_64@sha256:e0adf18521ad35192df733a6c62d35df7801957d24e0470238aacecfab2188a3
export CIBW_INHERIT='environment-linux: append; before-all-linux: prepend; audit-requires-linux: append; audit-command-linux: append'
export CIBW_BEFORE_ALL_LINUX='dnf -y install gcc-toolset-15 && dnf clean all && /opt/rh/gcc-toolset-15/root/usr/bin/g++ --version && /opt/python/cp311-cp311/bin/python -m pip install --no-cache-dir --no-deps --only-binary :all: --prefix /opt/mkl-2025.3.1 '"'"'intel-openmp<2026,>=2024'"'"' mkl==2025.3.1 '"'"'tbb>=2022,<2023'"'"' mkl-devel==2025.3.1 mkl-include==2025.3.1 && for file in /opt/mkl-2025.3.1/lib/lib*.so.*; do ln -sf "$(basename "$file")" "${file%%.so.*}.so"; done && test -f /opt/mkl-2025.3.1/include/mkl.h'
export CIBW_ENVIRONMENT_LINUX="${CIBW_ENVIRONMENT_LINUX:+$CIBW_ENVIRONMENT_LINUX }"'MLPLAN_JOB="cpu-mkl2025.3.1-x86_64" MLPLAN_PROJECT="framework" MLPLAN_LOCAL_VERSION="cpu" CC="/opt/rh/gcc-toolset-15/root/usr/bin/gcc" CXX="/opt/rh/gcc-toolset-15/root/usr/bin/g++" MKLROOT="/opt/mkl-2025.3.1" PATH="/opt/rh/gcc-toolset-15/root/usr/bin:$PATH" CXXFLAGS="-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1 $CXXFLAGS"'
export CIBW_REPAIR_WHEEL_COMMAND_LINUX='auditwheel repair --plat manylinux_2_28_x86_64 --only-plat --exclude libmkl_core.so.2 --exclude libmkl_rt.so.2 --exclude libmkl_sycl_blas.so.5 -w {dest_dir} {wheel}'
export CIBW_AUDIT_REQUIRES_LINUX=mlplan
export CIBW_AUDIT_COMMAND_LINUX='mlplan verify --plan {project}/mlplan.lock {wheel}'
