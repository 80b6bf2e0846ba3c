"""Cases, what they are about, where they go, what people add to them; reports of waste and requests to change rules."""

from madang.services.casework.models.answers import AnswerTemplate, TemplateUse, TemplateVersion
from madang.services.casework.models.around import Joining, Rating, SitePhoto
from madang.services.casework.models.cases import Case, Part, TypeChange
from madang.services.casework.models.categories import Category, CategoryField, Center, RoutingRule
from madang.services.casework.models.clusters import Cluster, ClusterKind, ClusterMember, Fingerprint
from madang.services.casework.models.consulting import Consultation, ConsultationState
from madang.services.casework.models.exchange import (
    Forward,
    Peer,
    PeerService,
    PeerWord,
    Received,
    ReceivedUpdate,
)
from madang.services.casework.models.figures import Burst, Sheet
from madang.services.casework.models.handovers import Handover
from madang.services.casework.models.kept import KeptFiling
from madang.services.casework.models.learned import CategoryChange, LabelModel, Suggestion
from madang.services.casework.models.notes import Covering, Flag, FlagKind, Note, NoteKind, Original
from madang.services.casework.models.old import OldCase, OldFile
from madang.services.casework.models.regulation import Decision, RegulationClock, RegulationRequest
from madang.services.casework.models.repeats import Repeat, RepeatEarlier, Review, ReviewState
from madang.services.casework.models.waste import Reward, Saving, WasteReport

__all__ = [
    "AnswerTemplate",
    "Burst",
    "Case",
    "Category",
    "CategoryChange",
    "CategoryField",
    "Center",
    "Cluster",
    "ClusterKind",
    "ClusterMember",
    "Consultation",
    "ConsultationState",
    "Covering",
    "Decision",
    "Fingerprint",
    "Flag",
    "FlagKind",
    "Forward",
    "Handover",
    "Joining",
    "KeptFiling",
    "LabelModel",
    "Note",
    "NoteKind",
    "OldCase",
    "OldFile",
    "Original",
    "Part",
    "Peer",
    "PeerService",
    "PeerWord",
    "Rating",
    "Received",
    "ReceivedUpdate",
    "RegulationClock",
    "RegulationRequest",
    "Repeat",
    "RepeatEarlier",
    "Review",
    "ReviewState",
    "Reward",
    "RoutingRule",
    "Saving",
    "Sheet",
    "SitePhoto",
    "Suggestion",
    "TemplateUse",
    "TemplateVersion",
    "TypeChange",
    "WasteReport",
]
