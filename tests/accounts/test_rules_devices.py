import pytest

from app.accounts.rules.devices import device_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"


@pytest.mark.parametrize(
    "user_agent,device",
    [
        (WINDOWS, "Chrome, Windows"),
        (f"{WINDOWS} Edg/130.0", "Edge, Windows"),
        (f"{WINDOWS} OPR/115.0", "Opera, Windows"),
        ("Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0", "Firefox, Android"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/115 SamsungBrowser/23.0 Mobile", "Samsung Internet, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) CriOS/130.0 Safari/604.1", "Chrome, iPad"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) FxiOS/132.0", "Firefox, Mac"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/130.0", "Chrome, Chromebook"),
        ("Mozilla/5.0 (X11; Linux x86_64) Gecko", "Linux"),
        ("Firefox", "Firefox"),
        ("curl/8.5", ""),
        ("", ""),
        ("<script>Firefox</script>" * 100, "Firefox"),
    ],
)
def test_a_browser_in_two_words(user_agent, device):
    assert device_of(user_agent) == device
    assert len(device) <= 80
