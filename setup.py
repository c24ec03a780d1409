"""The kernels are built with the package; what else there is to say is in pyproject.toml."""

import importlib.util
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ENGINE = Path("src/sculpt/engine")


class BuildKernels(build_ext):
    """Plain shared libraries, not modules of Python: engine/build.py makes them, and a machine without a compiler
    goes without them."""

    def run(self):
        specification = importlib.util.spec_from_file_location("build_kernels", ENGINE / "build.py")
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        inplace = self.inplace or self.editable_mode
        missing = module.build(module.FOLDER if inplace else Path(self.build_lib) / "sculpt" / "engine")
        if missing:
            self.warn(missing)

    def get_outputs(self):
        return []

    def get_output_mapping(self):
        return {}


setup(ext_modules=[Extension("sculpt.engine.kernels", [])], cmdclass={"build_ext": BuildKernels})
