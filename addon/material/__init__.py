"""What can be changed of a material without generating again, and maps that are estimated."""
