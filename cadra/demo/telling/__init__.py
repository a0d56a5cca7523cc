"""How each part of a file comes about, told with the real actions of the mechanism."""
