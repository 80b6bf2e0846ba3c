"""Addresses."""

from __future__ import annotations

from django.urls import URLPattern, path

from madang.kernel.web import mapping, styleguide
from madang.portal.web import (
    figures,
    home,
    leave,
    me,
    offices,
    plan,
    search,
    security,
    signin,
    small,
    standing,
    tokens,
)

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("search/", search.results, name="search"),
    path("my/", me.me, name="me"),
    path("my/account/", me.account, name="profile"),
    path("my/tokens/", tokens.own_tokens, name="tokens"),
    path("my/tokens/<int:pk>/revoke/", tokens.revoke_token, name="token_revoke"),
    path("my/data/", me.my_data, name="my_data"),
    path("my/security/", security.page, name="security"),
    path("my/security/sessions/", security.end_session, name="end_session"),
    path("my/security/disconnect/", security.disconnect, name="disconnect"),
    path("my/residence/", standing.residence, name="residence"),
    path("my/consents/", standing.my_consents, name="consents"),
    path("my/leave/", leave.explain, name="leave"),
    path("my/leave/confirm/", leave.confirm, name="leave_confirm"),
    path("desk/offices/", offices.overview, name="offices"),
    path("desk/offices/<slug:code>/", offices.office, name="office"),
    path("desk/offices/<slug:code>/new/", offices.new_office, name="office_new"),
    path("desk/offices/<slug:code>/posts/new/", offices.new_post, name="office_post"),
    path("desk/offices/<slug:code>/posts/<int:pk>/", offices.grant, name="office_grant"),
    path("desk/offices/<slug:code>/mandates/<int:pk>/end/", offices.end, name="office_end"),
    path("left/", leave.left, name="left"),
    path("plan/", plan.overview, name="plan"),
    path("plan/commitments/<int:number>/", plan.commitment, name="plan_commitment"),
    path("plan/projects/<int:number>/", plan.project, name="plan_project"),
    path("plan/goals/", plan.goals, name="plan_goals"),
    path("plan/values/", plan.values, name="plan_values"),
    path("plan/poll/", plan.poll, name="plan_poll"),
    path("plan/background/", plan.background, name="plan_background"),
    path("figures/", figures.statistics, name="statistics"),
    path("figures/gwanghwamoon/", figures.archive, name="archive"),
    path("figures/<slug:slug>.csv", figures.table_csv, name="figures_csv"),
    path("theme/", small.theme, name="theme"),
    path("about/", small.about, name="about"),
    path("privacy/", small.privacy, name="privacy"),
    path("styleguide/", styleguide.page, name="styleguide"),
    path("places.json", mapping.data, name="place_data"),
    path("accessibility/", small.accessibility, name="accessibility"),
    # Before allauth's own address of the same name: the same view with the demo accounts below.
    path("account/login/", signin.SignIn.as_view(), name="account_login"),
    path("account/signup/", signin.SignUp.as_view(), name="account_signup"),
    path("account/signup/passkey/", signin.SignUpByPasskey.as_view(), name="account_signup_by_passkey"),
    path("account/keys/", security.moved, name="mfa_index"),
    path("account/keys/webauthn/", security.moved, name="mfa_list_webauthn"),
    path("account/provider/", security.moved, name="socialaccount_connections"),
    path("account/demo/", signin.demo_sign_in, name="demo_sign_in"),
]
