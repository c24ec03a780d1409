"""From artifacts to what the libraries take, and back."""
