"""Which keys of a run name something of another section."""

NAMING = {
    **dict.fromkeys(("mask", "masks", "mask_of", "criterion"), "criteria"),
    "transform": "transforms",
}
"""Key of a run -> the section of which it names an entry, or a plug-in that needs no settings."""
LADDERS = ("lrr", "wr")
"""What `mask_of` may name instead: the methods at the end of whose ladder the mask is found."""
OTHERWISE = {"mask_of": LADDERS}
"""What such a key may name that is no entry."""
