"""The load engine: limiter, retries, workers, group commit."""
