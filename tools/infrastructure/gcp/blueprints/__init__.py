"""What is put together of the modules, one file a target."""
