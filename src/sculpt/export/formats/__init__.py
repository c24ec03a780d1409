"""The formats; the folder is the register. A module makes the bytes of a file from `sculpt.export.network.Network`."""
