"""The one base of every fault that a person can mend."""


class SculptError(Exception):
    """A fault whose message is one line that names the file, key, node or epoch; no traceback is shown for it."""
