"""Story: people sign up and in with a passkey or an outside provider, see where they are signed in, and leave."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.conftest import Site, Visitor, free_port, wait_for
from tests.portal import oidc_support

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that knows an outside provider; both are processes of their own."""
    port, outside = free_port(), free_port()
    callback = f"http://localhost:{port}/account/oidc/oidc/callback/"
    with oidc_support.running(callback, port=outside) as provider:
        wanted = {
            "MADANG_DEMO": "0",  # no city to load: it is up sooner
            "OIDC_URL": provider.issuer,
            "OIDC_NAME": "행복로그인",
            "OIDC_CLIENT_ID": provider.client_id,
            "OIDC_SECRET": provider.secret,
            "OIDC_RESIDENT": "resident=true",
        }
        installation = Site(tmp_path_factory.mktemp("identity") / "home", port, environment=wanted)
        try:
            installation.start(seconds=240)
            yield installation
        finally:
            installation.stop()


def with_key(visitor: Visitor) -> None:
    """A device that holds passkeys and whose owner says yes."""
    devtools = visitor.page.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def code_for(site: Site, address: str) -> str:
    """The newest code that was mailed to an address."""
    found: list[str] = []

    def look() -> bool:
        found[:] = []
        for path in sorted((site.home / "mail").glob("*.log")):
            for letter in path.read_text(encoding="utf-8").split("-" * 79):
                if f"To: {address}" in letter:
                    found.extend(re.findall(r"^([0-9A-Z][0-9A-Z-]{4,})$", letter, re.MULTILINE))
        return bool(found)

    wait_for(look, f"a code for {address}")
    return found[-1]


def press(visitor: Visitor) -> None:
    with visitor.page.expect_navigation():
        visitor.page.locator("[data-passkey-go]").first.click()


def test_a_passkey_from_sign_up_to_the_last_one_deleted(visit: Callable[..., Visitor], site: Site) -> None:
    her = visit(width=390)
    page = her.page
    with_key(her)
    her.go("/account/signup/passkey/")
    her.look("sign-up with a passkey")
    page.fill("input[name=email]", "key@example.org")
    page.fill("input[name=name]", "열쇠 주민")
    her.submit(".entrance-form button.btn--primary")
    page.fill("input[name=code]", code_for(site, "key@example.org"))
    her.submit("form:has(input[name=code]) button")
    assert page.url.endswith("/account/keys/webauthn/signup/"), page.inner_text("main")
    her.look("make the passkey")
    press(her)
    assert "/my/" in page.url, page.inner_text("main")

    # Out, and in again with nothing but the passkey.
    her.go("/account/logout/")
    her.submit("main form button")
    her.go("/account/login/?next=/my/security/")
    her.look("sign-in")
    press(her)
    assert page.url.endswith("/my/security/"), page.inner_text("main")
    her.look("ways in and devices")
    assert page.locator("#devices-title").count() == 1
    # Renamed, then deleted: she is asked for the passkey once more, and a code by e-mail remains.
    page.locator("a[href$='/edit/']").click()
    if page.locator("form[data-passkey=get]").count():
        press(her)
    page.fill("input[name=name]", "내 전화기")
    her.submit(".entrance-form button.btn--primary")
    assert "내 전화기" in page.inner_text("main")
    page.locator("a[href$='/remove/']").click()
    her.submit(".entrance-form button.btn--danger")
    assert "내 전화기" not in page.locator("#keys-title + *, main").first.inner_text()


def test_a_passkey_that_is_not_used_says_so_and_nothing_is_lost(
    visit: Callable[..., Visitor], site: Site
) -> None:
    her = visit(language="en")
    page = her.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    her.go("/account/login/")
    page.fill("input[name=login]", "typed@example.org")
    # The browser's window for passkeys is closed by the person.
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')) }"
    )
    page.locator("[data-passkey-go]").click()
    page.locator("[data-passkey-trouble]").wait_for(state="visible")
    assert "Nothing was done" in page.inner_text("[data-passkey-trouble]")
    assert page.input_value("input[name=login]") == "typed@example.org"


def test_through_the_provider_and_out_for_good(visit: Callable[..., Visitor], site: Site) -> None:
    """The browser's own policy lets her go to the provider and back; then she leaves."""
    her = visit(dark=True)
    page = her.page
    her.go("/account/login/")
    page.get_by_role("button", name="행복로그인").click()
    page.wait_for_url("**/interaction/*")
    page.locator("button[value=hana]").click()
    page.locator("button[value=yes]").click()
    page.wait_for_url("**/account/provider/signup/")
    her.look("one last step")
    her.submit(".entrance-form button.btn--primary")
    her.go("/my/residence/")
    her.look("verified resident")
    assert "확인된 주민" in page.inner_text("main")
    her.go("/my/consents/")
    her.look("consents")
    her.go("/my/leave/")
    her.look("leave")
    her.submit("a.btn--danger")
    page.check("input[name=sure]")
    her.submit("main form button.btn--danger")
    assert page.url.endswith("/left/")
    her.look("left")
    her.go("/my/leave/")
    assert "/account/login/" in page.url
