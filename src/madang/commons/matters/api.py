"""The front door of matters for apps beside it and for the portal above."""

from __future__ import annotations

from madang.commons.matters.answer_card import answer_card
from madang.commons.matters.audience import also_tell
from madang.commons.matters.clock_files import file_of as clock_file
from madang.commons.matters.desk_tabs import also_on_desk, tabs_of
from madang.commons.matters.domain.answers import also_lacks
from madang.commons.matters.domain.attachments import Clean as CleanFile
from madang.commons.matters.domain.attachments import cleaned as clean_file
from madang.commons.matters.domain.clocks import retime
from madang.commons.matters.domain.contacts import held_by_address, keep_confirmed
from madang.commons.matters.domain.effects import is_kept_elsewhere
from madang.commons.matters.domain.erasing import also_erase, erase_address, erase_anonymous, erase_author
from madang.commons.matters.domain.handling import before_withdrawal
from madang.commons.matters.domain.inquiries import answer as answer_inquiry
from madang.commons.matters.domain.inquiries import open_inquiry
from madang.commons.matters.domain.inquiries import open_to as open_questions
from madang.commons.matters.domain.intake import Filed, file
from madang.commons.matters.domain.more_time import open_request as open_more_time
from madang.commons.matters.domain.more_time import open_to as more_time_asked
from madang.commons.matters.entries import path as feed_of
from madang.commons.matters.enums import Channel, Disposition, Kind, Origin, State
from madang.commons.matters.figures import (
    AnswerTimes,
    Transfers,
    answer_times,
    latest_answers,
    latest_effects,
    own_data,
    public,
    transfers,
    with_outcome,
)
from madang.commons.matters.found import describe_by, put_in_index, put_new_in_index
from madang.commons.matters.guessing import is_flood as receipts_are_guessed
from madang.commons.matters.homes import homes_of, lives_at
from madang.commons.matters.own_search import OwnHit, own_matches
from madang.commons.matters.path import (
    ClockView,
    Step,
    Tag,
    clock_badge,
    clock_view,
    disposition_tone,
    effect_tone,
    is_late,
    state_badge,
    state_tag,
    steps,
)
from madang.commons.matters.periods import period_words
from madang.commons.matters.policies import also_authors, has_own_types, is_led_by, stays_public
from madang.commons.matters.queries import (
    ChannelRow,
    OriginRow,
    also_shown,
    by_channel,
    by_code,
    by_origin,
    desk,
    effects_of,
    filed_by,
    outcomes,
    overdue,
    visible,
)
from madang.commons.matters.receipts import (
    address_of,
    also_opens,
    answer_address_of,
    more_time_address_of,
    receipt,
)
from madang.commons.matters.two_clocks import TwoClocks, both_clocks, held_by

__all__ = [
    "AnswerTimes",
    "Channel",
    "ChannelRow",
    "CleanFile",
    "ClockView",
    "Disposition",
    "Filed",
    "Kind",
    "Origin",
    "OriginRow",
    "OwnHit",
    "State",
    "Step",
    "Tag",
    "Transfers",
    "TwoClocks",
    "address_of",
    "also_authors",
    "also_erase",
    "also_lacks",
    "also_on_desk",
    "also_opens",
    "also_shown",
    "also_tell",
    "answer_address_of",
    "answer_card",
    "answer_inquiry",
    "answer_times",
    "before_withdrawal",
    "both_clocks",
    "by_channel",
    "by_code",
    "by_origin",
    "clean_file",
    "clock_badge",
    "clock_file",
    "clock_view",
    "describe_by",
    "desk",
    "disposition_tone",
    "effect_tone",
    "effects_of",
    "erase_address",
    "erase_anonymous",
    "erase_author",
    "feed_of",
    "file",
    "filed_by",
    "has_own_types",
    "held_by",
    "held_by_address",
    "homes_of",
    "is_kept_elsewhere",
    "is_late",
    "is_led_by",
    "keep_confirmed",
    "latest_answers",
    "latest_effects",
    "lives_at",
    "more_time_address_of",
    "more_time_asked",
    "open_inquiry",
    "open_more_time",
    "open_questions",
    "outcomes",
    "overdue",
    "own_data",
    "own_matches",
    "period_words",
    "public",
    "put_in_index",
    "put_new_in_index",
    "receipt",
    "receipts_are_guessed",
    "retime",
    "state_badge",
    "state_tag",
    "stays_public",
    "steps",
    "tabs_of",
    "transfers",
    "visible",
    "with_outcome",
]
