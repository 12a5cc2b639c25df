"""Message templates: one per channel, with a text in each language."""

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from relance.domain.delivery import ChannelName
from relance.storage.models.base import Base, word


class Template(Base):
    """A model of messages for one channel; those of one name are one model of several channels."""

    __tablename__ = "template"
    __table_args__ = (UniqueConstraint("name", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    channel: Mapped[ChannelName] = mapped_column(word(ChannelName))
    texts: Mapped[list["TemplateText"]] = relationship(
        back_populates="template", cascade="all, delete-orphan", order_by="TemplateText.language"
    )


class TemplateText(Base):
    """Its subject and body in one language, with merge fields between # signs."""

    __tablename__ = "template_text"
    __table_args__ = (UniqueConstraint("template_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("template.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(Text)

    template: Mapped[Template] = relationship(back_populates="texts")
