"""Evidence: files with a subject, an issuer, a scope, an expiry and a reviewer's verdict."""
