"""Mail of saved reports."""

from django.db import migrations, models

KINDS = [
    ("notice", "Notice"),
    ("test", "Test"),
    ("sign_in_link", "Sign In Link"),
    ("ready", "Ready"),
    ("learner", "Learner"),
    ("invitation", "Invitation"),
    ("reminder", "Reminder"),
    ("joining", "Joining"),
    ("claim", "Claim"),
    ("report", "Report"),
    ("learner_back", "Learner Back"),
]


class Migration(migrations.Migration):
    dependencies = (("notices", "0009_low_seats"),)
    operations = (migrations.AlterField("mail", "kind", models.TextField(choices=KINDS)),)
