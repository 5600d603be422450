# shellcheck shell=sh
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit env
# Job plain-armv7l: manylinux_2_35_armv7l, ubuntu-22.04-gcc (gcc 11.4.0).
export MLPLAN_JOB=plain-armv7l
export MLPLAN_PROJECT=cpu-numeric
export MLPLAN_LOCAL_VERSION=''
export CC=/usr/bin/gcc
export CXX=/usr/bin/g++
export CXXFLAGS='-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1'"${CXXFLAGS:+ $CXXFLAGS}"
