"""What a fixture makes for its tests, and closes behind them."""

from contextlib import ExitStack


class Closing(ExitStack):
    """Calls `make` for whoever asks, and closes all that it made at the end of the `with`, the last first."""

    def __init__(self, make):
        super().__init__()
        self.make, self.made = make, []

    def __call__(self, *arguments, **options):
        self.made.append(self.make(*arguments, **options))
        self.callback(self.made[-1].close)
        return self.made[-1]
