"""What claims share: sides, paired differences, verdicts."""
