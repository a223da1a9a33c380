"""Commands about people: who must not be contacted, and messages to them."""
