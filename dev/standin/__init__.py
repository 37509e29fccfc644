"""A stand-in for the Messages API: speaks what the SDK speaks, refuses what the API refuses, and does as scripted."""
from .catalog import Usage
from .script import MODES, Step
from .server import Standin, running
from .state import Call

__all__ = ["MODES", "Call", "Standin", "Step", "Usage", "running"]
