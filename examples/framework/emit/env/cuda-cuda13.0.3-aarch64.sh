# shellcheck shell=sh
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit env
# Job cuda-cuda13.0.3-aarch64: manylinux_2_28_aarch64, gcc-toolset-15 (gcc 15.2.1).
export MLPLAN_JOB=cuda-cuda13.0.3-aarch64
export MLPLAN_PROJECT=framework
export MLPLAN_LOCAL_VERSION=cu130
export CC=/opt/rh/gcc-toolset-15/root/usr/bin/gcc
export CXX=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export CUDA_HOME=/usr/local/cuda-13.0
export CUDA_PATH=/usr/local/cuda-13.0
export CUDACXX=/usr/local/cuda-13.0/bin/nvcc
export CUDAHOSTCXX=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export NVCC_CCBIN=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export CMAKE_CUDA_HOST_COMPILER=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export PATH=/opt/rh/gcc-toolset-15/root/usr/bin:/usr/local/cuda-13.0/bin"${PATH:+:$PATH}"
export TORCH_CUDA_ARCH_LIST='7.5;8.0;8.6;9.0'
export CMAKE_CUDA_ARCHITECTURES='75-real;80-real;86-real;90-real'
export CUDAARCHS='75-real;80-real;86-real;90-real'
export NVCC_GENCODE='-gencode=arch=compute_75,code=sm_75 -gencode=arch=compute_80,code=sm_80 -gencode=arch=compute_86,code=sm_86 -gencode=arch=compute_90,code=sm_90'
export CXXFLAGS='-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1'"${CXXFLAGS:+ $CXXFLAGS}"
export CUDAFLAGS='-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1'"${CUDAFLAGS:+ $CUDAFLAGS}"
