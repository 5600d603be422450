# shellcheck shell=sh disable=SC2016 # variables of the container, not of this shell
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit cibuildwheel-env
# Job cpu-arm-aarch64: manylinux_2_28_aarch64, gcc-toolset-15 (gcc 15.2.1).
export CIBW_BUILD='cp311-manylinux_aarch64 cp312-manylinux_aarch64 cp313-manylinux_aarch64 cp314-manylinux_aarch64 cp315-manylinux_aarch64'
export CIBW_ARCHS_LINUX=aarch64
export CIBW_MANYLINUX_AARCH64_IMAGE=quay.io/pypa/manylinux_2_28_aarch64@sha256:a3e02308c822fb6ce0d12248b0c941817ba5e1a1bc9e7bb5929f29c50eaa40a9
export CIBW_INHERIT='environment-linux: append; before-all-linux: prepend; audit-requires-linux: append; audit-command-linux: append'
export CIBW_BEFORE_ALL_LINUX='dnf -y install gcc-toolset-15 && dnf clean all && /opt/rh/gcc-toolset-15/root/usr/bin/g++ --version'
export CIBW_ENVIRONMENT_LINUX="${CIBW_ENVIRONMENT_LINUX:+$CIBW_ENVIRONMENT_LINUX }"'MLPLAN_JOB="cpu-arm-aarch64" MLPLAN_PROJECT="framework" MLPLAN_LOCAL_VERSION="cpu" CC="/opt/rh/gcc-toolset-15/root/usr/bin/gcc" CXX="/opt/rh/gcc-toolset-15/root/usr/bin/g++" PATH="/opt/rh/gcc-toolset-15/root/usr/bin:$PATH" CXXFLAGS="-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1 $CXXFLAGS"'
export CIBW_REPAIR_WHEEL_COMMAND_LINUX='auditwheel repair --plat manylinux_2_28_aarch64 --only-plat -w {dest_dir} {wheel}'
export CIBW_AUDIT_REQUIRES_LINUX=mlplan
export CIBW_AUDIT_COMMAND_LINUX='mlplan verify --plan {project}/mlplan.lock {wheel}'
