"""The tables, one file for each thing they hold. Amounts are minor units; moments are UTC, days are the firm's."""

from relance.storage.models.account import InboxAccount, LetterAccount, MailAccount, SmsAccount
from relance.storage.models.base import Base
from relance.storage.models.customer import Contact, Customer, CustomerGroup
from relance.storage.models.dispatch import Dispatch
from relance.storage.models.firm import Firm
from relance.storage.models.hold import Hold
from relance.storage.models.imports import ImportBatch, ImportProfile
from relance.storage.models.invoice import CreditApplication, Invoice, Payment
from relance.storage.models.message import Message, Reminder
from relance.storage.models.news import BadAddress, News
from relance.storage.models.note import Note
from relance.storage.models.program import Program, Step
from relance.storage.models.rate import LateRate
from relance.storage.models.report import ReportOrder
from relance.storage.models.run import DailyRun
from relance.storage.models.sender import Sender
from relance.storage.models.template import Template, TemplateText
from relance.storage.models.user import LoginSession, SetupToken, SignInFailure, User
from relance.storage.models.view import SavedView

__all__ = [
    "SavedView",
    "Sender",
    "ReportOrder",
    "LateRate",
    "Note",
    "BadAddress",
    "Base",
    "Contact",
    "CreditApplication",
    "Customer",
    "CustomerGroup",
    "DailyRun",
    "Dispatch",
    "Firm",
    "Hold",
    "ImportBatch",
    "ImportProfile",
    "Invoice",
    "InboxAccount",
    "LetterAccount",
    "LoginSession",
    "MailAccount",
    "Message",
    "News",
    "Payment",
    "Program",
    "Reminder",
    "SetupToken",
    "SignInFailure",
    "SmsAccount",
    "Step",
    "Template",
    "TemplateText",
    "User",
]
