"""Meetings with their agenda; who comes; what happens in the hall; questions, speakers, notes, minutes."""

from madang.commons.meetings.models.hall import CheckIn, HallAct, HallPass
from madang.commons.meetings.models.meetings import About, AgendaItem, AgendaVersion, Meeting
from madang.commons.meetings.models.minutes import Minutes, Paragraph
from madang.commons.meetings.models.notes import Note, NoteVersion, Table
from madang.commons.meetings.models.registrations import AccessNeed, Contact, ContactMail, Registration
from madang.commons.meetings.models.talk import Question, QuestionSupport, Speaker

__all__ = [
    "About",
    "AccessNeed",
    "AgendaItem",
    "AgendaVersion",
    "CheckIn",
    "Contact",
    "ContactMail",
    "HallAct",
    "HallPass",
    "Meeting",
    "Minutes",
    "Note",
    "NoteVersion",
    "Paragraph",
    "Question",
    "QuestionSupport",
    "Registration",
    "Speaker",
    "Table",
]
