"""The modules of Google Cloud, one file each."""
