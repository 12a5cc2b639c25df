"""What the pages of models show of one: its texts, its channels, where it is used, how a text of it reads."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, g, request, url_for

from relance.domain.delivery import ChannelName
from relance.i18n import MESSAGE_LANGUAGES
from relance.services import texts
from relance.services.refusal import Refused
from relance.services.texts import BuiltIn, Chosen, Stored, Text
from relance.services.texts.look import Asked, Look, look, usual_step
from relance.services.texts.templates import LONGEST_TEXT, Place
from relance.storage.queries import templates as queries
from relance.storage.queries.templates import Offered, Use
from relance.web.database import firm, local_now, reading, wiring
from relance.web.labels import reasons
from relance.web.labels.customers import LANGUAGE_NAMES
from relance.web.labels.models import model_name
from relance.web.language import gettext as _
from relance.web.language import language


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it is now: the original's texts and the firm's own."""

    name: str
    title: str
    original: BuiltIn | None
    own: Stored
    used: tuple[Use, ...]

    @property
    def channels(self) -> tuple[ChannelName, ...]:
        """Those that it may have texts for."""
        if self.original is None:
            return tuple(ChannelName)
        return tuple(one for one in ChannelName if one in self.original.channels or (self.name, one) in self.own)

    def text(self, place: Place) -> Text | None:
        """One of its texts; None where there isn't one."""
        return texts.in_languages(self.own, self.name, place.channel).get(place.language)

    def is_changed(self, place: Place) -> bool:
        """Whether a text is the firm's own."""
        return place.language in self.own.get((self.name, place.channel), {})


def find(name: str) -> Model:
    """The model of a name, or 404."""
    own = texts.stored(reading(), [name])
    if not texts.exists(own, name):
        abort(404)
    used = queries.uses(reading()).get(name, ())
    return Model(name, model_name(name, _), texts.by_name().get(name), own, used)


def place_of(model: Model) -> Place:
    """Which of its texts an address asks for: ?langue=fr&canal=email."""
    spoken = request.args.get("langue") or firm().language
    channel = request.args.get("canal") or next(iter(_with_text(model)))
    if spoken not in MESSAGE_LANGUAGES or channel not in set(model.channels):
        abort(404)
    return Place(model.name, ChannelName(channel), spoken)


def _with_text(model: Model) -> list[ChannelName]:
    """The channels that it has a text for; an own model has one at least."""
    return [one for one in model.channels if texts.in_languages(model.own, model.name, one)]


def clipped(text: Text | None) -> Text | None:
    """As much of a text as is looked at: more can't be kept. What a form sends ends each line with two characters."""
    return text and Text(text.subject[: 2 * LONGEST_TEXT], text.body[: 2 * LONGEST_TEXT])


def asked(model: Model, place: Place, text: Text | None, invoice: str) -> Asked:
    """A look at a text: with an invoice, or without one, with one that there isn't."""
    return Asked(place, clipped(text), usual_step(model.name, model.used), invoice.strip() or None, local_now().date())


def seen(model: Model, one: Asked) -> Look | Refused | None:
    """How a text reads; None where the model has none for the channel."""
    if one.text is None and one.place.channel not in _with_text(model):
        return None
    try:
        return look(reading(), firm(), one, wiring().settings.data_dir, empty=_("(empty)"))
    except Refused as error:
        return error


def invoices(model: Model) -> list[Offered]:
    """Invoices to choose from, the fittest first: late ones for a reminder, others for a courtesy."""
    if "offered" not in g:
        g.offered = queries.some_invoices(reading(), late=usual_step(model.name, model.used).level > 0)
    found: list[Offered] = g.offered
    return found


def channel_tabs(model: Model, place: Place, invoice: str) -> list[tuple[str, str, bool, None]]:
    """One tab for each channel; one without any text says so."""
    there = _with_text(model)
    return [
        (
            named if one in there else _("%(name)s (to do)") % {"name": named},
            address(model.name, Place(model.name, one, place.language), invoice),
            one is place.channel,
            None,
        )
        for one in model.channels
        for named in (reasons.channel(one, language()),)
    ]


def language_tabs(model: Model, place: Place, invoice: str) -> list[tuple[str, str, bool, None]]:
    """One tab for each language; one without a text says so."""
    there = texts.in_languages(model.own, model.name, place.channel)
    return [
        (
            LANGUAGE_NAMES[one] if one in there else _("%(name)s (to do)") % {"name": LANGUAGE_NAMES[one]},
            address(model.name, Place(model.name, place.channel, one), invoice),
            one == place.language,
            None,
        )
        for one in MESSAGE_LANGUAGES
    ]


def address(name: str, place: Place, invoice: str = "", endpoint: str = "models.edit") -> str:
    """The address of a text."""
    return url_for(
        endpoint, name=name, langue=place.language, canal=place.channel.value, facture=invoice.strip() or None
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list of models."""

    name: str
    title: str
    channels: str
    languages: str
    changed: str
    chosen: tuple[Chosen, ...]
    used: tuple[Use, ...]


def row(
    name: str, channels: tuple[ChannelName, ...], own: Mapping[ChannelName, frozenset[str]], used: tuple[Use, ...]
) -> Row:
    """What the list says of a model: `own` are the languages of the firm's own texts, by channel."""
    known = {
        one: {*(texts.builtin(name, one) if name in texts.by_name() else ()), *own.get(one, ())} for one in channels
    }
    there = {one: spoken for one, spoken in known.items() if spoken}
    everywhere = set.intersection(*there.values()) if there else set()
    return Row(
        name=name,
        title=model_name(name, _),
        channels=", ".join(reasons.channel(one, language()) for one in there),
        languages=_listed(everywhere),
        changed="; ".join(_changed(own)) if name in texts.by_name() else "",
        chosen=texts.chosen_for(name),
        used=used,
    )


def _changed(own: Mapping[ChannelName, frozenset[str]]) -> list[str]:
    return [reasons.channel(one, language()) + _(": ") + _listed(set(own[one])) for one in ChannelName if one in own]


def _listed(languages: set[str]) -> str:
    if languages >= set(MESSAGE_LANGUAGES):
        return _("all six")
    return ", ".join(LANGUAGE_NAMES[one] for one in MESSAGE_LANGUAGES if one in languages)
