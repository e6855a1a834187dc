"""A renderer whose child can be made to overrun, to die or to tell about itself."""

import os
import signal
import sys
import time


def render_pdf(order: str) -> bytes:
    match order:
        case "sleep":
            time.sleep(60)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "refuse":
            raise ValueError("Figure « schéma » : SVG illisible.")
        case "modules":
            return "\n".join(sys.modules).encode()
        case "chatter":
            print("a library that talks", flush=True)
        case "large":
            return b"x" * 20_000_000
    return f"{os.getpid()} {os.nice(0)}".encode()
