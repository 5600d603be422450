# shellcheck shell=sh
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit env
# Job rocm7-rocm7.14.1-x86_64: manylinux_2_28_x86_64, gcc-toolset-15 (gcc 15.2.1).
export MLPLAN_JOB=rocm7-rocm7.14.1-x86_64
export MLPLAN_PROJECT=plugin-set-rocm7
export MLPLAN_LOCAL_VERSION=''
export CC=/opt/rh/gcc-toolset-15/root/usr/bin/gcc
export CXX=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export ROCM_PATH=/opt/rocm/core-7.14
export HIP_PATH=/opt/rocm/core-7.14
export PATH=/opt/rh/gcc-toolset-15/root/usr/bin:/opt/rocm/core-7.14/bin"${PATH:+:$PATH}"
export PYTORCH_ROCM_ARCH='gfx90a;gfx942;gfx1100;gfx1201'
export CMAKE_HIP_ARCHITECTURES='gfx90a;gfx942;gfx1100;gfx1201'
export HCC_AMDGPU_TARGET=gfx90a,gfx942,gfx1100,gfx1201
export CXXFLAGS='-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1'"${CXXFLAGS:+ $CXXFLAGS}"
export HIPFLAGS='-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1'"${HIPFLAGS:+ $HIPFLAGS}"
