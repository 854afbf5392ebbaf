"""What repeats in an exemplar or runs through it: found before a fit, and asked for during it."""
