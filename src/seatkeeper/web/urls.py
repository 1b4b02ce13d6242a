"""The addresses of pages: nouns; what is neither create, read, update nor delete is a small resource."""

from django.urls import path

from seatkeeper.web.views import home, users

urlpatterns = [
    path("", home.start, name="start"),
    path("management/", home.learning_management, name="learning_management"),
    path("admin-center/users/", users.user_list, name="users"),
]
