"""How the sign-in library treats our accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clinic.models import User
from clinic.statements import Given, Statement


class StaffAccounts(DefaultAccountAdapter):
    """Accounts are made by the clinic, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Reached with the right password only; the library's own page is not among ours."""
        messages.info(request, "This account is closed. Ask whoever keeps your clinic's accounts.")
        return redirect("account_login")


@Statement
def users_with_clinic() -> QuerySet[User]:
    """By number."""
    return User.objects.select_related("clinic").filter(pk=Given("user"))


class WithClinic(AuthenticationBackend):
    """Fetches an account together with its clinic: every staff page needs both."""

    def get_user(self, user_id: int) -> User | None:
        user = users_with_clinic.first(user=user_id)
        return user if user and self.user_can_authenticate(user) else None
