"""xls and xlsb: workbooks that libraries read, in a process of its own."""
