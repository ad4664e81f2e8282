"""The days that uploads ask for: worked out, folded, evaluated and posted."""
