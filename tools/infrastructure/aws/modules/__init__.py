"""The modules of AWS, one file each."""
