"""The way into a room: its password, its QR code, and what it keeps of people."""

from __future__ import annotations

import secrets
from http import HTTPStatus

from thousandfold.errors import ExplainedError
from thousandfold.room.day import FACILITATOR
from thousandfold.room.page import Page


class SignIn(Page):
    """The password of the room."""

    free = True

    async def view(self) -> None:
        """Ask for it, or lead to where the room goes on."""
        if self.site.moved:
            self.redirect(f"{self.site.moved}/sign-in")
        else:
            self.show("sign_in", trouble="", to=self.wanted("/"))

    async def take(self) -> str:
        """Let a browser in."""
        fields, _ = self.form()
        address = self.address
        if not self.site.door.opens(fields.get("password", "")):
            if self.site.door.tires(address):
                self.set_header("Retry-After", "60")
                raise ExplainedError(
                    "There were many wrong passwords from here. Please look at the projector: it "
                    "stands there, and the right one is taken at once."
                )
            raise ExplainedError("This is not the password of this room. Please look again.")
        if not self.visitor:
            visitor = secrets.token_hex(16)
            await self.site.desk.do("enter", visitor, address=address)
            self.remember(self.site.cookie, visitor)
        return "You are in."

    def refuse(self, said: str) -> None:
        """Ask again."""
        if self.scripted:
            super().refuse(said)
        else:
            self.show("sign_in", trouble=said, to=self.wanted("/"))

    def after(self) -> str:
        """Return to the page that was asked for."""
        return self.wanted("/")


class FacilitatorSignIn(Page):
    """The link that the facilitator's terminal shows, once."""

    free = True

    async def view(self) -> None:
        """Let the facilitator's browser in, and take the key out of the address."""
        if not self.site.door.is_key(self.get_query_argument("key", "")):
            self.set_status(HTTPStatus.FORBIDDEN)
            self.show(
                "error",
                said="This link is not the one of this room. It stands in the terminal in which "
                "the room was opened.",
            )
            return
        self.remember(f"{self.site.cookie}-{FACILITATOR}", FACILITATOR)
        self.redirect("/facilitator")


class Join(Page):
    """Address, password and QR code, for the back of the room."""

    async def view(self) -> None:
        """Show them."""
        self.show("join")


class Code(Page):
    """The address as a QR code."""

    async def view(self) -> None:
        """Draw it."""
        from thousandfold.facilitation.link import qr_picture

        self.set_header("Content-Type", "image/svg+xml")
        self.finish(qr_picture(self.site.place.address, "svg"))


class Privacy(Page):
    """What the room keeps of people."""

    free = True

    async def view(self) -> None:
        """Say it."""
        self.show("privacy")


class Nothing(Page):
    """Every other address."""

    free = True
