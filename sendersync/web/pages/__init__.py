"""HTML: strings in, escaped, strings out; one stylesheet for all pages, also for `check --html`."""
