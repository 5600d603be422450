# shellcheck shell=sh disable=SC2016 # variables of the container, not of this shell
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit cibuildwheel-env
# Job plain-i686: manylinux_2_28_i686, gcc-toolset-14 (gcc 14.2.1).
export CIBW_BUILD='cp312-manylinux_i686 cp313-manylinux_i686 cp314-manylinux_i686 cp315-manylinux_i686'
export CIBW_ARCHS_LINUX=i686
export CIBW_MANYLINUX_I686_IMAGE=quay.io/pypa/manylinux_2_28_i686@sha256:541324ddb178a1611c25485a8fcce73c227131f273a510006b9fb0bfa0672d27
export CIBW_INHERIT='environment-linux: append; before-all-linux: prepend; audit-requires-linux: append; audit-command-linux: append'
export CIBW_BEFORE_ALL_LINUX='/opt/rh/gcc-toolset-14/root/usr/bin/g++ --version'
export CIBW_ENVIRONMENT_LINUX="${CIBW_ENVIRONMENT_LINUX:+$CIBW_ENVIRONMENT_LINUX }"'MLPLAN_JOB="plain-i686" MLPLAN_PROJECT="cpu-numeric" MLPLAN_LOCAL_VERSION="" CC="/opt/rh/gcc-toolset-14/root/usr/bin/gcc" CXX="/opt/rh/gcc-toolset-14/root/usr/bin/g++" PATH="/opt/rh/gcc-toolset-14/root/usr/bin:$PATH" CXXFLAGS="-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1 $CXXFLAGS"'
export CIBW_REPAIR_WHEEL_COMMAND_LINUX='auditwheel repair --plat manylinux_2_28_i686 --only-plat -w {dest_dir} {wheel}'
export CIBW_AUDIT_REQUIRES_LINUX=mlplan
export CIBW_AUDIT_COMMAND_LINUX='mlplan verify --plan {project}/mlplan.lock {wheel}'
