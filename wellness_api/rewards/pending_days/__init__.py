"""The days that wait because of uploads: they are worked out, folded, evaluated and posted."""
