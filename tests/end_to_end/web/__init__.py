"""Our own page, asked as a browser asks it, without one."""
