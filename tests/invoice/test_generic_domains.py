"""Which e-mail domains say nothing about a company."""

import pytest

from app.invoice.generic_domains import GENERIC_DOMAINS, is_generic


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "Hotmail.com",
        " live.nl ",
        "ziggo.nl",
        "telenet.be",
        "proton.me",
        "web.de",
        "free.fr.",
    ],
)
def test_a_provider_for_everyone_is_generic(domain):
    assert is_generic(domain)


@pytest.mark.parametrize("domain", ["bakkerij-vermeer.nl", "mail.gmail.com", "notgmail.com", ""])
def test_a_domain_of_a_company_is_not(domain):
    assert not is_generic(domain)


def test_the_list_holds_whole_lower_case_domains():
    assert len(GENERIC_DOMAINS) >= 120
    assert all("." in domain and domain == domain.lower() for domain in GENERIC_DOMAINS)
