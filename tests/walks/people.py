"""What people do on the platform, named as they would say it; each presses what stands on the page."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.walks.running import Product, text_of

QUESTION = "Receive e-invoices too?"
PASSWORD = "een fiets zonder bel"
_count = itertools.count(1)


@dataclass
class Person:
    """Someone at a window, with an address and the numbers of their organizations."""

    product: Product
    page: Page
    name: str
    email: str
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def question(self) -> Locator:
        """The pop-up."""
        return self.page.get_by_role("dialog", name=QUESTION)

    def sign_up(self) -> None:
        """From the sign-in page to the page that says that the account is ready."""
        page = self.page
        page.goto("/login/")
        page.get_by_role("link", name="Create new account").click()
        page.get_by_label("E-mail address").fill(self.email)
        page.get_by_role("button", name="Send me the link").click()
        expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
        self.follow(text_of(self.product.mail(self.email, "Activate")), "/activate/")
        expect(page.get_by_text(self.email)).to_be_visible()
        page.get_by_role("link", name="Yes, go on").click()
        first, _, last = self.name.partition(" ")
        page.get_by_label("First name").fill(first)
        page.get_by_label("Last name").fill(last)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("The same password again").fill(PASSWORD)
        page.get_by_label("I accept the terms").check()
        page.get_by_role("button", name="Register").click()
        expect(page.get_by_role("heading", name="Your account is ready")).to_be_visible()

    def follow(self, text: str, path: str) -> None:
        """Open the link in a mail."""
        found = re.search(re.escape(self.product.url + path) + r"\S+", text)
        assert found, text
        self.page.goto(found[0])

    def sign_in(self) -> None:
        """With address and password; wherever that leads."""
        if "/login/" not in self.page.url:
            self.page.goto("/login/")
        self.page.get_by_label("Username or e-mail address").fill(self.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("navigation", name="Menu")).to_be_visible()

    def sign_out(self) -> None:
        """By the menu under the name."""
        if "://" not in self.page.url:
            self.page.goto("/profile/")
        self.page.get_by_role("button", name="profile and signing out").click()
        self.page.get_by_role("button", name="Sign out", exact=True).click()
        expect(self.page.get_by_role("heading", name="Sign in")).to_be_visible()

    def close_question(self) -> None:
        """Answer nothing."""
        self.question.get_by_role("button", name="Close").click()
        expect(self.question).to_be_hidden()

    def enable(self, name: str) -> Locator:
        """In the pop-up: receive for this organization, and agree with the price."""
        row = self.question.get_by_role("listitem").filter(has_text=name)
        row.get_by_text("Enable", exact=True).click()
        row.get_by_role("button", name="I agree, start receiving").click()
        return row

    def add_organization(self, name: str) -> None:
        """By hand, with a number that nobody else has."""
        page, self.numbers[name] = self.page, f"{61_000_000 + next(_count)}"
        page.goto("/organizations/add")
        page.get_by_label("Name").fill(name)
        page.get_by_label("KvK number").fill(self.numbers[name])
        page.get_by_label("Street and number").fill("Kade 5")
        page.get_by_label("Postcode").fill("3511 XX")
        page.get_by_label("Place").fill("Utrecht")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", name=name)).to_be_visible()

    def activate(self) -> None:
        """The organization whose page is open."""
        self.page.get_by_role("button", name="Activate").click()
        expect(self.question).to_be_visible()

    def open_organization(self, name: str) -> None:
        """By the menu and the list."""
        self.page.goto("/organizations/")
        self.page.get_by_role("link", name=name).first.click()
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()

    def write_invoice(self, number: str, to: str, at: str = "", **more: str) -> None:
        """Fill in the form as far as it goes without being stored."""
        values = {
            "Name of the customer": to,
            "Number": at,
            "Street and number": "Dorpsstraat 1",
            "Postcode": "1234 AB",
            "City": "Zeist",
            "Reference of the customer": "Inkoop",
            "IBAN to pay to": "NL91ABNA0417164300",
            "Your VAT number": "NL859837445B01",
            "Description": "Advice",
            "Price": "95,50",
            **more,
        }
        self.page.goto("/documents/new")
        for label, value in values.items():
            self.page.get_by_label(re.compile(rf"^{label}( optional)?$")).first.fill(value)
        self.page.locator("#number").fill(number)

    def preview(self) -> None:
        """Store it and look at it as the receiver will."""
        self.page.get_by_role("button", name="Preview and send").click()
        expect(self.page.get_by_role("heading", name="Where it stands")).to_be_visible()

    def send(self) -> None:
        """From the preview."""
        self.page.get_by_role("button", name="Send", exact=True).click()
        expect(self.page.get_by_text("It is on its way.")).to_be_visible()

    def upload(self, files: Mapping[str, bytes]) -> None:
        """Files that other software made, all at once."""
        self.page.goto("/outbox/")
        self.page.get_by_role("link", name="Upload", exact=True).click()
        chosen: list[FilePayload] = [
            {"name": name, "mimeType": "text/xml", "buffer": content}
            for name, content in files.items()
        ]
        self.page.get_by_label("XML or PDF files").set_input_files(chosen)
        self.page.get_by_role("button", name="Upload and check").click()

    def result(self, file_name: str) -> Locator:
        """What became of an uploaded file."""
        heading = self.page.get_by_role("heading", name=file_name)
        return self.page.locator(".results > li").filter(has=heading)

    def row(self, box: str, number: str) -> Locator:
        """The line of an invoice in the inbox or outbox; the page is opened for it."""
        self.page.goto(f"/{box}/")
        return self.page.get_by_role("row").filter(has_text=number)

    def wait_for(self, box: str, number: str, words: str) -> Locator:
        """Look at a list again and again, as people do, until its line says so."""
        for _ in range(40):
            line = self.row(box, number)
            if line.count() and words in line.inner_text():
                break
            self.page.wait_for_timeout(300)
        expect(line).to_contain_text(words)
        return line


def make(product: Product, page: Page, firm: str, domain: str = "") -> Person:
    """Someone whose address nobody had before."""
    count = next(_count)
    domain = domain or f"{re.sub('[^a-z]', '', firm.lower())}{count}.example"
    return Person(product, page, f"Kim {firm.split()[0]}", f"kim{count}@{domain}")
