"""Since when a learner is suspended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("directory", "0010_time_zone"),)
    operations = (
        migrations.AddField("learner", "suspended_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "learner",
            models.Index(
                fields=("organization", "id"), condition=models.Q(suspended_at__isnull=False), name="learner_suspended"
            ),
        ),
    )
