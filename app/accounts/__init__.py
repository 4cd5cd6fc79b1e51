"""Who people are, how they sign in (link by mail or password), and which roles they hold.

Owns ``users``, ``role_grants``, ``sign_in_links`` and ``sign_in_failures``.
"""
