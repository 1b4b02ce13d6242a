from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "seatkeeper.directory"
    label = "directory"
