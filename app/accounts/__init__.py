"""Who people are, how they sign in, which roles they hold, and what they agreed to.

Signing in: by mail link, password, passkey, authenticator app, or another organisation's provider.

Owns ``users``, ``role_grants``, ``invitations``, ``sign_in_sessions``, ``sign_in_links``, ``email_changes``,
``attempts_made``, ``totps``, ``recovery_codes``, ``passkeys``, ``external_identities``, ``api_tokens``,
``consent_texts`` and ``consents``.
"""
