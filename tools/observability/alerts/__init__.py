"""What is alerted on, one module for each thing that is watched."""
