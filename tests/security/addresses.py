"""Every address of the site, read from the resolver, so that a new one cannot escape the sweeps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# What each address does with a POST. A new view has to be put into one of these, and thereby into the tests.
POST_ONLY = {
    "theme", "demo_sign_in", "desk_bulk", "desk_assign", "desk_transfer", "desk_settle", "desk_take",
    "desk_retype", "desk_pause", "desk_resume", "desk_extend", "desk_answer", "desk_submit", "desk_return",
    "desk_publish", "receipt_contact", "follow", "calendar_link", "support", "unsupport", "take_over", "come_back", "token_revoke",
    "end_session", "disconnect", "building_amend", "building_step",
    "opinion_answer", "opinion_withdraw",
    "desk_panel_about", "desk_panel_register", "desk_panel_plan", "desk_panel_prepare", "desk_panel_freeze",
    "desk_panel_open", "desk_panel_void", "desk_panel_close", "desk_panel_seat",
    "hall_ask", "hall_speak", "hall_join", "hall_support", "hall_act", "hall_send", "hall_read",
    "poll_act",
    "hall_begin", "hall_steer", "desk_meeting_act", "planning_withdraw",
}  # fmt: skip
FORMS = {
    "poll_report_desk", "poll_publication",
    "mail_confirm", "channels_mails", "channels_phone", "channels_batches", "channels_batch", "channels_find", "channels_form",
    "profile", "ledger", "desk_merge", "desk_effect", "receipt", "receipt_withdraw", "receipt_object", "notices",
    "mail_settings", "mail_settings_of", "hooks", "hook", "tokens", "residence", "consents", "leave_confirm",
    "contact_confirm",
    "opinion_write", "opinion_reword", "opinion_new", "opinion_lead", "opinion_close",
    "panel_invitation", "panel_dice", "desk_panels", "desk_panel_columns", "panel_invited", "desk_panel_sittings", "desk_panel_sitting",
    "hall_open", "hall_pass", "hall_confirm", "hall_register", "hall_cancel", "desk_meeting_new", "desk_meeting_edit",
    "desk_meeting_move", "desk_meeting_cancel", "desk_agenda", "desk_agenda_item", "desk_tables", "desk_minutes",
    "desk_paragraph",
    "write_in", "comment", "comment_form", "flag", "withdraw", "object", "moderate",
    "appeal", "moderate_bursts", "moderate_appeal",
    "office_new", "office_post", "office_grant", "office_end", "office_close",
    "building_new", "building_words", "building_phase", "building_process", "building_category", "building_cell",
    "building_publish",
    "inquiry", "promise", "synthesis_edit", "cluster", "text_write", "amendment_new", "amendment", "coauthors", "topic", "topic_new", "invitation",
    "planning_propose", "planning_vote", "planning_challenge", "planning_decide_challenge", "receipt_answer", "means", "kiosk_write", "kiosk_end", "channels_kiosks",
    "channels_calls", "channels_texts",
    "budget_ballot", "budget_find", "budget_decide", "budget_vote",
    "poll", "poll_receipt", "poll_new", "poll_bring_in", "poll_edit", "poll_open", "poll_close",
}  # fmt: skip
# The token in the address, or the carrier's signature, is the secret; programs post here without a page of ours.
# The form in a frame on another site has no cookie that could be misused; its ticket is the key.
WITHOUT_CSRF = {"notices_stop", "texts_hook", "poll_embed"}
READ = {
    "elections", "budget_round", "budget_result", "budget_seals", "budget_history", "budget_program", "election", "election_ballots", "election_count_json", "election_count_csv", "election_item",
    "polls", "polls_desk", "polls_ics", "poll_lead", "poll_preview", "poll_report", "poll_report_of", "poll_words", "poll_report_codebook", "poll_report_pdf", "poll_report_bundle",
    "poll_report_csv", "poll_report_progress", "poll_publication_progress", "poll_report_preview",
    "channels", "channels_taken", "channels_sheets", "channels_picture", "paper_count", "paper_form",
    "healthz", "livez", "readyz", "metrics", "api_docs", "outages", "security", "leave", "left",
    "ledger_witnessed", "ledger_policy", "ledger_offline", "ledger_witness_program",
    "ledger_checkpoint", "ledger_key", "ledger_tile", "home", "search", "me", "my_data", "plan",
    "plan_commitment", "plan_project", "plan_goals", "plan_values", "plan_poll", "plan_background", "statistics",
    "archive", "figures_csv", "about", "privacy", "styleguide", "accessibility", "desk", "desk_effects",
    "desk_matter", "late", "late_csv", "receipt_of", "receipt_show", "receipt_file", "outbox", "ideas",
    "ideas_feed", "write", "similar", "filed", "filed_file", "item", "item_history", "item_clock", "file",
    "synthesis", "text", "text_version", "topics", "promises", "promises_csv",
    "panels", "panel", "panel_program", "panel_check", "panel_check_file", "panel_bundle", "desk_panel", "desk_panel_making", "panel_sittings",
    "meetings", "meetings_ics", "meeting", "meeting_ics", "meeting_minutes", "hall_mine", "hall_mine_file",
    "hall_ticket", "hall_room", "hall_live", "hall_run", "hall_door", "hall_table", "hall_worker", "desk_meetings",
    "desk_meeting", "desk_registrations", "desk_pack",
    "moderation_log", "my_calendar", "late_feed", "answers_feed", "deadlines_ics", "phases_ics", "item_feed",
    "moderate_appeals", "offices", "office", "spaces", "space", "space_versions", "space_version", "space_version_file", "building", "building_space",
    "building_preview", "building_backtest", "building_backtest_csv",
    "opinions", "opinion_short", "opinion", "opinion_mine", "opinion_map", "opinion_statements", "opinion_results",
    "planning", "candidate", "planning_desk", "kiosk", "kiosk_done", "meeting_minutes_csv", "meeting_minutes_json",
    "opinion_files", "opinion_json", "opinion_record", "opinion_log", "opinion_hall", "opinions_desk",
}  # fmt: skip
API_READ = {
    "openapi-json", "list_ideas", "get_idea", "list_comments", "get_history", "get_answers", "list_processes",
    "get_plan", "get_project", "by_origin", "get_checkpoint", "get_leaf", "find", "api-root",
    "get_me", "list_own", "list_follows", "list_notices", "list_desk", "list_spaces", "list_offices",
    "list_figures", "get_figures",
    "list_conversations", "get_conversation", "list_statements", "get_opinion_results",
    "list_meetings", "get_meeting", "get_agenda", "get_minutes", "get_planning_group", "get_candidate",
    "list_polls", "get_poll", "list_panels", "get_panel", "list_elections", "get_election", "get_count",
    "get_turnout",
}  # fmt: skip
API_WRITE = {
    "file_idea", "write_comment", "support", "unsupport", "open_receipt", "follow", "unfollow", "answer_statement",
    "hand_in_response", "cast_ballot",
}  # fmt: skip

# What fills a gap that a sweep does not name: things that do not exist, but have the right form.
GAPS: dict[str, object] = {
    "method": "greedy",
    "key": "new",
    "process": "test",
    "category": "new",
    "name": "check",
    "reference": "comment:1",
    "code": "7K0QZM",
    "ticket": "00000000",
    "serial": "PF-2611-01001-7",
    "file": 1,
    "edition": 1,
    "statement": 1,
    "space": "test",
    "candidate": 1,
    "pot": "city",
    "flag": 1,
    "member": 1,
    "ref": "CP-2611-00001-7",
    "table": "categories",
    "verb": "again",
    "form": "json",
}


def walk(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Pairs of pattern and name, without the language prefix."""
    for one in (resolver or get_resolver()).url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one, here)
        elif isinstance(one, URLPattern):
            yield here, one.name or ""


