"""What was mailed to one person is found without reading all of an organization's mails."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = (("notices", "0010_mail_of_reports"),)
    operations = (
        migrations.AddIndex(
            "mail",
            models.Index(fields=("organization", "learner_id"), condition=Q(learner_id__isnull=False), name="mail_of_learner"),
        ),
        migrations.AddIndex("mail", models.Index(fields=("recipient",), condition=Q(learner_id=None), name="mail_to_address")),
    )
