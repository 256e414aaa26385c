"""Gets a channel key from Latchkey with the service key: python3 channel_key.py room-1 42

Python 3.8 or later, standard library. Environment: LATCHKEY_URL, SERVICE_KEY.
"""

import json
import os
import re
import sys
import urllib.error
import urllib.request


def channel_key(channel: str, uid: int) -> dict:
    """Pass the whole response on to the app: key, uid, expiresAt, renewAt and more. The uid must be
    that of your signed-in user."""
    request = urllib.request.Request(
        setting("LATCHKEY_URL").rstrip("/") + "/v1/keys",
        data=json.dumps({"channel": channel, "uid": uid, "expiresIn": 3600}).encode(),
        headers={"Authorization": "Bearer " + setting("SERVICE_KEY"), "Content-Type": "application/json"},
    )
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=5) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        detail = error.read().decode(errors="replace")
        raise RuntimeError(f"Latchkey returned {error.code}: {detail}") from None


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would send the service key to wherever a redirect points."""

    def redirect_request(self, *_):
        return None


def uid_of(text: str) -> int:
    """Refuses 0, which would let anyone in, and any text that is not a uid."""
    if re.fullmatch("[1-9][0-9]{0,9}", text) and int(text) <= 0xFFFFFFFF:
        return int(text)
    raise ValueError("uid must be a whole number from 1 to 4294967295")


def setting(name: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise RuntimeError(name + " is not set")
    return value


if __name__ == "__main__":
    try:
        channel, uid = sys.argv[1:]
        print(json.dumps(channel_key(channel, uid_of(uid))))
    except (RuntimeError, ValueError, OSError) as error:
        sys.exit(str(error))
