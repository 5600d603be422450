# shellcheck shell=sh disable=SC2016 # variables of the container, not of this shell
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit cibuildwheel-env
# Job plain-ppc64le: manylinux_2_28_ppc64le, gcc-toolset-15 (gcc 15.2.1).
export CIBW_BUILD='cp312-manylinux_ppc64le cp313-manylinux_ppc64le cp314-manylinux_ppc64le cp315-manylinux_ppc64le'
export CIBW_ARCHS_LINUX=ppc64le
export CIBW_MANYLINUX_PPC64LE_IMAGE=quay.io/pypa/manylinux_2_28_ppc64le@sha256:5f5f44183366b4aa080355c6f226ab0dad21549678590b7c15831db588c26aae
export CIBW_INHERIT='environment-linux: append; before-all-linux: prepend; audit-requires-linux: append; audit-command-linux: append'
export CIBW_BEFORE_ALL_LINUX='dnf -y install gcc-toolset-15 && dnf clean all && /opt/rh/gcc-toolset-15/root/usr/bin/g++ --version'
export CIBW_ENVIRONMENT_LINUX="${CIBW_ENVIRONMENT_LINUX:+$CIBW_ENVIRONMENT_LINUX }"'MLPLAN_JOB="plain-ppc64le" MLPLAN_PROJECT="cpu-numeric" MLPLAN_LOCAL_VERSION="" CC="/opt/rh/gcc-toolset-15/root/usr/bin/gcc" CXX="/opt/rh/gcc-toolset-15/root/usr/bin/g++" PATH="/opt/rh/gcc-toolset-15/root/usr/bin:$PATH" CXXFLAGS="-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1 $CXXFLAGS"'
export CIBW_REPAIR_WHEEL_COMMAND_LINUX='auditwheel repair --plat manylinux_2_28_ppc64le --only-plat -w {dest_dir} {wheel}'
export CIBW_AUDIT_REQUIRES_LINUX=mlplan
export CIBW_AUDIT_COMMAND_LINUX='mlplan verify --plan {project}/mlplan.lock {wheel}'
