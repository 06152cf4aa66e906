"""What is logged and counted about the process. Never the content of a request."""
