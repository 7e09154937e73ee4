"""Online story detection: which narrative does this message tell, how does it grow, what is it called."""
