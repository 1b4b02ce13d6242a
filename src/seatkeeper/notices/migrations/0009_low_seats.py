"""Notices of pools that run low."""

from django.db import migrations, models

KINDS = [
    ("done", "A file or a large operation is done"),
    ("problems", "A file is done, and some of its rows have problems"),
    ("checked", "A file is checked and waits to be applied"),
    ("held", "The brake holds an operation"),
    ("refused", "A file is refused"),
    ("given_up", "Work has stopped, because it failed again and again"),
    ("requests", "A learner asks for a license"),
    ("pool_full", "Somebody signed in, and no license was left"),
    ("two_profiles", "Two profiles are one person's"),
    ("low_seats", "A pool runs low on seats"),
]


class Migration(migrations.Migration):
    dependencies = (("notices", "0008_joining"),)
    operations = (
        migrations.AlterField("notice", "kind", models.TextField(choices=KINDS)),
        migrations.AlterField("preference", "kind", models.TextField(choices=KINDS)),
    )
