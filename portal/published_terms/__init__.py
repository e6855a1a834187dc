"""What vendors publish of their terms, watched and compared with the contract in force."""
