"""Sort people by the day they were last active."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("directory", "0005_sorted_lists"),)
    operations = (
        migrations.AddIndex(
            "standing",
            models.Index(
                fields=["organization", "last_activity_on", "learner"],
                condition=models.Q(last_activity_on__isnull=False),
                name="standing_by_activity",
            ),
        ),
    )
