import os
import threading
import time

_F = os.environ.get("CHAT_TRACE")
def mark(name):
    if _F:
        with open(_F, "a") as f:
            f.write(f"{time.monotonic():.6f} {os.getpid()} {threading.current_thread().name} {name}\n")
