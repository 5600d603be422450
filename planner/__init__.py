"""mlplan: plans the manylinux tag, image and toolchain of accelerator wheels, and says why."""

__version__ = "0.1.0"
