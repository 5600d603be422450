# shellcheck shell=sh
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit env
# Job cuda13-cuda13.5.0-x86_64: manylinux_2_28_x86_64, gcc-toolset-15 (gcc 15.2.1).
export MLPLAN_JOB=cuda13-cuda13.5.0-x86_64
export MLPLAN_PROJECT=plugin-set-cuda13
export MLPLAN_LOCAL_VERSION=''
export CC=/opt/rh/gcc-toolset-15/root/usr/bin/gcc
export CXX=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export CUDA_HOME=/usr/local/cuda-13.5
export CUDA_PATH=/usr/local/cuda-13.5
export CUDACXX=/usr/local/cuda-13.5/bin/nvcc
export CUDAHOSTCXX=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export NVCC_CCBIN=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export CMAKE_CUDA_HOST_COMPILER=/opt/rh/gcc-toolset-15/root/usr/bin/g++
export PATH=/opt/rh/gcc-toolset-15/root/usr/bin:/usr/local/cuda-13.5/bin"${PATH:+:$PATH}"
export TORCH_CUDA_ARCH_LIST='8.0;9.0;10.0;12.0+PTX'
export CMAKE_CUDA_ARCHITECTURES='80-real;90-real;100-real;120-real;120-virtual'
export CUDAARCHS='80-real;90-real;100-real;120-real;120-virtual'
export NVCC_GENCODE='-gencode=arch=compute_80,code=sm_80 -gencode=arch=compute_90,code=sm_90 -gencode=arch=compute_100,code=sm_100 -gencode=arch=compute_120,code=sm_120 -gencode=arch=compute_120,code=compute_120'
export CXXFLAGS='-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1'"${CXXFLAGS:+ $CXXFLAGS}"
export CUDAFLAGS='-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1'"${CUDAFLAGS:+ $CUDAFLAGS}"
