"""The living style page: every part in every state, with made-up examples that say so.

The examples carry both languages here and stay out of the catalogues: they are no interface of the product.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from madang.kernel import places, text
from madang.kernel.saying import in_english
from madang.kernel.templatetags._icons import ICONS
from madang.kernel.web import mapping, placing

SEOUL = ZoneInfo("Asia/Seoul")


def _t(ko: str, en: str) -> str:
    return en if in_english() else ko


def _at(month: int, day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=SEOUL)


def _form(data: dict[str, str] | None) -> forms.Form:
    class Example(forms.Form):
        title = forms.CharField(
            label=_t("제목", "Title"), min_length=10, max_length=80,
            help_text=_t("한눈에 알 수 있게 10자 이상 적어 주세요.", "Say it in one line, at least 10 characters."),
        )  # fmt: skip
        topic = forms.ChoiceField(
            label=_t("분야", "Topic"), widget=forms.RadioSelect, required=False,
            choices=[("a", _t("교통·안전", "Transport")), ("b", _t("환경", "Environment")), ("c", _t("복지", "Welfare"))],
        )  # fmt: skip
        body = forms.CharField(label=_t("내용", "Your idea"), widget=forms.Textarea, max_length=4000)
        place = forms.ChoiceField(
            label=_t("지역", "Area"),
            choices=[("1", _t("마당시 전체", "All of Madang city")), ("2", _t("은행동", "Eunhaeng"))],
        )
        when = forms.DateField(
            label=_t("언제부터", "Since when"), required=False, widget=forms.DateInput(attrs={"type": "date"})
        )
        picture = forms.FileField(
            label=_t("사진", "Picture"),
            required=False,
            help_text=_t("JPG, PNG, 5 MB까지", "JPG or PNG, up to 5 MB"),
        )
        agree = forms.BooleanField(
            label=_t("답변이 오면 알림을 받을게요", "Tell me when there is an answer"), required=False
        )

    return Example(data, auto_id="bad_%s" if data else "id_%s")


def _place_form() -> forms.Form:
    class Example(placing.PlaceMixin):
        address = forms.CharField(label=_t("주소나 장소", "Address or place"))
        district = forms.ChoiceField(
            label=_t("시·군·구", "District"), required=False, choices=[("", "-"), *places.choices()]
        )
        point = placing.PointField()

    typed = {"address": _t("종노구 사직로 8", "Jongro-gu, Sajik-ro 8"), "point": "37.57041, 126.99219"}
    return Example(typed, auto_id="map_%s")


def _steps(now: int, late: bool = False, skipped: int | None = None) -> list[dict[str, str]]:
    names = [
        (_t("접수", "Filed"), "", _t("11월 2일", "2 Nov")),
        (_t("토론", "Discussed"), "", _t("의견 187개", "187 comments")),
        (_t("답변", "Answered"), "jade", _t("12월 2일까지", "by 2 Dec")),
        (_t("실행", "Effect"), "jade", ""),
    ]
    steps = []
    for index, (label, tone, note) in enumerate(names):
        state = "done" if index < now else "todo"
        if index == now:
            state = "late" if late else "now"
        if index == skipped:
            state = "skipped"
        steps.append({"label": label, "tone": tone, "note": note, "state": state})
    return steps


def _items() -> list[dict[str, Any]]:
    tags = [
        {"label": _t("교통·안전", "Transport"), "tone": "blue"},
        {"label": _t("환경", "Environment"), "tone": "jade"},
        {"label": _t("동네 고치기", "Renewal"), "tone": "ochre"},
    ]
    titles = [
        _t(
            "초등학교 앞 통학로에 보행자 우선 신호를 설치해 주세요",
            "Put pedestrian-first signals on the way to school",
        ),
        _t("공공데이터로 만드는 우리 동네 미세먼지 쉼터 지도", "A map of clean-air shelters from open data"),
        _t("동네 빈집을 청년 공동작업실로", "Turn empty houses into shared workshops"),
    ]
    summary = _t(
        "등하교 시간 10분이라도 아이들이 먼저 건널 수 있도록 보행 신호를 먼저 켜는 방식을 제안합니다. 근처 학교 세 곳의 학부모가 함께 조사했어요.",
        "Let children cross first for ten minutes before school. Parents of three nearby schools counted the cars together.",
    )
    support = _t("공감", "supporters")
    return [
        {"title": titles[0], "url": "#cards", "tags": tags[:1], "place": _t("은행동", "Eunhaeng"), "summary": summary,
         "steps": _steps(1), "support": 38, "goal": 50, "support_label": support, "left": _t("12일 남음", "12 days left")},
        {"title": titles[1], "url": "#cards", "tags": tags[1:2], "summary": summary, "steps": _steps(2, late=True),
         "support": 61, "goal": 50, "support_label": support, "comments": 24,
         "clock": {"state": "late", "text": _t("답변 3일 지남", "Answer 3 days late")}},
        {"title": titles[2], "url": "#cards", "tags": tags[2:], "summary": summary, "steps": _steps(3, skipped=1),
         "support": 52, "goal": 50, "support_label": support, "comments": 9, "origin": _t("모임", "Organised group")},
    ]  # fmt: skip


def _answer() -> dict[str, Any]:
    return {
        "office": _t("마당시 교통정책과", "Madang City Transport Policy"),
        "official": _t("과장 이도윤", "Do-yun Lee, head of division"),
        "published_at": _at(11, 18), "took": _t("6일 만에 답변", "answered in 6 days"),
        "disposition": _t("일부 채택", "Partly adopted"), "tone": "jade",
        "summary": _t("세 곳 가운데 한 곳에서 12월 첫째 주부터 시범 운영합니다.",
                      "One of the three crossings gets the signal in the first week of December."),
        "body_html": text.to_html(_t(
            "신호 현시를 조사한 결과 두 곳은 우회전 차로가 없어 효과가 작습니다. 나머지 한 곳에서 먼저 시험하고 결과를 이 쪽에 공개합니다.",
            "We looked at all three crossings. Two have no turning lane, so the change would do little. We start with the third"
            " and publish what we find here.")),
        "promises": [
            {"text": _t("은행초 앞 보행자 우선 신호 시범 운영", "Trial of a pedestrian-first signal at Eunhaeng school"),
             "owner": _t("교통시설팀", "Traffic Facilities Team"), "date": dt.date(2026, 12, 4),
             "state": _t("진행 중", "Under way"), "tone": "blue"},
            {"text": _t("시범 결과 공개", "Publish the result"), "owner": _t("교통정책과", "Transport Policy"),
             "date": dt.date(2027, 2, 26), "state": _t("예정", "Planned"), "tone": ""},
        ],
        "remedy": _t("15일 안에 이의를 신청할 수 있습니다.", "You can object within 15 days."),
    }  # fmt: skip


def _comments() -> list[dict[str, Any]]:
    first = text.to_html(_t("저희 학교 앞도 같은 문제가 있어요. 신호가 7초만 먼저 켜져도 훨씬 안전합니다.",
                            "Our school has the same problem. Seven seconds would already help."))  # fmt: skip
    second = text.to_html(
        _t(
            "우회전 차량이 더 기다리게 되는 점도 함께 살펴 주세요.",
            "Please also look at how long cars will wait.",
        )
    )
    return [
        {"id": 1, "author": _t("김하늘", "Haneul"), "at": _at(11, 3, 9, 12), "stance": "for", "stance_label": _t("찬성", "For"),
         "body_html": first, "reply_url": "#comments", "report_url": "#comments", "replies": [
            {"id": 2, "author": _t("교통정책과", "Transport Policy"), "official": True, "at": _at(11, 4, 14), "body_html": text.to_html(
                _t("현장을 확인하고 11월 18일까지 답하겠습니다.", "We will look at the site and answer by 18 November."))}]},
        {"id": 3, "author": _t("박서준", "Seojun"), "at": _at(11, 5), "stance": "question", "stance_label": _t("질문", "Question"),
         "body_html": second, "reply_url": "#comments"},
        {"id": 4, "author": _t("이름 없음", "No name"), "at": _at(11, 6),
         "hidden_reason": _t("다른 사람의 전화번호가 들어 있어요", "it contains another person's phone number")},
    ]  # fmt: skip


def _table() -> dict[str, Any]:
    late: dict[str, Any] = {"state": "late", "text": _t("3일 지남", "3 days late"), "due": _at(11, 20)}
    near: dict[str, Any] = {"state": "running", "text": _t("오늘까지", "due today"), "due": _at(11, 23)}
    held: dict[str, Any] = {"state": "paused", "text": _t("보완 기다림", "waiting for papers")}
    titles = [item["title"] for item in _items()]
    rows: list[tuple[str, str, str, str, dict[str, Any], int]] = [
            ("2026-11-0041", titles[0], _t("답변 작성", "Drafting"), "blue", late, 61),
            ("2026-11-0052", titles[1], _t("배정", "To assign"), "ochre", near, 52),
            ("2026-10-0177", titles[2], _t("결재", "For approval"), "plum", held, 58)]  # fmt: skip
    return {
        "caption": _t("기다리는 일 (예시)", "Waiting for you (example)"), "select_name": "matter",
        "columns": [
            {"label": _t("번호", "Number"), "sort_url": "#table"}, {"label": _t("제목", "Title")},
            {"label": _t("상태", "State")}, {"label": _t("기한", "Due"), "sort_url": "#table", "sorted": "ascending"},
            {"label": _t("공감", "Support"), "numeric": True, "sort_url": "#table"},
        ],
        "rows": [
            {"select": number, "late": clock["state"] == "late", "name": title,
             "cells": [number, {"text": title, "url": "#table"}, {"text": state, "badge": tone}, {"clock": clock},
                       {"text": support, "numeric": True}]}
            for number, title, state, tone, clock, support in rows
        ],
    }  # fmt: skip


def _figures() -> dict[str, Any]:
    source = _t("예시 자료", "example data")
    day = dt.date(2026, 11, 23)
    return {
        "stats": [
            {"label": _t("이유 있는 답변", "Answered with reasons"), "value": "74", "unit": "%", "of": _t("제안 50건 가운데 37건", "37 of 50 ideas"), "source": source, "date": day, "series": [52, 55, 54, 61, 66, 70, 74], "tone": ""},
            {"label": _t("실행까지 간 제안", "Ideas with an effect"), "value": "9", "unit": _t("건", ""), "of": _t("채택 12건 가운데", "of 12 adopted"), "source": source, "date": day, "tone": "jade"},
            {"label": _t("기한을 넘긴 답변", "Late answers"), "value": "3", "unit": _t("건", ""), "of": _t("진행 중 21건 가운데", "of 21 open"), "source": source, "date": day, "tone": "persimmon"},
            {"label": _t("답변까지 걸린 날", "Days to an answer"), "value": "6.2", "unit": _t("일", "days"), "of": _t("중앙값, 37건", "median of 37"), "source": source, "date": day, "series": [9, 9.4, 8.1, 7.7, 6.9, 6.2]},
        ],
        "bars": [
            {"label": _t("개인", "Individual"), "value": 1454, "tone": "blue"},
            {"label": _t("모임", "Organised group"), "value": 151, "tone": "jade"},
            {"label": _t("기관", "Agency"), "value": 52, "tone": "ochre", "note": _t("부처와 지자체", "ministries and cities")},
        ],
    }  # fmt: skip


def page(request: HttpRequest) -> HttpResponse:
    """`/styleguide/`: not linked from the menu, not indexed."""
    items = _items()
    links = [{"label": _t("전체", "All"), "url": "#chips", "active": True, "count": 50}, {"label": _t("토론 중", "Discussed"), "url": "#chips", "count": 21},
             {"label": _t("답변됨", "Answered"), "url": "#chips", "count": 37}, {"label": _t("기한 지남", "Late"), "url": "#chips", "count": 3}]  # fmt: skip
    panel = {"count": 38, "goal": 50, "label": _t("공감한 사람", "People in support"), "left": _t("12일 남음", "12 days left"),
             "action_url": "#panel", "action_label": _t("공감해요", "I support this"),
             "note": _t("50명이 공감하면 담당 부서가 30일 안에 공개로 답해요.", "At 50 supporters the responsible office answers in public within 30 days."),
             "secondary": [{"label": _t("공유", "Share"), "url": "#panel", "icon": "share"}, {"label": _t("알림 받기", "Follow"), "url": "#panel", "icon": "bell", "post": True}]}  # fmt: skip
    events = [
        {"at": _at(11, 18), "title": _t("답변이 공개됐어요", "The answer was published"), "actor": _t("교통정책과", "Transport Policy"), "tone": "jade", "icon": "answer", "url": "#timeline"},
        {"at": _at(11, 12), "title": _t("담당 부서가 바뀌었어요", "Moved to another office"), "text": _t("이유: 신호는 교통정책과 소관", "Reason: signals belong to Transport Policy"), "tone": "ochre", "icon": "transfer"},
        {"at": _at(11, 8), "title": _t("50명이 공감했어요", "50 people supported it"), "tone": "blue", "icon": "people"},
        {"at": _at(11, 2, 8, 41), "title": _t("제안이 접수됐어요", "The idea was filed"), "tone": "blue", "icon": "receipt"},
    ]  # fmt: skip
    receipt = {
        "number": "2026-11-0041-7", "title": items[0]["title"], "filed_at": _at(11, 2, 8, 41), "office": _t("마당시 민원실", "Madang City front office"),
        "due": dt.date(2026, 12, 2), "due_text": _t("50명이 공감한 날부터 30일", "30 days after 50 people support it"), "code": "k7qm-29xw-p4ta",
        "next": [_t("다른 주민이 읽고 공감하거나 의견을 남겨요.", "Residents read it, support it and comment."), _t("50명이 공감하면 담당 부서의 시계가 돌아가요.", "At 50 supporters the clock of the office starts."), _t("답변이 오면 알려 드려요.", "We tell you when there is an answer.")],
        "digest": "9f2c41d0e7ab5b1c0a6e83d24f7719c35e80bb6a1d9e4c72f0358ad6b9147e2d", "position": 1204, "file_url": "#receipt", "verify_url": "#receipt", "url": "#receipt",
    }  # fmt: skip
    clocks = [
        {"state": "running", "text": _t("12일 남음", "12 days left"), "due": _at(12, 5)}, {"state": "late", "text": _t("3일 지남", "3 days late"), "due": _at(11, 20)},
        {"state": "paused", "text": _t("멈춤", "Paused"), "why": _t("보완 서류를 기다려요", "waiting for papers")}, {"state": "stopped", "text": _t("6일 만에 답변", "Answered in 6 days")},
    ]  # fmt: skip
    context = {
        "items": items, "paths": [_steps(1), _steps(2, late=True), _steps(3, skipped=1), _steps(4)], "clocks": clocks, "links": links, "panel": panel,
        "panel_done": {**panel, "label": _t("공감한 사람 (공감한 뒤)", "People in support (after you did)"), "done": True, "done_label": _t("공감했어요", "You support this"), "undo_url": "#panel", "undo_label": _t("취소", "Undo")},
        "events": events, "receipt": receipt, "answer": _answer(), "comments": _comments(), "table": _table(), "figures": _figures(),
        "form": _form(None), "bad_form": _form({"title": _t("안전", "Safety"), "topic": "a", "body": ""}), "page": Paginator(range(240), 12).get_page(4), "icons": sorted(ICONS),
        "menu": [{"label": _t("수정", "Edit"), "url": "#menu"}, {"label": _t("이송", "Transfer"), "url": "#menu"}, {"label": _t("삭제", "Delete"), "url": "#menu", "post": True, "tone": "danger"}],
        "tones": [("", _t("보통", "Neutral")), ("blue", _t("진행", "Under way")), ("jade", _t("답변", "Answered")), ("ochre", _t("대기", "Waiting")), ("persimmon", _t("지남", "Late")), ("plum", _t("숙의", "Deliberation"))],
        "map": mapping.still((37.57041, 126.99219)),
        "place_form": _place_form(),
        "place_words": placing.words_json(),
        "pictures": ["courtyard", "street", "empty", "lost", "rest"],
        "before": _t("학교 앞 세 곳에 신호를 설치합니다.", "We install signals at three crossings."), "after": _t("학교 앞 한 곳에 신호를 먼저 설치합니다.", "We install a signal at one crossing first."),
        "breadcrumb": [{"label": _t("모양 안내", "Style guide"), "url": ""}], "is_korean": not in_english(),
        "hero": {"title": _t("주민이 묻고, 시가 답하고, 함께 바꿔요", "You ask, the city answers, and things change"), "lead": _t("제안부터 실행까지 모든 과정을 누구나 볼 수 있어요.", "Anyone can follow every step, from idea to effect."), "kicker": _t("예시: 지금 21개 제안이 열려 있어요", "Example: 21 ideas are open now"), "actions": [{"label": _t("제안하기", "Write an idea"), "url": "#hero", "primary": True}, {"label": _t("둘러보기", "Look around"), "url": "#hero"}]},
    }  # fmt: skip
    return render(request, "kernel/styleguide.html", context)
