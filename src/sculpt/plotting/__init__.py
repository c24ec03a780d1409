"""What all figures share: their looks, axes, panels and legends, and how they are saved."""