def filled(pattern: str, **values: object) -> str:
    """The address of a pattern with its gaps filled; a gap for a whole number takes no other value."""
    known = GAPS | values

    def value(gap: re.Match[str]) -> str:
        found = str(known[gap[2]])
        return "1" if gap[1] == "int:" and not found.isdecimal() else found

    plain = re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", pattern).removeprefix("^").removesuffix("$")
    plain = re.sub(r"\(\?:([^()]*)\)\?", r"\1", plain).replace("\\.", ".").replace("/?", "/")
    return "/" + re.sub(r"<(\w+:)?(\w+)>", value, plain)


def web() -> list[tuple[str, str]]:
    """Pages of our own (allauth's and the addresses of Open311 have tests of their own)."""
    return [
        (pattern, name)
        for pattern, name in walk()
        if (name == "api_docs" or not pattern.startswith(("api/v1/", "^api/", "^open311/")))
        and (name == "demo_sign_in" or not pattern.startswith("account/"))
    ]


def api() -> list[tuple[str, str]]:
    return [
        (pattern, name) for pattern, name in walk() if pattern.startswith("api/v1/") and name != "api_docs"
    ]


# Hackathons.
POST_ONLY |= {"hackathon_team_act", "hackathon_jury_hand_in", "desk_hackathon_act"}
FORMS |= {
    "hackathon_vote", "hackathon_mentors", "hackathon_jury", "hackathon_score", "hackathon_team_new",
    "hackathon_team", "hackathon_submission", "desk_hackathons", "desk_hackathon", "desk_hackathon_followup",
}  # fmt: skip
READ |= {"hackathons", "hackathon", "hackathon_json", "hackathon_results", "hackathon_file"}

