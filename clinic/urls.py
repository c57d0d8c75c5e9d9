"""Every address. The only clinic module that knows the intake."""

from allauth.account import views as account
from allauth.mfa import urls as mfa_urls
from allauth.usersessions import urls as session_urls
from django.urls import include, path

from clinic.views import pages
from intake import urls as intake_urls

urlpatterns = [
    path("", pages.landing, name="landing"),
    path("privacy/", pages.privacy, name="privacy"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("alive/", pages.alive, name="alive"),
    path("language/", pages.language, name="language"),
    path("home/", pages.home, name="home"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/mfa/", include(mfa_urls)),
    path("account/sessions/", include(session_urls)),
    path("", include(intake_urls)),
]
