# shellcheck shell=sh
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit env
# Job fine-cuda12.9.2-x86_64: manylinux_2_28_x86_64, gcc-toolset-14 (gcc 14.2.1).
export MLPLAN_JOB=fine-cuda12.9.2-x86_64
export MLPLAN_PROJECT=failing
export MLPLAN_LOCAL_VERSION=''
export CC=/opt/rh/gcc-toolset-14/root/usr/bin/gcc
export CXX=/opt/rh/gcc-toolset-14/root/usr/bin/g++
export CUDA_HOME=/usr/local/cuda-12.9
export CUDA_PATH=/usr/local/cuda-12.9
export CUDACXX=/usr/local/cuda-12.9/bin/nvcc
export CUDAHOSTCXX=/opt/rh/gcc-toolset-14/root/usr/bin/g++
export NVCC_CCBIN=/opt/rh/gcc-toolset-14/root/usr/bin/g++
export CMAKE_CUDA_HOST_COMPILER=/opt/rh/gcc-toolset-14/root/usr/bin/g++
export PATH=/opt/rh/gcc-toolset-14/root/usr/bin:/usr/local/cuda-12.9/bin"${PATH:+:$PATH}"
export TORCH_CUDA_ARCH_LIST='5.0;5.2;5.3;6.0;6.1;6.2;7.0;7.2;7.5;8.0;8.6;8.7;8.9;9.0;10.0;10.1;10.3;12.0;12.1+PTX'
export CMAKE_CUDA_ARCHITECTURES='50-real;52-real;53-real;60-real;61-real;62-real;70-real;72-real;75-real;80-real;86-real;87-real;89-real;90-real;100-real;101-real;103-real;120-real;121-real;121-virtual'
export CUDAARCHS='50-real;52-real;53-real;60-real;61-real;62-real;70-real;72-real;75-real;80-real;86-real;87-real;89-real;90-real;100-real;101-real;103-real;120-real;121-real;121-virtual'
export NVCC_GENCODE='-gencode=arch=compute_50,code=sm_50 -gencode=arch=compute_52,code=sm_52 -gencode=arch=compute_53,code=sm_53 -gencode=arch=compute_60,code=sm_60 -gencode=arch=compute_61,code=sm_61 -gencode=arch=compute_62,code=sm_62 -gencode=arch=compute_70,code=sm_70 -gencode=arch=compute_72,code=sm_72 -gencode=arch=compute_75,code=sm_75 -gencode=arch=compute_80,code=sm_80 -gencode=arch=compute_86,code=sm_86 -gencode=arch=compute_87,code=sm_87 -gencode=arch=compute_89,code=sm_89 -gencode=arch=compute_90,code=sm_90 -gencode=arch=compute_100,code=sm_100 -gencode=arch=compute_101,code=sm_101 -gencode=arch=compute_103,code=sm_103 -gencode=arch=compute_120,code=sm_120 -gencode=arch=compute_121,code=sm_121 -gencode=arch=compute_121,code=compute_121'
export CXXFLAGS=-D_GLIBCXX_USE_CXX11_ABI=1"${CXXFLAGS:+ $CXXFLAGS}"
export CUDAFLAGS=-D_GLIBCXX_USE_CXX11_ABI=1"${CUDAFLAGS:+ $CUDAFLAGS}"
