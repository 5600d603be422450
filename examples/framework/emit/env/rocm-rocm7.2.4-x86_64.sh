# shellcheck shell=sh
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit env
# Job rocm-rocm7.2.4-x86_64: manylinux_2_28_x86_64, gcc-toolset-15 (gcc 15.2.1).
export MLPLAN_JOB=rocm-rocm7.2.4-x86_64
export MLPLAN_PROJECT=framework
export MLPLAN_LOCAL_VERSION=rocm7.2
export CC=/opt/rh/gcc-toolset-15/root/usr/bin/gcc
export CXX=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export ROCM_PATH=/opt/rocm
export HIP_PATH=/opt/rocm
export PATH=/opt/rh/gcc-toolset-15/root/usr/bin:/opt/rocm/bin"${PATH:+:$PATH}"
export PYTORCH_ROCM_ARCH='gfx90a;gfx942;gfx1100'
export CMAKE_HIP_ARCHITECTURES='gfx90a;gfx942;gfx1100'
export HCC_AMDGPU_TARGET=gfx90a,gfx942,gfx1100
export CXXFLAGS='-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1'"${CXXFLAGS:+ $CXXFLAGS}"
export HIPFLAGS='-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1'"${HIPFLAGS:+ $HIPFLAGS}"
