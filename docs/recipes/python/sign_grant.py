"""Signs a grant for one user: python3 sign_grant.py room-1 42

Python 3.8 or later, pip install PyJWT. Environment: GRANT_SECRET.
"""

import os
import re
import sys
import time
import uuid

import jwt


def sign_grant(channels: list, uid: int) -> str:
    """For the app of a signed-in user. With it, the app gets keys for these channels for four
    hours."""
    secret = os.environ.get("GRANT_SECRET")
    if not secret:
        raise RuntimeError("GRANT_SECRET is not set")
    now = int(time.time())
    claims = {
        "iss": "business-server",
        "aud": "latchkey",
        "sub": f"user-{uid}",
        "jti": str(uuid.uuid4()),
        "iat": now,
        "exp": now + 4 * 3600,
        "channels": channels,
        "uid": uid,
        "maxKeyExpiresIn": 3600,
    }
    return jwt.encode(claims, secret, algorithm="HS256")


def uid_of(text: str) -> int:
    """Refuses 0, which would let anyone in, and any text that is not a uid."""
    if re.fullmatch("[1-9][0-9]{0,9}", text) and int(text) <= 0xFFFFFFFF:
        return int(text)
    raise ValueError("uid must be a whole number from 1 to 4294967295")


if __name__ == "__main__":
    try:
        channel, uid = sys.argv[1:]
        print(sign_grant([channel], uid_of(uid)))
    except (RuntimeError, ValueError) as error:
        sys.exit(str(error))
