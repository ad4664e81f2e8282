"""The API, the worker, the commands and the pages: one wing for each zone of the data, and what stands around them."""
