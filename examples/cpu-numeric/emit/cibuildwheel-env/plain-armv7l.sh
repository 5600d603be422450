# shellcheck shell=sh disable=SC2016 # variables of the container, not of this shell
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit cibuildwheel-env
# Job plain-armv7l: manylinux_2_35_armv7l, ubuntu-22.04-gcc (gcc 11.4.0).
export CIBW_BUILD='cp312-manylinux_armv7l cp313-manylinux_armv7l cp314-manylinux_armv7l cp315-manylinux_armv7l'
export CIBW_ARCHS_LINUX=armv7l
export CIBW_MANYLINUX_ARMV7L_IMAGE=quay.io/pypa/manylinux_2_35_armv7l@sha256:8291cb9bfbe981215819fd4a9a481e20edb17970afad553f1c655ff614e62bae
export CIBW_INHERIT='environment-linux: append; before-all-linux: prepend; audit-requires-linux: append; audit-command-linux: append'
export CIBW_BEFORE_ALL_LINUX='/usr/bin/g++ --version'
export CIBW_ENVIRONMENT_LINUX="${CIBW_ENVIRONMENT_LINUX:+$CIBW_ENVIRONMENT_LINUX }"'MLPLAN_JOB="plain-armv7l" MLPLAN_PROJECT="cpu-numeric" MLPLAN_LOCAL_VERSION="" CC="/usr/bin/gcc" CXX="/usr/bin/g++" CXXFLAGS="-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1 $CXXFLAGS"'
export CIBW_REPAIR_WHEEL_COMMAND_LINUX='auditwheel repair --plat manylinux_2_35_armv7l --only-plat -w {dest_dir} {wheel}'
export CIBW_AUDIT_REQUIRES_LINUX=mlplan
export CIBW_AUDIT_COMMAND_LINUX='mlplan verify --plan {project}/mlplan.lock {wheel}'
