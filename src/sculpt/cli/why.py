"""`sculpt why FILE`: which settings, code, inputs and machine made a file, back to the raw data."""

from argparse import Namespace

from sculpt.pipeline.why.asked import files_of
from sculpt.pipeline.why.made import Makers
from sculpt.pipeline.why.words import told, told_of_several


def run(given: Namespace) -> None:
    print(why(given.file, Makers(), given.verbose))


def why(file: str, makers: Makers, verbose: bool = False) -> str:
    """What made a file, all files of a folder, or those that a log is of. Raises WhyError, ParamsError."""
    executions = makers.executions(files_of(file, makers), file)
    if len(executions) == 1:
        return "\n".join(told(*executions[0], makers, verbose))
    return "\n".join(told_of_several(file, executions, makers, verbose))
