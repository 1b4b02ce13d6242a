"""Whether somebody without a profile gets one by the organization's sign-in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("directory", "0008_erased_learners"),)
    operations = (
        migrations.AddField(
            "organizationsettings", "sign_in_adds_people", models.BooleanField(db_default=False, default=False)
        ),
    )
