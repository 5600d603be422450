# shellcheck shell=sh
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit env
# Job plain-aarch64: manylinux_2_28_aarch64, gcc-toolset-15 (gcc 15.2.1).
export MLPLAN_JOB=plain-aarch64
export MLPLAN_PROJECT=cpu-numeric
export MLPLAN_LOCAL_VERSION=''
export CC=/opt/rh/gcc-toolset-15/root/usr/bin/gcc
export CXX=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export PATH=/opt/rh/gcc-toolset-15/root/usr/bin"${PATH:+:$PATH}"
export CXXFLAGS='-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1'"${CXXFLAGS:+ $CXXFLAGS}"
