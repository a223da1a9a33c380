"""Commands that make a run or look at one."""
