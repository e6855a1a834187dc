"""What those who run the portal need: health, jobs, the file store; in development, the mails and the components."""
