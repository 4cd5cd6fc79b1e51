"""Why signing in through a provider did not work: for the log alone, people see one neutral page."""


class ProviderFailed(Exception):
    """The sentence goes on from "the provider": never what the provider or the browser sent, only words of ours.

    ``by_browser`` when the fault lies in what the browser brought (400), and not with the provider (502).
    """

    def __init__(self, why: str, *, by_browser: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.by_browser = by_browser
