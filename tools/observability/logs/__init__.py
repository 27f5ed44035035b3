"""Where logs go, how long they stay, and which of them call somebody."""
