"""The demo: a simulated Furano on the real server, with a community centre's gateway, that goes on living."""
