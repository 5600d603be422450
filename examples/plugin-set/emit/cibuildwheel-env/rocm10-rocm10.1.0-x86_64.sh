# shellcheck shell=sh disable=SC2016 # variables of the container, not of this shell
# Written by mlplan 0.1.0 from mlplan.lock (2026-11-21); do not edit.
# Write it again: mlplan emit cibuildwheel-env
# Job rocm10-rocm10.1.0-x86_64: manylinux_2_28_x86_64, gcc-toolset-15 (gcc 15.2.1).
export CIBW_BUILD='cp311-manylinux_x86_64 cp312-manylinux_x86_64 cp313-manylinux_x86_64 cp314-manylinux_x86_64 cp314t-manylinux_x86_64'
export CIBW_ENABLE=cpython-prerelease
export CIBW_ARCHS_LINUX=x86_64
export CIBW_MANYLINUX_X86_64_IMAGE=quay.io/pypa/manylinux_2_28_x86_64@sha256:e0adf18521ad35192df733a6c62d35df7801957d24e0470238aacecfab2188a3
export CIBW_INHERIT='environment-linux: append; before-all-linux: prepend; audit-requires-linux: append; audit-command-linux: append'
export CIBW_BEFORE_ALL_LINUX='dnf -y install gcc-toolset-15 && dnf clean all && /opt/rh/gcc-toolset-15/root/usr/bin/g++ --version && dnf -y install epel-release dnf-plugins-core && dnf config-manager --set-enabled powertools && printf '"'"'%s\n'"'"' '"'"'[rocm]'"'"' '"'"'name=ROCm 10.1.0'"'"' baseurl=https://repo.amd.com/rocm/packages-multi-arch/rhel8/x86_64 enabled=1 priority=50 gpgcheck=1 gpgkey=https://repo.amd.com/rocm/packages-multi-arch/gpg/rocm.gpg > /etc/yum.repos.d/rocm.repo && dnf -y install amdrocm-core-devel10.1-10.1.0 && dnf clean all && /opt/rocm/core-10.1/bin/hipconfig --version'
export CIBW_ENVIRONMENT_LINUX="${CIBW_ENVIRONMENT_LINUX:+$CIBW_ENVIRONMENT_LINUX }"'MLPLAN_JOB="rocm10-rocm10.1.0-x86_64" MLPLAN_PROJECT="plugin-set-rocm10" MLPLAN_LOCAL_VERSION="" CC="/opt/rh/gcc-toolset-15/root/usr/bin/gcc" CXX="/opt/rh/gcc-toolset-15/root/usr/bin/g++" ROCM_PATH="/opt/rocm/core-10.1" HIP_PATH="/opt/rocm/core-10.1" PATH="/opt/rh/gcc-toolset-15/root/usr/bin:/opt/rocm/core-10.1/bin:$PATH" PYTORCH_ROCM_ARCH="gfx90a;gfx942;gfx950;gfx1100;gfx1201" CMAKE_HIP_ARCHITECTURES="gfx90a;gfx942;gfx950;gfx1100;gfx1201" HCC_AMDGPU_TARGET="gfx90a,gfx942,gfx950,gfx1100,gfx1201" CXXFLAGS="-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1 $CXXFLAGS" HIPFLAGS="-std=c++17 -D_GLIBCXX_USE_CXX11_ABI=1 $HIPFLAGS"'
export CIBW_REPAIR_WHEEL_COMMAND_LINUX='auditwheel repair --plat manylinux_2_28_x86_64 --only-plat --exclude libMIOpen.so.1 --exclude libamd_smi.so.27 --exclude libamdhip64.so.7 --exclude libhipblas.so.3 --exclude libhipblaslt.so.1 --exclude libhipfft.so.0 --exclude libhipsolver.so.1 --exclude libhipsparse.so.4 --exclude libhsa-runtime64.so.1 --exclude librocblas.so.5 --exclude librocprofiler-sdk.so.1 --exclude librocrand.so.1 --exclude librocsolver.so.0 -w {dest_dir} {wheel}'
export CIBW_AUDIT_REQUIRES_LINUX=mlplan
export CIBW_AUDIT_COMMAND_LINUX='mlplan verify --plan {project}/mlplan.lock {wheel}'
