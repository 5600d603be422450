# shellcheck shell=sh disable=SC2016 # variables of the container, not of this shell
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit cibuildwheel-env
# Job plain-s390x: manylinux_2_28_s390x, gcc-toolset-15 (gcc 15.2.1).
export CIBW_BUILD='cp312-manylinux_s390x cp313-manylinux_s390x cp314-manylinux_s390x cp315-manylinux_s390x'
export CIBW_ARCHS_LINUX=s390x
export CIBW_MANYLINUX_S390X_IMAGE=quay.io/pypa/manylinux_2_28_s390x@sha256:ab63144a4fedb556b0f003220cd246d2338bcec33ad715557dbd1101b11b8c42
export CIBW_INHERIT='environment-linux: append; before-all-linux: prepend; audit-requires-linux: append; audit-command-linux: append'
export CIBW_BEFORE_ALL_LINUX='dnf -y install gcc-toolset-15 && dnf clean all && /opt/rh/gcc-toolset-15/root/usr/bin/g++ --version'
export CIBW_ENVIRONMENT_LINUX="${CIBW_ENVIRONMENT_LINUX:+$CIBW_ENVIRONMENT_LINUX }"'MLPLAN_JOB="plain-s390x" MLPLAN_PROJECT="cpu-numeric" MLPLAN_LOCAL_VERSION="" CC="/opt/rh/gcc-toolset-15/root/usr/bin/gcc" CXX="/opt/rh/gcc-toolset-15/root/usr/bin/g++" PATH="/opt/rh/gcc-toolset-15/root/usr/bin:$PATH" CXXFLAGS="-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1 $CXXFLAGS"'
export CIBW_REPAIR_WHEEL_COMMAND_LINUX='auditwheel repair --plat manylinux_2_28_s390x --only-plat -w {dest_dir} {wheel}'
export CIBW_AUDIT_REQUIRES_LINUX=mlplan
export CIBW_AUDIT_COMMAND_LINUX='mlplan verify --plan {project}/mlplan.lock {wheel}'
