"""The guide inside the program, written in each language of the screens; and its list of keys."""

from flask import Blueprint, render_template

from relance.web.labels.help import KEYS, TOPICS
from relance.web.language import language

page = Blueprint("help", __name__)


@page.get("/aide")
def index() -> str:
    """All topics on one page; each has its anchor."""
    return render_template("help/index.html", topics=TOPICS, spoken=language())


@page.get("/aide/clavier")
def keyboard() -> str:
    """The keys, which a person may switch off."""
    return render_template("help/keyboard.html", keys=KEYS)
