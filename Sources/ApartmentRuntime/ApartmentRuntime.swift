// Made in this first slice.