# Coding of polls.
POST_ONLY |= {"poll_receipt_object", "desk_coding_act"}
FORMS |= {
    "desk_code", "desk_codebooks", "desk_codebook", "desk_codebook_fix", "desk_codebook_code", "desk_codebook_group",
    "desk_ruling", "desk_objection",
}  # fmt: skip
READ |= {
    "desk_coding_all", "desk_coding", "desk_agreement", "desk_rulings", "desk_objections", "desk_codebook_changes",
    "poll_codebook", "poll_codebook_file",
}  # fmt: skip
GAPS |= {"response": 1, "version": 1}

# Rounds of participatory budgeting.
FORMS |= {"desk_round_new", "desk_round_edit", "desk_round_announce", "desk_round_call_off"}
READ |= {
    "budget_round_json", "budget_round_ics", "desk_rounds", "desk_round", "desk_round_rehearsal", "desk_round_trial",
}  # fmt: skip
# Proposals and projects of budget rounds.
FORMS |= {"budget_propose", "desk_proposal", "desk_budget_project", "desk_ballot", "desk_budget_costs"}
READ |= {
    "budget_similar", "budget_proposals", "budget_proposals_csv", "budget_proposal", "budget_projects", "budget_project",
    "desk_proposals", "budget_map", "budget_embed", "budget_costs", "budget_costs_csv",
}  # fmt: skip
API_READ |= {"list_rounds", "get_round", "list_proposals", "list_projects"}
# The delegation of a round.
FORMS |= {
    "budget_delegation_apply",
    "budget_seat",
    "budget_weigh",
    "desk_delegation",
    "desk_sitting",
    "desk_findings",
}
READ |= {"budget_delegation", "budget_delegation_csv"}
API_READ |= {"get_delegation"}
# Booths and paper of a round.
POST_ONLY |= {"desk_sheet_find", "desk_sheet_scan"}
FORMS |= {"budget_booth", "desk_booths_round", "desk_box", "desk_sheet"}
READ |= {"budget_boxes", "budget_boxes_csv", "desk_booths", "desk_box_pdf", "desk_sheet_picture"}
# After the vote of a round.
FORMS |= {"desk_budget_progress", "desk_budget_report"}
READ |= {
    "budget_progress", "budget_progress_projects", "budget_progress_figures", "budget_project_progress",
    "budget_stage_file",
}  # fmt: skip
# Cases, their clocks, reports of waste and requests about regulation.
POST_ONLY |= {
    "case_rate", "case_review", "case_take", "desk_ask_more", "desk_bounce", "desk_case_act", "desk_case_photos",
    "desk_close_undelivered", "desk_forward", "desk_old_begin", "desk_peer_match", "desk_send_back", "desk_work_consult",
    "desk_work_cover", "desk_work_cover_file", "desk_work_show_file", "desk_work_flag", "desk_work_note", "desk_work_out", "desk_work_unflag", "desk_work_use",
    "receipt_longer",
}  # fmt: skip
FORMS |= {
    "case_category", "case_join", "case_new", "case_not_fixed", "desk_center", "desk_center_about", "desk_center_first", "desk_center_new", "desk_handed",
    "desk_old", "desk_old_table", "desk_opinion", "desk_outbox", "desk_peer", "desk_peer_new", "desk_review",
    "desk_template", "desk_template_new", "desk_work_repeat", "desk_work_same", "receipt_more_time",
    "regulation_new", "regulation_request", "waste_new", "waste_report",
}  # fmt: skip
READ |= {
    "case", "case_figures", "case_figures_csv", "case_filed", "case_offline", "case_paper", "case_ready", "case_worker",
    "cases", "clock_file", "clock_page", "clocks", "desk_asked", "desk_case", "desk_cases", "desk_center_csv",
    "desk_clock", "desk_clock_file", "desk_old_bad", "desk_reviews", "desk_templates", "desk_work", "open311",
    "place_data", "receipt_clock", "receipt_clock_file", "regulation", "regulation_csv", "waste", "waste_csv",
}  # fmt: skip
