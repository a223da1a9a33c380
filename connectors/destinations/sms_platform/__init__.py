"""The one platform: commands, answer table, echo check, client."""
