"""The answer to the small question with which people try a feature or the connection."""

from .answers import StrictAnswer


class ExampleAnswer(StrictAnswer):
    """An answer, and whether the model is certain of it."""

    answer: str
    sure: bool

    def __str__(self) -> str:
        return self.answer
