"""The checks of every page find what they are for."""

import pytest

from tests.web.client import faults

GOOD = """<!doctype html><html lang="fr"><head><title>Page – Relance</title></head><body><h1>Page</h1>
<form method="post" action="/x"><input type="hidden" name="csrf_token" value="t"><label for="a">A</label>
<input id="a" name="a"><button>Go</button></form></body></html>"""


def test_a_good_page_has_no_fault() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('lang="fr"', ""),
        ("<title>Page – Relance</title>", ""),
        ("<h1>Page</h1>", ""),
        ("<h1>Page</h1>", "<h1>Page</h1><h1>Page</h1>"),
        ('name="csrf_token"', 'name="other"'),
        ('value="t"', 'value=""'),
        ('<label for="a">A</label>', ""),
        ("<button>", '<button onclick="go()">'),
        ("<button>", '<button style="color:red">'),
        ("<button>Go</button>", "<button><svg></svg></button>"),
        ("</body>", "<script>go()</script></body>"),
        ("</body>", "<style>a{}</style></body>"),
        ("</body>", "<table><tr><td>1</td></tr></table></body>"),
        ("</body>", '<p id="a">twice</p></body>'),
        ("</body>", '<a href="">nowhere</a></body>'),
        ('name="a"', 'name="a" aria-describedby="gone"'),
    ],
)
def test_a_fault_is_found(was: str, becomes: str) -> None:
    assert was in GOOD
    assert len(faults(GOOD.replace(was, becomes, 1))) == 1
