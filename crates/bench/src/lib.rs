//! Load and latency against a running Parlor
