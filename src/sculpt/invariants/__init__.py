"""What must hold within an artifact, and between it and those that it is made from.

Each check takes the content of one file and what it must agree with, and yields reasons why it does not.
"""
