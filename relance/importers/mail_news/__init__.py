"""What an incoming mail says of one of ours: bounced, delayed, answered by a machine or by a person."""

from relance.importers.mail_news.news import Action, News, NewsCode, NewsKind, Recipient
from relance.importers.mail_news.reading import read_news

__all__ = ["Action", "News", "NewsCode", "NewsKind", "Recipient", "read_news"]
